"""The elementary functions that terms are made of, with usual constants (canonical) or with constants on a grid.

A canonical atom has the constants that textbooks write: exp(-z²/2), √(1 - z²), sin(πz). The grid covers what lies between, so
coarsely that least squares finds the rest. Scale and offset outside are left to the regression.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.search.laws.candidates import Array, add, apply, multiply, number, power

_POWERS = (2.0, -1.0, -2.0, 0.5, 3.0, -0.5, 4.0, 1.5, -3.0, -1.5, -4.0, 5.0, 6.0, -6.0, -12.0)
_COMBINATION_POWERS = (-1.0, 2.0, -2.0, 0.5, -0.5, 3.0, 1.5, -1.5, 6.0, 12.0)
_RATES = (0.3, 0.7, 1.2, 2.0, 3.2, 5.0, 8.0, 14.0)
_TURNS = (0.35, 0.6, 0.9, 1.2, 1.6, 2.0, 2.5, 3.0, 3.7, 4.5, 5.5, 7.0)
_PHASES = 6
_BEYOND = (0.03, 0.12, 0.4, 1.2, 4.0)


def combinations(inputs: Sequence[int]) -> list[Expression]:
    """x·y, x/y, y/x, x + y, x - y, x² + y² and x² - y² of every two inputs."""
    found: list[Expression] = []
    for place, first in enumerate(inputs):
        for second in inputs[place + 1 :]:
            x, y = Column(first), Column(second)
            quotients = [multiply(x, power(y, -1)), multiply(y, power(x, -1))]
            found += [multiply(x, y), *quotients, add(x, y), _minus(x, y)]
            found += [add(power(x, 2), power(y, 2)), _minus(power(x, 2), power(y, 2))]
    return found


def _minus(x: Expression, y: Expression) -> Expression:
    return add(x, multiply(number(-1), y))


def canonical(z: Expression, *, full: bool) -> Iterator[Expression]:
    """Z and its functions with textbook constants; fewer of them unless `full`."""
    yield z
    yield from (power(z, exponent) for exponent in (_POWERS if full else _COMBINATION_POWERS))
    yield apply("log", z)
    yield from (_scaled("exp", k, z) for k in (1.0, -1.0))
    yield from (
        _scaled(name, k, z)
        for name in ("sin", "cos")
        for k in ((1.0, 2.0, 0.5, math.pi, 2 * math.pi) if full else (1.0, math.pi))
    )
    square = power(z, 2)
    yield from (_scaled("exp", k, square) for k in (-1.0, -0.5))
    for inside in (z, square):
        for sign in (1.0, -1.0):
            base = add(number(1), inside) if sign > 0 else add(number(1), multiply(number(-1), inside))
            yield from (power(base, exponent) for exponent in (-1.0, 0.5, -0.5))
        yield apply("log", add(number(1), inside))
    yield apply("log", add(number(1), multiply(number(-1), z)))
    yield from (apply(name, _times(1.0, z)) for name in ("tanh", "atan", "tan"))
    if not full:
        return
    yield from (_scaled(name, k, square) for name in ("sin", "cos") for k in (1.0, math.pi))
    yield from (power(apply(name, _times(1.0, z)), exponent) for name in ("sin", "cos") for exponent in (2.0, -1.0, -2.0))
    yield from (_scaled("exp", k, power(z, -1)) for k in (1.0, -1.0))
    yield from (power(add(_scaled("exp", 1.0, z), number(c)), -1) for c in (-1.0, 1.0))
    yield from (apply("cosh", _times(1.0, z)), power(apply("cosh", _times(1.0, z)), -1))
    yield power(apply("tanh", _times(1.0, z)), -1)
    yield multiply(z, apply("log", z))
    yield from (apply(outer, apply("exp", z)) for outer in ("sin", "cos"))
    yield from (apply("exp", _scaled(inner, 1.0, z)) for inner in ("sin", "cos"))


def on_grid(z: Expression, values: Array) -> Iterator[Expression]:
    """Functions of z with constants on a grid made for these values of z."""
    low, high = float(values.min()), float(values.max())
    width, middle = high - low, (high + low) / 2
    if not (math.isfinite(width) and width > 0):
        return
    for rate in _RATES:
        yield from (_scaled("exp", sign * rate / width, z) for sign in (1.0, -1.0))
    for turn in _TURNS:
        k = 2 * math.pi * turn / width / 2
        yield from (apply("sin", add(_times(k, z), number(math.pi * phase / _PHASES - k * middle))) for phase in range(_PHASES))
    yield from _bells(z, low, width)
    yield from _beyond(z, low, high)
    for centre in np.linspace(low, high, 5)[1:-1].tolist():
        yield from (apply("tanh", add(_times(k / width, z), number(-k * centre / width))) for k in (3.0, 8.0))
    if low > 0:
        yield from (_scaled("exp", -k * low, power(z, -1)) for k in (0.3, 1.0, 3.0, 8.0))
        yield from (power(add(_scaled("exp", k / width, z), number(-1)), -1) for k in (0.5, 2.0, 6.0))
        yield from (power(add(_scaled("exp", k * low, power(z, -1)), number(-1)), -1) for k in (0.5, 2.0, 6.0))
        yield from (_scaled("exp", p, apply("log", z)) for p in (-2.5, -0.7, 0.35, 0.7, 1.3, 1.7, 2.5, 3.5))
    yield from (power(add(_scaled("exp", sign * k / width, z), number(1)), -1) for k in (3.0, 8.0) for sign in (1.0, -1.0))


def _bells(z: Expression, low: float, width: float) -> Iterator[Expression]:
    """Gaussians and Lorentzians of some widths, in the middle of the data, at zero, and between."""
    for centre in {0.0, *(low + share * width for share in (0.1, 0.3, 0.5, 0.7, 0.9))}:
        if not low - 0.5 * width <= centre <= low + 1.5 * width:
            continue
        square = power(add(z, number(-centre)), 2)
        for share in (0.12, 0.3, 0.8):
            yield _scaled("exp", -1 / (2 * (share * width) ** 2), square)
            yield power(add(square, number((share * width) ** 2)), -1)
    square = power(z, 2)
    for share in (0.03, 0.2, 1.0):
        yield power(add(square, number(share * width**2)), 0.5)
        yield apply("log", add(square, number(share * width**2)))


def _beyond(z: Expression, low: float, high: float) -> Iterator[Expression]:
    """Functions with a singular point outside the data, on either side."""
    width = high - low
    for share in _BEYOND:
        below = add(z, number(share * width - low))
        above = add(number(share * width + high), multiply(number(-1), z))
        for base in (below, above):
            yield from (power(base, exponent) for exponent in (-1.0, 0.5, -2.0))
            yield apply("log", base)


def _times(k: float, z: Expression) -> Expression:
    return multiply(number(k), z)


def _scaled(function: str, k: float, z: Expression) -> Expression:
    return apply(function, _times(k, z))
