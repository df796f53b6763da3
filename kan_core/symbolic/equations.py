"""Differential equations and other relations as text → the residuals that training makes small.

`read_equations` reads them, `equation_task` says what a network has to fulfil: equations without a place hold at all points of
a box, those with one (`u = 0 at x = -1`) where it is. `scattered_points` and `first_guess` make the table of points that a
network can be made for before anything is known of the solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import DataError, FormulaError
from kan_core.expression.equation import Equation, Quantity, parse_equation
from kan_core.expression.operations import Steps, evaluated
from kan_core.training.data import Table
from kan_core.training.input_derivatives import InputDerivatives, Second
from kan_core.training.relation_task import Condition, KnownValue, RelationTask
from kan_core.training.relations import RelationLoss

# Points on a line or a surface at which a condition is asked, for each input that is free there.
_AT_A_PLACE = 100
# Share of the points that lies on each face of the box, and the least number of them.
_ON_A_FACE = 0.04
_LEAST_ON_A_FACE = 4


@dataclass(frozen=True, eq=False)
class Box:
    """Ranges of the inputs, raw units: (inputs,) low < high."""

    low: Tensor
    high: Tensor


def box_around(points: Tensor) -> Box:
    """The ranges of (batch, inputs) raw points."""
    return Box(points.amin(0), points.amax(0))


def read_equations(texts: Sequence[str], inputs: Sequence[str], unknowns: Sequence[str]) -> tuple[Equation, ...]:
    """Read equations, one a text, in the grammar of `expression.equation`; empty texts are left out.

    Raises:
        FormulaError: one that cannot be read (the message says which and where), or none that holds everywhere.
    """
    made: list[Equation] = []
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        try:
            made.append(parse_equation(text, inputs, unknowns))
        except FormulaError as error:
            told = f"line {number}, {error}" if len(texts) > 1 else str(error)
            raise FormulaError(told, position=error.position, line=number) from None
    if all(equation.at for equation in made):
        raise FormulaError("an equation that holds everywhere is missing: write one without 'at'")
    return tuple(made)


def equation_task(
    equations: Sequence[Equation],
    points: Tensor,
    box: Box,
    names: Sequence[str],
    *,
    weight: float = 1.0,
    boundary: Table | None = None,
) -> RelationTask:
    """What a network has to fulfil.

    Args:
        equations: at least one that holds everywhere.
        points: (batch, inputs) raw points at which those are asked.
        box: where the places of the others have to lie.
        names: of the inputs, for errors.
        weight: α of the equations that hold everywhere, relative to each condition and to the rows.
        boundary: rows with known values.

    Raises:
        FormulaError: a place that is not a number or lies outside the box, or a value at it that is no number.
    """
    everywhere = [equation for equation in equations if not equation.at]
    conditions = [_condition(each, points_at(each, box, names)) for each in equations if each.at]
    return RelationTask(relation_of(everywhere), points, boundary, weight, tuple(conditions))


def _condition(equation: Equation, points: Tensor) -> Condition | KnownValue:
    if equation.value is None:
        return Condition(relation_of([equation]), points)
    unknown, tree = equation.value
    values = evaluated(torch, tree, points.unbind(1)).expand(points.shape[0])
    if not bool(torch.isfinite(values).all()):
        raise FormulaError(
            f"'{equation.text}': its right side has no value at {int((~torch.isfinite(values)).sum())} of its points"
        )
    return KnownValue(points, values, unknown)


def relation_of(equations: Sequence[Equation]) -> RelationLoss:
    """Left - right of each, as one relation with as many residuals."""
    compiled = [(Steps([equation.tree]), equation.quantities) for equation in equations]

    def residuals(x: Tensor, f: InputDerivatives) -> Tensor:
        made: list[Tensor] = []
        for steps, quantities in compiled:
            made += steps.values(torch, [*x.unbind(1), *(quantity_of(each, f) for each in quantities)])
        return torch.stack([value.expand(x.shape[0]) for value in made], 1)

    return RelationLoss(residuals, second_of(equations))


def scattered_points(box: Box, count: int, seed: int) -> Tensor:
    """(count, inputs) quasi-random points in a box (scrambled Sobol), some of them moved to each of its faces.

    Scattered points serve splines better than a lattice, whose points cross knots all at once; those on the faces make the
    ranges of the inputs those of the box, also on part of the rows.
    """
    inputs = box.low.numel()
    unit = torch.quasirandom.SobolEngine(inputs, scramble=True, seed=seed).draw(count, dtype=torch.float64)
    each = min(max(round(_ON_A_FACE * count), _LEAST_ON_A_FACE), count // (4 * inputs))
    for face in range(2 * inputs):
        unit[face * each : (face + 1) * each, face // 2] = float(face % 2)
    return box.low + unit * (box.high - box.low)


def first_guess(equations: Sequence[Equation], points: Tensor, box: Box, unknowns: int) -> Tensor:
    """(batch, unknowns) values of about the right size: those that the nearest place gives, mean over equal distances, else 0.

    Distances are measured in widths of the box.
    """
    width = box.high - box.low
    made = torch.zeros((points.shape[0], unknowns), dtype=points.dtype)
    for unknown in range(unknowns):
        total = torch.zeros(points.shape[0], dtype=points.dtype)
        share = torch.zeros_like(total)
        for equation in equations:
            if equation.value is None or equation.value[0] != unknown or not equation.at:
                continue
            moved = points.clone()
            for index, tree in equation.at:
                moved[:, index] = evaluated(torch, tree, []).to(points.dtype)
            near = 1 / (((points - moved) / width).square().sum(1) + 1e-3)
            value = evaluated(torch, equation.value[1], list(moved.unbind(1))).expand(points.shape[0])
            total, share = total + near * value, share + near
        made[:, unknown] = total / share.clamp_min(1e-300)
    return made


def points_at(equation: Equation, box: Box, names: Sequence[str]) -> Tensor:
    """(batch, inputs) raw points at which a condition is asked: its place, and all along the inputs that are free there.

    Raises:
        FormulaError: the place lies outside the box.
    """
    held = {index: float(evaluated(torch, tree, [])) for index, tree in equation.at}
    for index, value in held.items():
        low, high = float(box.low[index]), float(box.high[index])
        if not low - 1e-9 * (high - low) <= value <= high + 1e-9 * (high - low):
            raise FormulaError(f"'{equation.text}': {names[index]} = {value:.6g} lies outside its range {low:.6g} … {high:.6g}")
    free = len(names) - len(held)
    if free == 0:
        points = box.low.unsqueeze(0).clone()
    else:
        points = _grid_or_scatter(box, [index for index in range(len(names)) if index not in held])
    for index, value in held.items():
        points[:, index] = value
    return points


def _grid_or_scatter(box: Box, free: list[int]) -> Tensor:
    """Points that spread over the free inputs: on a line both its ends, scattered otherwise."""
    if len(free) == 1:
        points = box.low.repeat(_AT_A_PLACE, 1)
        # Denser towards the ends (Chebyshev), where a polynomial piece has no neighbour on one side.
        along = (1 - torch.cos(torch.linspace(0, torch.pi, _AT_A_PLACE, dtype=torch.float64))) / 2
        points[:, free[0]] = box.low[free[0]] + along * (box.high[free[0]] - box.low[free[0]])
        return points
    part = scattered_points(Box(box.low[free], box.high[free]), _AT_A_PLACE * len(free), seed=0)
    points = box.low.repeat(len(part), 1)
    points[:, free] = part
    return points


def second_of(equations: Sequence[Equation]) -> Second:
    """Which second derivatives are needed."""
    orders = [quantity.by for equation in equations for quantity in equation.quantities]
    if any(len(set(by)) == 2 for by in orders):
        return "full"
    return "diagonal" if any(len(by) == 2 for by in orders) else "none"


def quantity_of(wanted: Quantity, f: InputDerivatives) -> Tensor:
    """(batch,) of what training carries along."""
    if not wanted.by:
        return f.value[:, wanted.unknown]
    if len(wanted.by) == 1:
        return f.gradient[:, wanted.unknown, wanted.by[0]]
    if f.hessian is None:
        raise DataError("second derivatives were not asked for")
    first, second = wanted.by
    return f.hessian[:, wanted.unknown, first] if f.hessian.ndim == 3 else f.hessian[:, wanted.unknown, first, second]
