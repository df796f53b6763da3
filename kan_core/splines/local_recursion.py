"""The k + 1 B-splines that are not zero at a point, on knots at any distances: Cox-de Boor, vectorised over points.

With q_r = V^{p-1}_r/(t_{j+1+r} - t_{j-p+1+r}) on the interval [t_j, t_{j+1}] (de Boor 1978, ch. X (4) and (12)-(16)),
    V^p_r = (x - t_{j-p+r})·q_{r-1} + (t_{j+1+r} - x)·q_r,    d/dx: p·(q_{r-1} - q_r),
so the d-th derivative is k - d steps of the first kind and d of the second. Called by `basis` for grids with breaks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.splines.grid import Grid


def locate(grid: Grid, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Interval 0 … G-1, the nearest point inside the grid and the signed distance to it, each (batch, inputs)."""
    assert grid.breaks is not None
    inside = torch.minimum(torch.maximum(x, grid.low), grid.high)
    # NaN must stay NaN in its own row, and has no interval
    points = torch.where(torch.isnan(inside), grid.low, inside).T.contiguous()
    interval = torch.searchsorted(grid.breaks, points, right=True) - 1
    return interval.clamp(0, grid.intervals - 1).T, inside, x - inside


def around(grid: Grid, interval: Tensor) -> Tensor:
    """(batch, inputs, 2k) the knots t_{j-k+1} … t_{j+k} around each point's interval."""
    knots = grid.knots()
    places = interval.unsqueeze(-1) + torch.arange(1, 2 * grid.degree + 1, device=interval.device)
    rows = torch.arange(grid.inputs, device=interval.device)[None, :, None]
    return knots[rows, places]


def local_values(knots: Tensor, degree: int, x: Tensor, derivative: int = 0) -> Tensor:
    """(batch, inputs, k + 1) values or derivatives of the non-zero B-splines.

    Args:
        knots: `around`.
        degree: k.
        x: (batch, inputs) inside the grid.
        derivative: 0, 1 or 2.
    """
    if derivative > degree:
        return x.new_zeros((*x.shape, degree + 1))
    point = x.unsqueeze(-1)
    values = torch.ones_like(point)
    for p in range(1, degree + 1):
        # q_0 … q_{p-1} belong to the splines with support [t_{j-p+1+r}, t_{j+1+r}]
        left, right = knots[..., degree - p : degree], knots[..., degree : degree + p]
        shared = values / (right - left)
        none = torch.zeros_like(point)
        if p <= degree - derivative:
            values = torch.cat([none, (point - left) * shared], -1) + torch.cat([(right - point) * shared, none], -1)
        else:
            values = p * (torch.cat([none, shared], -1) - torch.cat([shared, none], -1))
    return values
