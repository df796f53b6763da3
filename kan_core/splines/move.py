"""The same kind of knots on another range: what training and edits do when node values have left a grid."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.splines.grid import Grid, grid_of_breaks, uniform_grid
from kan_core.splines.quantile import quantile_grid
from kan_core.splines.refine import refined


def moved_grid(grid: Grid, rows: Tensor, low: Tensor, high: Tensor, values: Tensor) -> Grid:
    """The grid with other ranges for some of its rows; kind of knots, base and finer grids stay.

    Args:
        grid: of a layer.
        rows: (inputs,) bool, which rows move.
        low: (inputs,) their new left ends.
        high: (inputs,) their new right ends.
        values: (batch, inputs) node values, whose quantiles knots follow that are not uniform.
    """
    low, high = torch.where(rows, low, grid.low), torch.where(rows, high, grid.high)
    if grid.breaks is None:
        new = uniform_grid(low, high, grid.intervals, grid.degree)
    else:
        followed = quantile_grid(values, low, high, grid.intervals, grid.degree)
        new = grid_of_breaks(torch.where(rows.unsqueeze(1), followed.ends(), grid.breaks), grid.degree)
    return replace(new, base=grid.base, finer=tuple(refined(new, finer.intervals) for finer in grid.finer))
