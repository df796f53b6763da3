"""Where a fit without start values may begin.

Sizes are drawn around the natural ones, places within the columns' ranges, frequencies from the peaks of a
periodogram. Only constants that bend the formula are drawn; the linear ones follow from the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Product,
    Sum,
    columns_of,
    constants_of,
    walk,
    with_constants,
)
from kan_core.expression.values import Program
from kan_core.fitting.scales import natural_scales

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """Settings.

    Attributes:
        decades: how far from its natural size a constant is looked for, both ways.
        placed: share of draws that put a constant beside a column into that column's range.
        peaked: share of draws that take a frequency from a peak; the others leave peaks to other terms.
        negative: share of all other draws that are negative; most constants that people write are not.
        beyond: how far places reach beyond the range, in its width.
        peaks: of a periodogram, that frequencies are taken from.
        frequencies: in a periodogram for each row, and at most.
        measured: rows that a periodogram is taken of, at most; its noise is about their number to the power of -1/2.
    """

    decades: float = 1.5
    placed: float = 0.7
    peaked: float = 0.9
    negative: float = 0.25
    beyond: float = 0.2
    peaks: int = 8
    frequencies: tuple[int, int] = (4, 16_000)
    measured: int = 2000


@dataclass(frozen=True, slots=True)
class _Manner:
    """How one constant is drawn: size either way, a place in [low, high], or one of some values."""

    size: float
    place: tuple[float, float] | None = None
    values: tuple[float, ...] = ()


class Draws:
    """Start values for the bent constants of a formula on a table.

    Args:
        expression: the formula.
        fixed: values of the constants that do not move.
        inputs: (rows, inputs).
        target: (rows,).
        names: the bent constants in order.
        low, high: their bounds.
        options: settings.
    """

    def __init__(
        self,
        expression: Expression,
        fixed: Mapping[str, float],
        inputs: Array,
        target: Array,
        names: Sequence[str],
        low: Array,
        high: Array,
        options: DrawOptions | None = None,
    ) -> None:
        self._options = options or DrawOptions()
        self._low, self._high = low, high
        expression = with_constants(expression, {name: Exact(value) for name, value in fixed.items()})
        every = constants_of(expression)
        sizes = natural_scales(expression, inputs, target, every)
        places = _places(expression, inputs, self._options.beyond)
        waves = _waves(expression, inputs, target, sizes, self._options)
        self._manners = [_Manner(sizes[name], places.get(name), waves.get(name, ())) for name in names]

    def take(self, count: int, generator: np.random.Generator) -> Array:
        """(count, constants), spread by a Latin hypercube."""
        if not self._manners:
            return np.zeros((1, 0))
        unit = qmc.LatinHypercube(2 * len(self._manners), rng=generator).random(count)
        drawn = np.column_stack(
            [self._drawn(manner, *unit.T[2 * place : 2 * place + 2]) for place, manner in enumerate(self._manners)]
        )
        made: Array = np.clip(drawn, self._low, self._high)
        return made

    def _drawn(self, manner: _Manner, size: Array, choice: Array) -> Array:
        spread = manner.size * 10 ** ((2 * size - 1) * self._options.decades)
        if manner.values:
            share = self._options.peaked
            picked = np.array(manner.values)[
                np.minimum((choice / share * len(manner.values)).astype(int), len(manner.values) - 1)
            ]
            return np.where(choice < share, picked, spread)
        if manner.place is not None:
            share = self._options.placed
            place = manner.place[0] + (manner.place[1] - manner.place[0]) * size
            return np.where(choice < share, place, _signed(spread, (choice - share) / (1 - share), 0.5))
        return _signed(spread, choice, self._options.negative)


def _signed(spread: Array, choice: Array, negative: float) -> Array:
    return np.where(choice < negative, -spread, spread)


def _places(expression: Expression, inputs: Array, beyond: float) -> dict[str, tuple[float, float]]:
    """Constants that stand beside a column in a sum, x - b or x + b, with the range of values that lie among the rows."""
    found: dict[str, tuple[float, float]] = {}
    for node in walk(expression):
        if not isinstance(node, Sum):
            continue
        columns = [part for part in node.parts if isinstance(part, Column)]
        if len(columns) != 1:
            continue
        values = inputs[:, columns[0].index]
        low, high = float(values.min()), float(values.max())
        low, high = low - beyond * (high - low), high + beyond * (high - low)
        for part in node.parts:
            found |= dict.fromkeys(_alone(part), (-high, -low))
            if isinstance(part, Product) and len(part.parts) == 2:
                found |= dict.fromkeys(_alone(part.parts[1]), (low, high))
    return found


def _alone(part: Expression) -> tuple[str, ...]:
    """The constant that a part is, or those it chooses among."""
    match part:
        case Constant(name):
            return (name,)
        case Apply("where", (_, first, second)):
            return (*_alone(first), *_alone(second))
        case _:
            return ()


def _waves(
    expression: Expression, inputs: Array, target: Array, sizes: dict[str, float], options: DrawOptions
) -> dict[str, tuple[float, ...]]:
    """Constants that set the frequency of a wave (sine, cosine) of one column, with those that peaks of the periodogram give."""
    found: dict[str, tuple[float, ...]] = {}
    for node in walk(expression):
        if not (isinstance(node, Apply) and _is_wave(node.function)):
            continue
        argument, columns = node.arguments[0], columns_of(node)
        if len(columns) != 1:
            continue
        (index,) = columns
        for name in constants_of(argument):
            values = _frequencies_as(argument, name, index, inputs, target, sizes, options)
            if values:
                found[name] = values
    return found


def _is_wave(function: str) -> bool:
    row = FUNCTIONS.get(function)
    return row is not None and row.period is not None and not row.domain.bounded


def _frequencies_as(
    argument: Expression, name: str, index: int, inputs: Array, target: Array, sizes: dict[str, float], options: DrawOptions
) -> tuple[float, ...]:
    """The values of one constant at which the argument's slope along the column is a peak of the periodogram."""
    column = inputs[:, index]
    low, high = float(column.min()), float(column.max())
    ends = np.tile(inputs[:1], (2, 1))
    ends[:, index] = low, high
    names = constants_of(argument)
    program = Program(argument, ends, names)
    start = np.array([sizes[each] for each in names])

    def frequency(factor: float) -> float:
        moved = start.copy()
        moved[names.index(name)] *= factor
        first, last = np.broadcast_to(program.values(moved), (2,))
        return abs(float(last - first)) / (high - low) if high > low else 0.0

    here, doubled = frequency(1.0), frequency(2.0)
    if not (here > 0 and doubled > 0 and np.isfinite([here, doubled]).all()):
        return ()
    degree = np.log2(doubled / here)
    if abs(degree) < 0.5:
        return ()
    return tuple(float(sizes[name] * (peak / here) ** (1 / degree)) for peak in periodogram_peaks(column, target, options))


