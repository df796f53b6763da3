"""Numbers as the wire can carry them: it knows neither NaN nor infinity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def finite(value: float | None) -> float | None:
    """The number, or nothing where it is none."""
    return value if value is not None and math.isfinite(value) else None


def finite_list(values: NDArray[np.floating[Any]]) -> list[float | None]:
    """Each number, or nothing."""
    known = np.isfinite(values)
    listed: list[float | None] = np.asarray(values, dtype=np.float64).tolist()
    return listed if known.all() else [each if good else None for each, good in zip(listed, known.tolist(), strict=True)]
