"""A formula that a search has visited, and the Pareto front of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from kan_core.errors import KanError
from kan_core.evidence.leaving_out import left_out
from kan_core.evidence.validation import judged_error
from kan_core.expression.law_text import plain
from kan_core.expression.tree import Exact, Expression
from kan_core.expression.valuation import Valuation, Values
from kan_core.law.constants import decimals
from kan_core.law.problem import LawProblem
from kan_core.law.refit import refit
from kan_core.law.rows import law_rows
from kan_core.network.create import normalisation_of
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.search.noise import is_noise
from kan_core.symbolic.formula import Formula, formula_of, write_formula
from kan_core.symbolic.from_formula import lowered
from kan_core.training.data import Split, Table, constant_of, mean_of, weighted_spread

# The box of the data is grown by this factor to see whether a formula lives beyond it.
_GROWN = 1.2
# Held-out errors below this share of the target's spread are rounding and count as equal.
EXACT = 1e-9
# Rows whose residuals are looked at for structure.
_TESTED = 1200


@dataclass(frozen=True, eq=False)
class Finding:
    """A symbolic network with its formula in the columns' own order (names x0, x1, …).

    Attributes:
        source: the network it was read from (all edges symbolic, or some left as splines), or, for a law that was found as
            a formula, the table it was found on.
        formula: written out.
        test_rmse, nrmse: held-out error, in the target's unit and over its spread.
        complexity: as PySR counts.
        extends: whether it is defined on the box of the data grown by 1.2.
        origin: the skeleton or shape it came from.
        judged_on: the rows of that error where they are others than those of the search (`on_all_rows`).
        settled: what it leaves unexplained looks like noise; then its held-out error estimates the noise's standard deviation.
    """

    source: Network | Table
    formula: Formula
    test_rmse: float
    nrmse: float
    complexity: int
    extends: bool
    origin: str
    settled: bool = False
    judged_on: Split | None = None

    @property
    def is_law(self) -> bool:
        """Found as a formula, not read from a network."""
        return isinstance(self.source, Table)

    @property
    def network(self) -> Network:
        """The network it was read from, or one that equals it to rounding.

        Raises:
            FormulaError: the formula is beyond what networks are made from.
        """
        if isinstance(self.source, Network):
            return self.source
        return lowered(self.formula.expressions, normalisation_of(self.source), self.source.inputs, ["y0"]).network

    @property
    def exact(self) -> bool:
        """Equal to the data up to rounding, and all symbolic."""
        return self.nrmse < EXACT and self.formula.symbolic


def judge_finding(network: Network, split: Split, origin: str) -> Finding:
    """Write the formula and measure it.

    Raises:
        FormulaError: it cannot be written.
    """
    inputs = [f"x{index}" for index in range(network.shape[0])]
    targets = [f"y{index}" for index in range(network.shape[-1])]
    formula = write_formula(network, inputs, targets, split.test.inputs)
    error = judged_error(network, split)
    extends = bool(torch.isfinite(evaluate(network, _grown(split.train.inputs))).all())
    spread = float(network.normalisation.target_scale.amax())
    return Finding(network, formula, error, error / spread, formula.complexity, extends, origin)


def judge_expression(expression: Expression, split: Split, origin: str) -> Finding:
    """A finding that was written without a network.

    Raises:
        FormulaError: it cannot be evaluated.
    """
    error = _error(expression, split)
    spread = float(weighted_spread(split.train).amax())
    extends = bool(np.isfinite(_values(expression, _grown(split.train.inputs))).all())
    formula = formula_of([expression], [f"x{index}" for index in range(split.test.inputs.shape[1])], ["y0"])
    nrmse = error / spread if spread > 0 else 0.0 if error == 0 else math.inf
    settled = spread > 0 and is_noise(*_residuals(expression, split), spread)
    return Finding(split.train, formula, error, nrmse, formula.complexity, extends, origin, settled)


def refitted_law(expression: Expression, table: Table) -> Expression:
    """The law with the decimal numbers that fit a table best, by its weights; exact numbers stay.

    Raises:
        FormulaError: it has no value on any row.
    """
    return plain(refit(decimals([expression]), law_rows(table)).law)[0]


def on_all_rows(found: Finding, split: Split) -> Finding:
    """A law with its constants fitted to all rows, and the error that cross-validation gives it (`Split.laws`).

    As it is where rows are kept from every fit, with splines left, or where no constants can be fitted.
    """
    if split.laws is None or not found.formula.symbolic or found.formula.hidden or len(found.formula.expressions) != 1:
        return found
    try:
        expression = refitted_law(found.formula.expressions[0], split.laws.train)
        made = judge_expression(expression, split.laws, found.origin)
        if not found.is_law:
            # It came from a network: where no other one equals the refitted formula, this one stays.
            made.network  # noqa: B018, raises where there is none
    except KanError:
        return found
    return replace(made, judged_on=split.laws) if math.isfinite(made.nrmse) else found


def _error(expression: Expression, split: Split) -> float:
    """Root mean square on the rows that judge, or cross-validated; infinity where the formula has no value."""
    table = split.test
    residual = table.targets[:, :1].double() - torch.from_numpy(_values(expression, table.inputs).copy()).unsqueeze(1)
    largest = float(residual.abs().amax())
    if not largest < math.inf:
        return math.inf
    if split.units is not None:
        # Also where nothing is left: with as many constants as rows nothing ever is.
        residual = _left_out(expression, residual, split)
        if not bool(torch.isfinite(residual).all()):
            return math.inf
    if largest == 0:
        return 0.0
    return largest * float(mean_of((residual / largest).square(), table.weights).sqrt())


def _left_out(expression: Expression, residual: Tensor, split: Split) -> Tensor:
    """Residuals by fits without the row; infinite where the rows alone decide a constant."""
    law = decimals([expression])
    if not law.free:
        return residual
    problem = LawProblem(law, replace(law_rows(split.train), weights=None))
    slopes = torch.from_numpy(problem.linearised(problem.start)[1]).unsqueeze(1)
    if len(slopes) != len(residual) or not bool(torch.isfinite(slopes).all()):
        return torch.full_like(residual, math.inf)
    left = left_out(residual, slopes, split.units, split.train.weights)
    return torch.full_like(residual, math.inf) if left is None else left


def constant_finding(split: Split) -> Finding | None:
    """The target itself where it is one number on all rows, up to rounding; None where it varies."""
    value = constant_of(split.every.targets[:, 0])
    if value is None:
        return None
    return replace(judge_expression(Exact(value), split, "a constant target"), test_rmse=0.0, nrmse=0.0, settled=False)


def is_all_noise(split: Split) -> bool:
    """Whether the target itself, less its mean, looks like noise: then no input tells anything about it."""
    mean = Exact(float(mean_of(split.train.targets, split.train.weights)[0]))
    return is_noise(*_residuals(mean, split), float(weighted_spread(split.train).amax()))


def _residuals(expression: Expression, split: Split) -> tuple[Values, Values]:
    """Data less formula, in units of what a row of weight 1 is known to, and inputs, on some of all rows."""
    table = split.every.take(torch.arange(min(_TESTED, split.every.rows), device=split.train.inputs.device))
    residual = table.targets[:, 0].detach().cpu().double().numpy() - _values(expression, table.inputs)
    root = 1.0 if table.weights is None else table.weights.sqrt().detach().cpu().double().numpy()
    return root * residual, table.inputs.detach().cpu().double().numpy()


def _grown(inputs: Tensor) -> Tensor:
    """The rows spread over a box 1.2 times as wide."""
    low, high = inputs.amin(0), inputs.amax(0)
    return (inputs - (low + high) / 2) * _GROWN + (low + high) / 2


def _values(expression: Expression, inputs: Tensor) -> Values:
    return Valuation(inputs.detach().cpu().double().numpy()).values(expression)


def pareto_front(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that no simpler one equals in error, simplest first; errors at rounding level count as equal.

    Among equals of one complexity, one that extends beyond the data comes first.
    """
    ordered = sorted(findings, key=lambda found: (found.complexity, not found.extends, found.nrmse))
    front: list[Finding] = []
    best = math.inf
    for found in ordered:
        if not math.isfinite(found.nrmse):
            continue
        floored = max(found.nrmse, EXACT)
        if floored < best:
            front.append(found)
            best = floored
    return front


def best_finding(findings: Iterable[Finding], observations: int) -> Finding | None:
    """The finding with the shortest description: N/2·log2(error²) bits for the data, 4 bits a node of the formula.

    Formulas that stop being defined just outside the data pay 20 bits, splines that remain 40 each formula.
    """

    def bits(found: Finding) -> float:
        data = observations * math.log2(max(found.nrmse, EXACT))
        return data + 4 * found.complexity + (0 if found.extends else 20) + (0 if found.formula.symbolic else 40)

    usable = [found for found in findings if math.isfinite(found.nrmse)]
    return min(usable, key=bits, default=None)
