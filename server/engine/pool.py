"""Keeps a number of warm worker processes, gives them to those who wait in their turn, and replaces those that die, for ever.

Who is next is decided in `lanes.py`. Workers that nobody needs are lent to actions that have handed out tasks, and called
back as soon as somebody does need one. A worker that ends before it is ready is started again after a pause that grows with
every failure (`patience.py`), so that a fault that passes is survived and one that stays does not burn the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from server.contract.views import WaitingView
from server.engine.forecast import Forecast
from server.engine.lanes import Lanes, Request
from server.engine.patience import Patience
from server.engine.process import WorkerProcess, WorkerSettings

_log = structlog.get_logger(__name__)


class NoWorkersError(Exception):
    """No worker lives, and the last ones ended before they were ready."""


class BusyWorkersError(Exception):
    """All workers have been busy for as long as one waits at most."""


@dataclass(eq=False, slots=True)
class _Loan:
    """A worker that does a task of somebody's action; `recall` is None once it was called back."""

    session: str
    recall: Callable[[], None] | None


class WorkerPool:
    """A fixed number of processes; `acquire` waits for one of them."""

    def __init__(self, settings: WorkerSettings, size: int, patience: Patience | None = None) -> None:
        self._settings = settings
        self._size = size
        self._patience = patience or Patience()
        self.lanes = Lanes(size, turn=self._patience.turn)
        self.forecast = Forecast()
        self.failed_starts = 0
        """In a row, until a worker becomes ready."""
        self._all: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._waiting: dict[Request, asyncio.Future[WorkerProcess]] = {}
        self._borrowing: dict[asyncio.Future[WorkerProcess], _Loan] = {}
        # The youngest loan is last, and has the least to lose.
        self._loans: dict[WorkerProcess, _Loan] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._retry: asyncio.TimerHandle | None = None
        self._down_since: float | None = None
        self._closing = False

    @property
    def size(self) -> int:
        """How many workers there are when all have started."""
        return self._size

    @property
    def ready(self) -> int:
        """How many workers are alive and warm."""
        return sum(worker.ready and worker.alive for worker in self._all)

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that are ready."""
        return [worker.pid for worker in self._all if worker.alive and worker.ready and worker.pid is not None]

    def start(self) -> None:
        """Spawn in the background: first one worker, so that on few cores it is ready soon, then the others."""
        self._fill()

    async def acquire(self, request: Request, most: float | None = None) -> WorkerProcess:
        """A worker of one's own, to be released by whoever got it; waits for at most `most` seconds while all are busy.

        Raises:
            NoWorkersError: none lives, and none could be started for some time.
            BusyWorkersError: `most` seconds are over.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[WorkerProcess] = loop.create_future()
        self.lanes.join(request)
        self._waiting[request] = future
        self._serve()
        until = None if most is None else loop.time() + most
        try:
            while not future.done():
                await asyncio.wait({future}, timeout=self._until_next_look(until))
                if not future.done():
                    self._look_whether_it_makes_sense(until)
            return future.result()
        except BaseException:
            self._withdraw(request, future)
            raise

    def release(self, worker: WorkerProcess, request: Request, *, seconds: float | None = None) -> None:
        """Give a worker back; `seconds` are worth remembering. Whoever leaves unfinished work in it kills it first."""
        if seconds is not None:
            self.forecast.measured(request, seconds)
        self.lanes.end(request)
        self._offer(worker)

    def hurry(self, request: Request) -> None:
        """One that waits in the long lane needs a moment only."""
        request.lane = "short"
        self._serve()

    def standing(self, request: Request) -> WaitingView | None:
        """The place of one who waits; None for one who does not."""
        now = asyncio.get_running_loop().time()
        return self.forecast.waiting(self.lanes, request.lane, now).get(request)

    async def lend(self, session: str, recall: Callable[[], None]) -> WorkerProcess:
        """A worker that nobody needs now, to be given back soon after `recall` is called, which happens once at most."""
        while True:
            future: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
            loan = self._borrowing[future] = _Loan(session, recall)
            self._serve()
            try:
                worker = await future
            except asyncio.CancelledError:
                if self._borrowing.pop(future, None) is None and future.done() and not future.cancelled():
                    self.give_back(future.result())
                raise
            # It may have died, or have been called back, before its borrower could begin.
            if worker.alive and loan.recall is not None:
                return worker
            self.give_back(worker)

    def give_back(self, worker: WorkerProcess) -> None:
        """The end of a loan."""
        self.lanes.shares.give_back(self._loans.pop(worker).session)
        self._offer(worker)

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """See to something that nobody waits for, until the pool is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._closing = True
        if self._retry is not None:
            self._retry.cancel()
        for future in (*self._waiting.values(), *self._borrowing):
            future.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._all:
            worker.kill()
        await asyncio.gather(*(worker.ended() for worker in self._all))
        self._all.clear()

    def _until_next_look(self, until: float | None) -> float:
        """Seconds after which one who waits looks whether waiting makes sense."""
        start = self._patience.start - self._down()
        left = start if until is None else min(start, until - asyncio.get_running_loop().time())
        # Whoever has waited long enough while workers only start looks from time to time.
        return left if left > 0 else self._patience.start

    def _look_whether_it_makes_sense(self, until: float | None) -> None:
        """To wait on."""
        if self._down() >= self._patience.start:
            raise NoWorkersError("workers do not start; see the log")
        if until is not None and self.ready and asyncio.get_running_loop().time() >= until:
            raise BusyWorkersError("all workers are busy")

    def _down(self) -> float:
        """Seconds for which no worker has lived and none could be started."""
        return 0.0 if self._down_since is None else asyncio.get_running_loop().time() - self._down_since

    def _withdraw(self, request: Request, future: asyncio.Future[WorkerProcess]) -> None:
        """Somebody does not want a worker any more, who may have got one just now."""
        if self._waiting.pop(request, None) is not None:
            self.lanes.leave(request)
        elif future.done() and not future.cancelled():
            self.release(future.result(), request)

    def _offer(self, worker: WorkerProcess) -> None:
        if worker.alive:
            self._idle.append(worker)
        self._serve()

    def _serve(self) -> None:
        """Give free workers to those who may have one; call loans back for the others; lend what nobody needs."""
        if self._closing:
            return
        self._idle = [worker for worker in self._idle if worker.alive]
        while self._idle and (request := self.lanes.next()) is not None:
            self.lanes.begin(request)
            self._waiting.pop(request).set_result(self._idle.pop(0))
        missing = self.lanes.wanting() - sum(loan.recall is None for loan in self._loans.values())
        if missing > 0:
            self._call_back(missing)
        while self._idle and self._borrowing:
            self._lend_one(self._idle.pop(0))

    def _call_back(self, count: int) -> None:
        for loan in [loan for loan in reversed(self._loans.values()) if loan.recall is not None][:count]:
            recall, loan.recall = loan.recall, None
            if recall is not None:
                recall()

    def _lend_one(self, worker: WorkerProcess) -> None:
        """To the action of the session that has had least of the workers."""
        shares = self.lanes.shares
        future = min(self._borrowing, key=lambda each: shares.had(self._borrowing[each].session))
        loan = self._borrowing.pop(future)
        if future.done():
            self._idle.append(worker)
            return
        shares.take(loan.session)
        self._loans[worker] = loan
        future.set_result(worker)

    def _on_ready(self, worker: WorkerProcess) -> None:
        self.failed_starts, self._down_since = 0, None
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        self._fill()
        _log.debug("worker ready", pid=worker.pid)
        self._offer(worker)

    def _on_lost(self, worker: WorkerProcess) -> None:
        if self._closing:
            return
        self._all.discard(worker)
        _log.warning("worker lost", pid=worker.pid, was_ready=worker.ready)
        self.background(worker.ended())
        if not worker.ready:
            self._start_failed()
        if self.failed_starts and not self.ready and self._down_since is None:
            self._down_since = asyncio.get_running_loop().time()
        self._fill()

    def _start_failed(self) -> None:
        self.failed_starts += 1
        pause = self._patience.before_retry(self.failed_starts)
        _log.warning("a worker did not start", times=self.failed_starts, seconds_until_next=pause)
        if self._retry is not None:
            self._retry.cancel()
        self._retry = asyncio.get_running_loop().call_later(pause, self._try_again)

    def _try_again(self) -> None:
        self._retry = None
        self._fill()

    def _fill(self) -> None:
        """Start what is missing: one worker as long as none is ready, then all; none before a pause is over."""
        if self._closing or self._retry is not None:
            return
        wanted = self._size if self.ready else 1
        for _ in range(wanted - len(self._all)):
            worker = WorkerProcess(self._settings, self._on_ready, self._on_lost)
            self._all.add(worker)
            self.background(worker.start())
