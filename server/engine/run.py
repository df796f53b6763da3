"""One action under way in a worker of the local pool: events, cancel, pause, and the second try after a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import structlog

from server.contract.problems import Problem, ProblemError, problem
from server.contract.views import WaitingView
from server.engine.asking import acquired
from server.engine.effort import lane_of, limit_of
from server.engine.lanes import Request
from server.engine.messages import action_message, run_event
from server.engine.patience import Patience
from server.engine.pool import WorkerPool
from server.engine.process import WorkerProcess
from server.engine.protocol import ActionJob, Failed, Finished, Paused, Queued, Restarted, RunEvent, Stopped
from server.engine.sharing import Losses, Sharing
from server.engine.timekeeping import Timekeeper

_log = structlog.get_logger(__name__)

ATTEMPTS = 2
"""Workers that an action may end before it is given up."""
MOST_MISSED = 8
"""Workers that may turn out to be gone before they took the action: their end says nothing about it."""


ENDS = Finished | Stopped | Failed | Paused
QUIET = 0.1
"""Seconds for which nobody is told that an action waits: most are given a worker at once."""


class LocalRun:
    """A `Run` in a worker of the pool."""

    def __init__(self, pool: WorkerPool, job: ActionJob, patience: Patience) -> None:
        self._pool = pool
        self._job = job
        self._patience = patience
        self._worker: WorkerProcess | None = None
        self._sharing: Sharing | None = None
        self._losses: Losses = {}
        # What goes on from a checkpoint has had the time of a short one.
        lane = lane_of(job.action, job.size) if job.checkpoint is None else "long"
        self._request = Request(job.session, lane, job.action.kind, job.action.own_seconds())
        self._waiting: asyncio.Task[WorkerProcess] | None = None
        self._timekeeper: Timekeeper | None = None
        self._lost = 0
        self._missed = 0
        self._too_slow: Problem | None = None
        self._displaced = False
        self._cancelled = False
        self._paused = False
        self._given_up = False
        self._begun = False
        self._seconds: float | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        if self._cancelled:
            return
        self._cancelled = True
        if self._waiting is not None and self._job.checkpoint is None:
            self._waiting.cancel()
        elif self._waiting is not None:
            self._pool.hurry(self._request)
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
        while True:
            async with aclosing(self._attempt()) as attempt_events:
                async for event in attempt_events:
                    yield event
                    if isinstance(event, ENDS):
                        return
            event = self._without_end()
            if event is not None:
                yield event
                if isinstance(event, ENDS):
                    return

    def _without_end(self) -> RunEvent | None:
        """What to tell when a worker has told no end; nothing when another one tries without a word."""
        if self._cancelled and (self._given_up or self._job.checkpoint is None):
            return Stopped()
        if self._too_slow is not None:
            return Failed(self._too_slow)
        if self._displaced:
            self._displaced = False
            self._request.lane = "long"
            return None
        if not self._begun:
            self._missed += 1
            return None if self._missed < MOST_MISSED else Failed(worker_lost())
        self._lost += 1
        return Restarted() if self._lost < ATTEMPTS else Failed(worker_lost())

    async def _attempt(self) -> AsyncGenerator[RunEvent, None]:
        """The events of one worker's try; they break off when the worker is lost."""
        self._begun = False
        try:
            async with aclosing(self._stand_in_line()) as told:
                async for event in told:
                    yield event
        except BaseException:
            self._withdraw()
            raise
        try:
            worker = self._obtain()
        except ProblemError as error:
            yield Failed(error.problem)
            return
        if worker is None:
            yield Stopped() if self._cancelled and self._job.checkpoint is None else Paused(None)
            return
        async with aclosing(self._follow(worker)) as heard:
            async for event in heard:
                yield event

    async def _follow(self, worker: WorkerProcess) -> AsyncGenerator[RunEvent, None]:
        """What a worker says of the action, until it has ended or is lost."""
        ended = False
        try:
            while not ended:
                message = await worker.inbox.get()
                self._hear(worker, message)
                ended = message["type"] not in ("begun", "frame", "acknowledged", "share")
                if ended and self._displaced:
                    return
                if message["type"] in ("begun", "frame") or (ended and message["type"] != "lost"):
                    self._measure(message)
                    yield run_event(message, self._job)
        finally:
            if not ended:
                worker.kill()
            self._leave(worker)

    async def _stand_in_line(self) -> AsyncGenerator[Queued, None]:
        """Wait for a worker; tell of it when it takes time. Ends at once when there is nothing to do for one.

        What a cancelled action had come to before a pause is still to be told, by a worker, in a moment.
        """
        if self._paused if not self._cancelled else self._job.checkpoint is None:
            return
        if self._cancelled:
            self._request.lane = "short"
        waiting = self._waiting = asyncio.create_task(acquired(self._pool, self._request))
        told: WaitingView | None = None
        await asyncio.wait({waiting}, timeout=QUIET)
        while not waiting.done():
            standing = self._pool.standing(self._request)
            if standing is not None and standing != told:
                told = standing
                yield Queued(standing)
            await asyncio.wait({waiting}, timeout=self._patience.look)

    def _withdraw(self) -> None:
        """Nobody follows the action any more, which waits for a worker or has got one just now."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.cancel() or waiting.cancelled() or waiting.exception() is not None:
            return
        self._pool.release(waiting.result(), self._request)

    def _obtain(self) -> WorkerProcess | None:
        """The worker, which has been given the job; None when the action was cancelled before there was one."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.cancelled():
            return None
        self._worker = waiting.result()
        self._worker.send(action_message(self._job, cancelled=self._cancelled))
        if self._cancelled:
            self._expect_end_within(self._patience.acknowledge)
        elif self._paused:
            self._tell_pause(self._worker)
        limit = limit_of(self._job.action)
        self._timekeeper = Timekeeper(
            self._pool,
            self._request,
            None if limit is None else limit * self._patience.pace,
            self._patience,
            self._give_way,
            self._end_over_limit,
        )
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
        if self._timekeeper is not None:
            self._timekeeper.stop()
        self._pool.release(worker, self._request, seconds=self._seconds)
        self._seconds = None

    def _measure(self, message: dict[str, Any]) -> None:
        """Only work that was done to its end says how long the next one of its kind will take."""
        if message["type"] == "finished" and message["outcome"] == "done":
            self._seconds = message["seconds"]

    def _give_way(self) -> None:
        """Others are to have the worker first: the action goes on from a checkpoint in its turn.

        One that was taken for short, and keeps a short one waiting, begins again in the long lane if it leaves none.
        """
        if self._worker is None or self._cancelled or self._paused:
            return
        self._worker.send({"type": "pause", "id": self._job.action_id, "paused": True})
        if self._request.lane == "short" and self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(self._patience.drop, self._displace)

    def _displace(self) -> None:
        if self._worker is not None and not self._cancelled and not self._paused:
            _log.info("an action turned out to be long; it begins again in its turn", action=self._job.action_id)
            self._displaced = True
            self._worker.kill()

    def _end_over_limit(self) -> None:
        """Fitting goes step by step and heeds a cancel; anything else that takes so long may never end."""
        seconds = (limit_of(self._job.action) or 0.0) * self._patience.pace
        if self._worker is not None:
            _log.warning("an action took too long; its worker is replaced", kind=self._job.action.kind, seconds=seconds)
            self._too_slow = too_slow(self._job.action.label(), seconds)
            self._worker.kill()

    def _expect_end_within(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._given_up = True
        if self._worker is not None:
            _log.warning(
                "worker does not end an action that it was told to end; killed", action=self._job.action_id, pid=self._worker.pid
            )
            self._worker.kill()


def worker_lost() -> Problem:
    """What a person is told after the second loss."""
    return problem(
        "worker_lost",
        "The process that computed this ended twice, so it was given up. The session is as it was before.",
        hint="It may have run out of memory: try fewer rows, nodes or grid intervals.",
    )


def too_slow(label: str, seconds: float) -> Problem:
    """What a person is told of an action over its time."""
    return problem(
        "too_slow",
        f"“{label}” took longer than {seconds:g} seconds and was given up. The session is as it was before.",
        hint="Try it with a simpler formula, a smaller network or fewer rows.",
    )
