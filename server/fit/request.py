"""What a person asks of `kanscope fit`, and the options that speak of single constants."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.discover.failure import DiscoverError

_SEPARATED = re.compile(r",(?![^\[\]]*\])")
"""Commas that stand in no brackets: a category may have one in its name."""


@dataclass(frozen=True, slots=True)
class FitRequest:
    """The options as given: `start`, `bounds`, `fix`, `tie` and `per` as texts "name=value"."""

    file: Path
    target: str
    model: str
    start: tuple[str, ...]
    bounds: tuple[str, ...]
    fix: tuple[str, ...]
    sigma: str | None
    weights: str | None
    seed: int
    tie: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    relative: bool = False
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of one constant; absent things are None or infinite."""

    start: float | None = None
    low: float = -math.inf
    high: float = math.inf
    fixed: bool = False
    same_as: str | None = None


def asked_of(request: FitRequest) -> dict[str, Asked]:
    """What is said of each constant that is named.

    Raises:
        DiscoverError: a text that is not "name=number" or "name=low:high", or a constant of which two things are said.
    """
    starts = dict(_numbers(request.start, "--start"))
    fixed = dict(_numbers(request.fix, "--fix"))
    limits = dict(_ranges(request.bounds))
    ties = dict(_named(request.tie, "--tie"))
    for name in starts.keys() & fixed.keys():
        raise DiscoverError("usage", f"“{name}” has a start and is fixed; say one of the two.")
    for name in ties.keys() & {*starts, *fixed, *limits}:
        raise DiscoverError("usage", f"“{name}” is tied to “{ties[name]}”; say of that one where it begins and what it keeps to.")
    return {
        name: Asked(fixed.get(name, starts.get(name)), *limits.get(name, (-math.inf, math.inf)), name in fixed, ties.get(name))
        for name in dict.fromkeys((*starts, *fixed, *limits, *ties))
    }


def per_of(request: FitRequest) -> dict[str, str]:
    """Column by the name of each constant that is to have one value per category.

    Raises:
        DiscoverError: a text that is not "column=constant", or a constant of which two columns are said.
    """
    made: dict[str, str] = {}
    for text in request.per:
        column, sign, names = text.rpartition("=")
        listed = [name.strip() for name in names.split(",") if name.strip()]
        if not sign or not column.strip() or not listed:
            raise DiscoverError("usage", f"--per {text}: write column=constant, such as --per state=Vm")
        for name in listed:
            if made.setdefault(name, column.strip()) != column.strip():
                raise DiscoverError("usage", f"--per: “{name}” has one value per {made[name]}, or per {column.strip()}; say one.")
    return made


def _numbers(texts: tuple[str, ...], option: str) -> Iterator[tuple[str, float]]:
    for name, text in _named(texts, option):
        yield name, _number(text, f"{option} {name}={text}")


def _ranges(texts: tuple[str, ...]) -> Iterator[tuple[str, tuple[float, float]]]:
    for name, text in _named(texts, "--bounds"):
        low, colon, high = text.partition(":")
        whole = f"--bounds {name}={text}"
        if not colon:
            raise DiscoverError("usage", f"{whole}: write low:high, of which one may be missing, such as {name}=0:")
        yield (
            name,
            (
                _number(low, whole) if low.strip() else -math.inf,
                _number(high, whole) if high.strip() else math.inf,
            ),
        )


def _named(texts: tuple[str, ...], option: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for text in texts:
        for part in _SEPARATED.split(text):
            name, sign, value = part.rpartition("=")
            if not sign or not name.strip() or not value.strip():
                raise DiscoverError("usage", f"{option} {part}: write name=value, such as {option} b1=500")
            if name.strip() in seen:
                raise DiscoverError("usage", f"{option} {name.strip()} is given twice; say it once.")
            seen.add(name.strip())
            yield name.strip(), value.strip()


def _number(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DiscoverError("usage", f"{whole}: “{text}” is no number")
    return value
