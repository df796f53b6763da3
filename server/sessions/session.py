"""A session: one action at a time on the head, every result kept before it is told, many browsers told the same.

Used by the socket and the REST surface alike; runs without either.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from server.contract.actions import Action, Adopt, Merge
from server.contract.events import AnnotationChanged, Curves, Event, HeadMoved, ProblemEvent
from server.contract.problems import Problem, ProblemError
from server.contract.rest import ActionReceipt
from server.contract.views import SessionView, Task
from server.engine.protocol import Engine, QueryJob, TableRef
from server.sessions.channel import Channel
from server.sessions.damage import damaged_front, explained
from server.sessions.history import History
from server.sessions.holding import Holds
from server.sessions.making import new_id
from server.sessions.meter import Meter
from server.sessions.notices import notice_of
from server.sessions.outbox import Outbox
from server.sessions.performing import Performer
from server.sessions.problems import (
    deleted,
    head_in_use,
    no_front,
    no_front_point,
    no_such_action,
    no_such_revision,
    queue_full,
    repeated_key,
    stale_revision,
    storing,
)
from server.sessions.ticket import ENDED, Ticket
from server.store.actions import NewAction, StoredAction, StoredPause
from server.store.blobs import BlobDirectory, BlobError
from server.store.datasets import StoredDataset
from server.store.revisions import StoredFront, StoredRevision
from server.store.sessions import StoredSession
from server.store.store import Store
from server.work.query import Answer_co, CurvesQuery, Query

MOST_QUEUED = 16
_MOST_TICKETS = 64


@dataclass(frozen=True, slots=True)
class Loaded:
    """A session as the registry finds it in the store."""

    stored: StoredSession
    dataset: StoredDataset
    head: StoredRevision
    curves: Curves | None
    lost: tuple[StoredAction, ...]
    paused: StoredPause | None = None


class Session:
    """The present state of a session and what may be done with it."""

    def __init__(self, loaded: Loaded, store: Store, engine: Engine, meter: Meter, holds: Holds) -> None:
        stored = loaded.stored
        self.id = stored.id
        self.name = stored.name
        self.dataset = loaded.dataset
        self.inputs = stored.inputs
        self.targets = stored.targets
        self.task: Task = stored.task
        self.rows = stored.rows
        self.head = loaded.head
        self.history = History(stored.history, stored.head, stored.redo)
        self.channel = Channel(self.view, self._notices)
        self.pins = 0
        self._closed = False
        self._lost = list(loaded.lost)
        self._store = store
        self._engine = engine
        self._meter = meter
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._performer = Performer(self, store, engine, meter, holds)
        self._mending: asyncio.Task[None] | None = None
        if loaded.curves is not None:
            self.channel.publish(loaded.curves)
        if loaded.paused is not None:
            self._take_up(loaded.paused)

    def table_of(self, revision: StoredRevision) -> TableRef:
        """What a revision is measured on: the dataset's rows, or those with the values that solving equations gave them."""
        key, origin = self.dataset.table_key, ""
        if revision.table_key is not None:
            key, origin = revision.table_key, key
        rows = "" if self.rows is None else self.rows.model_dump_json()
        return TableRef(key, self.inputs, self.targets, self.task, origin, rows)

    @property
    def blobs(self) -> BlobDirectory:
        """Where the bytes of its revisions are."""
        return self._store.blobs

    @property
    def idle(self) -> bool:
        """Whether nobody would miss it in memory."""
        return not self.pins and not self.channel.viewers and self._performer.idle

    def view(self, seq: int | None = None) -> SessionView:
        """Everything a joiner needs."""
        running = self._performer.running
        return SessionView(
            id=self.id,
            name=self.name,
            dataset=self.dataset.view,
            inputs=list(self.inputs),
            targets=list(self.targets),
            task=self.task,
            rows=self.rows,
            head=self.history.head,
            revision=self.head.view,
            redo=self.history.redo,
            history=self.history.summaries(),
            running=None if running is None else running.running_view(),
            seq=self.channel.seq if seq is None else seq,
        )

    def subscribe(self, last_seq: int | None) -> Outbox:
        """Join; the outbox holds what was missed, or a view."""
        outbox = self.channel.subscribe(last_seq)
        self._performer.watchers_changed()
        return outbox

    def unsubscribe(self, outbox: Outbox) -> None:
        """Leave."""
        self.channel.unsubscribe(outbox)
        self._performer.watchers_changed()
        self._meter.frames_superseded(outbox.superseded)

    def tell_problem(self, outbox: Outbox, error: ProblemError, request_id: str | None = None) -> None:
        """A problem for one browser only."""
        outbox.put(self.channel.numbered(ProblemEvent(problem=error.problem, request_id=request_id)))

    def tell_all_gone(self) -> None:
        """The session is being deleted."""
        self.channel.publish(ProblemEvent(problem=deleted(self.id)))

    async def act(
        self,
        action: Action,
        request_id: str | None = None,
        key: str | None = None,
        fingerprint: str | None = None,
        by: str | None = None,
    ) -> ActionReceipt:
        """Ask for an action; it is queued behind the one that runs. A repeated idempotency key gives the former receipt.

        Raises:
            ProblemError: `stale_revision`, or `busy` when too many wait.
        """
        former = None if key is None else await self._store.actions.with_key(self.id, key)
        if former is None:
            if self._closed:
                raise ProblemError(deleted(self.id))
            self._performer.check(action)
            if self._performer.waiting >= MOST_QUEUED:
                raise ProblemError(queue_full(MOST_QUEUED, self._performer.running))
            ticket = Ticket(new_id("a"), action, request_id, by)
            with storing(f"“{action.label()}” was not begun; the session is as it was before."):
                former = await self._store.actions.add(NewAction(ticket.id, self.id, action, key, fingerprint))
            if former is None:
                self._remember(ticket)
                self._performer.enqueue(ticket)
                return ticket.receipt()
        if former.fingerprint != fingerprint:
            raise ProblemError(repeated_key())
        return await self.receipt(former.id)

    async def receipt(self, action_id: str) -> ActionReceipt:
        """Where an action stands."""
        ticket = self._tickets.get(action_id)
        if ticket is not None:
            return ticket.receipt()
        stored = await self._store.actions.get(action_id)
        if stored is None or stored.session != self.id:
            raise ProblemError(no_such_action(action_id))
        revision = None if stored.revision is None else (await self.revision(stored.revision)).view
        return ActionReceipt(action_id=stored.id, state=stored.state, revision=revision, problem=stored.problem)

    async def ended(self, action_id: str) -> ActionReceipt:
        """The receipt once nothing will change in it.

        Raises:
            ProblemError: `not_found` when the session ends before the action does.
        """
        ticket = self._tickets.get(action_id)
        if ticket is not None:
            await ticket.ended.wait()
            if ticket.state not in ENDED:
                raise ProblemError(deleted(self.id))
        return await self.receipt(action_id)

    async def cancel(self, action_id: str) -> ActionReceipt:
        """Stop an action and keep its best state. One that has ended stays as it is."""
        ticket = self._tickets.get(action_id)
        if ticket is not None:
            await self._performer.cancel(ticket)
        return await self.receipt(action_id)

    async def pause(self, action_id: str, *, paused: bool) -> ActionReceipt:
        """Have the running action put aside or let it go on; for one that waits or has ended this does nothing."""
        running = self._performer.running
        if running is not None and running.id == action_id:
            self._performer.pause(paused)
        return await self.receipt(action_id)

    async def move_head(
        self, revision: str, parent: str | None = None, by: str | None = None, request_id: str | None = None
    ) -> StoredRevision:
        """Undo, redo, jump: make another revision the head, for everybody.

        Raises:
            ProblemError: `not_found`, `busy` while an action runs, or `stale_revision` when `parent` is the head no more.
        """
        async with self._performer.between_actions:
            if not self._performer.idle:
                raise ProblemError(head_in_use(self._performer.running))
            former = self.history.head
            if parent is not None and parent != former:
                raise ProblemError(stale_revision(former))
            if revision == former:
                return self.head
            target = await self.revision(revision)
            with storing(f"Revision {self.head.view.number} is still the present one."):
                await self._store.sessions.move_head(self.id, target.view, self.history.marks_of(revision))
            self.history.visit(revision)
            self.head = target
            moved = HeadMoved(revision=target.view, redo=self.history.redo, former=former, by=by, request_id=request_id)
            self.channel.publish(moved)
            await self._show_curves()
            return target

    async def annotate(self, revision: str | None, text: str) -> None:
        """Write a note on a revision (empty removes it), or rename the session."""
        if revision is None:
            name = text.strip() or self.name
            with storing(f"The session is still called “{self.name}”."):
                await self._store.sessions.rename(self.id, name)
            self.name = name
            self.channel.publish(AnnotationChanged(name=self.name))
            return
        if revision not in self.history:
            raise ProblemError(no_such_revision(revision))
        note = text or None
        with storing("The note was not saved; the former one stays."):
            await self._store.revisions.annotate(revision, note)
        self.history.annotate(revision, note)
        self.channel.publish(AnnotationChanged(revision=revision, note=note))

    async def revision(self, revision: str) -> StoredRevision:
        """A revision of this session."""
        if revision == self.head.view.id:
            return self.head
        stored = await self._store.revisions.get(revision) if revision in self.history else None
        if stored is None:
            raise ProblemError(no_such_revision(revision))
        return stored

    async def curves(self, revision: str | None = None) -> Curves:
        """The final curves of the head or another revision. Should their blob be damaged they are computed anew and kept."""
        about = (await self.revision(revision or self.head.view.id)).view.id
        try:
            curves = await self._store.revisions.curves(about)
        except BlobError:
            curves = (await self.ask(CurvesQuery(), about)).model_copy(update={"revision": about})
            await self._store.revisions.replace_curves(about, curves)
        if curves is None:
            raise ProblemError(no_such_revision(about))
        return curves

    def mend_curves(self) -> None:
        """Show curves, soon, that could not be read when the session was loaded."""
        self._mending = asyncio.create_task(self._show_curves())

    async def _show_curves(self) -> None:
        try:
            self.channel.publish(await self.curves())
        except ProblemError as error:
            # The revision is there all the same: its formula can be read, and others can be reached from it.
            self.channel.publish(ProblemEvent(problem=error.problem))

    async def ask(self, query: Query[Answer_co], revision: str | None = None) -> Answer_co:
        """Answer a query about the head or another revision; may go on while an action runs."""
        about = await self.revision(revision or self.head.view.id)
        try:
            job = QueryJob(query, about.view.id, about.network_key, self.table_of(about), session=self.id)
            return await self._engine.answer(job)
        except ProblemError as error:
            raise ProblemError(await explained(self, error.problem, [about])) from error

    async def explained(self, found: Problem, action: Action) -> Problem:
        """Why an action on the head failed, in the words of this session."""
        others = [await self.revision(action.revision)] if isinstance(action, Merge) and action.revision in self.history else []
        return await explained(self, found, [self.head, *others])

    async def front(self, revision: str) -> StoredFront:
        """The front of the search that made a revision.

        Raises:
            ProblemError: there is no such revision, or no search made it.
        """
        about = await self.revision(revision)
        try:
            front = await self._store.revisions.front(about.view.id)
        except BlobError as error:
            raise ProblemError(damaged_front(error.problem, about)) from error
        if front is None:
            raise ProblemError(no_front(revision))
        return front

    async def network_for(self, action: Action) -> str:
        """Blob key of the network that an action starts from: the head's, or the adopted one.

        Raises:
            ProblemError: the search or the place on its front does not exist.
        """
        if not isinstance(action, Adopt):
            return self.head.network_key
        front = await self.front(action.search)
        if action.index >= len(front.networks):
            raise ProblemError(no_front_point(len(front.networks)))
        return await self._store.revisions.adopt(front.networks[action.index])

    async def other_network_for(self, action: Action) -> str | None:
        """Blob key of the network that an action joins with the one it starts from.

        Raises:
            ProblemError: there is no such revision.
        """
        return (await self.revision(action.revision)).network_key if isinstance(action, Merge) else None

    async def move_on(self) -> None:
        """The person goes on after an interruption; joiners need not be told of it any more."""
        if self._lost:
            self._lost.clear()
            await self._store.actions.forget_lost(self.id)

    async def close(self, grace: float) -> None:
        """Ask the running action to stop and keep its best state, wait a little, then give it up."""
        self._closed = True
        if self._mending is not None:
            self._mending.cancel()
        await self._performer.close(grace)
        for ticket in self._tickets.values():
            # What has not ended never will; nobody waits for it any more.
            ticket.ended.set()
        self.channel.close()

    def _remember(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        old = [former.id for former in self._tickets.values() if former.ended.is_set()]
        for former in old[: max(0, len(self._tickets) - _MOST_TICKETS)]:
            del self._tickets[former]

    def ended_unwatched(self, action: StoredAction) -> None:
        """A pause that nobody ended has ended; whoever comes is told, until somebody goes on."""
        self._lost.append(action)
        self.channel.publish(notice_of(action, self.history))

    def _take_up(self, paused: StoredPause) -> None:
        """The action that was paused when the server ended stays paused."""
        ticket = Ticket(paused.id, paused.action, state="paused", paused=True, held=True, checkpoint=paused.checkpoint)
        self._remember(ticket)
        if paused.progress is not None:
            self.channel.publish(paused.progress)
        self._performer.restore(ticket)

    def _notices(self) -> Iterable[Event]:
        return (notice_of(action, self.history) for action in self._lost)
