"""By which errors the functions of one edge are compared: those of the outputs that it feeds, each in its own noise.

Outputs that the edge does not reach say nothing about it, whatever their unit and their noise. Of those it does, an error counts
by its ratio: with a noise of its own for each output, the rows' log-likelihood is -n·Σ_o log error_o but for a constant.
Used by `what_if`; `decide` makes decisions of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.network import Network
from kan_core.training.data import Table
from kan_core.training.objectives import Objective, is_classification

Measure = Literal["rmse", "cross_entropy"]
"""What an error is: in the unit of the targets, or of classes the mean of -log of the right one's probability."""


@dataclass(frozen=True)
class EvidenceOptions:
    """How errors become bits.

    Attributes:
        observations: an error counts as so many independent rows: a tenth more costs 1.7 bits, a tenth of it gains 40. Rows are
            more, but what a network leaves is its own approximation as well, which all of them share.
        floor: errors below this share of an output's spread are rounding.
    """

    observations: int = 12
    floor: float = 1e-12


@dataclass(frozen=True)
class EdgeErrors:
    """Errors of the outputs that an edge feeds.

    Attributes:
        each: root mean squares in the unit of each output; of classes one, the mean cross-entropy.
        rounding: (as many,) below which an error is one.
        measure: which of the two.
        rows: that judged.
    """

    each: tuple[float, ...]
    rounding: tuple[float, ...]
    measure: Measure = "rmse"
    rows: int = 0

    @property
    def together(self) -> float:
        """The root mean square over outputs, in the targets' units; the cross-entropy of classes."""
        return self.each[0] if len(self.each) == 1 else math.hypot(*self.each) / math.sqrt(len(self.each))

    @property
    def known(self) -> bool:
        """Whether every row had a value."""
        return all(math.isfinite(error) for error in self.each)

    def over(self, least: EdgeErrors, options: EvidenceOptions | None = None) -> float:
        """Bits by which the rows prefer the other errors to these.

        12·Σ_o log2(error_o/least_o); of classes N·(error - least)/log 2, the difference in length of a code for the N rows'
        classes (cross-entropy is that length).
        """
        if not self.known:
            return math.inf if least.known else 0.0
        if self.measure == "cross_entropy":
            return self.rows * (self.each[0] - least.each[0]) / math.log(2)
        return (options or EvidenceOptions()).observations * sum(self._doublings(least))

    def times(self, least: EdgeErrors) -> float:
        """How many times larger than the others, the geometric mean over outputs; of root mean squares."""
        doublings = self._doublings(least)
        return 2 ** (sum(doublings) / len(doublings))

    def _doublings(self, least: EdgeErrors) -> list[float]:
        pairs = zip(self._seen, least._seen, strict=True)
        return [math.log2(error) - math.log2(other) for error, other in pairs]

    @property
    def _seen(self) -> tuple[float, ...]:
        return tuple(max(error, floor) for error, floor in zip(self.each, self.rounding, strict=True))


def fed_outputs(network: Network, edge: EdgeId) -> tuple[int, ...]:
    """The outputs that an edge reaches, rising; all of them when it reaches none."""
    first = network.layers[edge.layer].structure
    reached = {first.node_of_subnode[edge.target]}
    for layer in network.layers[edge.layer + 1 :]:
        structure = layer.structure
        places = torch.nonzero(structure.spline).tolist() + [[each.target, each.source] for each in structure.symbolic]
        reached = {structure.node_of_subnode[target] for target, source in places if source in reached}
    return tuple(sorted(reached)) or tuple(range(network.shape[-1]))


def edge_errors(
    raw: Tensor,
    table: Table,
    network: Network,
    objective: Objective,
    outputs: tuple[int, ...],
    options: EvidenceOptions | None = None,
) -> EdgeErrors:
    """The errors of predictions.

    Args:
        raw: (rows, all outputs) in the targets' units; of classes logits.
        table: the rows that judge.
        network: whose scale says what rounding is.
        objective: which tells values from classes.
        outputs: that the edge feeds: logits of classes say one thing together, so they are judged together.
        options: what counts as rounding.
    """
    scale, weights = network.normalisation, table.weights
    if is_classification(objective):
        loss = float(objective.evaluate(scale.targets(raw), table.targets, scale, weights).value)
        return EdgeErrors((loss if math.isfinite(loss) else math.inf,), (0.0,), "cross_entropy", table.rows)
    places = list(outputs)
    spread = scale.target_scale.to(raw)[places]
    off = (raw - table.targets)[:, places] / spread
    share = off.new_full((table.rows,), 1 / table.rows) if weights is None else (weights / weights.sum()).to(off)
    sizes = ((off.square() * share.unsqueeze(1)).sum(0).sqrt() * spread).tolist()
    rounding = ((options or EvidenceOptions()).floor * spread).clamp(min=1e-300).tolist()
    return EdgeErrors(tuple(size if math.isfinite(size) else math.inf for size in sizes), tuple(rounding), "rmse", table.rows)
