"""Bytes kept under the SHA-256 of their content, one file each. Used by the server to write and by workers to read.

Writing is atomic and durable: a temporary file is synced and renamed, so a blob is there entirely or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


class BlobMissingError(LookupError):
    """A blob that the database knows is not in the directory."""


class BlobDirectory:
    """A directory of blobs; `scratch` beside it holds files on their way in."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.scratch = root / "scratch"

    def prepare(self) -> None:
        """Make the directories and remove what an interrupted process left half-written."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        for leftover in self.scratch.iterdir():
            leftover.unlink(missing_ok=True)

    def put(self, content: bytes) -> str:
        """Keep `content` and return its key."""
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        if path.exists():
            return key
        path.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.scratch)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        _sync_directory(path.parent)
        return key

    def get(self, key: str) -> bytes:
        """The bytes of `key`.

        Raises:
            BlobMissingError: when there is no such blob.
        """
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissingError(f"the blob {key} is missing from the data folder") from error

    def remove(self, key: str) -> None:
        """Forget `key`; it may be absent already."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key


def _sync_directory(directory: Path) -> None:
    """Make the rename itself durable, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
