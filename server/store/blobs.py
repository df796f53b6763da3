"""Bytes kept under the SHA-256 of their content, one file each. Used by the server to write and by workers to read.

Writing is atomic and durable: a temporary file is synced and renamed, so a blob is there entirely or not at all.

Reading believes nothing: what comes from the disk is hashed each time and handed out only when the hash is the blob's name. It
costs 0.5 ms a megabyte with a processor's SHA instructions (50 ms for a table of 100 MB, 10 µs for a small network). "Verified
once" is not remembered: bytes that rot on a disk change neither time nor size of their file. Who needs them often keeps the
verified bytes, as workers do with their table.

Removing is safe beside writers: `put` gives a blob that is there already a new time under the lock that removing takes, so what
somebody is about to refer to is young; what work in progress refers to is held.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from server.contract.problems import ProblemError, problem
from server.store.disk import writing_to

_KEY = re.compile(r"[0-9a-f]{64}")


class BlobError(ProblemError):
    """A blob that is referred to cannot be had. The tree: `BlobMissingError`, `BlobDamagedError`."""

    def __init__(self, key: str, what: str) -> None:
        self.key = key
        hint = "Restore the data folder from a backup, or do again what made it."
        found = problem("damaged", f"The kept file {key} {what}.", hint=hint)
        super().__init__(found.model_copy(update={"blob": key}))


class BlobMissingError(BlobError):
    """A blob that the database knows is not in the directory."""

    def __init__(self, key: str) -> None:
        super().__init__(key, "is missing from the data folder")


class BlobDamagedError(BlobError):
    """The bytes are not those that were put, or the system does not give them."""

    def __init__(self, key: str, what: str = "was changed on the disk since it was written") -> None:
        super().__init__(key, what)


class BlobDirectory:
    """A directory of blobs; `scratch` beside it holds files on their way in."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.scratch = root / "scratch"
        self._guard = threading.Lock()
        self._held: Counter[str] = Counter()
        self._sizes: dict[str, int] = {}

    def prepare(self) -> None:
        """Make the directories and remove what an interrupted process left half-written.

        Raises:
            DiskFullError: there is no room for them.
        """
        with writing_to(self._root):
            self.scratch.mkdir(parents=True, exist_ok=True)
        for leftover in self.scratch.iterdir():
            leftover.unlink(missing_ok=True)

    def put(self, content: bytes) -> str:
        """Keep `content` and return its key. A file of that name with other bytes is put right.

        Raises:
            DiskFullError: there is no room for it.
        """
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        with self._guard, suppress(FileNotFoundError):
            os.utime(path)
        if _holds(path, content):
            return key
        with writing_to(self._root):
            path.parent.mkdir(exist_ok=True)
            temporary = self._written(content)
            with self._guard:
                temporary.replace(path)
                self._sizes[key] = len(content)
            _sync_directory(path.parent)
        return key

    def get(self, key: str) -> bytes:
        """The bytes of `key`, verified.

        Raises:
            BlobMissingError: there is no such blob.
            BlobDamagedError: its bytes are others than were put, or the disk does not give them.
        """
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            raise BlobMissingError(key) from None
        except OSError as error:
            raise BlobDamagedError(key, f"cannot be read ({error.strerror})") from error
        if hashlib.sha256(content).hexdigest() != key:
            raise BlobDamagedError(key)
        return content

    def sound(self, key: str) -> bool:
        """Whether `get` would give it."""
        try:
            self.get(key)
        except BlobError:
            return False
        return True

    def size(self, key: str) -> int:
        """Bytes that `key` takes; 0 for one that is missing. Asked of the disk once: blobs do not change."""
        known = self._sizes.get(key)
        if known is None:
            try:
                known = self._sizes[key] = self._path(key).stat().st_size
            except OSError:
                return 0
        return known

    def entries(self) -> Iterator[tuple[str, int]]:
        """Key and size of all blobs, one directory after another."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for entry in os.scandir(folder):
                if _KEY.fullmatch(entry.name):
                    with suppress(FileNotFoundError):
                        yield entry.name, entry.stat().st_size

    @contextmanager
    def holding(self, keys: Iterable[str | None]) -> Generator[None]:
        """Work in progress refers to these: they stay until the end of the block."""
        held = Counter(key for key in keys if key is not None)
        with self._guard:
            self._held += held
        try:
            yield
        finally:
            with self._guard:
                self._held -= held

    def remove_unused(self, key: str, grace: float) -> int:
        """Forget `key`, to which nobody refers, unless it is held or younger than `grace` seconds; the bytes that frees."""
        path = self._path(key)
        with self._guard:
            try:
                state = path.stat()
            except FileNotFoundError:
                return 0
            if key in self._held or time.time() - state.st_mtime < grace:
                return 0
            path.unlink(missing_ok=True)
            self._sizes.pop(key, None)
        return state.st_size

    def receive(self, source: IO[bytes]) -> Path:
        """A copy of a file on its way in, which whoever asked for it removes.

        Raises:
            DiskFullError: there is no room for it.
        """
        handle, name = tempfile.mkstemp(dir=self.scratch, suffix=".upload")
        try:
            with writing_to(self._root), os.fdopen(handle, "wb") as copy:
                shutil.copyfileobj(source, copy)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _written(self, content: bytes) -> Path:
        handle, name = tempfile.mkstemp(dir=self.scratch)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _sync_directory(directory: Path) -> None:
    """Make the rename itself durable, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
