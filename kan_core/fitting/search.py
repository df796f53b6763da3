"""The best fit from anywhere: rounds of drawn starts, screened by what the linear constants leave, the best ones fitted.

It ends when two independent rounds agree. Rounds draw from one generator, so the same seed gives the same answer. In a sum of
terms that share no bent constant the terms are also placed one after the other, each where it explains most beside those already
placed (matching pursuit, Mallat & Zhang 1993), from several first places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import Expression, Sum, constants_of, total
from kan_core.fitting.descent import Descended, DescentOptions, descend
from kan_core.fitting.problem import Posed, Projected, Rows, pose
from kan_core.fitting.starts import Draws
from kan_core.fitting.stopping import Stop, never

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Settings.

    Attributes:
        draws: starts a round.
        fitted: of them, by descent.
        rounds: at most.
        agreement: relative difference of Σr² below which two rounds have found the same.
        steps: of a descent.
        rows: that minima are looked for on, drawn where there are more; the best one is then fitted to all by whoever asks.
        screened: rows that starts are screened on.
        beams: first places from which terms are placed one after the other.
        replaced: draws for one group of constants while the others stay where a round left them.
    """

    draws: int = 128
    fitted: int = 8
    rounds: int = 6
    agreement: float = 1e-6
    steps: int = 100
    rows: int = 5000
    screened: int = 400
    beams: int = 4
    replaced: int = 32


def search(
    posed: Posed, low: Array, high: Array, seed: int, options: SearchOptions | None = None, stop: Stop = never
) -> Descended | None:
    """The best minimum of the reduced problem that was found; None when the formula is defined nowhere.

    Args:
        posed: formula and rows.
        low: bounds of the bent constants.
        high: likewise.
        seed: of the draws.
        options: settings.
        stop: asked between descents.
    """
    options = options or SearchOptions()
    generator = np.random.default_rng(seed)
    posed = _fewer(posed, options.rows)
    screen = _Screen(posed, low, high, options)
    best: Descended | None = None
    for round_ in range(options.rounds):
        found: Descended | None = None
        for start in screen.chosen(generator, stop):
            if stop():
                return _better(best, found)
            made = descend(posed.reduced, start, DescentOptions(steps=options.steps), low, high, stop)
            found = _better(found, made if np.isfinite(made.loss) else None)
        if found is None:
            continue
        found = _replaced(posed, screen, found, low, high, generator, options, stop)
        agreed = best is not None and abs(found.loss - best.loss) <= options.agreement * best.loss
        best = _better(best, found)
        if (round_ and agreed) or not posed.reduced.names:
            break
    return best


def _fewer(posed: Posed, most: int) -> Posed:
    """The problem on at most so many rows; drawn, since rows at equal distances may have a pattern."""
    rows, count = posed.rows, len(posed.rows.target)
    if count <= most:
        return posed
    kept = np.sort(np.random.default_rng(0).choice(count, most, replace=False))
    few = Rows(rows.inputs[kept], rows.target[kept], None if rows.root is None else rows.root[kept])
    return pose(posed.expression, few, posed.whole.names, posed.fixed, posed.bounded)


def _replaced(
    posed: Posed, screen: _Screen, found: Descended, low: Array, high: Array, generator: np.random.Generator,
    options: SearchOptions, stop: Stop,
) -> Descended:  # fmt: skip
    """The minimum after each group of constants in turn was looked for anew; a term may sit beside its place."""
    for moved in screen.groups:
        start = screen.redrawn(found.values, moved, generator)
        if start is None or stop():
            continue
        made = descend(posed.reduced, start, DescentOptions(steps=options.steps), low, high, stop)
        if made.loss < found.loss * (1 - options.agreement):
            found = made
    return found


def _better(one: Descended | None, other: Descended | None) -> Descended | None:
    """The one with less loss; the first on a tie."""
    if one is None or other is None:
        return one or other
    return other if other.loss < one.loss else one


