"""How much each row decides: leverage, residual in its own standard deviation, Cook's distance.

With J = QR at the minimum, hᵢ = |Qᵢ|² is the share of row i in its own fitted value; Cook's distance

    Dᵢ = rᵢ²·hᵢ/(p·s²·(1 - hᵢ)²)

is how far, in units of the constants' joint error, the constants move when the row is left out (Cook 1977; to first order).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.minimum import Minimum

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Influence:
    """Arrays of a value for each fitted row.

    Attributes:
        leverage: 0 … 1; NaN where slopes are not defined.
        residuals: in standard deviations of the row, as they are.
        distances: Cook's; NaN where a row alone determines a constant.
    """

    leverage: Array
    residuals: Array
    distances: Array


def influence_of(minimum: Minimum) -> Influence:
    """Of the rows that were fitted."""
    residual, jacobian = minimum.linearised
    residual = np.asarray(residual, dtype=np.float64)
    count = jacobian.shape[1]
    with np.errstate(all="ignore"):
        scaled = residual / np.sqrt(minimum.variance)
        if not np.isfinite(jacobian).all():
            unknown = np.full(len(residual), np.nan)
            return Influence(unknown, scaled, unknown)
        norms = np.linalg.norm(jacobian, axis=0)
        left, singular, _ = np.linalg.svd(jacobian / np.where(norms > 0, norms, 1.0), full_matrices=False)
        seen = singular > np.finfo(np.float64).eps * len(residual) * singular.max(initial=0.0)
        leverage = np.clip(np.einsum("ij,ij->i", left[:, seen], left[:, seen]), 0.0, 1.0)
        distances = scaled**2 * leverage / (max(count, 1) * (1 - leverage) ** 2)
    return Influence(leverage, scaled, np.where(leverage < 1, distances, np.nan))
