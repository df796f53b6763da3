"""The tasks that one running action has handed out: done by its own worker and by all that nobody else needs.

Earlier tasks are begun first. A task whose worker dies is begun once more, in another than the action's own if there are any;
one whose worker is called back for a question or another action is begun again later. Each outcome goes back to the action's
worker as soon as it is there.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from server.engine.pool import WorkerPool
from server.engine.process import WorkerProcess
from server.engine.protocol import ActionJob

_log = structlog.get_logger(__name__)

ATTEMPTS = 2
"""Workers that a task may end before it counts as without outcome."""


Losses = dict[tuple[int, int], int]
"""How many workers ended during a task, by number of its batch and its place in it."""


@dataclass(eq=False, slots=True)
class _Batch:
    """Tasks that were handed out together; `waiting` are the places of those that nobody does, in their order."""

    number: int
    kind: str
    tasks: list[bytes]
    waiting: list[int] = field(default_factory=list[int])


class Sharing:
    """Hands out the tasks of the action that runs in `own`; lives as long as that does.

    `losses` outlives it: an action that begins again hands out the same tasks, and knows which are dangerous.
    """

    def __init__(self, pool: WorkerPool, own: WorkerProcess, job: ActionJob, losses: Losses, patience: float) -> None:
        self._pool = pool
        self._own = own
        self._job = job
        self._losses = losses
        self._patience = patience
        self._batch = _Batch(0, "", [])
        self._count = 0
        self._ended = False
        self._doing: dict[str, WorkerProcess] = {}
        self._deadlines: dict[str, asyncio.TimerHandle] = {}
        self._own_hand: asyncio.Task[None] | None = None
        self._helpers: set[asyncio.Task[None]] = set()
        self._borrowing: set[asyncio.Task[None]] = set()

    def take(self, message: dict[str, Any]) -> None:
        """A new batch takes the place of the former one; an empty one only gives that up."""
        tasks: list[bytes] = message["tasks"]
        self._drop_all()
        self._batch = _Batch(message["batch"], message["kind"], tasks, list(range(len(tasks))))
        self._feed()

    def close(self) -> None:
        """The action has ended or is given up."""
        self._ended = True
        self._drop_all()
        self._batch = _Batch(0, "", [])
        for borrower in self._borrowing:
            borrower.cancel()

    def _drop_all(self) -> None:
        self._batch.waiting.clear()
        for task in list(self._doing):
            self._drop(task)

    def _drop(self, task: str) -> None:
        """Break a task off; a worker that does not heed this is killed, the action's own not before the action has ended.

        Killed earlier it would take with it what the action has found, and all would begin once more.
        """
        worker = self._doing[task]
        worker.send({"type": "drop", "id": task})
        if task not in self._deadlines and (worker is not self._own or self._ended):
            self._deadlines[task] = asyncio.get_running_loop().call_later(self._patience, worker.kill)

    def _feed(self) -> None:
        """Set as many hands to work as there are tasks."""
        if not self._batch.waiting:
            return
        if self._own_hand is None and self._own.alive:
            self._own_hand = asyncio.create_task(self._use_own())
        missing = min(len(self._batch.waiting), self._pool.size - 1) - len(self._helpers)
        for _ in range(missing):
            helper = asyncio.create_task(self._use_borrowed())
            self._helpers.add(helper)
            helper.add_done_callback(self._helper_ended)

    def _helper_ended(self, helper: asyncio.Task[None]) -> None:
        self._helpers.discard(helper)
        if not helper.cancelled():
            self._feed()

    def _next(self, *, harmless: bool) -> int | None:
        """Take the first place that waits, of a task that has ended no worker yet when only such are wanted."""
        batch = self._batch
        place = next((place for place in batch.waiting if not (harmless and (batch.number, place) in self._losses)), None)
        if place is not None:
            batch.waiting.remove(place)
        return place

    async def _use_own(self) -> None:
        try:
            while self._own.alive:
                place = self._next(harmless=self._pool.size > 1)
                if place is None:
                    break
                await self._do(self._own, self._batch, place, self._new_name())
        finally:
            self._own_hand = None

    async def _use_borrowed(self) -> None:
        """One task in a worker that nobody needs. It is given back after each, so that others have their turn."""
        task = self._new_name()
        worker = await self._borrow(task)
        try:
            place = self._next(harmless=False)
            if place is not None:
                await self._do(worker, self._batch, place, task)
        finally:
            self._pool.give_back(worker)

    async def _borrow(self, task: str) -> WorkerProcess:
        def recall() -> None:
            if task in self._doing:
                self._drop(task)

        this = asyncio.current_task()
        assert this is not None
        self._borrowing.add(this)
        try:
            return await self._pool.lend(self._job.session, recall)
        finally:
            self._borrowing.discard(this)

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._job.action_id}.{self._count}"

    async def _do(self, worker: WorkerProcess, batch: _Batch, place: int, task: str) -> None:
        """See a task through in a worker, and pass on what became of it."""
        self._doing[task] = worker
        worker.send(
            {
                "type": "task", "id": task, "kind": batch.kind, "task": batch.tasks[place], "table": asdict(self._job.table),
            }
        )  # fmt: skip
        try:
            reply = await worker.reply(task)
        finally:
            del self._doing[task]
            deadline = self._deadlines.pop(task, None)
            if deadline is not None:
                deadline.cancel()
        self._settle(batch, place, reply)

    def _settle(self, batch: _Batch, place: int, reply: dict[str, Any]) -> None:
        key = (batch.number, place)
        if reply["type"] == "lost":
            self._losses[key] = self._losses.get(key, 0) + 1
            _log.warning("a worker was lost during a task", action=self._job.action_id, times=self._losses[key])
        if batch is not self._batch:
            return
        if reply["type"] == "task_done" or self._losses.get(key, 0) >= ATTEMPTS:
            if reply.get("trace"):
                _log.error("a task ran into a fault", kind=batch.kind, trace=reply["trace"])
            outcome = {"type": "outcome", "id": self._job.action_id, "batch": batch.number, "place": place}
            self._own.send({**outcome, "outcome": reply.get("outcome")})
        else:
            insort(batch.waiting, place)
            self._feed()
