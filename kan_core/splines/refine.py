"""The same splines on other knots: grid extension and grid update (Liu et al. 2404.19756, eq. 2.16)."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.splines.curve import spline_values
from kan_core.splines.grid import Grid, grid_of_breaks, uniform_grid
from kan_core.splines.least_squares import fit_coefficients


def regrid(grid: Grid, coefficients: Tensor, new: Grid) -> Tensor:
    """(targets, inputs, new basis): least-squares fit of the old splines on the new grid's range.

    The sample points are 2(k+1) Chebyshev points in each interval of the new grid, so the fit is well posed whatever
    the data are, and exact to rounding when the new knots contain the old ones and the range is the same. Finer grids are
    refitted one by one; weights of the base function stay.

    Raises:
        ShapeError: the new grid has another base or another number of finer grids.
    """
    if (grid.base, len(grid.finer)) != (new.base, len(new.finer)):
        raise ShapeError("knots can move only between grids with the same base and the same number of finer grids")
    pieces = [
        _regrid_part(old, coefficients[..., grid.columns(index)], fresh)
        for index, (old, fresh) in enumerate(zip(grid.parts, new.parts, strict=True))
    ]
    if grid.base is not None:
        pieces.append(coefficients[..., -1:])
    return pieces[0] if len(pieces) == 1 else torch.cat(pieces, -1)


def _regrid_part(grid: Grid, coefficients: Tensor, new: Grid) -> Tensor:
    x = sample_points(new)
    return fit_coefficients(new, x, spline_values(grid, coefficients, x))


def sample_points(grid: Grid) -> Tensor:
    """(points, inputs) Chebyshev points of all intervals."""
    count = 2 * (grid.degree + 1)
    angles = (torch.arange(count, dtype=grid.low.dtype, device=grid.low.device) + 0.5) * (torch.pi / count)
    local = 0.5 - 0.5 * torch.cos(angles)
    if grid.breaks is not None:
        inside = grid.breaks[:, :-1, None] + local * grid.breaks.diff(dim=1).unsqueeze(-1)
        return inside.flatten(1).T
    intervals = torch.arange(grid.intervals, dtype=grid.low.dtype, device=grid.low.device)
    unit = ((intervals[:, None] + local) / grid.intervals).reshape(-1, 1)
    return grid.low + unit * (grid.high - grid.low)


def refined(grid: Grid, intervals: int) -> Grid:
    """The range of a grid in another number of intervals, with the same kind of knots, base and no finer grids.

    A multiple of the present number keeps every old knot. Where intervals are not equal, the new ends lie on the polygon
    through the old ones, so the distribution of the knots stays.
    """
    if grid.breaks is None:
        return replace(uniform_grid(grid.low, grid.high, intervals, grid.degree), base=grid.base)
    _at_least_one(intervals)
    places = [divmod(m * grid.intervals, intervals) for m in range(intervals)]
    below = torch.tensor([whole for whole, _ in places], device=grid.low.device)
    share = torch.tensor([rest / intervals for _, rest in places], dtype=grid.low.dtype, device=grid.low.device)
    left, width = grid.breaks[:, below], grid.breaks.diff(dim=1)[:, below]
    breaks = torch.cat([left + share * width, grid.breaks[:, -1:]], dim=1)
    return replace(grid_of_breaks(breaks, grid.degree), base=grid.base)


def _at_least_one(intervals: int) -> None:
    if intervals < 1:
        raise ShapeError(f"a grid needs at least 1 interval, got {intervals}")


def extend(grid: Grid, coefficients: Tensor, intervals: int) -> tuple[Grid, Tensor]:
    """Grid extension: the same range in `intervals` pieces, one grid for all edges, whichever they had."""
    new = refined(grid, intervals)
    plain = new.plain
    splines = sum(_regrid_part(old, coefficients[..., grid.columns(index)], plain) for index, old in enumerate(grid.parts))
    assert isinstance(splines, Tensor)
    return new, splines if grid.base is None else torch.cat([splines, coefficients[..., -1:]], -1)
