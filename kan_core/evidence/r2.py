"""R², in the one way that it is computed anywhere: 1 - Σw·residual² / Σw·(target - mean)², the mean that of the same rows.

A mean of other rows would make R² of two revisions comparable with nothing, and of a handful of rows it is chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_JUDGED = 5
"""Rows below which R² is not given: of four rows a line explains half by chance (R² is p/(n - 1) on average)."""
LEAST = -1e12
"""What a model that is far off is said to explain; the number itself may overflow."""


def r_squared(residuals: ArrayLike, targets: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """R², the mean over outputs that vary; None where there is none to give.

    Args:
        residuals: (rows,) or (rows, outputs); rows with one that is not finite do not count.
        targets: of the same shape.
        weights: (rows,) ≥ 0, what each row counts.

    Returns:
        None with fewer than `LEAST_JUDGED` rows that count, or when no target varies on them beyond rounding.
    """
    errors, wanted = _table(residuals), _table(targets)
    share = np.ones(len(wanted)) if weights is None else np.asarray(weights, dtype=np.float64)
    counts = np.isfinite(errors).all(axis=1) & (share > 0)
    errors, wanted, share = errors[counts], wanted[counts], share[counts] / max(share[counts].max(initial=0.0), 1e-300)
    if len(wanted) < LEAST_JUDGED:
        return None
    share = share / share.sum()
    # Scaled first, so that squares do not overflow.
    largest = np.maximum(np.abs(wanted).max(axis=0), 1e-300)
    around = wanted / largest
    spread = np.sqrt(share @ (around - share @ around) ** 2)
    varies = spread > 1e-14
    if not varies.any():
        return None
    unit = np.clip(errors[:, varies] / largest[varies] / spread[varies], -1e6, 1e6)
    return float(np.clip((1 - share @ unit**2).mean(), LEAST, 1.0))


def r_squared_of_error(error: float, targets: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """The same from the root mean square of the residuals on these rows."""
    wanted = _table(targets)
    return r_squared(np.full_like(wanted, error), wanted, weights)


def _table(values: ArrayLike) -> NDArray[np.floating[Any]]:
    made = np.asarray(values, dtype=np.float64)
    return made[:, None] if made.ndim == 1 else made
