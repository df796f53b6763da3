"""One action under way in a worker of the local pool: events, cancel, pause, and the second try after a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import structlog

from server.contract.problems import Problem, ProblemError, problem
from server.engine.messages import action_message, run_event
from server.engine.pool import NoWorkersError, WorkerPool
from server.engine.process import WorkerProcess
from server.engine.protocol import ActionJob, Failed, Finished, Paused, Restarted, RunEvent, Stopped
from server.engine.sharing import Losses, Sharing

_log = structlog.get_logger(__name__)

ATTEMPTS = 2
"""Workers that an action may end before it is given up."""
MOST_MISSED = 8
"""Workers that may turn out to be gone before they took the action: their end says nothing about it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until a worker is given up: unheeded cancel, heeded cancel without end, query without answer, unheeded drop."""

    acknowledge: float = 10.0
    finish: float = 30.0
    answer: float = 120.0
    drop: float = 5.0


class LocalRun:
    """A `Run` in a worker of the pool."""

    def __init__(self, pool: WorkerPool, job: ActionJob, patience: Patience) -> None:
        self._pool = pool
        self._job = job
        self._patience = patience
        self._worker: WorkerProcess | None = None
        self._sharing: Sharing | None = None
        self._losses: Losses = {}
        self._waiting: asyncio.Task[WorkerProcess] | None = None
        self._cancelled = False
        self._paused = False
        self._given_up = False
        self._begun = False
        self._deadline: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        if self._cancelled:
            return
        self._cancelled = True
        if self._waiting is not None and self._job.checkpoint is None:
            self._waiting.cancel()
        if self._worker is not None:
            self._worker.send({"type": "cancel", "id": self._job.action_id})
            self._expect_end_within(self._patience.acknowledge)

    def pause(self, paused: bool) -> None:
        self._paused = paused
        if self._waiting is not None and paused:
            self._waiting.cancel()
        if self._worker is not None:
            self._tell_pause(self._worker)

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        losses = missed = 0
        while losses < ATTEMPTS and missed < MOST_MISSED:
            async with aclosing(self._attempt()) as attempt_events:
                async for event in attempt_events:
                    yield event
                    if isinstance(event, Finished | Stopped | Failed | Paused):
                        return
            # What a cancelled action had come to before a pause is still to be told.
            if self._cancelled and (self._given_up or self._job.checkpoint is None):
                yield Stopped()
                return
            if not self._begun:
                missed += 1
                continue
            losses += 1
            if losses < ATTEMPTS:
                yield Restarted()
        yield Failed(worker_lost())

    async def _attempt(self) -> AsyncGenerator[RunEvent, None]:
        """The events of one worker's try; they break off when the worker is lost."""
        self._begun = False
        try:
            worker = await self._obtain()
        except ProblemError as error:
            yield Failed(error.problem)
            return
        if worker is None:
            yield Stopped() if self._cancelled and self._job.checkpoint is None else Paused(None)
            return
        ended = False
        try:
            while not ended:
                message = await worker.inbox.get()
                self._hear(worker, message)
                ended = message["type"] not in ("begun", "frame", "acknowledged", "share")
                if message["type"] in ("begun", "frame") or (ended and message["type"] != "lost"):
                    yield run_event(message, self._job)
        finally:
            if not ended:
                worker.kill()
            self._leave(worker)

    async def _obtain(self) -> WorkerProcess | None:
        """A worker that has been given the job; None when the action was cancelled or paused before there was one."""
        if self._paused if not self._cancelled else self._job.checkpoint is None:
            return None
        self._waiting = asyncio.create_task(acquired(self._pool, for_action=True))
        try:
            await asyncio.wait({self._waiting})
        except asyncio.CancelledError:
            self._waiting.cancel()
            raise
        waiting, self._waiting = self._waiting, None
        if waiting.cancelled():
            return None
        self._worker = waiting.result()
        self._worker.send(action_message(self._job, cancelled=self._cancelled))
        if self._cancelled:
            self._expect_end_within(self._patience.acknowledge)
        elif self._paused:
            self._tell_pause(self._worker)
        return self._worker

    def _tell_pause(self, worker: WorkerProcess) -> None:
        worker.send({"type": "pause", "id": self._job.action_id, "paused": self._paused})

    def _hear(self, worker: WorkerProcess, message: dict[str, Any]) -> None:
        """What a worker says to the engine and not to the person."""
        if message["type"] == "begun":
            self._begun = True
        elif message["type"] == "share":
            self._shared(worker).take(message)
        elif message["type"] == "acknowledged":
            self._expect_end_within(self._patience.finish)

    def _shared(self, worker: WorkerProcess) -> Sharing:
        if self._sharing is None:
            self._sharing = Sharing(self._pool, worker, self._job, self._losses, self._patience.drop)
        return self._sharing

    def _leave(self, worker: WorkerProcess) -> None:
        self._worker = None
        if self._sharing is not None:
            self._sharing.close()
            self._sharing = None
        if self._deadline is not None:
            self._deadline.cancel()
        self._pool.release(worker, for_action=True)

    def _expect_end_within(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._given_up = True
        if self._worker is not None:
            _log.warning("worker does not end a cancelled action; killed", action=self._job.action_id, pid=self._worker.pid)
            self._worker.kill()


async def acquired(pool: WorkerPool, *, for_action: bool) -> WorkerProcess:
    """A worker of the pool, or the problem that there is none."""
    try:
        return await pool.acquire(for_action=for_action)
    except NoWorkersError as error:
        hint = "Look into the server's log, then restart it."
        raise ProblemError(problem("worker_lost", "The processes that compute do not start.", hint=hint)) from error


def worker_lost() -> Problem:
    """What a person is told after the second loss."""
    return problem(
        "worker_lost",
        "The process that computed this ended twice, so it was given up. The session is as it was before.",
        hint="It may have run out of memory: try fewer rows, nodes or grid intervals.",
    )
