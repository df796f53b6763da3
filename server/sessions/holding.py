"""Paused actions of all sessions: how long one may wait while nobody watches, and how many may wait at once.

A held action occupies no worker, only a checkpoint on the disk. One that is given up ends like a cancelled one, with its best
state kept, and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a pause may last while no browser watches its session, and how many may last at once on this server."""

    unwatched: float = 1800.0
    most: int = 64


class Hold:
    """One paused action, from the moment it has left its worker until somebody goes on or it is given up."""

    def __init__(self, watched: Callable[[], bool], give_up: Callable[[], None], patience: float) -> None:
        self._watched = watched
        self._give_up = give_up
        self._patience = patience
        self._timer: asyncio.TimerHandle | None = None

    @property
    def watched(self) -> bool:
        """Whether a browser looks at it."""
        return self._watched()

    def look(self) -> None:
        """Somebody came or left: the time without anybody begins when the last one leaves."""
        if self.watched:
            self.stop()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._patience, self.give_up)

    def give_up(self) -> None:
        """End the pause; the action keeps its best state."""
        self.stop()
        self._give_up()

    def stop(self) -> None:
        """The time does not count any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Holds:
    """All that are held, the longest held first."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._held: list[Hold] = []

    def add(self, watched: Callable[[], bool], give_up: Callable[[], None]) -> Hold:
        """Hold one more; one too many ends the longest held of those that nobody watches, else of all."""
        hold = Hold(watched, give_up, self._patience.unwatched)
        self._held.append(hold)
        hold.look()
        if len(self._held) > self._patience.most:
            others = self._held[:-1] or self._held
            oldest = next((each for each in others if not each.watched), others[0])
            self.remove(oldest)
            oldest.give_up()
        return hold

    def remove(self, hold: Hold) -> None:
        """It is held no more."""
        hold.stop()
        if hold in self._held:
            self._held.remove(hold)
