"""Columns whose values are classes: text labels, or a few whole numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST_CLASSES = 20
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)")


def text_labels(cells: pl.Series) -> tuple[tuple[str, ...], NDArray[np.float64]] | None:
    """Labels in natural order and each cell's place among them; None unless they are few and come again."""
    texts = cells.cast(pl.String).str.strip_chars()
    names = sorted((str(name) for name in texts.unique().to_list()), key=natural)
    if not 2 <= len(names) <= MOST_CLASSES or 2 * len(names) > len(texts) or max(map(len, names)) > 100:
        return None
    places = {name: float(place) for place, name in enumerate(names)}
    return tuple(names), np.array([places[str(text)] for text in texts.to_list()], dtype=np.float64)


def natural(name: str) -> tuple[list[str | float], str]:
    """Sorts texts by the alphabet and the numbers in them by size: 'day 2' before 'day 10'.

    Text and numbers take turns, text first, so that like is compared with like; the whole text decides between equals.
    """
    parts = _NUMBER.split(name)
    return [float(part) if place % 2 else part for place, part in enumerate(parts)], name


def whole_number_classes(values: NDArray[np.float64]) -> list[str]:
    """Names of the classes when values are at most `MOST_CLASSES` different whole numbers, each several times; else none."""
    found = np.unique(values)
    few = 2 <= len(found) <= MOST_CLASSES and 2 * len(found) <= len(values)
    if not few or not bool((found == np.round(found)).all()) or float(np.abs(found).max()) > 1e9:
        return []
    return list(class_names((), found.tolist()))


def class_names(labels: Sequence[str], values: Sequence[float]) -> tuple[str, ...]:
    """The label of each value, which is its place in `labels`; without labels the number itself."""
    if labels:
        return tuple(labels[int(value)] for value in values)
    return tuple(f"{value:.0f}" if value == round(value) else repr(value) for value in values)
