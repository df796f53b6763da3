"""The database: connect, bring the schema up to date, hand out transactions.

SQLite in the data folder by default, in WAL mode; anything SQLAlchemy reaches asynchronously will do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

SCHEMA_VERSION = "0005"
"""The newest migration; a database that has it needs no look at the migrations."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An engine and its transactions."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
        self.connect = self._engine.connect
        self.begin: async_sessionmaker[AsyncSession] = async_sessionmaker(self._engine, expire_on_commit=False)

    async def migrate(self) -> None:
        """Bring the schema to the newest version."""
        async with self._engine.begin() as connection:
            await connection.run_sync(migrate)

    async def check(self) -> None:
        """Fail when the database does not answer."""
        async with self.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give back all connections."""
        await self._engine.dispose()


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the migrations that are missing, up to `target`."""
    if target == "head" and _version(connection) == SCHEMA_VERSION:
        return
    # Only now: alembic takes longer to import than an up-to-date server takes to start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    cursor = connection.cursor()
    # Every commit survives the death of the process; writers wait instead of failing.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
