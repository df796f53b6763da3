"""Knots that follow the data: short intervals where rows are dense, long ones where they are few.

As in Liu et al. 2404.19756 (pykan's `grid_eps`) the ends of the intervals mix quantiles of the values with equal distances.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.splines.grid import Grid, grid_of_breaks, uniform_grid

UNIFORM_SHARE = 0.1
"""ε: no interval becomes shorter than this share of a uniform one, however many rows have equal values."""


def quantile_grid(
    values: Tensor, low: Tensor, high: Tensor, intervals: int, degree: int = 3, uniform_share: float = UNIFORM_SHARE
) -> Grid:
    """Breaks b_m = ε·u_m + (1 - ε)·q_m with u_m at equal distances on [low, high] and q_m the m/G quantile of the values.

    Args:
        values: (batch, inputs) the values that a source node takes; those that are not finite are passed over.
        low: (inputs,) left end of each row.
        high: (inputs,) right end.
        intervals: G.
        degree: k.
        uniform_share: ε, 0 < ε ≤ 1; 1 gives equal distances.

    Raises:
        ShapeError: see `uniform_grid`.
    """
    even = uniform_grid(low, high, intervals, degree).ends()
    kept = torch.where(torch.isfinite(values), values, torch.full_like(values, torch.nan))
    clipped = kept.clamp(even[:, 0], even[:, -1]).to(even.dtype)
    shares = torch.linspace(0, 1, intervals + 1, dtype=even.dtype, device=even.device)
    quantiles = _quantiles(clipped, shares)
    quantiles = torch.where(torch.isfinite(quantiles), quantiles, even)
    # The ends stay where they are: outside of them splines are continued.
    quantiles = torch.cat([even[:, :1], quantiles[:, 1:-1], even[:, -1:]], dim=1)
    return grid_of_breaks(uniform_share * even + (1 - uniform_share) * quantiles, degree)


def _quantiles(values: Tensor, shares: Tensor) -> Tensor:
    """(inputs, shares) by linear interpolation; `torch.quantile` refuses large tables."""
    ordered = values.sort(dim=0).values  # what is not a number comes last
    known = torch.isfinite(ordered).sum(0)
    place = shares * (known - 1).clamp(min=0).unsqueeze(1)
    below = place.floor().long()
    above = torch.minimum(below + 1, (known - 1).clamp(min=0).unsqueeze(1))
    left, right = ordered.T.gather(1, below), ordered.T.gather(1, above)
    return left + (place - below) * (right - left)
