"""The k + 1 B-splines that are not zero at a point, one contiguous slab each: the input of `gemm` and `gather`.

On uniform knots with u = (x - t_j)/h in [0, 1] the recursion of the cardinal B-spline (de Boor 1978, ch. X (11)) is
V^d_r = V^{d-1}_{r-1}·(u + d - r) + V^{d-1}_r·(r + 1 - u), started at 1/k!, so that no step divides. Its last but one row
gives the slopes, dB_r/du = k·(V^{k-1}_{r-1} - V^{k-1}_r). Slabs (batch, inputs) instead of a trailing axis of length
k + 1 keep every operation vectorised; `splines.basis` is the same mathematics for small tables and the oracle of the tests.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor


class KnotMap(NamedTuple):
    """Affine map from node values to knot positions, p = x·scale + shift, p = 0 … G inside the grid.

    Attributes:
        scale: (inputs,) 1/h.
        shift: (inputs,) -low/h.
        intervals: G.
        degree: k, 1 … 5.
    """

    scale: Tensor
    shift: Tensor
    intervals: int
    degree: int

    @property
    def basis(self) -> int:
        """Number of basis functions, G + k."""
        return self.intervals + self.degree


class LocalWeights(NamedTuple):
    """Non-zero basis functions at each point.

    Attributes:
        first: (batch, inputs) int32, index of the first of them.
        values: k + 1 tensors (batch, inputs), linear outside the grid.
        slopes: k + 1 tensors (batch, inputs), dB/dp in units of the knot distance, constant outside the grid; may be none
            when nobody asked for them.
    """

    first: Tensor
    values: list[Tensor]
    slopes: list[Tensor]


def local_weights(knots: KnotMap, x: Tensor, *, with_slopes: bool = True) -> LocalWeights:
    """Values and slopes of the non-zero basis functions at (batch, inputs) points.

    A point that is not a number gives values that are not numbers in its own row, and a valid index. Without slopes half
    of the work is saved when no point lies outside the grid.
    """
    position = torch.addcmul(knots.shift, x, knots.scale)
    outside = None
    if with_slopes or not _within(position, knots.intervals):
        inside = position.clamp(0, knots.intervals)
        outside, position = position.sub_(inside), inside
    # int32: conversions from and to it are vectorised, those between floats and int64 are not.
    first = position.int().clamp_(0, knots.intervals - 1)
    u = position.sub_(first.to(x.dtype))
    if outside is None:
        return LocalWeights(first, _cubic(u) if knots.degree == 3 else _values_and_slopes(u, knots.degree)[0], [])
    values, slopes = basis_on_interval(u, knots.degree)
    return LocalWeights(first, [value.addcmul_(slope, outside) for value, slope in zip(values, slopes, strict=True)], slopes)


def basis_on_interval(u: Tensor, degree: int) -> tuple[list[Tensor], list[Tensor]]:
    """The k + 1 values and slopes dB/du at places 0 ≤ u ≤ 1 of an interval; u is left as it is."""
    return _cubic_and_slopes(u) if degree == 3 else _values_and_slopes(u, degree)


def _within(position: Tensor, intervals: int) -> bool:
    """Whether all points lie inside the grid; points that are no numbers do not."""
    low, high = position.aminmax() if position.numel() else (position.new_zeros(()), position.new_zeros(()))
    return float(low) >= 0 and float(high) <= intervals


def _cubic(u: Tensor) -> list[Tensor]:
    """The recursion written out for k = 3 with v = 1 - u: v³/6, 2/3 - u² + u³/2, 2/3 - v² + v³/2, u³/6."""
    v = 1 - u
    return _cubic_of_halves(u, v, (u * u).mul_(0.5), (v * v).mul_(0.5))


def _cubic_and_slopes(u: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Also the slopes -v²/2, 3u²/2 - 2u, 2v - 3v²/2, u²/2."""
    v = 1 - u
    last, first = (u * u).mul_(0.5), (v * v).mul_(0.5)
    values = _cubic_of_halves(u, v, last, first)
    slopes = [(last * 3).sub_(u, alpha=2), (first * -3).add_(v, alpha=2)]
    return values, [first.neg_(), *slopes, last]


def _cubic_of_halves(u: Tensor, v: Tensor, half_square: Tensor, half_square_v: Tensor) -> list[Tensor]:
    half_cube, half_cube_v = half_square * u, half_square_v * v
    second = torch.sub(half_cube, half_square, alpha=2).add_(2 / 3)
    third = torch.sub(half_cube_v, half_square_v, alpha=2).add_(2 / 3)
    return [half_cube_v.mul_(1 / 3), second, third, half_cube.mul_(1 / 3)]


def _values_and_slopes(u: Tensor, degree: int) -> tuple[list[Tensor], list[Tensor]]:
    rising = [u + power for power in range(degree)]  # u + j
    falling = [1 + power - u for power in range(degree)]  # j + 1 - u
    scale = 1 / math.factorial(degree)
    if degree == 1:
        return [falling[0], rising[0].clone()], [torch.full_like(u, -1.0), torch.ones_like(u)]
    row = [falling[0] * scale, u * scale]
    for d in range(2, degree):
        row = _raise(row, rising, falling, d)
    slopes = [row[0] * -degree]
    slopes += [(before - after).mul_(degree) for before, after in pairwise(row)]
    slopes.append(row[-1] * degree)
    return _raise(row, rising, falling, degree), slopes


def _raise(row: list[Tensor], rising: list[Tensor], falling: list[Tensor], d: int) -> list[Tensor]:
    """V^{d-1} → V^d."""
    inner = [torch.addcmul(row[r - 1] * rising[d - r], row[r], falling[r]) for r in range(1, d)]
    return [row[0] * falling[0], *inner, row[-1] * rising[0]]
