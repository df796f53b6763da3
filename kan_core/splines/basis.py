"""B-spline values from closed-form polynomials of the local coordinate (de Boor 1978, ch. IX-X).

On uniform knots the k+1 non-zero B-splines at x are fixed polynomials of u = (x - t_j)/h in [0, 1), the same on
every interval, so one small matrix product replaces the Cox-de Boor recursion (`cox_de_boor` is kept as the oracle).
Outside the outermost knots each spline continues as its tangent, so extrapolation is linear: never zero, never NaN.
Grids with breaks go through `local_recursion`; the base function of a grid is the last column of its dense basis.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from kan_core.splines import local_recursion
from kan_core.splines.base import base_column
from kan_core.splines.grid import Grid

_ROUNDING = 1e-12


@cache
def _polynomials(degree: int) -> tuple[tuple[float, ...], ...]:
    """Row r: coefficients of u^0 … u^k of the r-th non-zero B-spline on an interval, r = 0 … k.

    From the recursion of the cardinal B-spline, N_r^k(u) = ((k - r + u)·N_{r}^{k-1}… (de Boor 1978, ch. X (11)):
    with pieces numbered so that r = 0 is the spline that ends on this interval.
    """
    pieces = [[1.0]]
    for k in range(1, degree + 1):
        previous, pieces = pieces, []
        for r in range(k + 1):
            row = [0.0] * (k + 1)
            # left neighbour r-1 rises with weight (u + k - r)/k, right neighbour r falls with weight (r + 1 - u)/k
            if r >= 1:
                for power, value in enumerate(previous[r - 1]):
                    row[power] += value * (k - r) / k
                    row[power + 1] += value / k
            if r <= k - 1:
                for power, value in enumerate(previous[r]):
                    row[power] += value * (r + 1) / k
                    row[power + 1] -= value / k
            pieces.append(row)
    return tuple(tuple(row) for row in pieces)


@cache
def _matrix(degree: int, derivative: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """(k + 1 powers, k + 1 splines) so that powers(u) @ matrix gives the local basis or its derivative in u."""
    rows = [list(row) for row in _polynomials(degree)]
    for _ in range(derivative):
        rows = [[power * row[power] for power in range(1, len(row))] + [0.0] for row in rows]
    return torch.tensor(rows, dtype=dtype, device=device).T.contiguous()


def _locate(grid: Grid, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Interval index 0 … G-1, local coordinate u in [0, 1] and the signed distance outside the grid, each (batch, inputs)."""
    inside = torch.minimum(torch.maximum(x, grid.low), grid.high)
    position = (inside - grid.low) / grid.step
    # NaN (a symbolic edge left its domain upstream) must stay NaN in that row, and has no interval
    interval = position.nan_to_num().floor().clamp(0, grid.intervals - 1)
    return interval.long(), position - interval, x - inside


def _powers(u: Tensor, degree: int) -> Tensor:
    """(…, degree + 1) u^0 … u^degree."""
    columns = [torch.ones_like(u), u]
    for _ in range(degree - 1):
        columns.append(columns[-1] * u)
    return torch.stack(columns[: degree + 1], dim=-1)


def local_basis(grid: Grid, x: Tensor, derivative: int = 0) -> tuple[Tensor, Tensor]:
    """The k+1 B-splines that are not zero at x; base function and finer grids take no part.

    Args:
        grid: knots of each input.
        x: (batch, inputs) in the grid's units.
        derivative: 0, 1 or 2: B, dB/dx or d²B/dx².

    Returns:
        first: (batch, inputs) long, index m of the first non-zero basis function.
        values: (batch, inputs, k + 1), B_{m+r,k}(x) for r = 0 … k, linear outside the grid.
    """
    if not grid.is_uniform:
        return _local_recursion(grid, x, derivative)
    interval, u, outside = _locate(grid, x)
    powers = _powers(u, grid.degree)
    step = grid.step[:, None]
    if derivative == 0:
        values = powers @ _matrix(grid.degree, 0, x.dtype, x.device)
        slope = powers @ _matrix(grid.degree, 1, x.dtype, x.device)
        return interval, values + slope * (outside.unsqueeze(-1) / step)
    if derivative == 1:
        return interval, powers @ _matrix(grid.degree, 1, x.dtype, x.device) / step
    curvature = powers @ _matrix(grid.degree, 2, x.dtype, x.device) / step**2
    return interval, curvature * _is_inside(outside, grid).unsqueeze(-1)


def _local_recursion(grid: Grid, x: Tensor, derivative: int) -> tuple[Tensor, Tensor]:
    """`local_basis` on knots at any distances."""
    interval, inside, outside = local_recursion.locate(grid, x)
    knots = local_recursion.around(grid, interval)
    values = local_recursion.local_values(knots, grid.degree, inside, derivative)
    if derivative == 0:
        slope = local_recursion.local_values(knots, grid.degree, inside, 1)
        return interval, values + slope * outside.unsqueeze(-1)
    return interval, values if derivative == 1 else values * _is_inside(outside, grid).unsqueeze(-1)


def _is_inside(outside: Tensor, grid: Grid) -> Tensor:
    """Whether a point has the curvature of the spline; one that rounding put beside the last knot has it too."""
    return outside.abs() <= _ROUNDING * (grid.high - grid.low)


def dense_basis(grid: Grid, x: Tensor, derivative: int = 0) -> Tensor:
    """(batch, inputs, basis) all columns of a grid's basis or their derivative, most of them zero; see `local_basis`."""
    if not grid.is_plain:
        columns = [dense_basis(part, x, derivative) for part in grid.parts]
        return torch.cat([*columns, *_base_columns(grid, x, derivative)], -1)
    first, values = local_basis(grid, x, derivative)
    dense = x.new_zeros((*x.shape, grid.basis))
    columns = first.unsqueeze(-1) + torch.arange(grid.degree + 1, device=x.device)
    return dense.scatter_(-1, columns, values)


def _base_columns(grid: Grid, x: Tensor, derivative: int) -> list[Tensor]:
    return [] if grid.base is None else [base_column(grid.base, x, derivative)]


def value_and_slope(grid: Grid, x: Tensor) -> tuple[Tensor, Tensor]:
    """Dense B and dB/dx, each (batch, inputs, basis), with the location found once."""
    if not grid.is_plain:
        values, slopes = zip(*(value_and_slope(part, x) for part in grid.parts), strict=True)
        return (
            torch.cat([*values, *_base_columns(grid, x, 0)], -1),
            torch.cat([*slopes, *_base_columns(grid, x, 1)], -1),
        )
    interval, values, slope = _local_value_and_slope(grid, x)
    columns = interval.unsqueeze(-1) + torch.arange(grid.degree + 1, device=x.device)
    dense = x.new_zeros((2, *x.shape, grid.basis))
    return dense[0].scatter_(-1, columns, values), dense[1].scatter_(-1, columns, slope)


def _local_value_and_slope(grid: Grid, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Interval, and values and slopes of the k + 1 B-splines there."""
    if not grid.is_uniform:
        interval, inside, outside = local_recursion.locate(grid, x)
        knots = local_recursion.around(grid, interval)
        slope = local_recursion.local_values(knots, grid.degree, inside, 1)
        values = local_recursion.local_values(knots, grid.degree, inside) + slope * outside.unsqueeze(-1)
        return interval, values, slope
    interval, u, outside = _locate(grid, x)
    powers = _powers(u, grid.degree)
    slope = powers @ _matrix(grid.degree, 1, x.dtype, x.device) / grid.step[:, None]
    return interval, powers @ _matrix(grid.degree, 0, x.dtype, x.device) + slope * outside.unsqueeze(-1), slope
