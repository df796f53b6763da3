"""Does tasks in a worker, one after another, in a thread of its own; a task can be broken off within milliseconds.

The worker goes on to hear its action's cancel and pause meanwhile. Python lets one thread raise an exception in another,
between two of its instructions; tasks are pure functions, so nothing is left half done. A computation that sits in one
long call of a library is broken off when the call returns; whoever cannot wait for that ends the process.
"""

from __future__ import annotations

import ctypes
import queue
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

TASK_REPLIES = frozenset({"task_done", "task_dropped"})
# Seconds until an exception that was raised in a task's last instructions is taken to have been swallowed there.
_ON_ITS_WAY = 1.0


class Dropped(BaseException):
    """The task is not wanted any more, or its worker is needed for something else."""


class Hands(threading.Thread):
    """Runs tasks as they come and says what became of each."""

    def __init__(self, run: Callable[[dict[str, Any]], bytes], send: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(daemon=True, name="kanscope-tasks")
        self._run = run
        self._send = send
        self._tasks: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._doing: str | None = None
        self._dropping: str | None = None

    def hear(self, message: dict[str, Any]) -> None:
        """Take a task, or the order to drop one; called by the listening thread."""
        if message["type"] == "task":
            self._tasks.put(message)
            return
        with self._lock:
            wanted = self._dropping != message["id"]
            self._dropping = message["id"]
            if wanted and self._doing == message["id"] and self.ident is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(Dropped))

    def run(self) -> None:
        """One task after another, for ever."""
        while True:
            message = self._tasks.get()
            self._send({**self._do(message), "id": message["id"]})

    def _do(self, message: dict[str, Any]) -> dict[str, Any]:
        outcome: bytes | None = None
        trace: str | None = None
        try:
            if not self._begin(message["id"]):
                return {"type": "task_dropped"}
            try:
                outcome = self._run(message)
            except Exception as error:  # noqa: BLE001 - the outermost loop: one task that fails is no reason to give up the others
                trace = "".join(traceback.format_exception(error))
            self._finish(message["id"])
        except Dropped:
            # Raised once at most, so from here on nothing interrupts.
            self._doing = None
            return {"type": "task_dropped"}
        return {"type": "task_done", "outcome": outcome, "trace": trace}

    def _begin(self, task: str) -> bool:
        """From here on the task can be dropped; False when it was, before it began."""
        with self._lock:
            wanted = self._dropping != task
            self._doing = task if wanted else None
        return wanted

    def _finish(self, task: str) -> None:
        """From here on the task cannot be dropped; an exception that is on its way arrives before this returns."""
        with self._lock:
            self._doing = None
            on_its_way = self._dropping == task
        until = time.monotonic() + _ON_ITS_WAY
        while on_its_way and time.monotonic() < until:
            time.sleep(0.001)