def periodogram_peaks(column: Array, target: Array, options: DrawOptions) -> list[float]:
    """Angular frequencies at which a sine explains most of the target, the strongest first (Lomb 1976)."""
    span = float(column.max() - column.min())
    if span <= 0:
        return []
    if len(column) > options.measured:
        # Drawn, not every tenth: rows at equal distances would show frequencies that are not there.
        kept = np.random.default_rng(0).choice(len(column), options.measured, replace=False)
        column, target = column[kept], target[kept]
    count = int(min(options.frequencies[0] * len(column), options.frequencies[1]))
    first = np.pi / (2 * span)
    centred = target - target.mean()
    rows = len(column)
    power = np.empty(count)
    # e^{ikωx} for k = 1, 2, … by multiplication: a tenth of the time that sines and cosines take.
    turn = np.exp(1j * first * (column - column.min()))
    wave = np.ones(rows, dtype=np.complex128)
    for place in range(count):
        wave *= turn
        mean, square, share = wave.mean(), wave @ wave / rows, centred @ wave / rows
        cc, ss = (1 + square.real) / 2 - mean.real**2, (1 - square.real) / 2 - mean.imag**2
        sc, yc, ys = square.imag / 2 - mean.real * mean.imag, share.real, share.imag
        determinant = ss * cc - sc * sc
        power[place] = (
            (ys * ys * cc - 2 * ys * yc * sc + yc * yc * ss) / determinant if determinant > 1e-9 * (ss + cc) ** 2 else 0.0
        )
    inner = np.r_[True, power[1:] > power[:-1]] & np.r_[power[:-1] >= power[1:], True]
    peaks = np.flatnonzero(inner)
    return [float(first * (place + 1)) for place in peaks[np.argsort(-power[peaks])][: options.peaks]]
