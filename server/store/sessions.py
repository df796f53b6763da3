"""Sessions kept: what they are about, where their head is, and the list of all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from itertools import count

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from server.contract.rows import RowRoles
from server.contract.views import RevisionSummary, RevisionView, SessionSummary, Task
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import DatasetRow, RevisionRow, SessionRow, blob_columns, figures_of

_BLOBS = [column for column in blob_columns() if column.table is RevisionRow.__table__]


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
    rows: RowRoles | None = None


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
    rows: RowRoles | None = None


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
        """Keep a session that has no revision yet; a name that another one has gets a number.

        Raises:
            RepeatedKeyError: when a session was made with this idempotency key.
        """
        time = now()
        row = SessionRow(
            id=new.id, name=await self._distinct(new.name), dataset_id=new.dataset, inputs=json.dumps(new.inputs),
            targets=json.dumps(new.targets), head=None, created_at=time, updated_at=time,
            idempotency_key=new.key, fingerprint=new.fingerprint, task=new.task,
            rows=None if new.rows is None else new.rows.model_dump_json(),
        )  # fmt: skip
        try:
            async with self._database.begin.begin() as transaction:
                # Deleted a moment ago, perhaps: whoever begins on a table wants it.
                await transaction.execute(update(DatasetRow).where(DatasetRow.id == new.dataset).values(deleted_at=None))
                transaction.add(row)
        except IntegrityError:
            async with self._database.begin() as transaction:
                query = select(SessionRow).where(SessionRow.idempotency_key == new.key)
                former = (await transaction.scalars(query)).one_or_none()
            if new.key is None or former is None:
                raise
            raise RepeatedKeyError(former.id, former.fingerprint) from None

    async def _distinct(self, name: str) -> str:
        """The name, or `name (2)`, `name (3)` … so that nobody has to guess which of two sessions is which."""
        column = SessionRow.name
        query = select(column).where(or_(column == name, column.startswith(f"{name} (", autoescape=True)))
        async with self._database.begin() as transaction:
            taken = set((await transaction.scalars(query)).all())
        numbered = (f"{name} ({number})" for number in count(2))
        return name if name not in taken else next(other for other in numbered if other not in taken)

    async def load(self, identity: str) -> StoredSession | None:
        """A session with its history; None when there is none or it was deleted."""
        async with self._database.begin() as transaction:
            row = await transaction.get(SessionRow, identity)
            if row is None or row.head is None or row.deleted_at is not None:
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
            rows=None if row.rows is None else RowRoles.model_validate_json(row.rows),
        )  # fmt: skip

    async def page(self, limit: int, after: str | None, *, deleted: bool = False) -> tuple[list[SessionSummary], str | None]:
        """Sessions, last used first, and the `after` of the next page; or those that were deleted and can be restored."""
        wanted = SessionRow.deleted_at.is_not(None) if deleted else SessionRow.deleted_at.is_(None)
        query = select(SessionRow).where(SessionRow.head.is_not(None), wanted)
        if after is not None:
            time, _, identity = after.partition(" ")
            query = query.where(tuple_(SessionRow.updated_at, SessionRow.id) < tuple_(time, identity))
        query = query.order_by(SessionRow.updated_at.desc(), SessionRow.id.desc()).limit(limit + 1)
        async with self._database.begin() as transaction:
            rows = (await transaction.scalars(query)).all()
        following = f"{rows[limit - 1].updated_at} {rows[limit - 1].id}" if len(rows) > limit else None
        sizes = await self.sizes([row.id for row in rows[:limit]])
        return [_summary(row, sizes.get(row.id, 0)) for row in rows[:limit]], following

    async def sizes(self, identities: list[str]) -> dict[str, int]:
        """What the revisions of sessions take: their rows, and their blobs, counted once in each session that needs them."""
        own = RevisionRow.session_id.in_(identities)
        texts = select(RevisionRow.session_id, func.sum(RevisionRow.bytes)).where(own).group_by(RevisionRow.session_id)
        keys = select(RevisionRow.session_id, *_BLOBS).where(own)
        async with self._database.begin() as transaction:
            sizes = {row[0]: int(row[1]) for row in (await transaction.execute(texts)).all()}
            blobs = {(row[0], key) for row in (await transaction.execute(keys)).all() for key in row[1:] if key is not None}
        for (session, _), size in zip(blobs, await asyncio.to_thread(self._sizes_of, blobs), strict=True):
            sizes[session] += size
        return sizes

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

    async def discard(self, identity: str, moment: str) -> None:
        """Delete a session, so that it can be restored for a while. A repeated request for it makes a new one."""
        session = update(SessionRow).where(SessionRow.id == identity, SessionRow.deleted_at.is_(None))
        async with self._database.begin.begin() as transaction:
            await transaction.execute(session.values(deleted_at=moment, idempotency_key=None, fingerprint=None))

    async def restore(self, identity: str) -> bool:
        """Bring a deleted session back, and its dataset; False when there is no such session any more."""
        async with self._database.begin.begin() as transaction:
            row = await transaction.get(SessionRow, identity)
            if row is None or row.head is None:
                return False
            row.deleted_at = None
            await transaction.execute(update(DatasetRow).where(DatasetRow.id == row.dataset_id).values(deleted_at=None))
        return True

    async def erase(self, identity: str) -> None:
        """Forget a session and its revisions for good; blobs that nobody needs any more are left to the collection."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(delete(SessionRow).where(SessionRow.id == identity))

    async def is_deleted(self, identity: str) -> bool:
        """Whether there is such a session, deleted but not erased yet."""
        async with self._database.begin() as transaction:
            row = await transaction.get(SessionRow, identity)
        return row is not None and row.deleted_at is not None

    async def deleted(self, before: str | None = None) -> list[tuple[str, str]]:
        """Id and moment of the sessions that were deleted, before some moment if given, the first first."""
        query = select(SessionRow.id, SessionRow.deleted_at).where(SessionRow.deleted_at.is_not(None))
        if before is not None:
            query = query.where(SessionRow.deleted_at < before)
        async with self._database.begin() as transaction:
            rows = (await transaction.execute(query.order_by(SessionRow.deleted_at))).all()
        return [(identity, moment) for identity, moment in rows if moment is not None]

    async def delete_unfinished(self) -> None:
        """Forget the sessions whose making was interrupted."""
        async with self._database.begin.begin() as transaction:
            await transaction.execute(delete(SessionRow).where(SessionRow.head.is_(None)))

    def _sizes_of(self, blobs: set[tuple[str, str]]) -> list[int]:
        return [self._blobs.size(key) for _, key in blobs]


def _summary(row: SessionRow, size: int) -> SessionSummary:
    return SessionSummary(
        id=row.id, name=row.name, dataset=row.dataset_id, created_at=row.created_at, updated_at=row.updated_at,
        revisions=row.revisions, test_rmse=None if row.task == "classification" else row.test_rmse,
        accuracy_test=row.accuracy_test, cross_entropy_test=row.cross_entropy_test, equation_rms=row.equation_rms,
        verdict=row.verdict,
        formula_latex=row.formula_latex,
        bytes=size, deleted_at=row.deleted_at,
    )  # fmt: skip
