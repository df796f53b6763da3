"""How long the engine waits for what, in seconds; tests bring their own."""

from __future__ import annotations

from dataclasses import dataclass

from server.engine.effort import SHORT_SECONDS
from server.engine.lanes import SLICE


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds of waiting.

    Attributes:
        acknowledge: until a cancel is heeded; then the worker is killed.
        finish: until an action that has heeded its cancel ends.
        drop: until a task lets go of its worker, or a question nobody waits for any more.
        short: after which a short action counts as long.
        turn: that a long action has a worker in one go while others wait.
        look: between two looks at how long an action has had its worker, or at the place of one that waits.
        pace: multiplies the seconds that a query or an edit may take; more than 1 on a slow machine.
        queue: that a question waits while all workers are busy; longer than any question or short action may keep one.
        start: that anything waits while no worker lives and the last ones did not start.
        retry: until a worker is started again after one that did not; twice as long each time, up to `retry_most`.
    """

    acknowledge: float = 10.0
    finish: float = 30.0
    drop: float = 5.0
    short: float = SHORT_SECONDS
    turn: float = SLICE
    look: float = 1.0
    pace: float = 1.0
    queue: float = 120.0
    start: float = 10.0
    retry: float = 0.5
    retry_most: float = 30.0

    def before_retry(self, failures: int) -> float:
        """Seconds until the next start after so many failures in a row."""
        return min(self.retry_most, self.retry * 2.0 ** min(failures - 1, 30))
