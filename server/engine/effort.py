"""Whether an action is short or long, and how long it may take: the one place where that is decided.

By kind; for edits that refit afterwards, by kind and size. What is foreseen wrongly is noticed: a short action that goes on for
longer than short ones may, is moved to the long lane (`run.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from server.contract.actions import (
    Action,
    ExtendGrid,
    FitEquation,
    GridSchedule,
    Prune,
    Refit,
    Search,
    SetConstants,
    SetSymbolic,
    Train,
)
from server.engine.lanes import Lane

SHORT_SECONDS = 5.0
"""After this a short action counts as long: the time that questions have."""
EDIT_SECONDS = 60.0
"""That an action may take which fits nothing, however large the network; what fits goes step by step and can be stopped."""
_WORK_PER_SECOND = 2e9
"""Multiply-adds of one core on small matrices: a Levenberg-Marquardt step of 500 parameters on 1,000 rows takes about 0.2 s."""
_SHORT_WORK = 2.0 * _WORK_PER_SECOND
_CONSTANTS_STEPS = 50
"""The constants of a formula are fitted once or twice over; each fit ends by itself within about so many steps."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the network an action begins with, and of its table; zeros where there is none yet."""

    parameters: int = 0
    rows: int = 0
    columns: int = 1
    """B-splines of an edge: grid intervals and degree."""


def lane_of(action: Action, size: Size) -> Lane:
    """The line an action stands in."""
    match action:
        case Train() | GridSchedule() | FitEquation() | Search():
            return "long"
        case Prune() | SetSymbolic():
            return _by_work(action.refit, size)
        case Refit():
            return _by_work(action.steps, size)
        case SetConstants():
            return _by_work(_CONSTANTS_STEPS, size)
        case ExtendGrid():
            finer = (action.intervals + 1) / size.columns
            return _by_work(action.steps, Size(round(size.parameters * max(1.0, finer)), size.rows))
        case _:
            # Nothing is fitted: the network is changed and looked at once.
            return _by_work(0, size)


def limit_of(action: Action) -> float | None:
    """Seconds after which an action is given up; None for those that fit."""
    match action:
        case Train() | GridSchedule() | FitEquation() | Search() | Prune() | SetSymbolic() | Refit() | ExtendGrid():
            return None
        case _:
            return EDIT_SECONDS


def seconds_of(action: Action) -> float | None:
    """What an action says itself about its time."""
    return action.budget if isinstance(action, Search) else None


def _by_work(steps: int, size: Size) -> Lane:
    """Steps of least squares with a dense Jacobian, rows·parameters² + parameters³ each, and one look at all rows."""
    step = size.parameters**2 * (size.rows + size.parameters)
    return "short" if steps * step + size.rows * size.parameters <= _SHORT_WORK else "long"
