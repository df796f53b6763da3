"""What a person asks of `kanscope fit`, and the options that speak of single constants."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.discover.failure import DiscoverError


@dataclass(frozen=True, slots=True)
class FitRequest:
    """The options as given: `start`, `bounds` and `fix` as texts "name=value"."""

    file: Path
    target: str
    model: str
    start: tuple[str, ...]
    bounds: tuple[str, ...]
    fix: tuple[str, ...]
    sigma: str | None
    weights: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of one constant; absent things are None or infinite."""

    start: float | None = None
    low: float = -math.inf
    high: float = math.inf
    fixed: bool = False


def asked_of(request: FitRequest) -> dict[str, Asked]:
    """What is said of each constant that is named.

    Raises:
        DiscoverError: a text that is not "name=number" or "name=low:high", or a constant of which two things are said.
    """
    starts = dict(_numbers(request.start, "--start"))
    fixed = dict(_numbers(request.fix, "--fix"))
    limits = dict(_ranges(request.bounds))
    for name in starts.keys() & fixed.keys():
        raise DiscoverError("usage", f"“{name}” has a start and is fixed; say one of the two.")
    return {
        name: Asked(fixed.get(name, starts.get(name)), *limits.get(name, (-math.inf, math.inf)), fixed=name in fixed)
        for name in dict.fromkeys((*starts, *fixed, *limits))
    }


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
        for part in text.split(","):
            name, sign, value = part.partition("=")
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
