"""Confidence and prediction bands of a fitted formula, to first order in its constants.

    f(x) ± q·√(jᵀ C j),   f(x) ± q·√(jᵀ C j + σ²(x))          j = ∂f/∂θ at x, C the covariance of the constants

with q from Student's t with n - p degrees of freedom, or from the normal distribution where σ is known
(Seber & Wild, Nonlinear Regression, 1989, 5.1). Each holds at one x at a time, not for all at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from kan_core.expression.values import Program
from kan_core.fitting.estimate import TAKES_PART
from kan_core.fitting.minimum import Minimum

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Band:
    """Arrays of a value for each input; NaN where the rows do not determine it.

    Attributes:
        values: the curve.
        deviation: standard deviation of the curve.
        confidence: (low, high) of the curve.
        prediction: (low, high) of a new row's left-hand side.
        level: chance that an interval is right.
    """

    values: Array
    deviation: Array
    confidence: tuple[Array, Array]
    prediction: tuple[Array, Array]
    level: float

    def only(self, known: NDArray[np.bool_]) -> Band:
        """The same where something is known, NaN elsewhere."""
        if known.all():
            return self
        low, high = (tuple(np.where(known, side, np.nan) for side in pair) for pair in (self.confidence, self.prediction))
        values, deviation = np.where(known, self.values, np.nan), np.where(known, self.deviation, np.nan)
        return Band(values, deviation, (low[0], low[1]), (high[0], high[1]), self.level)


def quantile(minimum: Minimum, level: float) -> float:
    """Half the width of an interval, in standard deviations."""
    tail = (1 + level) / 2
    if minimum.known_sigma:
        return float(norm.ppf(tail))
    return float(t.ppf(tail, minimum.spare)) if minimum.spare > 0 else float("nan")


def band_at(minimum: Minimum, inputs: Array, level: float, sigma: Array | None = None) -> Band:
    """The bands at (rows, inputs); `sigma` of new rows, absent: root mean square of that of the fitted ones."""
    posed = minimum.posed
    program = Program(posed.expression, inputs, [*posed.whole.names, *posed.fixed])
    values, slopes = program.linearised(np.concatenate([minimum.values, list(posed.fixed.values())]))
    values = np.asarray(values)
    with np.errstate(all="ignore"):
        deviation = _deviation(minimum, slopes[:, minimum.moving])
        spread = np.full(len(values), _usual(minimum)) if sigma is None else np.asarray(sigma, dtype=np.float64)
        near = quantile(minimum, level) * deviation
        far = quantile(minimum, level) * np.hypot(deviation, spread)
    return Band(values, deviation, (values - near, values + near), (values - far, values + far), level)


def _deviation(minimum: Minimum, slopes: Array) -> Array:
    """(rows,) standard deviation of the curve; NaN where it hangs on what the rows do not determine."""
    found = minimum.estimated
    if found is None:
        return np.full(len(slopes), np.nan)
    deviation = np.sqrt(minimum.variance) * np.linalg.norm(slopes @ found.root.T, axis=1)
    if len(found.lost):
        scaled = slopes * found.scale
        hangs = np.abs(scaled @ found.lost.T).max(axis=1) > TAKES_PART * np.linalg.norm(scaled, axis=1)
        deviation = np.where(hangs, np.nan, deviation)
    return deviation


def _usual(minimum: Minimum) -> float:
    """Root mean square of the rows' standard deviations in the unit of the left side."""
    root = minimum.posed.rows.root
    share = 1.0 if root is None else float(np.mean(1 / root[root > 0] ** 2))
    return float(np.sqrt(minimum.variance * share))
