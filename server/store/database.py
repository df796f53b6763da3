"""The database: connect, bring the schema up to date, hand out transactions, give space back.

SQLite in the data folder by default, in WAL mode; anything SQLAlchemy reaches asynchronously will do.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, ExceptionContext, event, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine

from server.store.disk import DiskFullError, nothing_left
from server.version import VERSION

SCHEMA_VERSION = "0010"
"""The newest migration; a database that has it needs no look at the migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"

_PAGES_AT_ONCE = 1_000
"""Of 4 KB, given back in one go: some milliseconds for which writers wait."""
_INCREMENTAL = 2

_UNUSABLE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_READONLY})

_log = structlog.get_logger(__name__)


class UnusableDatabaseError(Exception):
    """The database cannot be opened by this program; the text says why and what to do."""


class Database:
    """An engine and its transactions; `folder` is where it lies, as far as a full disk is concerned."""

    def __init__(self, url: str, folder: Path) -> None:
        self._engine = create_async_engine(url)
        self._folder = folder
        self.sqlite = self._engine.dialect.name == "sqlite"
        if self.sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "handle_error", self._in_our_words)
        self.connect = self._engine.connect
        self.begin: async_sessionmaker[AsyncSession] = async_sessionmaker(self._engine, expire_on_commit=False)

    async def migrate(self) -> None:
        """Bring the schema to the newest version, and leave word which version of the program did.

        Raises:
            UnusableDatabaseError: a newer program wrote it, or it is no database.
        """
        await self.check_usable()
        async with self._engine.begin() as connection:
            await connection.run_sync(migrate)
            await connection.run_sync(_sign)
        if self.sqlite:
            await self._allow_shrinking()

    async def check_usable(self, *, as_it_is: bool = False) -> None:
        """Look whether this program can work with it, `as_it_is` or after a migration; changes nothing.

        Raises:
            UnusableDatabaseError: a newer program wrote it, or it is no database; or it would have to be migrated.
        """
        try:
            async with self.connect() as connection:
                version, writer = await connection.run_sync(_version), await connection.run_sync(_writer)
        except DatabaseError as error:
            raise self._unusable(error.orig) from error
        if version is not None and version not in known_schemas():
            newer = f"Kanscope {writer}" if writer else "a newer Kanscope"
            raise UnusableDatabaseError(
                f"The data in {self._folder} was last used by {newer}, in a form (schema {version}) that this Kanscope {VERSION} "
                "does not know: start that version, or give another folder with --data."
            )
        if as_it_is and version != SCHEMA_VERSION:
            raise UnusableDatabaseError(
                f"The data in {self._folder} is still in an older form (schema {version}): start the server of this Kanscope "
                f"{VERSION} on it once, which brings it up to date."
            )

    async def check(self) -> None:
        """Fail when the database does not answer."""
        async with self.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def shrink(self) -> None:
        """Give the space of what was deleted back to the disk, a little at a time."""
        if not self.sqlite:
            return
        async with self.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            driver: Any = (await connection.get_raw_connection()).driver_connection
            free, before = await _free_pages(connection), 0
            while free not in {0, before}:
                # As a script: it gives back one page a step, and a statement is carried out only as far as rows are read.
                await driver.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
                free, before = await _free_pages(connection), free

    async def close(self) -> None:
        """Give back all connections."""
        await self._engine.dispose()

    async def _allow_shrinking(self) -> None:
        """Databases made before could only grow; written anew, once, they can shrink."""
        async with self.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            if (await connection.execute(text("PRAGMA auto_vacuum"))).scalar_one() == _INCREMENTAL:
                return
            try:
                await connection.execute(text("VACUUM"))
            except (DatabaseError, DiskFullError) as error:
                _log.warning("the database cannot give space back yet", reason=str(error))

    def _in_our_words(self, context: ExceptionContext) -> DiskFullError | UnusableDatabaseError | None:
        """SQLite says that the disk is full, or that its file is damaged or may not be written: whoever asked is told so."""
        error = context.original_exception
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _UNUSABLE:
            return self._unusable(error)
        full = code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and nothing_left(self._folder))
        return DiskFullError(self._folder) if full else None

    def _unusable(self, reason: object) -> UnusableDatabaseError:
        return UnusableDatabaseError(
            f"The database of {self._folder} cannot be used ({reason}): bring it back with `kanscope data restore`, "
            "or give another folder with --data."
        )


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the migrations that are missing, up to `target`."""
    if target == "head" and _version(connection) == SCHEMA_VERSION:
        return
    # Only now: alembic takes longer to import than an up-to-date server takes to start.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "sqlite":
        # By itself Python's driver begins no transaction before tables are made or altered: whatever ended this halfway, a full
        # disk or the end of the process, would leave a database in a form that no version of the program knows.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


async def _free_pages(connection: AsyncConnection) -> int:
    return (await connection.execute(text("PRAGMA freelist_count"))).scalar_one()


def _sign(connection: Connection) -> None:
    if _writer(connection) != VERSION:
        connection.execute(text("DELETE FROM writer"))
        connection.execute(text("INSERT INTO writer (id, version) VALUES (1, :version)"), {"version": VERSION})


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _writer(connection: Connection) -> str | None:
    if not inspect(connection).has_table("writer"):
        return None
    return connection.execute(text("SELECT version FROM writer")).scalar_one_or_none()


def known_schemas() -> set[str]:
    """The schemas that a migration of this program leads to."""
    return {file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    cursor = connection.cursor()
    # Every commit survives the death of the process; writers wait instead of failing. Space can be given back, which must be
    # said before anything else is. The journal keeps a few megabytes: deleting must work when the disk has no room left.
    pragmas = ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000")
    for pragma in (*pragmas, "journal_size_limit=4000000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
