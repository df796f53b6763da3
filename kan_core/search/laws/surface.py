"""A smooth surface through the rows: a polynomial of several columns by least squares, with its slopes.

y ≈ Σ c_e·Π T_e(x), Chebyshev polynomials T of each column brought to [-1, 1], of as high a total degree as the rows allow. What
it leaves unexplained says whether a target is a function of these columns at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from kan_core.search.laws.candidates import Array
from kan_core.training.halting import go_on

# Terms: so many at most, and so many rows for each.
_MOST = 210
_ROWS_EACH = 3
_DEGREE = 20


class Surface:
    """The least-squares polynomial of a target.

    Attributes:
        error: root mean square residual for each degree of freedom left, over the spread of the target.
        residual: (rows,).
    """

    def __init__(self, columns: Array, target: Array) -> None:
        """Columns (rows, columns), target (rows,)."""
        go_on()
        low, width = columns.min(axis=0), np.ptp(columns, axis=0)
        self._scale = 2 / np.where(width > 0, width, 1.0)
        unit = (columns - low) * self._scale - 1
        self._degrees = _exponents(columns.shape[1], min(_MOST, len(target) // _ROWS_EACH))
        degree = max(max(one) for one in self._degrees)
        self._curves = [chebyshev.chebvander(column, degree) for column in unit.T]
        self._slopes = [_slopes(curves) for curves in self._curves]
        self.basis, triangle = np.linalg.qr(self._products(self._curves))
        shares = self.basis.T @ target
        self._found = np.linalg.lstsq(triangle, shares, rcond=1e-13)[0]
        self.residual: Array = target - self.basis @ shares
        freedom = max(1, len(target) - len(self._degrees))
        spread = float(target.std())
        self.error = math.sqrt(float(self.residual @ self.residual) / freedom) / spread if spread > 0 else math.inf

    def slope(self, place: int) -> Array:
        """(rows,) derivative by one column."""
        curves = [self._slopes[at] if at == place else own for at, own in enumerate(self._curves)]
        result: Array = self._products(curves) @ self._found * self._scale[place]
        return result

    def _products(self, curves: Sequence[Array]) -> Array:
        powers = np.array(self._degrees)
        result = curves[0][:, powers[:, 0]]
        for place, own in enumerate(curves[1:], start=1):
            result = result * own[:, powers[:, place]]
        return result


def _slopes(curves: Array) -> Array:
    """(rows, degrees) derivatives of Chebyshev polynomials, T'ₙ = 2n·T₍ₙ₋₁₎ + n/(n - 2)·T'₍ₙ₋₂₎."""
    found = np.zeros_like(curves)
    for n in range(1, curves.shape[1]):
        found[:, n] = n * curves[:, 0] if n == 1 else 2 * n * curves[:, n - 1]
        if n > 2:
            found[:, n] += n / (n - 2) * found[:, n - 2]
    return found


@lru_cache(maxsize=64)
def _exponents(columns: int, most: int) -> list[tuple[int, ...]]:
    """Exponents of all products up to the highest total degree that keeps within `most` terms, at least to the first."""
    degree = 1
    while degree < _DEGREE and math.comb(columns + degree + 1, columns) <= most:
        degree += 1
    return list(_up_to(columns, degree))


def _up_to(columns: int, degree: int) -> list[tuple[int, ...]]:
    if columns == 0:
        return [()]
    return [(own, *rest) for own in range(degree + 1) for rest in _up_to(columns - 1, degree - own)]
