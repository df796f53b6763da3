"""What writes: cleaning and restoring take the lock of the folder; a backup only reads it and writes its own file."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from server.settings import Settings
from server.store.archive import ArchiveError, Contents
from server.store.backup import back_up
from server.store.disk import in_words
from server.store.lock import DataInUseError, DataLock
from server.store.restore import restore
from server.store.store import Store


async def clean(settings: Settings) -> str:
    """Erase what was deleted, collect what nobody needs, and remove what an interrupted restore left."""
    if not settings.data.exists():
        raise ArchiveError(f"There is no folder {settings.data}: give the right one with --data.")
    advice = "it tidies by itself, at its start, daily, and when the time to restore something is over; stop it to clean now."
    with _locked(settings.data, advice):
        store = Store(settings.data, settings.database_url)
        try:
            await store.open()
            erased = await store.collector.erase_deleted(undo_seconds=0.0)
            freed = await store.collector.collect(grace=0.0)
        finally:
            await store.close()
        for leftover in settings.data.glob("restoring-*"):
            shutil.rmtree(leftover)
    gone = f"{erased.sessions} deleted sessions and {erased.datasets} deleted tables erased"
    return f"{gone}, {freed.blobs} unused files removed, {in_words(freed.bytes)} freed."


async def backup(settings: Settings, file: Path) -> str:
    """Everything in one file."""
    _only_with_sqlite(settings)
    contents = await asyncio.to_thread(back_up, settings.data, file)
    return f"{file}: {_said(contents)}, verified."


async def restored(settings: Settings, file: Path, *, replace: bool) -> str:
    """A data folder from such a file."""
    _only_with_sqlite(settings)
    await asyncio.to_thread(_prepare, file, settings.data)
    with _locked(settings.data, "stop it first: what it has in memory would be written over what is restored."):
        contents, aside = await asyncio.to_thread(restore, file, settings.data, replace=replace)
    kept = "" if aside is None else f" What was there is in {aside}."
    return f"{settings.data}: {_said(contents)}, verified.{kept}"


def _prepare(file: Path, data: Path) -> None:
    """No folder is made for a file that is not there."""
    if not file.is_file():
        raise ArchiveError(f"There is no file {file}.")
    data.mkdir(parents=True, exist_ok=True)


@contextmanager
def _locked(data: Path, advice: str) -> Generator[None]:
    """The lock of a folder, or why a server keeps it.

    Raises:
        DataInUseError: a server has it.
    """
    lock = DataLock(data)
    try:
        lock.take()
    except DataInUseError:
        raise DataInUseError(f"A server is using {data}: {advice}") from None
    try:
        yield
    finally:
        lock.give_back()


def _only_with_sqlite(settings: Settings) -> None:
    if settings.database_url is not None:
        raise ArchiveError(
            "The database is not in the data folder (KANSCOPE_DATABASE_URL): back it up with its own tools, and the folder "
            f"{settings.data / 'blobs'} with it, the database first."
        )


def _said(contents: Contents) -> str:
    return f"{contents.sessions} sessions and {contents.datasets} tables, {in_words(contents.bytes)} in {contents.blobs} files"
