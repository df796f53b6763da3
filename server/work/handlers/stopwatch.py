"""Seconds of work: a clock that stands while it is told what was, and goes on from there."""

from __future__ import annotations

import time
from collections.abc import Callable


class Stopwatch:
    """Goes from the beginning."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shown = 0.0
        self._since: float | None = clock()

    def __call__(self) -> float:
        """What it shows."""
        return self._shown if self._since is None else self._shown + self._clock() - self._since

    def stand(self, shown: float) -> None:
        """Show this until it goes on."""
        self._shown, self._since = shown, None

    def go_on(self, shown: float) -> None:
        """Go on from this."""
        self._shown, self._since = shown, self._clock()
