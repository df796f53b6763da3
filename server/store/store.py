"""All that is kept, as one value: opened at start, closed at the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from server.store.actions import ActionStore
from server.store.blobs import BlobDirectory
from server.store.database import Database
from server.store.datasets import DatasetStore
from server.store.revisions import RevisionStore
from server.store.sessions import SessionStore


class Store:
    """Database and blobs of a data folder."""

    def __init__(self, data: Path, database_url: str | None = None) -> None:
        self._data = data
        self.database = Database(database_url or f"sqlite+aiosqlite:///{data / 'kanscope.sqlite3'}")
        self.blobs = BlobDirectory(data / "blobs")
        self.datasets = DatasetStore(self.database, self.blobs)
        self.sessions = SessionStore(self.database, self.blobs)
        self.revisions = RevisionStore(self.database, self.blobs)
        self.actions = ActionStore(self.database, self.blobs)

    @property
    def blob_root(self) -> Path:
        """Where workers read blobs."""
        return self._data / "blobs"

    async def open(self) -> None:
        """Bring the schema up to date and note what the last process left unfinished."""
        await asyncio.to_thread(self.blobs.prepare)
        await self.database.migrate()
        await self.actions.lose_unfinished()
        await self.sessions.delete_unfinished()

    async def close(self) -> None:
        """Close the database."""
        await self.database.close()
