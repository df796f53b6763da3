"""Datasets kept: the table as a blob, what is known of it as a row."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import delete, exists, select, tuple_, update

from server.contract.storage import DatasetSummary, SessionName
from server.contract.views import DatasetView
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import DatasetRow, SessionRow


@dataclass(frozen=True, slots=True)
class StoredDataset:
    """A dataset and the blob key of its table."""

    view: DatasetView
    table_key: str


class DatasetStore:
    """Datasets are addressed by name and content and never change; keeping one twice gives the first."""

    def __init__(self, database: Database, blobs: BlobDirectory) -> None:
        self._database = database
        self._blobs = blobs

    async def put(self, view: DatasetView, content: bytes) -> DatasetView:
        """Keep a table; its view comes back with its id."""
        table_key = await asyncio.to_thread(self._blobs.put, content)
        described = view.model_copy(update={"id": ""}).model_dump_json()
        identity = hashlib.sha256(f"{table_key} {described}".encode()).hexdigest()[:32]
        kept = view.model_copy(update={"id": identity})
        async with self._database.begin.begin() as transaction:
            row = await transaction.get(DatasetRow, identity)
            if row is None:
                row = DatasetRow(id=identity, view=kept.model_dump_json(), table_key=table_key, created_at=now())
                transaction.add(row)
            row.deleted_at = None
        return kept

    async def get(self, identity: str) -> StoredDataset | None:
        """The dataset of that id; None when there is none or it was deleted."""
        async with self._database.begin() as transaction:
            row = await transaction.get(DatasetRow, identity)
        if row is None or row.deleted_at is not None:
            return None
        return StoredDataset(DatasetView.model_validate_json(row.view), row.table_key)

    async def page(self, limit: int, after: str | None, *, deleted: bool = False) -> tuple[list[DatasetSummary], str | None]:
        """Datasets, newest first, with the sessions on them, and the `after` of the next page; or those that were deleted."""
        query = select(DatasetRow).where(DatasetRow.deleted_at.is_not(None) if deleted else DatasetRow.deleted_at.is_(None))
        if after is not None:
            time, _, identity = after.partition(" ")
            query = query.where(tuple_(DatasetRow.created_at, DatasetRow.id) < tuple_(time, identity))
        query = query.order_by(DatasetRow.created_at.desc(), DatasetRow.id.desc()).limit(limit + 1)
        async with self._database.begin() as transaction:
            rows = (await transaction.scalars(query)).all()
        following = f"{rows[limit - 1].created_at} {rows[limit - 1].id}" if len(rows) > limit else None
        rows = rows[:limit]
        users = await self._users([row.id for row in rows])
        sizes = await asyncio.to_thread(lambda: [self._blobs.size(row.table_key) for row in rows])
        return [_summary(row, users.get(row.id, []), size) for row, size in zip(rows, sizes, strict=True)], following

    async def users(self, identity: str) -> list[SessionName]:
        """The sessions on a dataset."""
        return (await self._users([identity])).get(identity, [])

    async def discard(self, identity: str, moment: str) -> bool:
        """Delete a dataset that no session is on, so that it can be restored for a while; False when there is none such."""
        used = exists().where(SessionRow.dataset_id == DatasetRow.id, SessionRow.deleted_at.is_(None))
        unused = (DatasetRow.id == identity) & DatasetRow.deleted_at.is_(None) & ~used
        async with self._database.begin.begin() as transaction:
            done = await transaction.execute(update(DatasetRow).where(unused).values(deleted_at=moment).returning(DatasetRow.id))
        return done.first() is not None

    async def restore(self, identity: str) -> StoredDataset | None:
        """Bring a deleted dataset back, with the sessions that were deleted at the same moment."""
        async with self._database.begin.begin() as transaction:
            row = await transaction.get(DatasetRow, identity)
            if row is not None and row.deleted_at is not None:
                together = (SessionRow.dataset_id == identity) & (SessionRow.deleted_at == row.deleted_at)
                await transaction.execute(update(SessionRow).where(together).values(deleted_at=None))
                row.deleted_at = None
        return await self.get(identity)

    async def erase_deleted(self, before: str) -> int:
        """Forget for good what was deleted before a moment and has no session any more; how many those were."""
        used = exists().where(SessionRow.dataset_id == DatasetRow.id)
        gone = delete(DatasetRow).where(DatasetRow.deleted_at < before, ~used).returning(DatasetRow.id)
        async with self._database.begin.begin() as transaction:
            return len((await transaction.execute(gone)).all())

    async def _users(self, identities: list[str]) -> dict[str, list[SessionName]]:
        query = select(SessionRow.dataset_id, SessionRow.id, SessionRow.name).where(
            SessionRow.dataset_id.in_(identities), SessionRow.deleted_at.is_(None), SessionRow.head.is_not(None)
        )
        async with self._database.begin() as transaction:
            rows = (await transaction.execute(query.order_by(SessionRow.updated_at.desc()))).all()
        users: dict[str, list[SessionName]] = {}
        for dataset, session, name in rows:
            users.setdefault(dataset, []).append(SessionName(id=session, name=name))
        return users


def _summary(row: DatasetRow, sessions: list[SessionName], size: int) -> DatasetSummary:
    # Not through the model: a view holds a histogram and labels of every column, and a list needs none of them.
    view = json.loads(row.view)
    return DatasetSummary(
        id=row.id, name=view["name"], rows=view["rows"], columns=len(view["columns"]), created_at=row.created_at,
        deleted_at=row.deleted_at, bytes=size, sessions=sessions,
    )  # fmt: skip
