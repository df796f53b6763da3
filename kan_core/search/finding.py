"""A formula that a search has visited, and the Pareto front of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from kan_core.expression.tree import Exact, Expression
from kan_core.expression.valuation import Valuation, Values
from kan_core.network.create import normalisation_of
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.search.noise import is_noise
from kan_core.symbolic.formula import Formula, formula_of, write_formula
from kan_core.symbolic.from_formula import lowered
from kan_core.training.data import Split, Table, constant_of
from kan_core.training.progress import rmse

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
    error = rmse(network, split.test)
    extends = bool(torch.isfinite(evaluate(network, _grown(split.train.inputs))).all())
    spread = float(network.normalisation.target_scale.amax())
    return Finding(network, formula, error, error / spread, formula.complexity, extends, origin)


def judge_expression(expression: Expression, split: Split, origin: str) -> Finding:
    """A finding that was written without a network.

    Raises:
        FormulaError: it cannot be evaluated.
    """
    targets = split.test.targets[:, 0].double().numpy()
    residual = targets - _values(expression, split.test.inputs)
    largest = float(np.abs(residual).max())
    error = largest * float(np.sqrt(np.mean((residual / largest) ** 2))) if 0 < largest < math.inf else largest
    spread = float(split.train.targets.std(unbiased=False))
    extends = bool(np.isfinite(_values(expression, _grown(split.train.inputs))).all())
    formula = formula_of([expression], [f"x{index}" for index in range(split.test.inputs.shape[1])], ["y0"])
    nrmse = error / spread if spread > 0 else 0.0 if error == 0 else math.inf
    settled = spread > 0 and is_noise(*_residuals(expression, split), spread)
    return Finding(split.train, formula, error, nrmse, formula.complexity, extends, origin, settled)


def constant_finding(split: Split) -> Finding | None:
    """The target itself where it is one number on all rows, up to rounding; None where it varies."""
    value = constant_of(torch.cat([split.train.targets, split.test.targets])[:, 0])
    if value is None:
        return None
    return replace(judge_expression(Exact(value), split, "a constant target"), test_rmse=0.0, nrmse=0.0, settled=False)


def is_all_noise(split: Split) -> bool:
    """Whether the target itself, less its mean, looks like noise: then no input tells anything about it."""
    return is_noise(*_residuals(Exact(float(split.train.targets.mean())), split), float(split.train.targets.std(unbiased=False)))


def _residuals(expression: Expression, split: Split) -> tuple[Values, Values]:
    """Data less formula, and inputs, on some of all rows."""
    inputs = torch.cat([split.train.inputs, split.test.inputs])[:_TESTED]
    targets = torch.cat([split.train.targets, split.test.targets])[:_TESTED, 0].detach().cpu().double().numpy()
    return targets - _values(expression, inputs), inputs.detach().cpu().double().numpy()


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
