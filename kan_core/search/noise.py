"""Whether what a formula leaves unexplained is noise: then the data have nothing more to say, and a search may end.

Two tests on the residuals r. Smooth structure: the share of r that monomials of the inputs explain, against what idle terms
explain by chance. Fine structure: the correlation of r between rows that are nearest neighbours. Neither may be significant
at about 2 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Fewer rows say nothing about structure.
_ROWS = 40
# Monomials, at most this share of the rows, and their highest degree.
_SHARE = 0.06
_MOST = 60
_DEGREE = 5
# Standard deviations beyond which a statistic is no accident (one-sided, 2 %).
_SIGNIFICANT = 2.0
# Residuals below this share of the target's spread are left by a fit, not by an instrument.
_LEAST = 1e-5


def is_noise(residuals: Array, inputs: Array, spread: float) -> bool:
    """No structure in the residuals that a smooth function or the nearest row would tell.

    Args:
        residuals: (rows,) data less formula.
        inputs: (rows, inputs).
        spread: standard deviation of the target.
    """
    if len(residuals) < _ROWS or not np.isfinite(residuals).all() or residuals.std() < _LEAST * spread:
        return False
    r = residuals - residuals.mean()
    width = np.ptp(inputs, axis=0)
    unit = (inputs - inputs.mean(axis=0)) / np.where(width > 0, width, 1.0)
    return _smooth(r, unit) < _SIGNIFICANT and _neighbours(r, unit) < _SIGNIFICANT


def _smooth(r: Array, unit: Array) -> float:
    """How many standard deviations the explained share lies above what p idle terms explain of N rows, p/N."""
    columns = np.column_stack(list(_monomials(unit, max(4, min(_MOST, int(_SHARE * len(r)))))))
    basis = np.linalg.qr(columns - columns.mean(axis=0))[0]
    explained = float(((basis.T @ r) ** 2).sum() / (r @ r))
    rows, terms = len(r), basis.shape[1]
    mean = terms / rows
    deviation = math.sqrt(2 * terms * (rows - terms)) / (rows * math.sqrt(rows + 2))
    return (explained - mean) / max(deviation, 1e-300)


def _monomials(unit: Array, most: int) -> Iterator[Array]:
    """Products of the inputs, degree after degree, until there are enough."""
    given = 0
    for degree in range(1, _DEGREE + 1):
        for places in combinations_with_replacement(range(unit.shape[1]), degree):
            if given >= most:
                return
            given += 1
            yield np.prod(unit[:, list(places)], axis=1)


def _neighbours(r: Array, unit: Array) -> float:
    """√N times the correlation between rows and their nearest neighbours."""
    # |a - b|² = |a|² + |b|² - 2a·b: with many columns the differences themselves would fill the memory.
    square = (unit**2).sum(axis=1)
    distance = square[:, None] + square - 2 * unit @ unit.T
    np.fill_diagonal(distance, np.inf)
    nearest = distance.argmin(axis=1)
    # Mutual neighbours count twice, so the deviation of the mean is √2 wider than that of independent products.
    return float(np.mean(r * r[nearest]) / np.mean(r * r)) * math.sqrt(len(r) / 2)
