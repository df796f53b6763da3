"""One basis for two layers that are put side by side: the union of their grids, so that every spline keeps its own knots."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.layers.layer import Layer
from kan_core.network.rebase import identity_as_splines
from kan_core.splines.grid import Grid, uniform_grid
from kan_core.splines.refine import refined


@dataclass(frozen=True, eq=False)
class Placed:
    """A layer and where each of its grids went among the parts of the common one."""

    layer: Layer
    places: tuple[int, ...]

    def grids(self) -> Tensor:
        """(targets, inputs) long, the common part of each edge."""
        structure = self.layer.structure
        own = torch.zeros_like(structure.spline, dtype=torch.long) if structure.grids is None else structure.grids
        return torch.tensor(self.places, device=own.device)[own] * structure.spline

    def coefficients(self, grid: Grid) -> Tensor:
        """(targets, inputs, basis of the common grid)."""
        own = self.layer.coefficients * self.layer.structure.spline.unsqueeze(-1)
        made = own.new_zeros((*own.shape[:2], grid.basis))
        for part, place in enumerate(self.places):
            made[..., grid.columns(place)] += own[..., self.layer.grid.columns(part)]
        if self.layer.grid.base is not None:
            made[..., -1] += own[..., -1]
        return made


@dataclass(frozen=True, eq=False)
class Common:
    """The basis of two layers side by side."""

    grid: Grid
    one: Placed
    two: Placed


def common_grid(one: Layer, two: Layer, *, shared: bool) -> Common:
    """The union of the grids of two layers, over the same sources (`shared`) or over those of one and then those of two.

    Raises:
        ShapeError: splines of different degree.
    """
    if None not in (one.grid.base, two.grid.base) and one.grid.base != two.grid.base:
        one, two = (identity_as_splines(layer) if layer.grid.base == "identity" else layer for layer in (one, two))
    if not one.structure.has_splines:
        one = _without_splines(one, two.grid, shared=shared)
    elif not two.structure.has_splines:
        two = _without_splines(two, one.grid, shared=shared)
    if one.grid.degree != two.grid.degree:
        raise ShapeError(
            f"splines of degree {one.grid.degree} and {two.grid.degree} cannot share a layer; start both networks with the same"
        )
    parts, first, second = _shared(one.grid, two.grid) if shared else _side_by_side(one.grid, two.grid)
    grid = replace(parts[0], base=one.grid.base or two.grid.base, finer=tuple(parts[1:]))
    return Common(grid, Placed(one, first), Placed(two, second))


Parts = tuple[list[Grid], tuple[int, ...], tuple[int, ...]]


def _shared(one: Grid, two: Grid) -> Parts:
    """All different knots of both."""
    parts = list(one.parts)
    places: list[int] = []
    for part in two.parts:
        same = [index for index, known in enumerate(parts) if same_knots(known, part)]
        if not same:
            parts.append(part)
        places.append(same[0] if same else len(parts) - 1)
    return parts, tuple(range(len(one.parts))), tuple(places)


def same_knots(one: Grid, two: Grid) -> bool:
    """Whether two grids have the same intervals of the same kind."""
    return (one.intervals, one.is_uniform) == (two.intervals, two.is_uniform) and torch.equal(one.ends(), two.ends())


def _side_by_side(one: Grid, two: Grid) -> Parts:
    """Each part over the sources of both; where the other layer has none of that size, on its range."""
    if [part.intervals for part in one.parts] == [part.intervals for part in two.parts]:
        places = tuple(range(len(one.parts)))
        return [a.with_rows(b) for a, b in zip(one.parts, two.parts, strict=True)], places, places
    count = len(one.parts)
    parts = [part.with_rows(refined(two.plain, part.intervals)) for part in one.parts]
    parts += [refined(one.plain, part.intervals).with_rows(part) for part in two.parts]
    return parts, tuple(range(count)), tuple(range(count, len(parts)))


def _without_splines(layer: Layer, like: Grid, *, shared: bool) -> Layer:
    """A layer of symbolic edges only, on a grid of the other's sizes, since none of its edges notices."""
    grid = like if shared else uniform_grid(layer.grid.low, layer.grid.high, like.intervals, like.degree)
    grid = replace(grid, base=like.base, finer=())
    coefficients = layer.coefficients.new_zeros((layer.targets, layer.inputs, grid.basis))
    return Layer(replace(layer.structure, grids=None), grid, coefficients, layer.constants)
