"""Knots and, with them, the basis of a layer: one row a source node, shared by all edges that leave it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.splines.base import Base


@dataclass(frozen=True, eq=False)
class Grid:
    """G intervals on [low_i, high_i] for each of `inputs` sources, splines of degree k.

    Without `breaks` the knots of row i are uniform, t_m = low_i + (m - k)·h_i, m = 0 … G + 2k, h_i = (high_i - low_i)/G
    (k extra knots on either side; de Boor 1978, ch. IX). There are G + k B-splines.

    The columns of the basis are, in this order: the B-splines of this grid, those of each grid in `finer`, and the base
    function. An edge uses the B-splines of one of the grids (`Structure.grids`), and all edges use the base.

    Attributes:
        low: (inputs,) left end of each row.
        high: (inputs,) right end, > low.
        intervals: G ≥ 1.
        degree: k, 1 … 5 (3 is cubic; the order in de Boor's sense is k + 1).
        breaks: (inputs, G + 1) ascending ends of the intervals where they are not equal; the first and last are low and high.
        base: name of the base function, None for splines alone.
        finer: grids of the same range and degree that single edges were given.
    """

    low: Tensor
    high: Tensor
    intervals: int
    degree: int
    breaks: Tensor | None = None
    base: Base | None = None
    finer: tuple[Grid, ...] = ()

    @property
    def inputs(self) -> int:
        """Number of rows."""
        return self.low.shape[0]

    @property
    def splines(self) -> int:
        """Number of B-splines of this grid alone, G + k."""
        return self.intervals + self.degree

    @cached_property
    def basis(self) -> int:
        """Number of columns of the whole basis."""
        return self.splines + sum(grid.splines for grid in self.finer) + (self.base is not None)

    @property
    def is_plain(self) -> bool:
        """Whether there are only the B-splines of this grid."""
        return self.base is None and not self.finer

    @property
    def is_uniform(self) -> bool:
        """Whether the basis has a closed form."""
        return self.breaks is None

    @property
    def plain(self) -> Grid:
        """This grid's knots alone."""
        return self if self.is_plain else replace(self, base=None, finer=())

    @property
    def parts(self) -> tuple[Grid, ...]:
        """All grids: this one, then the finer ones."""
        return (self.plain, *self.finer)

    @property
    def step(self) -> Tensor:
        """(inputs,) knot distance h; its mean where knots are not uniform."""
        return (self.high - self.low) / self.intervals

    def columns(self, part: int) -> slice:
        """Columns of the B-splines of one of `parts`."""
        first = sum(grid.splines for grid in self.parts[:part])
        return slice(first, first + self.parts[part].splines)

    def row(self, source: int) -> Grid:
        """The basis of one source alone."""
        one = slice(source, source + 1)
        breaks = None if self.breaks is None else self.breaks[one]
        finer = tuple(grid.row(source) for grid in self.finer)
        return replace(self, low=self.low[one], high=self.high[one], breaks=breaks, finer=finer)

    def with_rows(self, more: Grid) -> Grid:
        """These rows, then those of a grid of the same sizes, degree and base.

        Raises:
            ShapeError: the grids differ in more than their rows.
        """
        mine, other = ([(part.intervals, part.degree) for part in grid.parts] for grid in (self, more))
        if mine != other or self.base != more.base:
            raise ShapeError(f"grids of {other} (intervals, degree) cannot join grids of {mine}")
        breaks = None
        if self.breaks is not None or more.breaks is not None:
            breaks = torch.cat([self.ends(), more.ends()])
        finer = tuple(one.with_rows(two) for one, two in zip(self.finer, more.finer, strict=True))
        low, high = torch.cat([self.low, more.low]), torch.cat([self.high, more.high])
        return replace(self, low=low, high=high, breaks=breaks, finer=finer)

    def greville(self) -> Tensor:
        """(inputs, G + k) averages (t_{m+1} + … + t_{m+k})/k: the coefficients of the spline s(x) = x (de Boor 1978, ch. XI)."""
        return self.knots()[:, 1:-1].unfold(1, self.degree, 1).mean(-1)

    def to(self, dtype: torch.dtype | None = None, device: torch.device | str | None = None) -> Grid:
        """The same knots as another element type or on another device."""
        return replace(
            self,
            low=self.low.to(device, dtype),
            high=self.high.to(device, dtype),
            breaks=None if self.breaks is None else self.breaks.to(device, dtype),
            finer=tuple(grid.to(dtype, device) for grid in self.finer),
        )

    def ends(self) -> Tensor:
        """(inputs, G + 1) ends of the intervals."""
        if self.breaks is not None:
            return self.breaks
        offsets = torch.arange(self.intervals, dtype=self.low.dtype, device=self.low.device)
        return torch.cat([self.low[:, None] + offsets * self.step[:, None], self.high[:, None]], 1)

    def knots(self) -> Tensor:
        """(inputs, G + 2k + 1) all knots of this grid; the k outer ones on either side lie h apart."""
        if self.breaks is None:
            offsets = torch.arange(-self.degree, self.intervals + self.degree + 1, dtype=self.low.dtype, device=self.low.device)
            return self.low[:, None] + offsets * self.step[:, None]
        outer = torch.arange(1, self.degree + 1, dtype=self.low.dtype, device=self.low.device) * self.step[:, None]
        return torch.cat([self.low[:, None] - outer.flip(1), self.breaks, self.high[:, None] + outer], dim=1)


def uniform_grid(low: Tensor, high: Tensor, intervals: int, degree: int = 3) -> Grid:
    """Check and build a uniform `Grid`; an empty range (constant column) is widened to half a unit each side.

    Raises:
        ShapeError: intervals < 1, degree outside 1 … 5, or rows of different length.
    """
    _check(intervals, degree)
    if low.shape != high.shape or low.ndim != 1:
        raise ShapeError(f"low and high must be rows of equal length, got {tuple(low.shape)} and {tuple(high.shape)}")
    scale = torch.maximum(low.abs(), high.abs())
    empty = (high - low) <= 1e-9 * torch.clamp(scale, min=1e-9)
    half = torch.where(empty, 0.5 * torch.clamp(scale, min=1.0), torch.zeros_like(low))
    return Grid(low - half, high + half, intervals, degree)


def grid_of_breaks(breaks: Tensor, degree: int = 3) -> Grid:
    """Check and build a `Grid` whose intervals end at the (inputs, G + 1) `breaks`.

    Raises:
        ShapeError: no interval, degree outside 1 … 5, or breaks that do not ascend.
    """
    if breaks.ndim != 2:
        raise ShapeError(f"breaks must be a table (inputs, intervals + 1), got shape {tuple(breaks.shape)}")
    _check(breaks.shape[1] - 1, degree)
    if not bool((breaks.diff(dim=1) > 0).all()):
        raise ShapeError("the ends of the intervals must ascend from left to right, each larger than the one before")
    return Grid(breaks[:, 0].contiguous(), breaks[:, -1].contiguous(), breaks.shape[1] - 1, degree, breaks.contiguous())


def _check(intervals: int, degree: int) -> None:
    if intervals < 1:
        raise ShapeError(f"a grid needs at least 1 interval, got {intervals}")
    if not 1 <= degree <= 5:
        raise ShapeError(f"the spline degree k must be 1 … 5, got {degree}")
