"""All sessions: made, loaded when somebody comes, let go when they are idle and others need the place."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog

from server.contract.actions import Initialise
from server.contract.events import Curves
from server.contract.problems import Problem, ProblemError, problem
from server.contract.rest import CreateSession
from server.contract.views import ColumnView, DatasetView
from server.engine.protocol import ActionJob, Engine, Failed, Finished, TableRef
from server.sessions.damage import damaged_dataset
from server.sessions.holding import Holds, Patience
from server.sessions.making import make_revision, new_id
from server.sessions.meter import Meter, NoMeter
from server.sessions.problems import deleted, in_use, no_such_dataset, no_such_session, not_restorable, repeated_key, storing
from server.sessions.session import Loaded, Session
from server.sessions.tasks import task_of
from server.store.actions import NewAction
from server.store.blobs import BlobError
from server.store.clock import now
from server.store.datasets import StoredDataset
from server.store.sessions import NewSession, RepeatedKeyError
from server.store.store import Store

_log = structlog.get_logger(__name__)

MOST_LOADED = 64
_NOT_STARTED = "The session was not started; its dataset is kept."


@dataclass(frozen=True, slots=True)
class Repetition:
    """What recognises a repeated request."""

    key: str | None = None
    fingerprint: str | None = None


class SessionRegistry:
    """The sessions in memory over those in the store."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        meter: Meter | None = None,
        most_loaded: int = MOST_LOADED,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._engine = engine
        self._meter = meter or NoMeter()
        self._most_loaded = most_loaded
        self._holds = Holds(patience or Patience())
        self._loaded: OrderedDict[str, Session] = OrderedDict()
        # A lock lives as long as somebody waits for it, so that no session is ever loaded twice.
        self._loading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def loaded(self) -> list[Session]:
        """The sessions in memory."""
        return list(self._loaded.values())

    @asynccontextmanager
    async def use(self, identity: str) -> AsyncGenerator[Session, None]:
        """A session, which stays in memory at least until the end of the block.

        Raises:
            ProblemError: `not_found`.
        """
        session = await self._find(identity)
        session.pins += 1
        self._loaded.move_to_end(identity)
        try:
            yield session
        finally:
            session.pins -= 1
            self._let_go()

    async def take_up_paused(self) -> None:
        """At the server's start: what was paused stays so, and the time in which nobody watches goes on."""
        for identity in await self._store.actions.sessions_paused():
            await self._find(identity)

    async def create(self, wanted: CreateSession, repetition: Repetition | None = None, by: str | None = None) -> str:
        """Make a session with a first, untrained revision; its id comes back. A repeated request gives the former id.

        Raises:
            ProblemError: unknown dataset or columns, or what the first action says.
        """
        again = repetition or Repetition()
        dataset = await self._dataset(wanted.dataset)
        _check_columns(wanted, dataset.view)
        task = task_of(wanted, dataset.view)
        identity = new_id("s")
        name = wanted.name or dataset.view.name
        new = NewSession(
            identity, name, wanted.dataset, tuple(wanted.inputs), tuple(wanted.targets), again.key, again.fingerprint, task,
            wanted.rows,
        )  # fmt: skip
        try:
            with storing(_NOT_STARTED):
                await self._store.sessions.create(new)
        except RepeatedKeyError as repeated:
            if repeated.fingerprint != again.fingerprint:
                raise ProblemError(repeated_key()) from None
            return repeated.session
        try:
            with storing(_NOT_STARTED):
                await self._begin(new, dataset, _first_action(wanted, dataset.view), by)
        except BaseException:
            await self._forget_unfinished(identity)
            raise
        return identity

    async def delete(self, identity: str, moment: str | None = None) -> None:
        """Delete a session, so that it can be restored for a while; those who look at it are sent away."""
        async with self.use(identity) as session, self._lock(identity):
            with storing(f"“{session.name}” is still there."):
                await self._store.reserve.spend(lambda: self._store.sessions.discard(identity, moment or now()))
            self._loaded.pop(identity, None)
            session.tell_all_gone()
            await session.close(grace=0.0)
            await self._forget_running(identity)

    async def restore(self, identity: str) -> None:
        """Bring back a session that was deleted.

        Raises:
            ProblemError: `not_found` when it was erased meanwhile.
        """
        # Not while it is still being closed: what then ends would be written beside the one that is loaded anew.
        async with self._lock(identity):
            with storing("The session stays deleted."):
                restored = await self._store.sessions.restore(identity)
        if not restored:
            raise ProblemError(not_restorable(f"session {identity}"))

    async def delete_dataset(self, identity: str, *, with_sessions: bool) -> None:
        """Delete a dataset that no session is on, or with all sessions on it.

        Raises:
            ProblemError: `in_use`, which names the sessions, or `not_found`.
        """
        dataset = await self._dataset(identity)
        moment = now()
        if with_sessions:
            for session in await self._store.datasets.users(identity):
                await self.delete(session.id, moment)
        with storing(f"“{dataset.view.name}” is still there."):
            done = await self._store.reserve.spend(lambda: self._store.datasets.discard(identity, moment))
        if not done:
            raise ProblemError(in_use(dataset.view.name, await self._store.datasets.users(identity)))

    async def restore_dataset(self, identity: str) -> DatasetView:
        """Bring back a dataset that was deleted, with the sessions that were deleted with it.

        Raises:
            ProblemError: `not_found` when it was erased meanwhile.
        """
        with storing("The dataset stays deleted."):
            dataset = await self._store.datasets.restore(identity)
        if dataset is None:
            raise ProblemError(not_restorable(f"dataset {identity}"))
        return dataset.view

    async def close(self, grace: float) -> None:
        """Close all sessions; running actions get `grace` seconds to end with their best state."""
        await asyncio.gather(*(session.close(grace) for session in self.loaded))
        self._loaded.clear()

    async def _begin(self, new: NewSession, dataset: StoredDataset, action: Initialise, by: str | None) -> None:
        action_id = new_id("a")
        await self._store.actions.add(NewAction(action_id, new.id, action))
        rows = "" if new.rows is None else new.rows.model_dump_json()
        table = TableRef(dataset.table_key, new.inputs, new.targets, new.task, rows=rows)
        run = self._engine.perform(ActionJob(action_id, action, None, table, session=new.id))
        async with aclosing(run.events()) as events:
            async for event in events:
                if isinstance(event, Finished):
                    await self._store.revisions.add(make_revision(new.id, action_id, action, None, 0, event, by), {})
                    return
                if isinstance(event, Failed):
                    raise ProblemError(_about(dataset, event.problem))
        raise ProblemError(problem("worker_lost", "The session could not be started.", hint="Try again."))

    async def _forget_unfinished(self, identity: str) -> None:
        """A session that could not be begun; on a full disk its row stays, unseen, until the server starts again."""
        try:
            await self._store.sessions.erase(identity)
        except ProblemError as error:
            _log.warning("what was begun of a session stays until the next start", session=identity, reason=str(error))

    async def _forget_running(self, identity: str) -> None:
        """Should a deleted session come back, nothing is under way in it that nobody performs."""
        try:
            await self._store.reserve.spend(lambda: self._store.actions.lose_unfinished(identity))
        except ProblemError as error:
            _log.warning("what ran in a deleted session is lost only at the next start", session=identity, reason=str(error))

    async def _find(self, identity: str) -> Session:
        async with self._lock(identity):
            session = self._loaded.get(identity)
            if session is None:
                session = await self._load(identity)
                self._loaded[identity] = session
            return session

    def _lock(self, identity: str) -> asyncio.Lock:
        return self._loading.setdefault(identity, asyncio.Lock())

    async def _load(self, identity: str) -> Session:
        stored = await self._store.sessions.load(identity)
        if stored is None:
            gone = await self._store.sessions.is_deleted(identity)
            raise ProblemError(deleted(identity) if gone else no_such_session(identity))
        dataset = await self._dataset(stored.dataset)
        head = await self._store.revisions.get(stored.head)
        if head is None:
            raise ProblemError(_damaged(identity))
        curves = await self._curves(stored.head)
        lost = tuple(await self._store.actions.lost(identity))
        paused = await self._store.actions.paused(identity)
        loaded = Loaded(stored, dataset, head, curves, lost, paused)
        session = Session(loaded, self._store, self._engine, self._meter, self._holds)
        if curves is None:
            session.mend_curves()
        return session

    async def _curves(self, revision: str) -> Curves | None:
        """Of the head; a session whose curves are damaged opens all the same, and computes them when it is asked."""
        try:
            return await self._store.revisions.curves(revision)
        except BlobError as error:
            _log.warning("curves are damaged and will be computed anew", revision=revision, reason=str(error))
            return None

    def _let_go(self) -> None:
        """Unload the longest unused idle sessions above the limit; everything about them is in the store."""
        excess = len(self._loaded) - self._most_loaded
        for session in [session for session in self._loaded.values() if session.idle][: max(0, excess)]:
            del self._loaded[session.id]

    async def _dataset(self, identity: str) -> StoredDataset:
        dataset = await self._store.datasets.get(identity)
        if dataset is None:
            raise ProblemError(no_such_dataset(identity))
        return dataset


