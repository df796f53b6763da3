"""Performs the actions of one session in turn: from the queue, through the engine, into the store, out to the browsers."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from server.contract.actions import Action
from server.contract.events import ActionEnded, ActionStarted, Curves, Notice, ProblemEvent, RevisionMade
from server.contract.problems import Problem, ProblemError
from server.engine.protocol import ActionJob, Engine, Failed, Finished, Restarted, Run, RunEvent, Stopped
from server.sessions.making import make_revision
from server.sessions.meter import Meter
from server.sessions.problems import fault, stale_revision, storing
from server.sessions.ticket import Ticket
from server.store.actions import ActionState
from server.store.store import Store

if TYPE_CHECKING:
    from server.sessions.session import Session

_log = structlog.get_logger(__name__)


class Performer:
    """The queue of a session and the one action that runs."""

    def __init__(self, session: Session, store: Store, engine: Engine, meter: Meter) -> None:
        self._session = session
        self._store = store
        self._engine = engine
        self._meter = meter
        self._queue: deque[Ticket] = deque()
        self._task: asyncio.Task[None] | None = None
        self.running: Ticket | None = None
        self.between_actions = asyncio.Lock()

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self.running is None and not self._queue

    @property
    def waiting(self) -> int:
        """How many actions wait."""
        return len(self._queue)

    def check(self, action: Action) -> None:
        """Refuse an action that was decided on another revision than the head."""
        if action.parent is not None and action.parent != self._session.history.head:
            raise ProblemError(stale_revision(self._session.history.head))

    def enqueue(self, ticket: Ticket) -> None:
        """Take an action; it runs when its turn comes."""
        self._queue.append(ticket)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())

    async def cancel(self, ticket: Ticket) -> None:
        """Stop the running action, or take a waiting one out of the queue."""
        if ticket is self.running:
            ticket.cancelled = True
            if ticket.run is not None:
                ticket.run.cancel()
        elif ticket in self._queue:
            self._queue.remove(ticket)
            await self._end(ticket, "cancelled")

    async def close(self, grace: float) -> None:
        """Drop what waits; let the running action end with its best state if it does so in time."""
        self._queue.clear()
        if self._task is None:
            return
        if self.running is not None and self.running.run is not None:
            self.running.run.cancel()
        await asyncio.wait({self._task}, timeout=grace)
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _drain(self) -> None:
        while self._queue:
            async with self.between_actions:
                ticket = self._queue.popleft()
                self.running = ticket
            try:
                await self._perform(ticket)
            except ProblemError as error:
                await self._fail(ticket, error.problem)
            except Exception:  # noqa: BLE001 - the outermost loop of a session: it lives on, whatever an action does
                _log.exception("an action could not be performed", session=self._session.id, action=ticket.id)
                await self._fail(ticket, fault())

    async def _perform(self, ticket: Ticket) -> None:
        session = self._session
        self.check(ticket.action)
        await session.move_on()
        parent = session.head
        network_key = await session.network_for(ticket.action)
        other_key = await session.other_network_for(ticket.action)
        job = ActionJob(ticket.id, ticket.action, network_key, session.table_of(parent), other_key)
        ticket.state, ticket.run = "running", self._start(ticket, job)
        session.channel.publish(ActionStarted(running=ticket.running_view(), parent=parent.view.id, request_id=ticket.request_id))
        with self._store.blobs.holding([job.parent, job.other, job.table.key]):
            async with aclosing(ticket.run.events()) as events:
                async for event in events:
                    await self._take(ticket, event)

    def _start(self, ticket: Ticket, job: ActionJob) -> Run:
        """The engine's run, told of what was asked for before there was one."""
        run = self._engine.perform(job)
        if ticket.paused:
            run.pause(True)
        if ticket.cancelled:
            run.cancel()
        return run

    async def _take(self, ticket: Ticket, event: RunEvent) -> None:
        match event:
            case Finished():
                await self._keep(ticket, event)
            case Stopped():
                await self._end(ticket, "cancelled")
            case Failed():
                await self._fail(ticket, await self._session.explained(event.problem, ticket.action))
            case Restarted():
                text = "The process that computed this ended unexpectedly; the action starts again in another one."
                self._session.channel.publish(Notice(code="worker_restarted", text=text))
            case _:
                self._session.channel.publish(event)

    async def _keep(self, ticket: Ticket, end: Finished) -> None:
        session = self._session
        new = make_revision(session.id, ticket.id, ticket.action, session.history.head, len(session.history), end)
        new = replace(new, table_key=session.head.table_key)
        marks = session.history.path_marks(new.view.id, new.view.parent)
        number = session.head.view.number
        with storing(f"What “{ticket.action.label()}” found was not stored; revision {number} is still the present one."):
            stored = await self._store.revisions.add(new, marks)
        session.history.add(new.summary)
        session.head = stored
        ticket.revision = new.view
        made = RevisionMade(action_id=ticket.id, revision=new.view, summary=new.summary, request_id=ticket.request_id)
        self._over(ticket, end.outcome, end.seconds)
        session.channel.publish(made)
        session.channel.publish(new.curves)

    async def _fail(self, ticket: Ticket, problem: Problem) -> None:
        event = ProblemEvent(problem=problem, action_id=ticket.id, request_id=ticket.request_id)
        self._session.channel.publish(event)
        await self._end(ticket, "failed", problem)

    async def _end(self, ticket: Ticket, state: ActionState, problem: Problem | None = None) -> None:
        """An end without a revision."""
        ticket.problem = problem
        curves = await self._write_down(ticket, state)
        self._over(ticket, state, 0.0)
        outcome = "cancelled" if state == "cancelled" else "failed"
        self._session.channel.publish(ActionEnded(action_id=ticket.id, outcome=outcome))
        if curves is not None:
            self._session.channel.publish(curves)

    async def _write_down(self, ticket: Ticket, state: ActionState) -> Curves | None:
        """Keep how it ended; back come the curves of the head if the screen shows those of a training that left nothing."""
        try:
            await self._store.actions.set_state(ticket.id, state, ticket.problem)
        except Exception as error:  # noqa: BLE001 - the store may be what failed; the queue goes on all the same
            told = isinstance(error, ProblemError)
            _log.error("the end of an action could not be written down", action=ticket.id, exc_info=None if told else error)
        try:
            return None if ticket.run is None else await self._session.curves()
        except ProblemError as error:
            _log.warning("the curves of the head cannot be shown", session=self._session.id, reason=str(error))
            return None

    def _over(self, ticket: Ticket, state: ActionState, seconds: float) -> None:
        if self.running is ticket:
            self.running = None
        self._session.channel.forget_frames("progress", "losses", "front")
        ticket.state = state
        ticket.ended.set()
        self._meter.action_ended(ticket.action.kind, state, seconds)
