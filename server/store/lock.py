"""One server a data folder: two would write over each other's sessions."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # a system without file locks: there the folder is not protected
    fcntl = None


class DataInUseError(Exception):
    """Another server has the data folder."""


class DataLock:
    """A lock on a data folder that ends with the process, however that ends."""

    def __init__(self, data: Path) -> None:
        self._path = data / "lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            DataInUseError: when another process has it.
        """
        file = self._path.open("a+")
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            owner = file.read().strip()
            file.close()
            raise DataInUseError(
                f"The data folder {self._path.parent} is in use by another Kanscope{f' (process {owner})' if owner else ''}. "
                "Use that one, or give another folder with --data."
            ) from None
        self._file = file
        # Who has it is a courtesy to others; on a full disk the lock holds without.
        with suppress(OSError):
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()

    def give_back(self) -> None:
        """Let others have it."""
        if self._file is not None:
            # What did not fit into it before does not now.
            with suppress(OSError):
                self._file.close()
            self._file = None
