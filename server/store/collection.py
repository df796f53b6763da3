"""Gives back what nobody needs: rows that were deleted long enough ago, blobs that no row refers to, pages of the database.

What refers to a blob is not listed here: it is every column of the type `BlobKey`. A blob goes only when no row refers to it,
no work in progress holds it, and it is older than the time between writing a blob and referring to it. All in small
batches, between which others have their turn; breaking off anywhere leaves nothing half done.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import select, union

from server.store.blobs import BlobDirectory
from server.store.database import Database
from server.store.datasets import DatasetStore
from server.store.reserve import Reserve
from server.store.sessions import SessionStore
from server.store.tables import blob_columns

GRACE_SECONDS = 300.0
"""Within which a blob that was put is referred to; a commit takes milliseconds, the longest seen a second."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Freed:
    """What a collection gave back."""

    sessions: int = 0
    datasets: int = 0
    blobs: int = 0
    bytes: int = 0


class Collector:
    """Erases and collects."""

    def __init__(
        self, database: Database, blobs: BlobDirectory, datasets: DatasetStore, sessions: SessionStore, reserve: Reserve
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._datasets = datasets
        self._sessions = sessions
        self._reserve = reserve

    async def erase_deleted(self, undo_seconds: float) -> Freed:
        """Forget for good what was deleted that long ago."""
        before = (datetime.now(UTC) - timedelta(seconds=undo_seconds)).isoformat(timespec="microseconds")
        sessions = await self._sessions.deleted(before)
        for identity, _ in sessions:
            await self._reserve.spend(lambda session=identity: self._sessions.erase(session))
        datasets = await self._reserve.spend(lambda: self._datasets.erase_deleted(before))
        return Freed(sessions=len(sessions), datasets=datasets)

    async def collect(self, grace: float = GRACE_SECONDS) -> Freed:
        """Remove the blobs that nobody refers to, then give the database's free pages back to the disk."""
        blobs = size = 0
        entries = self._blobs.entries()
        while batch := await asyncio.to_thread(lambda: [key for key, _ in islice(entries, _BATCH)]):
            for key in await self._unused(batch):
                freed = await asyncio.to_thread(self._blobs.remove_unused, key, grace)
                blobs, size = blobs + (freed > 0), size + freed
        await self._database.shrink()
        await asyncio.to_thread(self._reserve.fill)
        return Freed(blobs=blobs, bytes=size)

    async def _unused(self, keys: list[str]) -> list[str]:
        referring = union(*(select(column).where(column.in_(keys)) for column in blob_columns()))
        async with self._database.begin() as transaction:
            used = set((await transaction.scalars(referring)).all())
        return [key for key in keys if key not in used]
