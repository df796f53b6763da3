"""What a backup is; `backup` writes one, `restore` reads one.

A ZIP file of `kanscope.json` (what it is), `kanscope.sqlite3` (the database at one moment), and `blobs/<key>` for every blob
that it refers to.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from server.store.database import SCHEMA_VERSION, known_schemas
from server.store.tables import Base, blob_columns
from server.version import VERSION

DATABASE_FILE = "kanscope.sqlite3"
"""Of a data folder, and in a backup."""
BLOB_FOLDER = "blobs"
"""Of a data folder, and in a backup."""

FORMAT = 1
ABOUT = "kanscope.json"
BLOB = re.compile(r"blobs/([0-9a-f]{64})")
PIECE = 1 << 20
"""Bytes that are copied at once."""


class ArchiveError(Exception):
    """A backup cannot be made or used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds."""

    sessions: int
    datasets: int
    blobs: int
    bytes: int


def reading(database: Path) -> closing[sqlite3.Connection]:
    """A connection to a database that changes nothing."""
    return closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True))


def keys_of(database: Path) -> set[str]:
    """The blobs a database refers to; columns that it does not have yet refer to nothing."""
    keys: set[str] = set()
    with reading(database) as connection:
        for column in blob_columns():
            table, name = column.table.name, column.name
            if name in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}:
                query = f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL"  # noqa: S608 - names of our own schema
                keys |= {key for (key,) in connection.execute(query)}
    return keys


def counts_of(database: Path) -> tuple[int, int]:
    """Numbers of sessions and datasets."""
    with reading(database) as connection:
        (sessions,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
        (datasets,) = connection.execute("SELECT count(*) FROM datasets").fetchone()
    return sessions, datasets


def check_only_tables(connection: sqlite3.Connection, where: Path) -> None:
    """Refuse a database with anything but our tables: triggers, views and virtual tables do something when they are used.

    Raises:
        ArchiveError: it has.
    """
    connection.execute("PRAGMA trusted_schema=OFF")
    ours = {"alembic_version", *Base.metadata.tables}
    for kind, name, table, text in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        virtual = kind == "table" and "VIRTUAL" in (text or "").upper().split("(")[0]
        if kind not in {"table", "index"} or table not in ours or virtual:
            raise ArchiveError(f"The database in {where} is not one of Kanscope: it holds the {kind} {name!r}.")


def schema_of(connection: sqlite3.Connection, where: Path) -> str:
    """The version of the schema.

    Raises:
        ArchiveError: this program does not know it.
    """
    [(version,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if version not in known_schemas():
        detail = f"The database of {where} has a form (schema {version}) that this Kanscope {VERSION} does not know"
        raise ArchiveError(f"{detail}: use the newer version that wrote it.")
    return str(version)


def check_present_schema(connection: sqlite3.Connection, where: Path) -> None:
    """Refuse what a server of another version has written.

    Raises:
        ArchiveError: it is not of this program's schema.
    """
    version = schema_of(connection, where)
    if version != SCHEMA_VERSION:
        detail = (
            f"The database of {where} is still in an older form (schema {version}; this Kanscope {VERSION} has {SCHEMA_VERSION})"
        )
        raise ArchiveError(f"{detail}: start the server on it once, which brings it up to date.")


def digest_of(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
