"""The engine of one machine: a pool of spawned worker processes.

A worker that dies takes nothing with it: actions are pure, so the action runs again, once, in another worker.
A worker that does not heed a cancel is killed.
"""

from __future__ import annotations

import asyncio
from typing import Any

from server.contract.base import Message
from server.contract.problems import ProblemError, problem
from server.engine.messages import failure, query_message
from server.engine.pool import WorkerPool
from server.engine.process import WorkerSettings
from server.engine.protocol import ActionJob, QueryJob
from server.engine.run import ATTEMPTS, LocalRun, Patience, acquired, worker_lost
from server.work.query import ANSWER_TYPES


class LocalEngine:
    """An `Engine` over a `WorkerPool`."""

    def __init__(self, settings: WorkerSettings, size: int, patience: Patience | None = None) -> None:
        self.pool = WorkerPool(settings, size)
        self._patience = patience or Patience()

    @property
    def ready(self) -> bool:
        return self.pool.ready

    def start(self) -> None:
        """Warm the workers in the background."""
        self.pool.start()

    async def close(self) -> None:
        await self.pool.close()

    def perform(self, job: ActionJob) -> LocalRun:
        return LocalRun(self.pool, job, self._patience)

    async def answer(self, job: QueryJob) -> Message:
        for _ in range(ATTEMPTS):
            message = await self._ask(job)
            if message["type"] == "answered":
                return ANSWER_TYPES[job.query.kind].model_validate(message["answer"])
            if message["type"] == "failed":
                raise ProblemError(failure(message, job.query.kind))
        raise ProblemError(worker_lost())

    async def _ask(self, job: QueryJob) -> dict[str, Any]:
        worker = await acquired(self.pool, for_action=False)
        answered = False
        try:
            worker.send(query_message(job))
            async with asyncio.timeout(self._patience.answer):
                message = await worker.inbox.get()
            answered = True
        except TimeoutError:
            detail = f"The answer took longer than {self._patience.answer:.0f} seconds and was given up."
            raise ProblemError(problem("worker_lost", detail)) from None
        finally:
            if not answered:
                worker.kill()
            self.pool.release(worker, for_action=False)
        return message
