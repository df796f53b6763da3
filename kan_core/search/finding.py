"""A formula that a search has visited, and the Pareto front of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch

from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import Formula, write_formula
from kan_core.training.data import Split
from kan_core.training.progress import rmse

# The box of the data is grown by this factor to see whether a formula lives beyond it.
_GROWN = 1.2
# Held-out errors below this share of the target's spread are rounding and count as equal.
EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Finding:
    """A symbolic network with its formula in the columns' own order (names x0, x1, …).

    Attributes:
        network: all edges symbolic, or some left as splines.
        formula: written out.
        test_rmse, nrmse: held-out error, in the target's unit and over its spread.
        complexity: as PySR counts.
        extends: whether it is defined on the box of the data grown by 1.2.
        origin: the skeleton or shape it came from.
    """

    network: Network
    formula: Formula
    test_rmse: float
    nrmse: float
    complexity: int
    extends: bool
    origin: str

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
    low, high = split.train.inputs.amin(0), split.train.inputs.amax(0)
    grown = (split.train.inputs - (low + high) / 2) * _GROWN + (low + high) / 2
    extends = bool(torch.isfinite(evaluate(network, grown)).all())
    spread = float(network.normalisation.target_scale.amax())
    return Finding(network, formula, error, error / spread, formula.complexity, extends, origin)


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
