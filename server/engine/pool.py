"""Keeps a number of warm worker processes, lends them to jobs in turn and replaces those that die.

Actions may occupy all workers but one, so that a query (suggestions while a training runs) finds a worker soon. Workers
that nobody needs are lent to actions that have handed out tasks, and called back as soon as somebody does need one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from server.engine.process import WorkerProcess, WorkerSettings

_log = structlog.get_logger(__name__)

_MOST_FAILED_STARTS = 3


class NoWorkersError(Exception):
    """Workers end before they become ready, again and again."""


class WorkerPool:
    """A fixed number of processes; `acquire` waits for a free one."""

    def __init__(self, settings: WorkerSettings, size: int) -> None:
        self._settings = settings
        self._size = size
        self._all: set[WorkerProcess] = set()
        self._idle: deque[WorkerProcess] = deque()
        self._waiting: deque[asyncio.Future[WorkerProcess]] = deque()
        self._borrowing: deque[asyncio.Future[WorkerProcess]] = deque()
        # What calls a loan back; None once it was called. The youngest is last, and has the least to lose.
        self._loans: dict[WorkerProcess, Callable[[], None] | None] = {}
        self._actions = asyncio.Semaphore(max(1, size - 1))
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed_starts = 0
        self._closing = False

    @property
    def size(self) -> int:
        """How many workers there are when all have started."""
        return self._size

    @property
    def ready(self) -> bool:
        """Whether some worker has warmed up."""
        return any(worker.ready and worker.alive for worker in self._all)

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that are ready."""
        return [worker.pid for worker in self._all if worker.alive and worker.ready and worker.pid is not None]

    def start(self) -> None:
        """Spawn in the background: first one worker, so that on few cores it is ready soon, then the others."""
        self._spawn()

    async def acquire(self, *, for_action: bool) -> WorkerProcess:
        """A worker of one's own, to be released by whoever got it.

        Raises:
            NoWorkersError: when workers cannot be started.
        """
        if not for_action:
            return await self._next()
        await self._actions.acquire()
        try:
            return await self._next()
        except BaseException:
            self._actions.release()
            raise

    def release(self, worker: WorkerProcess, *, for_action: bool) -> None:
        """Give a worker back. Whoever leaves unfinished work in it kills it first."""
        if for_action:
            self._actions.release()
        self._offer(worker)

    async def lend(self, recall: Callable[[], None]) -> WorkerProcess:
        """A worker that nobody needs now, to be given back soon after `recall` is called, which happens once at most."""
        while True:
            worker = next((idle for idle in self._idle if idle.alive), None)
            if worker is not None:
                self._idle.remove(worker)
            else:
                worker = await self._promised(self._borrowing)
            if worker.alive and not self._needed():
                self._loans[worker] = recall
                return worker
            self._offer(worker)

    def give_back(self, worker: WorkerProcess) -> None:
        """The end of a loan."""
        del self._loans[worker]
        self._offer(worker)

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._closing = True
        for promises in (self._waiting, self._borrowing):
            while promises:
                promises.popleft().cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._all:
            worker.kill()
        await asyncio.gather(*(worker.ended() for worker in self._all))
        self._all.clear()

    async def _next(self) -> WorkerProcess:
        while self._idle:
            worker = self._idle.popleft()
            if worker.alive:
                return worker
        if self._failed_starts >= _MOST_FAILED_STARTS:
            self._try_once_more()
            raise NoWorkersError("workers do not start; see the log")
        self._call_back_one()
        return await self._promised(self._waiting)

    async def _promised(self, promises: deque[asyncio.Future[WorkerProcess]]) -> WorkerProcess:
        future: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        promises.append(future)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._offer(future.result())
            raise

    def _needed(self) -> bool:
        return any(not future.done() for future in self._waiting)

    def _call_back_one(self) -> None:
        for worker, recall in reversed(self._loans.items()):
            if recall is not None:
                self._loans[worker] = None
                recall()
                return

    def _offer(self, worker: WorkerProcess) -> None:
        if not worker.alive:
            return
        for promises in (self._waiting, self._borrowing):
            while promises:
                future = promises.popleft()
                if not future.done():
                    future.set_result(worker)
                    return
        self._idle.append(worker)

    def _on_ready(self, worker: WorkerProcess) -> None:
        self._failed_starts = 0
        for _ in range(self._size - len(self._all)):
            self._spawn()
        _log.debug("worker ready", pid=worker.pid)
        self._offer(worker)

    def _on_lost(self, worker: WorkerProcess) -> None:
        if self._closing:
            return
        self._all.discard(worker)
        _log.warning("worker lost", pid=worker.pid, was_ready=worker.ready)
        self._background(worker.ended())
        if not worker.ready:
            self._failed_starts += 1
        if self._failed_starts < _MOST_FAILED_STARTS:
            self._spawn()
            return
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(NoWorkersError("workers do not start; see the log"))

    def _try_once_more(self) -> None:
        """Whatever kept workers from starting may be over by the next request."""
        if not self._all:
            self._failed_starts -= 1
            self._spawn()

    def _spawn(self) -> None:
        worker = WorkerProcess(self._settings, self._on_ready, self._on_lost)
        self._all.add(worker)
        self._background(worker.start())

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
