"""Values of the constants that make the same curve, and the choice among them.

exp(-a·x) + exp(-b·x) does not tell a from b, nor (x/w)² the sign of w, nor sin(x + p) how many turns p has. Of such twins a fit
gives the one that keeps the signs, the order and the turns of the start values; without start values the positive one, like terms
in rising order, and phases within half a turn of 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Constant, Expression, Sum, constants_of, rebuilt, walk
from kan_core.fitting.problem import Posed

Array = NDArray[np.floating[Any]]


def chosen_twin(posed: Posed, values: Array, start: Array, low: Array, high: Array) -> Array:
    """The twin of fitted constants that is nearest to the start in signs and order.

    Args:
        posed: formula and rows.
        values: (constants,) fitted.
        start: (constants,) NaN where none was given.
        low: bounds, within which twins must lie.
        high: likewise.
    """
    same = _Same(posed, values, low, high)
    values = _turned(posed, values, start, same)
    return _ordered(posed, _signed(values, start, same), start, same)


class _Same:
    """Whether other values give the same curve on the rows, and keep to the bounds."""

    def __init__(self, posed: Posed, values: Array, low: Array, high: Array) -> None:
        self._whole = posed.whole
        self._wanted = posed.whole.values(values)
        self._reach = 1e-12 * float(np.abs(self._wanted).max(initial=0.0))
        self._low, self._high = low, high

    def __call__(self, trial: Array) -> bool:
        if (trial < self._low).any() or (trial > self._high).any():
            return False
        return bool((np.abs(self._whole.values(trial) - self._wanted) <= self._reach).all())


def _turned(posed: Posed, values: Array, start: Array, same: _Same) -> Array:
    """Phases brought within half a turn of their start, or of 0."""
    names = posed.whole.names
    for node in walk(posed.expression):
        if not (isinstance(node, Apply) and _is_circular(node.function) and isinstance(node.arguments[0], Sum)):
            continue
        for part in node.arguments[0].parts:
            if isinstance(part, Constant) and part.name in names:
                place = names.index(part.name)
                near = 0.0 if np.isnan(start[place]) else float(start[place])
                trial = values.copy()
                trial[place] -= 2 * np.pi * np.round((values[place] - near) / (2 * np.pi))
                values = trial if same(trial) else values
    return values


def _signed(values: Array, start: Array, same: _Same) -> Array:
    """Signs of one or two constants turned where that changes nothing but brings them to those of the start."""
    wanted = np.where(np.isnan(start), 1.0, np.where(start < 0, -1.0, 1.0))
    for size in (1, 2):
        for places in combinations(range(len(values)), size):
            chosen = list(places)
            wrong = int((values[chosen] * wanted[chosen] < 0).sum())
            if 2 * wrong <= size:
                continue
            trial = values.copy()
            trial[chosen] = -trial[chosen]
            if same(trial):
                values = trial
    return values


def _ordered(posed: Posed, values: Array, start: Array, same: _Same) -> Array:
    """Like terms brought into the order of the start."""
    names = posed.whole.names
    for group in _like_terms(posed.expression, names, posed.reduced.names):
        keys = np.array([values[terms[0]] for terms in group])
        begun = np.array([start[terms[0]] for terms in group])
        rank = np.arange(len(group)) if np.isnan(begun).any() else np.argsort(np.argsort(begun, kind="stable"), kind="stable")
        trial = values.copy()
        rising = np.argsort(keys, kind="stable")
        for terms, place in zip(group, rank.tolist(), strict=True):
            trial[terms] = values[group[rising[place]]]
        if same(trial):
            values = trial
    return values


def _like_terms(expression: Expression, names: Sequence[str], bent: Sequence[str]) -> list[list[list[int]]]:
    """Groups of terms of one sum that differ in the names of their constants alone.

    For each term the places of its constants, a bent one first.
    """
    found: list[list[list[int]]] = []
    for node in walk(expression):
        if not isinstance(node, Sum):
            continue
        shapes: dict[Expression, list[list[int]]] = {}
        used: set[str] = set()
        for term in node.parts:
            own = [name for name in constants_of(term) if name in names]
            if not own or used & set(own) or len(own) != len(constants_of(term)):
                continue
            used.update(own)
            first = sorted(own, key=lambda name: name not in bent)
            shapes.setdefault(_anonymous(term), []).append([names.index(name) for name in first])
        found += [group for group in shapes.values() if len(group) > 1]
    return found


def _anonymous(term: Expression) -> Expression:
    """The term with its constants numbered in order of appearance."""
    numbered = {name: Constant(str(place)) for place, name in enumerate(constants_of(term))}
    return rebuilt(term, lambda node: numbered[node.name] if isinstance(node, Constant) else None)


def _is_circular(function: str) -> bool:
    """Whether quarter turns make a function of its kind."""
    row = FUNCTIONS.get(function)
    return row is not None and row.quarter is not None
