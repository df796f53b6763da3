"""Tasks that a handler has handed out, as its own worker sees them: they leave over the pipe, and outcomes come back on it."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from typing import Any


class PipeHandout:
    """A `Handout` over the pipe to the server. Messages of a former batch of the same job may still arrive; they are left out."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        outcomes: queue.SimpleQueue[dict[str, Any]],
        job: str,
        batch: int,
        kind: str,
        tasks: Sequence[bytes],
    ) -> None:
        self._send = send
        self._outcomes = outcomes
        self._job = job
        self._batch = batch
        self._open = True
        send({"type": "share", "id": job, "batch": batch, "kind": kind, "tasks": list(tasks)})

    def next(self, patience: float) -> tuple[int, bytes | None] | None:
        until = time.monotonic() + patience
        while True:
            try:
                message = self._outcomes.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return None
            if message["batch"] == self._batch:
                return message["place"], message["outcome"]

    def close(self) -> None:
        if self._open:
            self._open = False
            self._send({"type": "share", "id": self._job, "batch": self._batch, "kind": "", "tasks": []})
