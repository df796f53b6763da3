"""Actions asked for, so that a repeated request is recognised and an interrupted action is not forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from server.contract.actions import Action
from server.contract.problems import Problem
from server.store.clock import now
from server.store.database import Database
from server.store.tables import ActionRow

ActionState = Literal["queued", "running", "done", "cancelled", "failed"]


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


class ActionStore:
    """Actions in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

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

    async def lose_unfinished(self) -> None:
        """At the server's start: whatever was under way is lost."""
        unfinished = ActionRow.state.in_(("queued", "running"))
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(unfinished).values(state="lost"))

    async def lost(self, session: str) -> list[StoredAction]:
        """The lost actions of a session that nobody went on from, oldest first."""
        query = select(ActionRow).where(ActionRow.session_id == session, ActionRow.state == "lost").order_by(ActionRow.created_at)
        async with self._database.begin() as transaction:
            return [_stored(row) for row in (await transaction.scalars(query)).all()]

    async def forget_lost(self, session: str) -> None:
        """The person has seen the notice and goes on."""
        lost = (ActionRow.session_id == session) & (ActionRow.state == "lost")
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(ActionRow).where(lost).values(state="told"))


def _stored(row: ActionRow) -> StoredAction:
    state = "failed" if row.state in {"lost", "told"} else cast(ActionState, row.state)
    problem = None if row.problem is None else Problem.model_validate_json(row.problem)
    return StoredAction(row.id, row.session_id, row.label, state, row.revision, problem, row.fingerprint)
