"""All that is kept, as one value: opened at start, closed at the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import exists, func, select, union_all

from server.contract.storage import Storage
from server.store.actions import ActionStore
from server.store.archive import BLOB_FOLDER, DATABASE_FILE
from server.store.blobs import BlobDirectory
from server.store.collection import Collector
from server.store.database import Database
from server.store.datasets import DatasetStore
from server.store.disk import free_bytes
from server.store.reserve import Reserve
from server.store.revisions import RevisionStore
from server.store.sessions import SessionStore
from server.store.tables import DatasetRow, SessionRow


class Store:
    """Database and blobs of a data folder."""

    def __init__(self, data: Path, database_url: str | None = None) -> None:
        self._data = data
        self.database = Database(database_url or f"sqlite+aiosqlite:///{data / DATABASE_FILE}", data)
        self.blobs = BlobDirectory(self.blob_root)
        self.datasets = DatasetStore(self.database, self.blobs)
        self.sessions = SessionStore(self.database, self.blobs)
        self.revisions = RevisionStore(self.database, self.blobs)
        self.actions = ActionStore(self.database, self.blobs)
        self.reserve = Reserve(data / "reserve")
        self.collector = Collector(self.database, self.blobs, self.datasets, self.sessions, self.reserve)

    @property
    def blob_root(self) -> Path:
        """Where workers read blobs."""
        return self._data / BLOB_FOLDER

    async def open(self) -> None:
        """Bring the schema up to date and note what the last process left unfinished; on a full disk in the room kept for it.

        Raises:
            UnusableDatabaseError: the database is of a newer program, or none.
            DiskFullError: that room is gone already.
        """
        await asyncio.to_thread(self.blobs.prepare)
        await self.database.migrate()
        await self.reserve.spend(self.actions.lose_unfinished)
        await self.reserve.spend(self.sessions.delete_unfinished)

    async def storage(self, undo_seconds: float) -> Storage:
        """What all takes, and what room is left."""
        made = SessionRow.head.is_not(None)
        async with self.database.begin() as transaction:

            async def count(row: type[SessionRow | DatasetRow], *, deleted: bool) -> int:
                which = row.deleted_at.is_not(None) if deleted else row.deleted_at.is_(None)
                query = select(func.count()).select_from(row).where(which)
                return (await transaction.scalars(query.where(made) if row is SessionRow else query)).one()

            sessions, datasets = await count(SessionRow, deleted=False), await count(DatasetRow, deleted=False)
            deleted = await count(SessionRow, deleted=True) + await count(DatasetRow, deleted=True)
        blobs = await asyncio.to_thread(lambda: sum(size for _, size in self.blobs.entries()))
        return Storage(
            folder=str(self._data), free=free_bytes(self._data), blobs=blobs, database=self._database_bytes(),
            sessions=sessions, datasets=datasets, deleted=deleted, undo_seconds=undo_seconds,
        )  # fmt: skip

    async def first_deleted(self) -> str | None:
        """When the first of what may be erased was deleted: sessions, and datasets that no session needs."""
        used = exists().where(SessionRow.dataset_id == DatasetRow.id)
        moments = union_all(select(SessionRow.deleted_at), select(DatasetRow.deleted_at).where(~used)).subquery()
        async with self.database.begin() as transaction:
            return (await transaction.scalars(select(func.min(moments.c.deleted_at)))).one()

    async def close(self) -> None:
        """Close the database."""
        await self.database.close()

    def _database_bytes(self) -> int:
        return sum(file.stat().st_size for file in self._data.glob(f"{DATABASE_FILE}*"))
