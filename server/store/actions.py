"""Actions asked for, so that a repeated request is recognised and an interrupted action is not forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select, true, update
from sqlalchemy.exc import IntegrityError

from server.contract.actions import ACTION, Action
from server.contract.events import Progress
from server.contract.problems import Problem
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import ActionRow, SessionRow

ActionState = Literal["queued", "running", "paused", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action asked for; `key` and `fingerprint` recognise a repeated request."""

    id: str
    session: str
    action: Action
    key: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class StoredAction:
    """What became of an action."""

    id: str
    session: str
    label: str
    state: ActionState
    revision: str | None
    problem: Problem | None
    fingerprint: str | None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class StoredPause:
    """A paused action: what it goes on from (blob key; None from its beginning) and how far it had come."""

    id: str
    action: Action
    checkpoint: str | None
    progress: Progress | None


class ActionStore:
    """Actions in the database, the checkpoints of paused ones in the blob directory, until the collection takes them."""

    def __init__(self, database: Database, blobs: BlobDirectory) -> None:
        self._database = database
        self._blobs = blobs

    async def add(self, new: NewAction) -> StoredAction | None:
        """Keep an action as queued; when its idempotency key was used before, that former action comes back instead."""
        row = ActionRow(
            id=new.id, session_id=new.session, label=new.action.label(), action=new.action.model_dump_json(), state="queued",
            created_at=now(), idempotency_key=new.key, fingerprint=new.fingerprint,
        )  # fmt: skip
        try:
            async with self._database.begin.begin() as transaction:
                transaction.add(row)
        except IntegrityError:
            former = None if new.key is None else await self.with_key(new.session, new.key)
            if former is None:
                raise
            return former
        return None

    async def with_key(self, session: str, key: str) -> StoredAction | None:
        """The action asked for with this idempotency key."""
        query = select(ActionRow).where(ActionRow.session_id == session, ActionRow.idempotency_key == key)
        async with self._database.begin() as transaction:
            row = (await transaction.scalars(query)).one_or_none()
        return None if row is None else _stored(row)

    async def get(self, identity: str) -> StoredAction | None:
        """What became of an action."""
        async with self._database.begin() as transaction:
            row = await transaction.get(ActionRow, identity)
        return None if row is None else _stored(row)

    async def set_state(self, identity: str, state: ActionState, problem: Problem | None = None) -> None:
        """Write down what became of it."""
        values = {"state": state, "problem": None if problem is None else problem.model_dump_json()}
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(ActionRow.id == identity).values(**values))

    async def pause(self, identity: str, checkpoint: bytes | None, progress: Progress | None) -> str | None:
        """Keep what a paused action goes on from; back comes its blob key. Without a new checkpoint the former one stays."""
        values: dict[str, object] = {"state": "paused"}
        if progress is not None:
            values["progress"] = progress.model_dump_json()
        if checkpoint is not None:
            values["checkpoint_key"] = await asyncio.to_thread(self._blobs.put, checkpoint)
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(ActionRow.id == identity).values(**values))
            return (await transaction.scalars(select(ActionRow.checkpoint_key).where(ActionRow.id == identity))).one_or_none()

    async def forget_pause(self, identity: str) -> None:
        """The action has ended: nothing goes on from its checkpoint any more."""
        values = {"checkpoint_key": None, "progress": None}
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(ActionRow.id == identity).values(**values))

    async def paused(self, session: str) -> StoredPause | None:
        """The paused action of a session."""
        query = select(ActionRow).where(ActionRow.session_id == session, ActionRow.state == "paused")
        async with self._database.begin() as transaction:
            row = (await transaction.scalars(query.order_by(ActionRow.created_at).limit(1))).one_or_none()
        if row is None:
            return None
        progress = None if row.progress is None else Progress.model_validate_json(row.progress)
        return StoredPause(row.id, ACTION.validate_json(row.action), row.checkpoint_key, progress)

    async def sessions_paused(self) -> list[str]:
        """The sessions that have a paused action and are not deleted, the longest waiting first."""
        query = select(ActionRow.session_id).join(SessionRow, SessionRow.id == ActionRow.session_id)
        query = query.where(ActionRow.state == "paused", SessionRow.deleted_at.is_(None)).order_by(ActionRow.created_at)
        async with self._database.begin() as transaction:
            return list(dict.fromkeys((await transaction.scalars(query)).all()))

    async def lose_unfinished(self, session: str | None = None) -> None:
        """What was under way is lost, or paused again where it last was: at the server's start, or in a session that ended."""
        concerned = true() if session is None else ActionRow.session_id == session
        begun = concerned & ActionRow.state.in_(("running", "paused")) & ActionRow.checkpoint_key.is_not(None)
        unfinished = concerned & ActionRow.state.in_(("queued", "running", "paused")) & ActionRow.checkpoint_key.is_(None)
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(begun).values(state="paused"))
            await transaction.execute(update(ActionRow).where(unfinished).values(state="lost"))

    async def lost(self, session: str) -> list[StoredAction]:
        """The actions of a session that were lost, or ended while nobody looked, and that nobody went on from; oldest first."""
        query = select(ActionRow).where(ActionRow.session_id == session, ActionRow.state.in_(("lost", "kept")))
        async with self._database.begin() as transaction:
            return [_stored(row) for row in (await transaction.scalars(query.order_by(ActionRow.created_at))).all()]

    async def forget_lost(self, session: str) -> None:
        """The person has seen the notice and goes on."""
        async with self._database.begin.begin() as transaction:
            for state, told in (("lost", "told"), ("kept", "cancelled")):
                rows = (ActionRow.session_id == session) & (ActionRow.state == state)
                await transaction.execute(update(ActionRow).where(rows).values(state=told))

    async def mark_kept(self, identity: str) -> StoredAction | None:
        """A pause that nobody ended has ended: to be said to whoever comes."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(ActionRow.id == identity).values(state="kept"))
        return await self.get(identity)


_TOLD = {"lost": "failed", "told": "failed", "kept": "cancelled"}


def _stored(row: ActionRow) -> StoredAction:
    state = cast(ActionState, _TOLD.get(row.state, row.state))
    problem = None if row.problem is None else Problem.model_validate_json(row.problem)
    kept = row.state == "kept"
    return StoredAction(row.id, row.session_id, row.label, state, row.revision, problem, row.fingerprint, kept)
