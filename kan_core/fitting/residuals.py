"""What a formula leaves of its rows, before any fit and after it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.problem import Rows

Array = NDArray[np.floating[Any]]


def weighted_residuals(rows: Rows, predicted: Array) -> Array:
    """(rows,) r = root·(y - ŷ), root being 1/σ or √weight: without unit where σ is given, else in the unit of the left side.

    Args:
        rows: to be met.
        predicted: (rows,) ŷ; where it is NaN the residual is.
    """
    residual = rows.target - predicted
    return residual if rows.root is None else residual * rows.root


def residual_sum(rows: Rows, predicted: Array) -> float:
    """RSS = Σ r² of the weighted residuals; NaN where a row has no value."""
    residual = weighted_residuals(rows, predicted)
    return float(residual @ residual)


def deviation_of(rows: Rows, predicted: Array, constants: int) -> float:
    """√(RSS / (n - k)), the standard deviation of a row of weight 1; NaN where no row is to spare.

    Args:
        rows: n of them.
        predicted: (rows,) values of the formula.
        constants: k, those of the formula.
    """
    spare = len(rows.target) - constants
    residual = weighted_residuals(rows, predicted)
    return float(np.sqrt(residual @ residual / spare)) if spare > 0 else float("nan")


def row_deviations(rows: Rows, variance: float) -> Array | None:
    """(rows,) √variance / root, the standard deviation of each row in the unit of the left side; None where all have the same.

    Args:
        rows: with what they weigh.
        variance: of a row of weight 1; 1 where the rows know their σ.
    """
    return None if rows.root is None else np.sqrt(variance) / rows.root


def count_without_value(predicted: Array) -> int:
    """How many of (rows,) values are not finite."""
    return int((~np.isfinite(predicted)).sum())
