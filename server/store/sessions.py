"""Sessions kept: what they are about, where their head is, and the list of all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.contract.views import RevisionSummary, RevisionView, SessionSummary, Task
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import DatasetRow, RevisionRow, SessionRow, figures_of

_BLOBS = (RevisionRow.network_key, RevisionRow.curves_key, RevisionRow.front_key, RevisionRow.table_key)


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a session starts with; `key` and `fingerprint` recognise a repeated request."""

    id: str
    name: str
    dataset: str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    key: str | None = None
    fingerprint: str | None = None
    task: Task = "regression"


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as it was left: the summaries are in order of number, `redo` maps a revision to the child last visited."""

    id: str
    name: str
    dataset: str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    head: str
    history: tuple[RevisionSummary, ...]
    redo: dict[str, str]
    task: Task = "regression"


class RepeatedKeyError(Exception):
    """An idempotency key that is in use; `session` is what it made, `fingerprint` of what request."""

    def __init__(self, session: str, fingerprint: str | None) -> None:
        super().__init__("the idempotency key is in use")
        self.session = session
        self.fingerprint = fingerprint


class SessionStore:
    """Sessions in the database."""

    def __init__(self, database: Database, blobs: BlobDirectory) -> None:
        self._database = database
        self._blobs = blobs

    async def create(self, new: NewSession) -> None:
        """Keep a session that has no revision yet.

        Raises:
            RepeatedKeyError: when a session was made with this idempotency key.
        """
        time = now()
        row = SessionRow(
            id=new.id, name=new.name, dataset_id=new.dataset, inputs=json.dumps(new.inputs), targets=json.dumps(new.targets),
            head=None, created_at=time, updated_at=time, idempotency_key=new.key, fingerprint=new.fingerprint,
            task=new.task,
        )  # fmt: skip
        try:
            async with self._database.begin.begin() as transaction:
                transaction.add(row)
        except IntegrityError:
            async with self._database.begin() as transaction:
                query = select(SessionRow).where(SessionRow.idempotency_key == new.key)
                former = (await transaction.scalars(query)).one_or_none()
            if new.key is None or former is None:
                raise
            raise RepeatedKeyError(former.id, former.fingerprint) from None

    async def load(self, identity: str) -> StoredSession | None:
        """A session with its history."""
        async with self._database.begin() as transaction:
            row = await transaction.get(SessionRow, identity)
            if row is None or row.head is None:
                return None
            query = select(RevisionRow).where(RevisionRow.session_id == identity).order_by(RevisionRow.number)
            revisions = (await transaction.scalars(query)).all()
        history = tuple(
            RevisionSummary.model_validate_json(revision.summary).model_copy(update={"note": revision.note})
            for revision in revisions
        )
        return StoredSession(
            id=row.id, name=row.name, dataset=row.dataset_id, inputs=tuple(json.loads(row.inputs)),
            targets=tuple(json.loads(row.targets)), head=row.head, history=history,
            redo={revision.id: revision.last_child for revision in revisions if revision.last_child is not None},
            task="classification" if row.task == "classification" else "regression",
        )  # fmt: skip

    async def page(self, limit: int, after: str | None) -> tuple[list[SessionSummary], str | None]:
        """Sessions, last used first, and the `after` of the next page."""
        query = select(SessionRow).where(SessionRow.head.is_not(None))
        if after is not None:
            time, _, identity = after.partition(" ")
            query = query.where(tuple_(SessionRow.updated_at, SessionRow.id) < tuple_(time, identity))
        query = query.order_by(SessionRow.updated_at.desc(), SessionRow.id.desc()).limit(limit + 1)
        async with self._database.begin() as transaction:
            rows = (await transaction.scalars(query)).all()
        following = f"{rows[limit - 1].updated_at} {rows[limit - 1].id}" if len(rows) > limit else None
        return [_summary(row) for row in rows[:limit]], following

    async def rename(self, identity: str, name: str) -> None:
        """Give a session another name."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(SessionRow).where(SessionRow.id == identity).values(name=name))

    async def move_head(self, identity: str, head: RevisionView, redo: dict[str, str]) -> None:
        """Remember where the head is and, for the revisions in `redo`, the child last visited."""
        values = {"head": head.id, "updated_at": now(), **figures_of(head)}
        async with self._database.begin.begin() as transaction:
            await transaction.execute(update(SessionRow).where(SessionRow.id == identity).values(**values))
            for revision, child in redo.items():
                await transaction.execute(update(RevisionRow).where(RevisionRow.id == revision).values(last_child=child))

    async def delete(self, identity: str) -> None:
        """Forget a session, its revisions, and the blobs that no other revision needs."""
        async with self._database.begin.begin() as transaction:
            own = select(*_BLOBS).where(RevisionRow.session_id == identity)
            keys = {key for row in (await transaction.execute(own)).all() for key in row if key}
            await transaction.execute(delete(SessionRow).where(SessionRow.id == identity))
            unused = [key for key in keys if not await _in_use(transaction, key)]
        for key in unused:
            await asyncio.to_thread(self._blobs.remove, key)

    async def delete_unfinished(self) -> None:
        """Forget the sessions whose making was interrupted."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(delete(SessionRow).where(SessionRow.head.is_(None)))


async def _in_use(transaction: AsyncSession, key: str) -> bool:
    revisions = select(RevisionRow.id).where(or_(*(column == key for column in _BLOBS))).limit(1)
    datasets = select(DatasetRow.id).where(DatasetRow.table_key == key).limit(1)
    return any([(await transaction.execute(query)).first() is not None for query in (revisions, datasets)])


def _summary(row: SessionRow) -> SessionSummary:
    return SessionSummary(
        id=row.id, name=row.name, dataset=row.dataset_id, created_at=row.created_at, updated_at=row.updated_at,
        revisions=row.revisions, test_rmse=None if row.task == "classification" else row.test_rmse,
        accuracy_test=row.accuracy_test, cross_entropy_test=row.cross_entropy_test, equation_rms=row.equation_rms,
        formula_latex=row.formula_latex,
    )  # fmt: skip
