"""Uniform knot grids: one row of knots per source node, shared by all edges that leave it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import ShapeError


@dataclass(frozen=True, eq=False)
class Grid:
    """G equal intervals on [low_i, high_i] for each of `inputs` sources, splines of degree k.

    The knots of row i are t_m = low_i + (m - k)·h_i, m = 0 … G + 2k, h_i = (high_i - low_i)/G
    (k extra knots on either side; de Boor 1978, ch. IX). There are G + k basis functions.

    Attributes:
        low: (inputs,) left end of each row.
        high: (inputs,) right end, > low.
        intervals: G ≥ 1.
        degree: k, 1 … 5 (3 is cubic; the order in de Boor's sense is k + 1).
    """

    low: Tensor
    high: Tensor
    intervals: int
    degree: int

    @property
    def inputs(self) -> int:
        """Number of rows."""
        return self.low.shape[0]

    @property
    def basis(self) -> int:
        """Number of basis functions per row, G + k."""
        return self.intervals + self.degree

    @property
    def step(self) -> Tensor:
        """(inputs,) knot distance h."""
        return (self.high - self.low) / self.intervals

    def row(self, source: int) -> Grid:
        """The knots of one source alone."""
        return Grid(self.low[source : source + 1], self.high[source : source + 1], self.intervals, self.degree)

    def knots(self) -> Tensor:
        """(inputs, G + 2k + 1) all knots, the k outer ones on either side included."""
        offsets = torch.arange(-self.degree, self.intervals + self.degree + 1, dtype=self.low.dtype, device=self.low.device)
        return self.low[:, None] + offsets * self.step[:, None]


def uniform_grid(low: Tensor, high: Tensor, intervals: int, degree: int = 3) -> Grid:
    """Check and build a `Grid`; an empty range (constant column) is widened to half a unit each side.

    Raises:
        ShapeError: intervals < 1, degree outside 1 … 5, or rows of different length.
    """
    if intervals < 1:
        raise ShapeError(f"a grid needs at least 1 interval, got {intervals}")
    if not 1 <= degree <= 5:
        raise ShapeError(f"the spline degree k must be 1 … 5, got {degree}")
    if low.shape != high.shape or low.ndim != 1:
        raise ShapeError(f"low and high must be rows of equal length, got {tuple(low.shape)} and {tuple(high.shape)}")
    scale = torch.maximum(low.abs(), high.abs())
    empty = (high - low) <= 1e-9 * torch.clamp(scale, min=1e-9)
    half = torch.where(empty, 0.5 * torch.clamp(scale, min=1.0), torch.zeros_like(low))
    return Grid(low - half, high + half, intervals, degree)
