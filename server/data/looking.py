"""What only looks at a data folder: safe beside a running server, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager

from server.contract.storage import DatasetSummary
from server.contract.views import SessionSummary
from server.settings import Settings
from server.store.archive import DATABASE_FILE, ArchiveError
from server.store.disk import in_words
from server.store.store import Store

_PAGE = 200
_LONGEST_NAME = 40


@asynccontextmanager
async def looking_at(settings: Settings) -> AsyncGenerator[Store]:
    """The store of a folder as it is.

    Raises:
        ArchiveError: there is none.
        UnusableDatabaseError: it is of another version.
    """
    if settings.database_url is None and not (settings.data / DATABASE_FILE).exists():
        raise ArchiveError(f"There is nothing in {settings.data} yet: give the right folder with --data.")
    store = Store(settings.data, settings.database_url)
    try:
        await store.database.check_usable(as_it_is=True)
        yield store
    finally:
        await store.close()


async def listing(settings: Settings, *, as_json: bool) -> str:
    """Sessions, then tables, those that were deleted last."""
    async with looking_at(settings) as store:
        sessions = [*await _sessions(store, deleted=False), *await _sessions(store, deleted=True)]
        datasets = [*await _datasets(store, deleted=False), *await _datasets(store, deleted=True)]
    if as_json:
        found = {
            "sessions": [row.model_dump(mode="json") for row in sessions],
            "datasets": [row.model_dump(mode="json") for row in datasets],
        }
        return json.dumps(found, indent=2, ensure_ascii=False)
    names = {row.id: row.name for row in datasets}
    rows = [("session", "name", "table", "revisions", "size", "last used")]
    rows += [
        (row.id, _name(row), _short(names.get(row.dataset, "")), str(row.revisions), in_words(row.bytes), row.updated_at[:16])
        for row in sessions
    ]
    tables = [("table", "name", "rows", "columns", "size", "sessions")]
    tables += [(row.id, _name(row), f"{row.rows:,}", str(row.columns), in_words(row.bytes), _users(row)) for row in datasets]
    return f"{_aligned(rows)}\n\n{_aligned(tables)}"


async def sizes(settings: Settings, *, as_json: bool) -> str:
    """The whole."""
    async with looking_at(settings) as store:
        whole = await store.storage(settings.undo_seconds)
    if as_json:
        return whole.model_dump_json(indent=2)
    rows = [
        ("data folder", whole.folder),
        ("sessions", str(whole.sessions)),
        ("tables", str(whole.datasets)),
        ("deleted, restorable", str(whole.deleted)),
        ("networks, curves, tables", in_words(whole.blobs)),
        ("database", in_words(whole.database)),
        ("together", in_words(whole.blobs + whole.database)),
        ("free on this disk", in_words(whole.free)),
    ]
    aside = sorted(settings.data.glob("before-restore-*"))
    rows += [("put aside by a restore", f"{each}: remove it when it is not needed") for each in aside]
    return _aligned(rows)


async def _sessions(store: Store, *, deleted: bool) -> list[SessionSummary]:
    rows, after = await store.sessions.page(_PAGE, None, deleted=deleted)
    while after is not None:
        more, after = await store.sessions.page(_PAGE, after, deleted=deleted)
        rows += more
    return rows


async def _datasets(store: Store, *, deleted: bool) -> list[DatasetSummary]:
    rows, after = await store.datasets.page(_PAGE, None, deleted=deleted)
    while after is not None:
        more, after = await store.datasets.page(_PAGE, after, deleted=deleted)
        rows += more
    return rows


def _name(row: SessionSummary | DatasetSummary) -> str:
    return _short(row.name) + (" (deleted)" if row.deleted_at else "")


def _short(name: str) -> str:
    """A name as one line of a terminal: without what would steer it."""
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - 1]}…"


def _users(row: DatasetSummary) -> str:
    return ", ".join(_short(session.name) for session in row.sessions[:3]) + (" …" if len(row.sessions) > 3 else "") or "–"


def _aligned(rows: Iterable[tuple[str, ...]]) -> str:
    table = list(rows)
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table)
