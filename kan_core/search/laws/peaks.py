"""Laws of one column that are peaks on a line: y = c₀ + c₁·x + Σ Aₖ·p((x - mₖ)/wₖ), p a Gaussian or a Lorentzian.

One peak more at a time, where it explains most of what is left over (matching pursuit); then all constants are fitted together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, apply, multiply, number, power
from kan_core.search.laws.propose import EXACT, Proposal, best_of, fitted

# Peaks at most, places and widths (shares of the data's width) that are tried, and the best that are fitted.
_PEAKS = 5
_PLACES = 48
_WIDTHS = (0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
_FITTED = 3
# Rows for each constant: fewer are met by peaks whatever the law is.
_ROWS_EACH = 5
_KEPT = 3


def _gaussian(square: Expression, width: float) -> Expression:
    return apply("exp", multiply(number(-0.5 / width**2), square))


def _lorentzian(square: Expression, width: float) -> Expression:
    return power(add(square, number(width**2)), -1)


_SHAPES: Mapping[str, Callable[[Expression, float], Expression]] = {"gaussian": _gaussian, "lorentzian": _lorentzian}


def peak_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The best laws for every `shares`-th shape and line from `share` on, best first; none for several columns."""
    if len(columns) != 1 or not np.ptp(inputs[:, columns[0]]) > 0:
        return []
    level = number(float(target.mean()))
    lines = (level, add(level, multiply(number(0.0), Column(columns[0]))))
    found: list[Proposal] = []
    for shape, line in [(shape, line) for line in lines for shape in _SHAPES][share::shares]:
        found = best_of([*found, *_pursued(line, shape, inputs, target, columns[0])], _KEPT)
        if found and found[0].error < EXACT:
            break
    return found


def _pursued(line: Expression, shape: str, inputs: Array, target: Array, place: int) -> Iterator[Proposal]:
    law, most = line, (len(target) // _ROWS_EACH - 2) // 3
    for _ in range(min(_PEAKS, most)):
        guesses = _with_peak(law, shape, inputs, target, place)
        fits = best_of((fitted(guess, inputs, target, 40, 1e-9) for guess in guesses), 1)
        if not fits:
            return
        law = fits[0].node
        yield fits[0]
        if fits[0].error < EXACT:
            return


def _with_peak(law: Expression, shape: str, inputs: Array, target: Array, place: int) -> Iterator[Expression]:
    """The law and one more peak, where it explains most of what the law leaves; no two of the same width or place."""
    residual = target - values_of(law, inputs)
    low, width = float(inputs[:, place].min()), float(np.ptp(inputs[:, place]))
    peaks: list[tuple[float, float, float, float]] = []
    for centre in (low + width * np.linspace(0, 1, _PLACES)).tolist():
        for share in _WIDTHS:
            values = values_of(_peak(shape, place, centre, share * width), inputs)
            size = float(values @ values)
            amplitude = float(values @ residual) / size if size > 0 else 0.0
            peaks.append((amplitude**2 * size, centre, share * width, amplitude))
    taken: list[tuple[float, float]] = []
    for _, centre, spread, amplitude in sorted(peaks, reverse=True):
        if any(abs(centre - other) < max(spread, near) for other, near in taken):
            continue
        taken.append((centre, spread))
        yield add(law, multiply(number(amplitude), _peak(shape, place, centre, spread)))
        if len(taken) == _FITTED:
            return


def _peak(shape: str, place: int, centre: float, width: float) -> Expression:
    return _SHAPES[shape](power(add(Column(place), number(-centre)), 2), width)
