"""Keeps the data folder tidy while a server runs: at its start, daily, and whenever the time to restore something is over.

A background task of the server that may be cancelled at any moment.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from server.store.collection import Freed
from server.store.store import Store

_log = structlog.get_logger(__name__)

DAY = 86_400.0
_PATIENCE = 60.0
"""Seconds until what could not be tidied is tried again."""


class Housekeeper:
    """Erases what was deleted `undo_seconds` ago and collects what nobody needs."""

    def __init__(self, store: Store, undo_seconds: float, every: float = DAY) -> None:
        self._store = store
        self._undo_seconds = undo_seconds
        self._every = every
        self._deleted = asyncio.Event()

    def expect(self) -> None:
        """Something was deleted just now."""
        self._deleted.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.tidy()
            except Exception:  # noqa: BLE001 - the outermost loop: what cannot be tidied now is tried again later
                _log.exception("the data folder could not be tidied")
                await asyncio.sleep(_PATIENCE)
            await self._wait()

    async def tidy(self) -> Freed:
        """Erase and collect once."""
        erased = await self._store.collector.erase_deleted(self._undo_seconds)
        freed = await self._store.collector.collect()
        if erased.sessions or freed.blobs:
            _log.info("tidied", sessions=erased.sessions, datasets=erased.datasets, blobs=freed.blobs, bytes=freed.bytes)
        return Freed(erased.sessions, erased.datasets, freed.blobs, freed.bytes)

    async def _wait(self) -> None:
        """For a day, or until the first thing that was deleted, or that is deleted meanwhile, may go."""
        until = asyncio.get_running_loop().time() + self._every
        while True:
            self._deleted.clear()
            left = min(until - asyncio.get_running_loop().time(), await self._first_due())
            if left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._deleted.wait(), left)

    async def _first_due(self) -> float:
        moment = await self._store.first_deleted()
        if moment is None:
            return self._every
        age = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
        return self._undo_seconds - age
