"""A formula before it is fitted: values for constants that have none yet, and ranges in which a person may move them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.linear import linear_constants
from kan_core.fitting.model import Model, Setting
from kan_core.fitting.problem import Rows, pose, solved
from kan_core.fitting.scales import natural_scales

Array = NDArray[np.floating[Any]]


def beginnings(model: Model, rows: Rows, settings: Mapping[str, Setting]) -> dict[str, float]:
    """A value for each constant: as given, else of its natural size, and at its best where it enters linearly.

    Args:
        model: among its rows.
        rows: that natural sizes and linear constants are taken from; some hundred are enough.
        settings: what is said of each constant.
    """
    given = {name: each.start for name, each in settings.items() if each.start is not None}
    missing = [name for name in model.names if name not in given and settings.get(name, Setting()).same_as is None]
    sizes = natural_scales(model.right, rows.inputs, rows.target, missing)
    linear = linear_constants(model.right, frozenset(missing))
    values = {name: _within(sizes[name], settings.get(name)) for name in missing if name not in linear}
    with np.errstate(all="ignore"):
        whole = (
            pose(model.right, rows, linear, {**values, **given} or {}, frozenset()).whole if _complete(model, settings) else None
        )
        found = None
        if whole is not None:
            residual, slopes = whole.linearised(np.zeros(len(linear)))
            found = solved(slopes, residual)
    best = [sizes[name] for name in linear] if found is None or not np.isfinite(found).all() else found.tolist()
    values |= {name: _within(value, settings.get(name)) for name, value in zip(linear, best, strict=True)}
    values |= {name: float(value) for name, value in given.items()}
    for name, each in settings.items():
        if each.same_as is not None and name in model.names:
            values[name] = values.get(each.same_as, 1.0)
    return {name: values[name] for name in model.names}


def _complete(model: Model, settings: Mapping[str, Setting]) -> bool:
    """Whether each constant stands for itself."""
    return all(settings.get(name, Setting()).same_as is None for name in model.names)


def _within(value: float, setting: Setting | None) -> float:
    """The value, inside its bounds."""
    return value if setting is None else float(np.clip(value, setting.low, setting.high))


@dataclass(frozen=True, slots=True)
class SliderRange:
    """Where a slider may go.

    Attributes:
        low, high: ends.
        logarithmic: whether it runs in decades.
    """

    low: float
    high: float
    logarithmic: bool


def slider_range(value: float, size: float, *, linear: bool, low: float = -math.inf, high: float = math.inf) -> SliderRange:
    """A round range around a natural size that holds the value and keeps to the bounds.

    A constant that enters linearly runs evenly from 0 or to both sides; one that bends the formula, and is positive, in decades.

    Args:
        value: of the constant.
        size: that is natural for it, positive.
        linear: whether the formula is linear in it.
        low: bound.
        high: bound.
    """
    scale = _tame(size if math.isfinite(size) and size > 0 else abs(value) or 1.0)
    if not linear and value > 0:
        least, most = _round(_tame(min(scale, value)) / 10), _round(_tame(max(scale, value)) * 10)
        least, most = max(least, low) if low > 0 else least, min(most, high)
        return SliderRange(min(least, value), max(most, value), logarithmic=True)
    most = _round(2 * max(scale, _tame(abs(value))))
    least = 0.0 if value >= 0 and linear else -most
    return SliderRange(min(max(least, low), value), max(min(most, high), value), logarithmic=False)


def _tame(size: float, least: float = 1e-300, most: float = 1e300) -> float:
    """A size whose neighbouring decades are doubles as well."""
    return min(max(size, least), most)


def _round(value: float) -> float:
    """The next of 1, 2, 5, 10 … from above; ends of a scale are round numbers."""
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if step * decade >= value * (1 - 1e-12))
