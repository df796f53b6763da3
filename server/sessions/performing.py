"""Performs the actions of one session in turn: from the queue, through the engine, into the store, out to the browsers.

A paused action leaves its worker with a checkpoint and waits here; going on asks the engine for a worker again. So does
cancelling it, for a moment: only a worker can say what its best state is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from server.contract.actions import Action
from server.contract.events import (
    ActionEnded,
    ActionPaused,
    ActionStarted,
    Curves,
    Notice,
    ProblemEvent,
    Progress,
    RevisionMade,
    Waiting,
)
from server.contract.problems import Problem, ProblemError
from server.contract.views import WaitingView
from server.engine.protocol import (
    ActionJob,
    Begun,
    Engine,
    Failed,
    Finished,
    Paused,
    Queued,
    Restarted,
    Run,
    RunEvent,
    Stopped,
)
from server.sessions.holding import Hold, Holds
from server.sessions.making import make_revision, size_of
from server.sessions.meter import Meter
from server.sessions.problems import fault, stale_revision, storing
from server.sessions.ticket import Ticket
from server.store.actions import ActionState
from server.store.store import Store

if TYPE_CHECKING:
    from server.sessions.session import Session

_log = structlog.get_logger(__name__)


_LEFT = "Paused, kept: nobody went on with it."


class Performer:
    """The queue of a session and the one action that runs."""

    def __init__(self, session: Session, store: Store, engine: Engine, meter: Meter, holds: Holds) -> None:
        self._session = session
        self._store = store
        self._engine = engine
        self._meter = meter
        self._holds = holds
        self._hold: Hold | None = None
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

    def restore(self, ticket: Ticket) -> None:
        """Take up an action that was paused when the server ended."""
        self.running = ticket
        self._task = asyncio.create_task(self._drain(ticket))

    async def cancel(self, ticket: Ticket) -> None:
        """Stop the running action, or take a waiting one out of the queue."""
        if ticket is self.running:
            ticket.cancelled = True
            ticket.moved.set()
            if ticket.run is not None:
                ticket.run.cancel()
        elif ticket in self._queue:
            self._queue.remove(ticket)
            await self._end(ticket, "cancelled")

    def pause(self, paused: bool) -> None:
        """Have the running action put aside at the end of its step, or let it go on."""
        ticket = self.running
        if ticket is None or ticket.paused == paused or ticket.cancelled:
            return
        ticket.paused = paused
        if not paused:
            ticket.moved.set()
        if ticket.run is not None:
            ticket.run.pause(paused)
        self._tell_pause(ticket)

    def watchers_changed(self) -> None:
        """A browser came or left."""
        if self._hold is not None:
            self._hold.look()

    async def close(self, grace: float) -> None:
        """Drop what waits; let the running action end with its best state if it does so in time. A held one stays paused."""
        self._queue.clear()
        if self._task is None:
            return
        if self.running is not None and self.running.run is not None:
            self.running.run.cancel()
            await asyncio.wait({self._task}, timeout=grace)
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _drain(self, restored: Ticket | None = None) -> None:
        while restored is not None or self._queue:
            if restored is None:
                async with self.between_actions:
                    ticket = self._queue.popleft()
                    self.running = ticket
            else:
                ticket = restored
            try:
                await (self._perform(ticket) if restored is None else self._go_on(ticket))
            except ProblemError as error:
                await self._fail(ticket, error.problem)
            except Exception:  # noqa: BLE001 - the outermost loop of a session: it lives on, whatever an action does
                _log.exception("an action could not be performed", session=self._session.id, action=ticket.id)
                await self._fail(ticket, fault())
            restored = None

    async def _perform(self, ticket: Ticket) -> None:
        session = self._session
        self.check(ticket.action)
        await session.move_on()
        if await self._follow(ticket, first=True):
            await self._go_on(ticket)

    async def _go_on(self, ticket: Ticket) -> None:
        """Hold the action until somebody wants it to go on, and so on, until it has ended."""
        put_aside = True
        while put_aside:
            await self._wait(ticket)
            put_aside = await self._follow(ticket)

    async def _follow(self, ticket: Ticket, *, first: bool = False) -> bool:
        """Have the engine perform the action and take what it tells; whether it was put aside."""
        session, job = self._session, await self._job(ticket)
        run = self._start(ticket, job)
        if first:
            parent = session.head.view.id
            session.channel.publish(ActionStarted(running=ticket.running_view(), parent=parent, request_id=ticket.request_id))
        with self._store.blobs.holding([job.parent, job.other, job.table.key, job.checkpoint]):
            async with aclosing(run.events()) as events:
                async for event in events:
                    await self._take(ticket, event)
        return ticket.run is None

    async def _job(self, ticket: Ticket) -> ActionJob:
        session = self._session
        network_key = await session.network_for(ticket.action)
        other_key = await session.other_network_for(ticket.action)
        table, size = session.table_of(session.head), size_of(session.head.view)
        return ActionJob(ticket.id, ticket.action, network_key, table, other_key, ticket.checkpoint, session.id, size)

    def _start(self, ticket: Ticket, job: ActionJob) -> Run:
        """The engine's run, told of what was asked for before there was one."""
        run = self._engine.perform(job)
        ticket.state, ticket.run = "running", run
        if ticket.paused and not ticket.cancelled:
            run.pause(True)
        if ticket.cancelled:
            run.cancel()
        return run

    async def _put_aside(self, ticket: Ticket, pause: Paused) -> None:
        """Keep what the action goes on from before anybody is told that it is paused."""
        ticket.run = None
        self._stand_in_line(ticket, None)
        progress = self._session.channel.frame("progress", Progress)
        try:
            with storing(f"“{ticket.action.label()}” could not be put aside and begins again where it last was."):
                ticket.checkpoint = await self._store.actions.pause(ticket.id, pause.checkpoint, progress)
        except ProblemError as error:
            self._session.channel.publish(ProblemEvent(problem=error.problem, action_id=ticket.id))
            ticket.paused = False
            self._tell_pause(ticket)
            return
        ticket.held, ticket.state = True, "paused"
        self._tell_pause(ticket)

    async def _wait(self, ticket: Ticket) -> None:
        """Until it is to go on or to end, or nobody has watched it for long."""

        def give_up() -> None:
            ticket.left = ticket.cancelled = True
            ticket.moved.set()

        if ticket.paused and not ticket.cancelled:
            ticket.moved.clear()
            self._hold = self._holds.add(lambda: self._session.channel.viewers > 0, give_up)
            try:
                await ticket.moved.wait()
            finally:
                self._holds.remove(self._hold)
                self._hold = None
        if ticket.paused:
            ticket.paused = False
            self._tell_pause(ticket)
        await self._store.actions.set_state(ticket.id, "running")

    def _tell_pause(self, ticket: Ticket) -> None:
        self._session.channel.publish(ActionPaused(action_id=ticket.id, paused=ticket.paused, held=ticket.held))

    async def _take(self, ticket: Ticket, event: RunEvent) -> None:
        match event:
            case Finished():
                await self._keep(ticket, event)
            case Stopped():
                await self._end(ticket, "cancelled")
            case Paused():
                await self._put_aside(ticket, event)
            case Failed():
                await self._fail(ticket, await self._session.explained(event.problem, ticket.action))
            case Queued():
                self._stand_in_line(ticket, event.waiting)
            case Begun():
                self._begin(ticket)
            case Restarted():
                text = "The process that computed this ended unexpectedly; the action starts again in another one."
                self._session.channel.publish(Notice(code="worker_restarted", text=text))
            case _:
                self._session.channel.publish(event)

    def _begin(self, ticket: Ticket) -> None:
        """A worker has taken it."""
        self._stand_in_line(ticket, None)
        if ticket.held:
            ticket.held = False
            self._tell_pause(ticket)

    def _stand_in_line(self, ticket: Ticket, waiting: WaitingView | None) -> None:
        """Tell of an action's place among those that wait for a worker, or that it waits no more."""
        if waiting == ticket.waiting:
            return
        ticket.state, ticket.waiting = "running" if waiting is None else "queued", waiting
        self._session.channel.publish(Waiting(action_id=ticket.id, waiting=waiting))

    async def _keep(self, ticket: Ticket, end: Finished) -> None:
        session = self._session
        number, parent = len(session.history), session.history.head
        new = make_revision(session.id, ticket.id, ticket.action, parent, number, end, ticket.by)
        new = replace(new, table_key=session.head.table_key)
        if ticket.left and end.outcome == "cancelled":
            new = replace(new, view=new.view.model_copy(update={"message": " ".join(filter(None, [_LEFT, new.view.message]))}))
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
        await self._forget_pause(ticket)

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
        await self._forget_pause(ticket)

    async def _forget_pause(self, ticket: Ticket) -> None:
        """Nothing goes on from its checkpoint any more; if nobody came back to it, whoever comes is told."""
        try:
            if ticket.checkpoint is not None:
                await self._store.actions.forget_pause(ticket.id)
            stored = await self._store.actions.mark_kept(ticket.id) if ticket.left and ticket.state == "cancelled" else None
        except Exception:  # noqa: BLE001 - the action has ended; what is left of its pause is of no harm
            _log.exception("the end of a pause could not be written down", session=self._session.id, action=ticket.id)
            return
        if stored is not None:
            self._session.ended_unwatched(stored)

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
        self._session.channel.forget_frames("waiting", "progress", "losses", "front")
        ticket.state, ticket.waiting = state, None
        ticket.ended.set()
        self._meter.action_ended(ticket.action.kind, state, seconds)