def _first_action(wanted: CreateSession, dataset: DatasetView) -> Initialise:
    """The first network. Equations that ask for second derivatives get smoother splines: two of the degrees go with them."""
    if dataset.equations:
        return Initialise(shape=wanted.shape, seed=wanted.seed, degree=5)
    return Initialise(shape=wanted.shape, seed=wanted.seed)


def _about(dataset: StoredDataset, found: Problem) -> Problem:
    return damaged_dataset(found, dataset.view) if found.blob == dataset.table_key else found


def _check_columns(wanted: CreateSession, dataset: DatasetView) -> None:
    """Refuse columns that do not exist, cannot be used, or appear twice."""
    columns: dict[str, ColumnView] = {column.name: column for column in dataset.columns}
    chosen = [*wanted.inputs, *wanted.targets, *wanted.rows.columns()]
    for name in chosen:
        if name not in columns:
            usable = ", ".join(column.name for column in dataset.columns if column.usable)
            raise ProblemError(problem("bad_request", f"There is no column “{name}”.", hint=f"Usable columns: {usable}."))
        if not columns[name].usable:
            detail = f"The column “{name}” cannot be used: {columns[name].note or 'it holds no varying numbers'}."
            raise ProblemError(problem("bad_request", detail))
        if chosen.count(name) > 1:
            raise ProblemError(problem("bad_request", f"The column “{name}” is chosen twice.", hint="A column has one role."))


def _damaged(identity: str) -> Problem:
    return problem("internal", f"Session {identity} is damaged: its present revision is missing from the store.")
