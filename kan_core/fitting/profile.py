"""Profile likelihood of one constant: Σr² when it is held and all others are fitted again (Bates & Watts 1988, 6.1).

    τ(θ)² = (S(θ) - S(θ̂))/s²

The interval is where |τ| stays below Student's t, or the normal quantile where σ is known. Unlike ± standard errors it follows
the curvature of the problem; it stays open where the fit never gets worse enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.bands import quantile
from kan_core.fitting.descent import DescentOptions, descend
from kan_core.fitting.minimum import Minimum
from kan_core.fitting.problem import Whole
from kan_core.fitting.stopping import Stop, never

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """Settings.

    Attributes:
        apart: of the points, in τ, as far as the slope of the profile tells.
        beyond: τ at which a side ends, in units of the interval's end.
        points: of a side at most; a side that needs more is open.
        reach: how many standard errors a side may go. A profile that has not closed there is flat.
        grown: by what factor a step may grow from one point to the next.
        closer: refits that bring an end of the interval to its place.
        steps: of a refit.
        agreement: relative to the wanted τ, of an end.
        offset: at which a refit has converged; six digits of τ² need no more.
        found: relative decrease of Σr² below the minimum that is told.
    """

    apart: float = 0.5
    beyond: float = 1.3
    points: int = 40
    reach: float = 1e3
    grown: float = 2.0
    closer: int = 6
    steps: int = 60
    agreement: float = 1e-4
    offset: float = 1e-6
    found: float = 1e-6


@dataclass(frozen=True, eq=False)
class Profile:
    """How the fit worsens with one constant.

    Attributes:
        name: of the constant.
        values: rising.
        above: (values,) Σr² above its least over s², τ².
        threshold: height at which the interval ends.
        low, high: ends of the interval; None where it is open.
        level: of the interval.
        notes: why an end is missing, or what was found on the way.
    """

    name: str
    values: Array
    above: Array
    threshold: float
    low: float | None
    high: float | None
    level: float
    notes: tuple[str, ...] = ()


def profiled(minimum: Minimum, name: str, level: float, stop: Stop = never, options: ProfileOptions | None = None) -> Profile:
    """The profile of a free constant around a minimum.

    Raises:
        KeyError: no free constant of that name.
    """
    options = options or ProfileOptions()
    names = minimum.posed.whole.names
    if name not in names:
        raise KeyError(name)
    with np.errstate(all="ignore"):
        return _Walker(minimum, names.index(name), level, stop, options).profile()


@dataclass(frozen=True, eq=False)
class _At:
    value: float
    others: Array
    above: float

    @property
    def tau(self) -> float:
        return math.sqrt(max(self.above, 0.0))


class _Held:
    """The problem with one constant held."""

    def __init__(self, whole: Whole, place: int, value: float) -> None:
        self._whole, self._place, self._value = whole, place, value

    def residual(self, values: Array) -> Array:
        return self._whole.residual(np.insert(values, self._place, self._value))

    def linearised(self, values: Array) -> tuple[Array, Array]:
        residual, jacobian = self._whole.linearised(np.insert(values, self._place, self._value))
        return residual, np.delete(jacobian, self._place, axis=1)


class _Walker:
    """Walks from the minimum to both sides."""

    def __init__(self, minimum: Minimum, place: int, level: float, stop: Stop, options: ProfileOptions) -> None:
        self._minimum, self._place, self._level = minimum, place, level
        self._stop, self._options = stop, options
        self._wanted = quantile(minimum, level)
        self._start = _At(float(minimum.values[place]), np.delete(minimum.values, place), 0.0)
        self._error = self._standard_error()
        self._slopes = self._direction()

    def profile(self) -> Profile:
        name = self._minimum.posed.whole.names[self._place]
        if not (math.isfinite(self._wanted) and self._minimum.variance > 0):
            note = "The rows leave no residual to judge by, so there is no profile."
            return Profile(name, np.array([self._start.value]), np.zeros(1), math.nan, None, None, self._level, (note,))
        sides = [self._side(-1), self._side(1)]
        (below, low, why_low), (beyond, high, why_high) = sides
        points = [*reversed(below), self._start, *beyond]
        notes = [f"No {'lower' if side < 0 else 'upper'} end: {why}" for side, why in ((-1, why_low), (1, why_high)) if why]
        if min(point.above for point in points) * self._minimum.variance < -self._options.found * self._minimum.rss:
            notes.append("Elsewhere the fit is better than at its minimum: fit again from there.")
        return Profile(
            name,
            np.array([point.value for point in points]),
            np.array([point.above for point in points]),
            self._wanted**2,
            low,
            high,
            self._level,
            tuple(notes),
        )

    def _standard_error(self) -> float:
        """A first step; where the rows do not give one, a share of the value."""
        minimum = self._minimum
        found = minimum.estimated
        moving = minimum.moving.tolist()
        error = math.nan
        if found is not None and self._place in moving:
            error = float(found.errors[moving.index(self._place)])
        return error if math.isfinite(error) and error > 0 else abs(self._start.value) / 100 or 1e-3

    def _direction(self) -> Array:
        """(others,) how they follow when this constant moves, to first order; zero where that is not known."""
        minimum = self._minimum
        moving = minimum.moving.tolist()
        slopes = np.zeros(len(minimum.values))
        jacobian = minimum.linearised[1]
        if self._place in moving and np.isfinite(jacobian).all():
            own = moving.index(self._place)
            others = [place for place in range(len(moving)) if place != own]
            norms = np.linalg.norm(jacobian[:, others], axis=0)
            scale = np.where(norms > 0, norms, 1.0)
            follow = np.linalg.lstsq(jacobian[:, others] / scale, -jacobian[:, own], rcond=1e-11)[0] / scale
            slopes[[moving[place] for place in others]] = follow
        return np.delete(slopes, self._place)

    def _side(self, side: int) -> tuple[list[_At], float | None, str]:
        """Points away from the minimum, the end of the interval, and why there is none."""
        bound = float((self._minimum.low if side < 0 else self._minimum.high)[self._place])
        points: list[_At] = []
        end: float | None = None
        why = ""
        for here in self._walked(side, bound):
            if isinstance(here, str):
                why = here
                break
            if end is None and here.tau >= self._wanted:
                end = self._end(points[-1] if points else self._start, here)
            points.append(here)
            if here.tau >= self._options.beyond * self._wanted:
                break
        return points, end, "" if end is not None else why

    def _walked(self, side: int, bound: float) -> Iterator[_At | str]:
        """Points one after the other, then why there are no more."""
        options = self._options
        last, step = self._start, options.apart * self._error
        for _ in range(options.points):
            if self._stop():
                yield "the time was over before the interval closed."
                return
            value = min(last.value + step, bound) if side > 0 else max(last.value - step, bound)
            here = self._refitted(value, last) if math.isfinite(value) else None
            if here is None:
                yield f"at {value:.4g} the formula has no value on all rows."
                return
            yield here
            if value == bound:
                yield f"the bound {bound:g} comes before the interval closes."
                return
            if abs(value - self._start.value) > options.reach * self._error:
                break
            risen = here.tau - last.tau
            step *= min(options.grown, options.apart / risen) if risen > 0 else options.grown
            last = here
        yield f"as far as {last.value:.4g} the fit is hardly worse."

    def _refitted(self, value: float, near: _At) -> _At | None:
        """The best others for a value; None where the formula is not defined."""
        minimum = self._minimum
        begin = near.others + self._slopes * (value - near.value) if near is self._start else self._carried(value, near)
        low, high = (np.delete(each, self._place) for each in (minimum.low, minimum.high))
        problem = _Held(minimum.posed.whole, self._place, value)
        settings = DescentOptions(steps=self._options.steps, offset=self._options.offset)
        made = descend(problem, begin, settings, low, high, self._stop)
        if not math.isfinite(made.loss):
            made = descend(problem, near.others, settings, low, high, self._stop)
        if not math.isfinite(made.loss):
            return None
        return _At(value, made.values, (made.loss - minimum.rss) / minimum.variance)

    def _carried(self, value: float, near: _At) -> Array:
        """Others on the straight line from the minimum through the last point."""
        if near.value == self._start.value:
            return near.others
        share = (value - self._start.value) / (near.value - self._start.value)
        return self._start.others + share * (near.others - self._start.others)

    def _end(self, inside: _At, outside: _At) -> float:
        """Where τ reaches the wanted height, by regula falsi on τ, which is nearly straight."""
        low, high = inside, outside
        for _ in range(self._options.closer):
            share = (self._wanted - low.tau) / (high.tau - low.tau) if high.tau > low.tau else 0.5
            value = low.value + share * (high.value - low.value)
            here = self._refitted(value, low if low is not self._start else high)
            if here is None or self._stop():
                return value
            if abs(here.tau - self._wanted) <= self._options.agreement * self._wanted:
                return value
            low, high = (here, high) if here.tau < self._wanted else (low, here)
        return low.value + (high.value - low.value) * (self._wanted - low.tau) / max(high.tau - low.tau, 1e-300)
