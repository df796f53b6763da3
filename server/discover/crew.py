"""Worker processes for one search, and the tasks handed out to them.

Knows only bytes: `searching` says what they mean. Where the system allows it the workers are forked from one process that
has imported the numerics once, while this one still reads the table; elsewhere each is started afresh.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from typing import Any

from kan_core.own_code import own_code_only
from server.discover import entry
from server.loading import THREADS

# A task during which a worker dies is tried once more.
_ATTEMPTS = 2


@dataclass(eq=False, slots=True)
class _Worker:
    process: Any
    pipe: Connection
    task: int | None = None


class Crew:
    """A number of workers; whoever makes one closes it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._table: bytes | None = None
        self._workers: list[_Worker] = []
        self._context: Any = multiprocessing.get_context("spawn" if sys.platform in {"win32", "darwin"} else "forkserver")
        with _one_thread(), own_code_only():
            if hasattr(self._context, "set_forkserver_preload"):
                # That process imports the numerics from now on; a worker could only be started, and waited for, after that.
                self._context.set_forkserver_preload(["server.discover.preload"])
                forkserver.ensure_running()
            else:
                self._fill()

    @property
    def pids(self) -> list[int]:
        """The processes of the workers."""
        return [worker.process.pid for worker in self._workers]

    def load(self, table: bytes) -> None:
        """Start the workers that are missing, and tell all what the tasks are about."""
        self._table = table
        with _one_thread():
            self._fill()
        for worker in self._workers:
            _send(worker, table)

    def run(self, tasks: Sequence[bytes], deadline: float) -> Iterator[tuple[int, bytes | None]]:
        """Yield (place, reply) of each task as it is done, None where workers died of it; ends early at the deadline."""
        waiting = deque(range(len(tasks)))
        attempts = [0] * len(tasks)
        left = len(tasks)
        while left:
            self._hand_out(tasks, waiting, attempts)
            busy = [worker.pipe for worker in self._workers if worker.task is not None]
            ready = wait(busy, max(0.0, deadline - time.monotonic()))
            if not ready:
                return
            for worker in [worker for worker in self._workers if worker.pipe in ready]:
                place, reply = self._reply(worker)
                if reply is None and attempts[place] < _ATTEMPTS:
                    waiting.appendleft(place)
                    continue
                left -= 1
                yield place, reply

    def left(self, deadline: float) -> float:
        """Seconds until the deadline."""
        return deadline - time.monotonic()

    def close(self) -> None:
        """Kill all workers, whatever they do."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _hand_out(self, tasks: Sequence[bytes], waiting: deque[int], attempts: list[int]) -> None:
        for worker in self._workers:
            if worker.task is None and waiting:
                worker.task = waiting.popleft()
                attempts[worker.task] += 1
                _send(worker, tasks[worker.task])

    def _reply(self, worker: _Worker) -> tuple[int, bytes | None]:
        """What a worker says about its task; one that has died is replaced."""
        place = worker.task
        assert place is not None
        worker.task = None
        try:
            return place, worker.pipe.recv_bytes()
        except (EOFError, OSError):
            worker.process.join()
            worker.pipe.close()
            fresh = self._start()
            self._workers[self._workers.index(worker)] = fresh
            if self._table is not None:
                _send(fresh, self._table)
            return place, None

    def _fill(self) -> None:
        self._workers += [self._start() for _ in range(self._size - len(self._workers))]

    def _start(self) -> _Worker:
        pipe, far_end = self._context.Pipe(duplex=True)
        process = self._context.Process(target=entry.main, args=(far_end,), daemon=True, name="kanscope-search")
        with own_code_only():
            process.start()
        # Only the worker holds this end now, so its death ends the pipe.
        far_end.close()
        return _Worker(process, pipe)


@contextmanager
def _one_thread() -> Generator[None]:
    """Threads of a library would not survive the fork, and one a worker is the best number anyway."""
    former = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    yield
    for name, value in former.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def _send(worker: _Worker, message: bytes) -> None:
    """Send; the death of a worker is heard when its reply is read."""
    try:
        worker.pipe.send_bytes(message)
    except OSError:
        return
