"""Remembers answers: revisions never change, so the same question has the same answer for ever.

Wraps any engine. Equal questions asked at the same time are worked on once, as long as somebody waits for the answer; problems
are not remembered.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from typing import cast

from server.contract.base import Message
from server.engine.protocol import ActionJob, Engine, QueryJob, Run, Workers
from server.work.query import Answer_co

MOST_REMEMBERED = 256
_WORTH_IT = frozenset({"suggestions", "edge_detail", "candidate", "prune_proposal", "sample_list", "primitives"})


class RememberingEngine:
    """An `Engine` that asks another one only what it was not asked lately."""

    def __init__(self, engine: Engine, most: int = MOST_REMEMBERED) -> None:
        self._engine = engine
        self._most = most
        self._answers: OrderedDict[str, asyncio.Task[Message]] = OrderedDict()
        self._askers: Counter[asyncio.Task[Message]] = Counter()

    @property
    def workers(self) -> Workers:
        return self._engine.workers

    def perform(self, job: ActionJob) -> Run:
        return self._engine.perform(job)

    async def answer(self, job: QueryJob[Answer_co]) -> Answer_co:
        if job.query.kind not in _WORTH_IT or job.upload is not None:
            return await self._engine.answer(job)
        key = f"{job.query.kind} {job.query.model_dump_json()} {job.revision} {job.network} {job.table}"
        task = self._answers.get(key)
        if task is None:
            task = self._ask(key, job)
        self._answers.move_to_end(key)
        # The key says which query it was, and its class what answers it.
        return cast("Answer_co", await self._wait_for(key, task))

    async def close(self) -> None:
        await self._engine.close()

    async def _wait_for(self, key: str, task: asyncio.Task[Message]) -> Message:
        """Whoever asked first may go away, the others still want to know; when all have gone the question is withdrawn."""
        self._askers[task] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._askers[task] -= 1
            if not self._askers[task]:
                del self._askers[task]
                if not task.done():
                    # Whoever asks from now on asks anew.
                    self._forget(key, task)
                    task.cancel()

    def _ask(self, key: str, job: QueryJob[Message]) -> asyncio.Task[Message]:
        task = asyncio.create_task(self._engine.answer(job))
        self._answers[key] = task
        task.add_done_callback(lambda done: self._forget_failure(key, done))
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return task

    def _forget_failure(self, key: str, task: asyncio.Task[Message]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._forget(key, task)

    def _forget(self, key: str, task: asyncio.Task[Message]) -> None:
        if self._answers.get(key) is task:
            del self._answers[key]
