"""Makes a data folder from a backup, which may come from anywhere.

Reading believes nothing: names in the archive are those of a backup and no others, so nothing lands elsewhere; sizes are held
against the disk before anything is written; each blob must hash to its name, and the database must be one of ours, without
triggers or views. All that happens in a folder beside; the data folder is touched only when the whole is sound.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from server.store.archive import (
    ABOUT,
    BLOB,
    BLOB_FOLDER,
    DATABASE_FILE,
    FORMAT,
    PIECE,
    ArchiveError,
    Contents,
    check_only_tables,
    counts_of,
    keys_of,
    reading,
    schema_of,
)
from server.store.database import known_schemas
from server.store.disk import free_bytes, in_words, writing_to
from server.version import VERSION

_LONGEST_ABOUT = 10_000


def restore(file: Path, data: Path, *, replace: bool) -> tuple[Contents, Path | None]:
    """Put what a backup holds into a data folder; what was there goes into a folder within it, whose path comes back.

    The caller holds the lock of the folder.

    Raises:
        ArchiveError: `file` is no sound backup that this program knows, or there is something already and it was not to be
            replaced.
        DiskFullError: it does not fit; the folder is as it was.
    """
    former = [*data.glob(f"{DATABASE_FILE}*"), *data.glob(BLOB_FOLDER)]
    if former and not replace:
        raise ArchiveError(f"{data} holds sessions already: give another folder with --data, or put them aside with --replace.")
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    fresh = data / f"restoring-{moment}"
    try:
        with writing_to(data):
            fresh.mkdir()
            contents = _unpack(file, fresh)
            aside = _put_aside(former, data / f"before-restore-{moment}") if former else None
            for name in (BLOB_FOLDER, DATABASE_FILE):
                (fresh / name).rename(data / name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return contents, aside


def _put_aside(former: list[Path], aside: Path) -> Path:
    aside.mkdir()
    for part in former:
        part.rename(aside / part.name)
    return aside


def _unpack(file: Path, fresh: Path) -> Contents:
    try:
        with zipfile.ZipFile(file) as archive:
            about = _about(archive, file)
            size = _checked_size(archive, file, fresh)
            database = fresh / DATABASE_FILE
            if _extract(archive, DATABASE_FILE, database) != about["database"]:
                raise ArchiveError(f"The database in {file} was changed since the backup was made.")
            keys = [found[1] for found in map(BLOB.fullmatch, archive.namelist()) if found]
            _extract_blobs(archive, keys, fresh / BLOB_FOLDER, file)
            _check_database(database, set(keys), file)
            return Contents(*counts_of(database), len(keys), size)
    except FileNotFoundError:
        raise ArchiveError(f"There is no file {file}.") from None
    except (zipfile.BadZipFile, sqlite3.Error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ArchiveError(f"{file} is no sound backup of Kanscope ({error}).") from error


def _about(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """What the archive says of itself.

    Raises:
        ArchiveError: it is no backup, or one of a newer program.
    """
    names = archive.namelist()
    about: object = None
    if ABOUT in names and archive.getinfo(ABOUT).file_size <= _LONGEST_ABOUT:
        about = json.loads(archive.read(ABOUT))
    strange = [name for name in names if name not in {ABOUT, DATABASE_FILE} and not BLOB.fullmatch(name)]
    if not isinstance(about, dict) or strange or len(set(names)) != len(names) or DATABASE_FILE not in names:
        raise ArchiveError(f"{file} is no backup of Kanscope{f': it holds {strange[0]!r}' if strange else ''}.")
    known = cast("dict[str, Any]", about)
    if known.get("format") != FORMAT or known.get("schema") not in known_schemas():
        raise ArchiveError(
            f"{file} was made by Kanscope {known.get('version')}, which this {VERSION} does not know: use that one."
        )
    return {"database": "", **known}


def _checked_size(archive: zipfile.ZipFile, file: Path, fresh: Path) -> int:
    """Bytes that the archive says it holds; reading gives no more than that."""
    needed, free = sum(entry.file_size for entry in archive.infolist()), free_bytes(fresh)
    if needed > free:
        raise ArchiveError(f"{file} holds {in_words(needed)}, and {in_words(free)} are free in {fresh.parent}: make room first.")
    return needed


def _extract_blobs(archive: zipfile.ZipFile, keys: list[str], folder: Path, file: Path) -> None:
    folder.mkdir()
    for key in keys:
        (folder / key[:2]).mkdir(exist_ok=True)
        if _extract(archive, f"{BLOB_FOLDER}/{key}", folder / key[:2] / key) != key:
            raise ArchiveError(f"The file {key} in {file} was changed since the backup was made.")


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write one file of the archive; its SHA-256."""
    digest = hashlib.sha256()
    with archive.open(name) as source, path.open("xb") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _check_database(database: Path, keys: set[str], file: Path) -> None:
    with reading(database) as connection:
        check_only_tables(connection, file)
        [(verdict,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise ArchiveError(f"The database in {file} is damaged: {verdict}.")
        schema_of(connection, file)
    missing = keys_of(database) - keys
    if missing:
        raise ArchiveError(
            f"Of the files that the sessions in {file} need, {len(missing)} are missing, for example {min(missing)}."
        )
