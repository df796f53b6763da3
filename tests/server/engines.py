"""An engine without processes, whose actions end when and how a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import cast

from server.contract.base import Message
from server.contract.rest import PrimitiveView
from server.engine.protocol import ActionJob, Failed, Finished, Paused, QueryJob, Run, RunEvent, Stopped, Workers
from server.work.query import Answer_co, PrimitiveViews
from tests.fakes import finished


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process or task brings about."""
    never = asyncio.Event()
    while not condition():
        with suppress(TimeoutError):
            await asyncio.wait_for(never.wait(), 0.005)


class ScriptedRun:
    """Told its events one by one by the test; ends by itself when cancelled, unless it has something to keep."""

    def __init__(self, job: ActionJob) -> None:
        self.job = job
        self.inbox: asyncio.Queue[RunEvent] = asyncio.Queue()
        self.cancelled = False
        self.paused = False

    async def events(self) -> AsyncGenerator[RunEvent, None]:
        event = await self.inbox.get()
        while not isinstance(event, Finished | Failed | Stopped | Paused):
            yield event
            event = await self.inbox.get()
        yield event

    def cancel(self) -> None:
        self.cancelled = True
        if self.job.checkpoint is None:
            self.inbox.put_nowait(Stopped())

    def pause(self, paused: bool) -> None:
        self.paused = paused


class ScriptedEngine:
    """Initialises at once; every other action waits in `runs` for the test."""

    def __init__(self) -> None:
        self.runs: asyncio.Queue[ScriptedRun] = asyncio.Queue()
        self.asked: list[QueryJob[Message]] = []
        self.withdrawn = 0
        self.answers: asyncio.Queue[Message | Exception] = asyncio.Queue()
        self.workers = Workers(ready=1, size=1)

    def perform(self, job: ActionJob) -> Run:
        run = ScriptedRun(job)
        if job.action.kind == "initialise":
            run.inbox.put_nowait(finished(0))
        else:
            self.runs.put_nowait(run)
        return run

    async def answer(self, job: QueryJob[Answer_co]) -> Answer_co:
        self.asked.append(job)
        try:
            answer = await self.answers.get()
        except asyncio.CancelledError:
            self.withdrawn += 1
            raise
        if isinstance(answer, Exception):
            raise answer
        # A test may ask one thing and answer another, where it is not about answers.
        return cast("Answer_co", answer)

    async def close(self) -> None:
        self.workers = Workers(ready=0, size=1)


ANSWER = PrimitiveViews(primitives=[PrimitiveView(name="sin", latex="\\sin", complexity=2, domain="all")])
