"""Equations among the inputs of a network: read once, turned into what it has to fulfil, and asked how far it does.

Called by actions and views of sessions that began with equations, and by the search among formulas for their solutions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from kan_core.expression.equation import Equation
from kan_core.network.network import Network
from kan_core.symbolic.equations import Box, equation_task, read_equations, scattered_points
from kan_core.symbolic.fulfilment import Fulfilment, fulfilment
from kan_core.training.data import Table
from kan_core.training.relation_task import RelationTask


@dataclass(frozen=True, eq=False)
class Asking:
    """Equations as text and what their names mean.

    Attributes:
        texts: one equation each.
        inputs, unknowns: names.
        box: ranges of the inputs, in their own units.
        fresh: points in the box at which equations are judged beside given ones.
        fresh_seed: tells those points from the ones of any table.
    """

    texts: Sequence[str]
    inputs: tuple[str, ...]
    unknowns: tuple[str, ...]
    box: Box
    fresh: int = 500
    fresh_seed: int = 2

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """The equations read.

        Raises:
            FormulaError: one cannot be read, or none holds everywhere.
        """
        return read_equations(self.texts, self.inputs, self.unknowns)

    def task(self, points: Tensor, rows: Table | None = None, weight: float = 1.0) -> RelationTask:
        """What a network has to fulfil at some points, and on measured rows when there are any.

        Raises:
            FormulaError: a place outside the box.
        """
        return equation_task(self.equations, points, self.box, self.inputs, weight=weight, boundary=rows)

    def where_finite(self, network: Network, points: Tensor) -> Tensor:
        """Those of (batch, inputs) points at which the equations that hold everywhere have a value."""
        return points[torch.isfinite(self.task(points).relation.residuals(network, points)).all(1)]

    def fulfilment(self, network: Network, points: Tensor) -> Fulfilment:
        """What is left at (batch, inputs) points and at the places of conditions, as shares of what should cancel there."""
        return fulfilment(network, self.equations, points, self.box, self.inputs)

    def worst(self, shares: Fulfilment) -> Equation:
        """The equation of which most is left."""
        ordered = [*(each for each in self.equations if not each.at), *(each for each in self.equations if each.at)]
        return ordered[shares.in_order.index(shares.worst)]

    def judging_points(self, held_out: Tensor) -> Tensor:
        """Held-out points, and others in the box that are in no table: few points would step over a thin layer."""
        return torch.cat([held_out, scattered_points(self.box, self.fresh, self.fresh_seed)])

    def left(self, network: Network, points: Tensor) -> Left:
        """What is left of the equations at (batch, inputs) points, and of the conditions at their places; NaN without a value."""
        network = network.to(torch.float64)
        task = self.task(points)
        everywhere = task.relation.residuals(network, points)
        everywhere = everywhere[torch.isfinite(everywhere).all(1)]
        parts = [each.misses(network).square().mean() for each in task.conditions]
        conditions = float(torch.stack(parts).mean().sqrt()) if parts else None
        return Left(float(everywhere.square().mean().sqrt()), conditions)


@dataclass(frozen=True)
class Left:
    """Root mean squares of left minus right; None when there is no condition."""

    everywhere: float
    conditions: float | None
