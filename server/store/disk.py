"""Where the data folder lies, and what is said when that disk is full.

Raised at the lowest layer, by blobs and database alike, as a problem: whoever had begun something adds what was kept.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from server.contract.problems import Problem, ProblemError, problem

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOTHING_LEFT = 64 * 1024
"""Free bytes below which SQLite cannot even write a page and its frame: an input/output error means that, too."""


class DiskFullError(ProblemError):
    """Nothing more can be written below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(_full(folder))


def keeping(error: DiskFullError, kept: str) -> ProblemError:
    """The same problem with a sentence on what there still is."""
    found = error.problem
    return ProblemError(found.model_copy(update={"detail": f"{found.detail} {kept}"}))


def disk_full(error: BaseException | None) -> DiskFullError | None:
    """The problem, when an error or what caused it is that of a full disk for temporary files."""
    while error is not None:
        if isinstance(error, DiskFullError):
            return error
        if isinstance(error, OSError) and error.errno in _FULL:
            return DiskFullError(Path(error.filename).parent if isinstance(error.filename, str) else Path(tempfile.gettempdir()))
        error = error.__cause__ or error.__context__
    return None


@contextmanager
def writing_to(folder: Path) -> Generator[None]:
    """Whatever is written in this block goes to `folder`.

    Raises:
        DiskFullError: when it does not fit.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(folder) from error
        raise


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written to the disk of a folder, or of what of its path exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def nothing_left(folder: Path) -> bool:
    """Whether the disk has no room for anything."""
    return free_bytes(folder) < _NOTHING_LEFT


def in_words(count: int) -> str:
    """'512 bytes', '12 KB', '3.4 MB', '120 GB': steps of 1000, as disks are sold and file managers count."""
    size = float(count)
    for unit in ("bytes", "KB", "MB", "GB"):
        if size < 999.5:
            return f"{size:.1f} {unit}" if size < 9.95 and unit != "bytes" else f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _full(folder: Path) -> Problem:
    detail = (
        f"The disk at {_mount_point(folder)} is full ({in_words(free_bytes(folder))} free), so nothing more fits into {folder}."
    )
    hint = "Make room on it, then try again; sessions and tables deleted here give theirs back after some minutes."
    return problem("disk_full", detail, hint=hint)


def _mount_point(folder: Path) -> Path:
    place = folder.absolute()
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place
