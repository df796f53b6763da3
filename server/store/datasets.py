"""Datasets kept: the table as a blob, what is known of it as a row."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from server.contract.views import DatasetView
from server.store.blobs import BlobDirectory
from server.store.clock import now
from server.store.database import Database
from server.store.tables import DatasetRow


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
            if await transaction.get(DatasetRow, identity) is None:
                row = DatasetRow(id=identity, view=kept.model_dump_json(), table_key=table_key, created_at=now())
                transaction.add(row)
        return kept

    async def get(self, identity: str) -> StoredDataset | None:
        """The dataset of that id."""
        async with self._database.begin() as transaction:
            row = await transaction.get(DatasetRow, identity)
        return None if row is None else StoredDataset(DatasetView.model_validate_json(row.view), row.table_key)
