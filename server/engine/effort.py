"""Whether an action is short or long, and how long it may take: decided by what its class says of itself, and by size.

What is foreseen wrongly is noticed: a short action that goes on for
longer than short ones may, is moved to the long lane (`run.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from server.contract.actions import ActionBase
from server.engine.lanes import Lane

SHORT_SECONDS = 5.0
"""After this a short action counts as long: the time that questions have."""
EDIT_SECONDS = 60.0
"""That an action may take which fits nothing, however large the network; what fits goes step by step and can be stopped."""
_WORK_PER_SECOND = 2e9
"""Multiply-adds of one core on small matrices: a Levenberg-Marquardt step of 500 parameters on 1,000 rows takes about 0.2 s."""
_SHORT_WORK = 2.0 * _WORK_PER_SECOND


@dataclass(frozen=True, slots=True)
class Size:
    """Of the network an action begins with, and of its table; zeros where there is none yet."""

    parameters: int = 0
    rows: int = 0
    columns: int = 1
    """B-splines of an edge: grid intervals and degree."""


def lane_of(action: ActionBase, size: Size) -> Lane:
    """The line an action stands in."""
    if action.long:
        return "long"
    finer = max(1.0, (action.grid_afterwards() + 1) / size.columns)
    return _by_work(action.steps_of_fitting(), Size(round(size.parameters * finer), size.rows))


def limit_of(action: ActionBase) -> float | None:
    """Seconds after which an action is given up; None for those that can be stopped."""
    return None if action.gradual else EDIT_SECONDS


def _by_work(steps: int, size: Size) -> Lane:
    """Steps of least squares with a dense Jacobian, rows·parameters² + parameters³ each, and one look at all rows."""
    step = size.parameters**2 * (size.rows + size.parameters)
    return "short" if steps * step + size.rows * size.parameters <= _SHORT_WORK else "long"
