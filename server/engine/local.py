"""The engine of one machine: a pool of spawned worker processes.

A worker that dies takes nothing with it: actions are pure, so the action runs again, once, in another worker.
A worker that does not heed a cancel is killed.
"""

from __future__ import annotations

from server.contract.problems import ProblemError
from server.engine.asking import ask
from server.engine.messages import failure
from server.engine.patience import Patience
from server.engine.pool import WorkerPool
from server.engine.process import WorkerSettings
from server.engine.protocol import ActionJob, QueryJob, Workers
from server.engine.run import ATTEMPTS, LocalRun, worker_lost
from server.work.query import Answer_co


class LocalEngine:
    """An `Engine` over a `WorkerPool`."""

    def __init__(self, settings: WorkerSettings, size: int, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self.pool = WorkerPool(settings, size, self._patience)

    @property
    def workers(self) -> Workers:
        waiting = {lane: len(self.pool.lanes.line(lane)) for lane in self.pool.lanes.places}
        return Workers(self.pool.ready, self.pool.size, self.pool.failed_starts, waiting)

    def start(self) -> None:
        """Warm the workers in the background."""
        self.pool.start()

    async def close(self) -> None:
        await self.pool.close()

    def perform(self, job: ActionJob) -> LocalRun:
        return LocalRun(self.pool, job, self._patience)

    async def answer(self, job: QueryJob[Answer_co]) -> Answer_co:
        for _ in range(ATTEMPTS):
            message = await ask(self.pool, job, self._patience)
            if message["type"] == "answered":
                return job.query.answer_type().model_validate(message["answer"])
            if message["type"] == "failed":
                raise ProblemError(failure(message, job.query.kind))
        raise ProblemError(worker_lost())
