"""The knots of a new layer, or of new sources of a layer, on the range that node values have."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.splines.grid import Grid, uniform_grid
from kan_core.splines.quantile import quantile_grid
from kan_core.splines.refine import refined

# A grid is wider than the values by this share on either side.
_MARGIN = 0.05


def grid_like(grid: Grid, values: Tensor) -> Grid:
    """Sizes, degree, base and kind of knots of `grid` on the range of (batch, inputs) node values; finer grids too."""
    known = torch.isfinite(values)
    low = torch.where(known, values, torch.full_like(values, torch.inf)).amin(0)
    high = torch.where(known, values, torch.full_like(values, -torch.inf)).amax(0)
    nothing = low > high
    low, high = torch.where(nothing, torch.zeros_like(low), low), torch.where(nothing, torch.ones_like(high), high)
    margin = _MARGIN * (high - low)
    low, high = low - margin, high + margin
    if grid.is_uniform:
        new = uniform_grid(low, high, grid.intervals, grid.degree)
    else:
        new = quantile_grid(values, low, high, grid.intervals, grid.degree)
    return replace(new, base=grid.base, finer=tuple(refined(new, part.intervals) for part in grid.finer))
