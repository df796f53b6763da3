"""A formula as a curve along one column: the other columns stand still, and each category is a curve of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.categories import Categories

Array = NDArray[np.floating[Any]]
Places = NDArray[np.intp]
Scale = Literal["linear", "log", "reciprocal"]
"""What an axis is linear in: the column, its logarithm, or one over it."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Curves to be drawn, and which of them each row belongs to.

    Attributes:
        categories: of each curve, label by column.
        codes: of each curve, number by the place of the column.
        of_rows: (rows,) the curve of each row; -1 where there are too many curves.
    """

    categories: tuple[dict[str, str], ...]
    codes: tuple[dict[int, float], ...]
    of_rows: Places


def lines_of(inputs: Array, columns: Sequence[str], splitting: Sequence[Categories], most: int) -> Lines:
    """A curve for each combination of categories that occurs; the most frequent ones where there are too many.

    Args:
        inputs: (rows, inputs).
        columns: their names.
        splitting: columns of categories that the formula knows.
        most: curves.
    """
    if not splitting:
        return Lines(({},), ({},), np.zeros(len(inputs), dtype=np.intp))
    places = [list(columns).index(each.column) for each in splitting]
    combined = np.zeros(len(inputs), dtype=np.intp)
    for each, place in zip(splitting, places, strict=True):
        combined = combined * len(each.values) + np.searchsorted(each.values, inputs[:, place])
    found, of_rows, counts = np.unique(combined, return_inverse=True, return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:most])
    order = np.full(len(found), -1, dtype=np.intp)
    order[kept] = np.arange(len(kept))
    categories: list[dict[str, str]] = []
    codes: list[dict[int, float]] = []
    for combination in found[kept].tolist():
        rest = int(combination)
        names: dict[str, str] = {}
        numbers: dict[int, float] = {}
        for each, place in reversed(list(zip(splitting, places, strict=True))):
            rest, own = divmod(rest, len(each.values))
            names[each.column], numbers[place] = each.names[own], each.values[own]
        categories.append(dict(reversed(names.items())))
        codes.append(numbers)
    return Lines(tuple(categories), tuple(codes), order[of_rows])


def points_along(place: int, x: Array, still: Array, codes: Mapping[int, float]) -> Array:
    """(points, inputs) along a column; the others stand still, but for those of the categories."""
    made = np.tile(still, (len(x), 1))
    for other, code in codes.items():
        made[:, other] = code
    made[:, place] = x
    return made


def spread_along(x: Array, deviations: Array, at: Array) -> Array:
    """Standard deviations along a column: root mean square of those of the nearest rows, as many as the root of their number.

    Args:
        x: (rows,) of the column.
        deviations: (rows,) of the rows.
        at: where they are asked for.
    """
    order = np.argsort(x, kind="stable")
    squares = np.concatenate([[0.0], np.cumsum(deviations[order] ** 2)])
    count = len(x)
    near = min(count, max(1, round(count**0.5)))
    first = np.clip(np.searchsorted(x[order], at) - near // 2, 0, count - near)
    made: Array = np.sqrt((squares[first + near] - squares[first]) / near)
    return made


def points_between(low: float, high: float, points: int, scale: Scale) -> Array:
    """(points,) evenly spread in what the axis is linear in; in the column itself where an end is not above 0.

    Args:
        low: one end, in the unit of the column.
        high: the other end.
        points: of the curve, the ends among them.
        scale: of the axis.
    """
    if scale == "linear" or min(low, high) <= 0:
        return np.linspace(low, high, points)
    if scale == "log":
        return np.geomspace(low, high, points)
    made: Array = 1 / np.linspace(1 / low, 1 / high, points)
    return made


def axis_of(column: Array, points: int, scale: Scale, low: float | None = None, high: float | None = None) -> Array:
    """`points_between` the ends, which are those of the (rows,) column where none are given."""
    start = float(column.min()) if low is None else low
    end = float(column.max()) if high is None else high
    return points_between(start, end, points, scale)


def still_point(inputs: Array) -> Array:
    """(inputs,) where columns stand that a curve does not run along: at their medians over (rows, inputs)."""
    made: Array = np.median(inputs, axis=0)
    return made


def drawn_rows(lines: Lines, most: int) -> Places:
    """Places of the rows that are drawn, rising: all that are on a curve, or so many of them drawn by lot, always the same.

    Args:
        lines: which curve each row belongs to.
        most: rows.
    """
    shown = np.flatnonzero(lines.of_rows >= 0)
    if len(shown) <= most:
        return shown
    return np.sort(np.random.default_rng(0).choice(shown, most, replace=False))