class _Screen:
    """Chooses among draws by Σr² after projection, on some of the rows."""

    def __init__(self, posed: Posed, low: Array, high: Array, options: SearchOptions) -> None:
        self._options = options
        every = max(1, -(-len(posed.rows.target) // options.screened))
        rows = posed.rows
        few = Rows(rows.inputs[::every], rows.target[::every], None if rows.root is None else rows.root[::every])
        self._posed = pose(posed.expression, few, posed.whole.names, posed.fixed, posed.bounded)
        self._names = posed.reduced.names
        self._draws = Draws(posed.expression, posed.fixed, rows.inputs, rows.target, self._names, low, high)
        self._prefixes = _prefixes(posed.expression, frozenset(self._names))

    def chosen(self, generator: np.random.Generator, stop: Stop = never) -> list[Array]:
        """(constants,) starts, the most promising first."""
        drawn = self._draws.take(self._options.draws, generator)
        losses = np.array([_loss(self._posed.reduced, each) for each in drawn])
        order = [place for place in np.argsort(losses, kind="stable") if np.isfinite(losses[place])]
        starts = [drawn[place] for place in order[: self._options.fitted]]
        return starts + self._pursued(generator, stop)

    @property
    def groups(self) -> list[NDArray[np.bool_]]:
        """Constants that are looked for together: those of a term, else each for itself."""
        if self._prefixes:
            return [np.array([name in names for name in self._names]) for _, names in self._prefixes]
        return list(np.eye(len(self._names), dtype=np.bool_)) if len(self._names) > 1 else []

    def redrawn(self, values: Array, moved: NDArray[np.bool_], generator: np.random.Generator) -> Array | None:
        """The best of some draws for a group; None when no draw is defined."""
        trials = [np.where(moved, draw, values) for draw in self._draws.take(self._options.replaced, generator)]
        losses = [_loss(self._posed.reduced, trial) for trial in trials]
        best = int(np.argmin(losses))
        return trials[best] if np.isfinite(losses[best]) else None

    def _pursued(self, generator: np.random.Generator, stop: Stop) -> list[Array]:
        """Starts with the terms placed one after the other."""
        beams = [self._draws.take(1, generator)[0]]
        for part, names in self._prefixes:
            free = [name for name in self._posed.whole.names if name in constants_of(part)]
            partial = pose(part, self._posed.rows, free, self._posed.fixed, self._posed.bounded)
            own = [self._names.index(name) for name in partial.reduced.names]
            moved = np.array([name in names for name in self._names])
            grown: list[tuple[float, Array]] = []
            for base in beams:
                for draw in self._draws.take(self._options.draws, generator):
                    trial = np.where(moved, draw, base)
                    grown.append((_loss(partial.reduced, trial[own]), trial))
            grown.sort(key=lambda each: each[0])
            beams = [trial for loss, trial in grown[: self._options.beams] if np.isfinite(loss)]
            if not beams or stop():
                return []
        return beams if self._prefixes else []


def _loss(problem: Projected, values: Array) -> float:
    residual = problem.residual(values)
    squared = float(residual @ residual)
    return squared if np.isfinite(squared) else np.inf


def _prefixes(expression: Expression, bent: frozenset[str]) -> list[tuple[Expression, frozenset[str]]]:
    """Growing parts of a sum, each with the bent constants that its last terms bring; empty when it does not fall apart."""
    if not isinstance(expression, Sum):
        return []
    plain: list[Expression] = []
    groups: list[tuple[list[Expression], frozenset[str]]] = []
    for term in expression.parts:
        names = frozenset(constants_of(term)) & bent
        if not names:
            plain.append(term)
            continue
        touching = [group for group in groups if group[1] & names]
        groups = [group for group in groups if not group[1] & names]
        groups.append(([*(each for terms, _ in touching for each in terms), term], names.union(*(own for _, own in touching))))
    if len(groups) < 2:
        return []
    made: list[tuple[Expression, frozenset[str]]] = []
    taken = plain
    for terms, names in groups:
        taken = [*taken, *terms]
        made.append((total(*taken), names))
    return made
