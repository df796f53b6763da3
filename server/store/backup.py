"""Writes a backup of a data folder as one file, whether or not a server uses the folder meanwhile."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from server.store.archive import (
    ABOUT,
    BLOB_FOLDER,
    DATABASE_FILE,
    FORMAT,
    ArchiveError,
    Contents,
    check_present_schema,
    counts_of,
    digest_of,
    keys_of,
    reading,
)
from server.store.blobs import BlobDirectory, BlobError
from server.store.database import SCHEMA_VERSION
from server.store.disk import writing_to
from server.version import VERSION

_ATTEMPTS = 3
"""A session may be erased for good while it is being copied; the next copy is without it."""


def back_up(data: Path, file: Path) -> Contents:
    """Write everything but what was deleted. Every blob is verified on its way.

    Raises:
        ArchiveError: `file` is there already, there is nothing to back up, or a blob is damaged.
        DiskFullError: it does not fit; nothing of it is left then.
    """
    if file.exists():
        raise ArchiveError(f"{file} is there already: give another name, or remove it first.")
    partial, copy = (file.with_name(f".{file.name}.{part}") for part in ("partial", "database"))
    try:
        with writing_to(file.absolute().parent):
            return _attempted(data, file, partial, copy)
    finally:
        for leftover in (partial, copy):
            leftover.unlink(missing_ok=True)


def _attempted(data: Path, file: Path, partial: Path, copy: Path) -> Contents:
    error: BlobError | None = None
    for _ in range(_ATTEMPTS):
        try:
            contents = _write(data, partial, copy)
        except BlobError as caught:
            error = caught
            continue
        partial.replace(file)
        return contents
    reason = "" if error is None else error.problem.detail
    raise ArchiveError(f"Not everything can be read: {reason} Delete what needs it, or restore the folder from an older backup.")


def _write(data: Path, partial: Path, copy: Path) -> Contents:
    _copy_database(data, copy)
    blobs, size, keys = BlobDirectory(data / BLOB_FOLDER), copy.stat().st_size, sorted(keys_of(copy))
    with partial.open("wb") as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            about = {"format": FORMAT, "version": VERSION, "schema": SCHEMA_VERSION, "database": digest_of(copy)}
            archive.writestr(ABOUT, json.dumps(about))
            archive.write(copy, DATABASE_FILE, zipfile.ZIP_DEFLATED)
            for key in keys:
                content = blobs.get(key)
                archive.writestr(f"{BLOB_FOLDER}/{key}", content)
                size += len(content)
        target.flush()
        os.fsync(target.fileno())
    return Contents(*counts_of(copy), len(keys), size)


def _copy_database(data: Path, copy: Path) -> None:
    """The database at one moment, however many write to it, without what was deleted or is still being made."""
    if not (data / DATABASE_FILE).exists():
        raise ArchiveError(f"There is nothing to back up in {data}: give the right folder with --data.")
    copy.unlink(missing_ok=True)
    with reading(data / DATABASE_FILE) as live, closing(sqlite3.connect(copy)) as connection:
        check_present_schema(live, data)
        live.backup(connection)
        connection.execute("PRAGMA foreign_keys=ON")
        with connection:
            connection.execute("DELETE FROM sessions WHERE deleted_at IS NOT NULL OR head IS NULL")
            connection.execute(
                "DELETE FROM datasets WHERE deleted_at IS NOT NULL AND id NOT IN (SELECT dataset_id FROM sessions)"
            )
        # One small file without a journal beside it.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
