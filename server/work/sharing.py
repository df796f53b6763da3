"""How a handler spreads its work: tasks go out as bytes, outcomes come back as bytes, from whichever worker did them.

A task is a pure function of itself and the session's table, looked up by its kind in the registry's `tasks`. Which worker
does it, and whether it was begun twice because one died or was needed elsewhere, changes nothing of its outcome.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

from server.work.result import TableData

TaskFunction = Callable[[bytes, TableData], bytes]
"""Does one task: (task, table) → outcome."""


class Handout(Protocol):
    """Tasks that were handed out together."""

    @abstractmethod
    def next(self, patience: float) -> tuple[int, bytes | None] | None:
        """(place, outcome) of a task that is done, in any order; the outcome is None when no worker survives the task.

        None when nothing is done within `patience` seconds.
        """

    @abstractmethod
    def close(self) -> None:
        """Give up what is not done; nothing of it is begun any more, and what runs is broken off."""


Share = Callable[[str, Sequence[bytes]], Handout]
"""Hands out tasks of one kind: (kind, tasks). Earlier tasks are begun first. One handout at a time."""
