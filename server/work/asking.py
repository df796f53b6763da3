"""Equations of a session among its columns: read, held against a box, turned into what a network has to fulfil."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.equation import Equation
from kan_core.network.network import Network
from kan_core.symbolic.equations import Box, equation_task, read_equations, scattered_points
from kan_core.symbolic.fulfilment import Fulfilment, fulfilment
from kan_core.training.data import Table
from kan_core.training.relation_task import RelationTask
from server.work.result import WorkError
from server.work.situation import Rows

# Points in the box at which equations are judged beside the held-out ones, and what tells them from those of any table.
_FRESH, _FRESH_SEED = 500, 2


@dataclass(frozen=True, eq=False)
class Asking:
    """Equations as text and what their names mean.

    Attributes:
        texts: one equation each.
        inputs, unknowns: names.
        box: ranges of the inputs.
    """

    texts: Sequence[str]
    inputs: tuple[str, ...]
    unknowns: tuple[str, ...]
    box: Box

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
        return torch.cat([held_out, scattered_points(self.box, _FRESH, _FRESH_SEED)])

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


def asking_of(rows: Rows) -> Asking:
    """What a session began with."""
    return Asking(rows.equations, rows.inputs, rows.targets, box_around(rows.split.every.inputs))


def box_of(low: Sequence[float], high: Sequence[float], names: Sequence[str]) -> Box:
    """Ranges of the inputs.

    Raises:
        WorkError: not one range for each, or one that is empty.
    """
    if len(low) != len(names) or len(high) != len(names):
        raise WorkError(
            f"The box has {len(low)} lower and {len(high)} upper ends for {len(names)} inputs.",
            code="bad_request",
            hint="Give one of each for every input.",
        )
    for name, start, end in zip(names, low, high, strict=True):
        if not (math.isfinite(start) and math.isfinite(end) and start < end and math.isfinite(end - start)):
            raise WorkError(
                f"The range of {name} is from {start:g} to {end:g}.", code="bad_request", hint="It must begin below its end."
            )
    return Box(torch.tensor(list(low), dtype=torch.float64), torch.tensor(list(high), dtype=torch.float64))


def box_around(inputs: Tensor) -> Box:
    """The ranges of (batch, inputs) points."""
    return Box(inputs.amin(0), inputs.amax(0))


def said(error: FormulaError) -> WorkError:
    """What a person is told of an equation that cannot be read."""
    text = str(error)
    return WorkError(f"{text[:1].upper()}{text[1:]}.", code="bad_request", hint=HINT, line=error.line, position=error.position)


HINT = "Equations look like u_t = 0.1*u_xx or D(u, x, x) + u = 0, one a line, and u = 0 at x = 1 for a condition."
