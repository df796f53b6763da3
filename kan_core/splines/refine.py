"""The same splines on other knots: grid extension and grid update (Liu et al. 2404.19756, eq. 2.16)."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.splines.curve import spline_values
from kan_core.splines.grid import Grid, uniform_grid
from kan_core.splines.least_squares import fit_coefficients


def regrid(grid: Grid, coefficients: Tensor, new: Grid) -> Tensor:
    """(targets, inputs, new basis): least-squares fit of the old splines on the new grid's range.

    The sample points are 2(k+1) Chebyshev points in each interval of the new grid, so the fit is well posed whatever
    the data are, and exact to rounding when the new knots contain the old ones and the range is the same.
    """
    count = 2 * (new.degree + 1)
    angles = (torch.arange(count, dtype=grid.low.dtype, device=grid.low.device) + 0.5) * (torch.pi / count)
    local = 0.5 - 0.5 * torch.cos(angles)
    intervals = torch.arange(new.intervals, dtype=grid.low.dtype, device=grid.low.device)
    unit = ((intervals[:, None] + local) / new.intervals).reshape(-1, 1)
    x = new.low + unit * (new.high - new.low)
    return fit_coefficients(new, x, spline_values(grid, coefficients, x))


def extend(grid: Grid, coefficients: Tensor, intervals: int) -> tuple[Grid, Tensor]:
    """Grid extension: the same range in `intervals` pieces."""
    new = uniform_grid(grid.low, grid.high, intervals, grid.degree)
    return new, regrid(grid, coefficients, new)
