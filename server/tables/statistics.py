"""Minimum, maximum, mean and histogram of a column; needs numpy only."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

BINS = 24


class Statistics(TypedDict, total=False):
    """The fields of `ColumnView` that describe numbers."""

    minimum: float
    maximum: float
    mean: float
    histogram: list[int]


def statistics(values: NDArray[np.float64]) -> Statistics:
    """Minimum, maximum, mean and histogram, without overflow even for values near 1e308."""
    if not len(values):
        return {}
    low, high = float(values.min()), float(values.max())
    largest = max(abs(low), abs(high)) or 1.0
    unit = values / largest
    mean = float(np.clip(unit.mean(), low / largest, high / largest) * largest)
    span = high / largest - low / largest
    if span > 0:
        bins = np.minimum(((unit - low / largest) / span * BINS).astype(np.int64), BINS - 1)
        histogram = np.bincount(bins, minlength=BINS)
    else:
        histogram = np.zeros(BINS, dtype=np.int64)
        histogram[BINS // 2] = len(values)
    return {"minimum": low, "maximum": high, "mean": mean, "histogram": [int(count) for count in histogram]}
