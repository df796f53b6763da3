"""Does tasks in a worker, one after another, in a thread of its own; a task can be broken off (`breaking.py`).

The worker goes on to hear its action's cancel and pause meanwhile.
"""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from typing import Any

from server.engine.breaking import Breakable, Dropped

TASK_REPLIES = frozenset({"task_done", "task_dropped"})


class Hands(threading.Thread):
    """Runs tasks as they come and says what became of each; `spoilt` as in `Breakable`."""

    def __init__(
        self,
        run: Callable[[dict[str, Any]], bytes],
        send: Callable[[dict[str, Any]], None],
        spoilt: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(daemon=True, name="kanscope-tasks")
        self._run = run
        self._send = send
        self._tasks: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._breakable = Breakable(spoilt)

    def hear(self, message: dict[str, Any]) -> None:
        """Take a task, or the order to drop one; called by the listening thread."""
        if message["type"] == "task":
            self._tasks.put(message)
        else:
            self._breakable.break_off(message["id"])

    def run(self) -> None:
        """One task after another, for ever."""
        while True:
            message = self._tasks.get()
            self._send({**self._do(message), "id": message["id"]})

    def _do(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            outcome = self._breakable.run(message["id"], lambda: self._run(message))
        except Dropped:
            return {"type": "task_dropped"}
        except Exception as error:  # noqa: BLE001 - the outermost loop: one task that fails is no reason to give up the others
            return {"type": "task_done", "outcome": None, "trace": "".join(traceback.format_exception(error))}
        return {"type": "task_done", "outcome": outcome, "trace": None}
