"""A file that takes room while there is plenty, given up when there is none: on a full disk one must start and delete.

What is deleted is written down first (a few pages of the database's journal), and only later gives its bytes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from server.store.disk import DiskFullError, free_bytes

_BYTES = 1_000_000
"""Hundreds of pages of SQLite: deleting a session writes about ten."""
_PLENTY = 20
"""Times its size that must be free before it takes any of it."""
_Answer = TypeVar("_Answer")


class Reserve:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self) -> None:
        """Take the room, if there is plenty and it is not taken yet."""
        if not self._path.exists() and free_bytes(self._path.parent) > _PLENTY * _BYTES:
            self._path.write_bytes(bytes(_BYTES))

    async def spend(self, work: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Do what must be possible on a full disk; when it is not, once more in the room that this was.

        Raises:
            DiskFullError: that is gone already.
        """
        try:
            return await work()
        except DiskFullError:
            if not self._path.exists():
                raise
            await asyncio.to_thread(self._path.unlink, missing_ok=True)
        return await work()
