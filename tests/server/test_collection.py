"""What is deleted can be restored for a while; then it goes, with its bytes, and nothing else does."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, insert

from server.contract.actions import Initialise, Refit, Search
from server.contract.events import RevisionMade
from server.contract.problems import ProblemError
from server.contract.views import ColumnView, DatasetView
from server.sessions.making import make_revision, new_id
from server.store.actions import NewAction
from server.store.clock import now
from server.store.housekeeping import Housekeeper
from server.store.sessions import NewSession
from server.store.store import DATABASE_FILE, Store
from server.store.tables import ActionRow, Base, BlobKey, DatasetRow, RevisionRow, SessionRow, blob_columns
from tests.fakes import finished
from tests.server.engines import ScriptedEngine
from tests.server.test_sessions import House, house, until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = Store(folder)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def kept(folder: Path) -> set[str]:
    return {path.name for path in (folder / "blobs").glob("??/*")}


def grown_old(folder: Path) -> None:
    """As if nothing had been written for a day."""
    for path in (folder / "blobs").glob("??/*"):
        os.utime(path, (0, 0))


async def filled(store: Store, name: str, revisions: int = 1, size: int = 10) -> str:
    """A session on a table of its own with blobs of its own."""
    columns = [ColumnView(name="x", role="input", usable=True), ColumnView(name="z", role="target", usable=True)]
    view = DatasetView(id="", name=f"{name}.csv", rows=3, columns=columns)
    dataset = await store.datasets.put(view, f"table of {name}".encode())
    session, parent = new_id("s"), None
    await store.sessions.create(NewSession(session, name, dataset.id, ("x",), ("z",)))
    for number in range(revisions):
        action = NewAction(new_id("a"), session, Initialise())
        await store.actions.add(action)
        new = make_revision(session, action.id, action.action, parent, number, finished(number))
        await store.revisions.add(replace(new, network=f"{name} {number} ".encode() * size), {})
        parent = new.view.id
    return session


@pytest.mark.parametrize("column", blob_columns(), ids=str)
async def test_a_blob_that_any_blob_column_names_stays(tmp_path: Path, column: Column[str]) -> None:
    """Each column is tried alone, also one that is added tomorrow: rows are made from the schema."""
    async with opened(tmp_path) as store:
        blobs = {other: store.blobs.put(str(other).encode()) for other in blob_columns()}
        lonely = store.blobs.put(b"of nobody")
        async with store.database.begin.begin() as transaction:
            for table in Base.metadata.sorted_tables:
                if table.name == "writer" or (table is not column.table and not _refers(column, table.name)):
                    continue
                values = {each.name: _some(each, blobs, column) for each in table.columns if not each.nullable or each is column}
                await transaction.execute(insert(table).values(**values))
        wanted = {blobs[column]} | {blobs[each] for each in blob_columns() if each is not column and not each.nullable}
        await store.collector.collect(grace=0)
        assert blobs[column] in kept(tmp_path)
        assert lonely not in kept(tmp_path)
        assert kept(tmp_path) <= wanted


def _refers(column: Column[str], table: str) -> bool:
    """Whether the column's table needs a row of another one."""
    needed, found = [column.table], set[str]()
    while needed:
        for key in needed.pop().foreign_keys:
            if key.column.table.name not in found:
                found.add(key.column.table.name)
                needed.append(key.column.table)
    return table in found


def _some(each: Column[Any], blobs: dict[Column[str], str], column: Column[str]) -> object:
    if isinstance(each.type, BlobKey):
        return blobs[each]
    if each.foreign_keys or each.primary_key:
        return "1"
    return 0 if each.type.python_type in {int, float} else "{}"


def test_a_column_whose_name_says_that_it_is_a_blobs_key_is_one() -> None:
    named = {column for table in Base.metadata.sorted_tables for column in table.columns if column.name.endswith("_key")}
    assert named - {SessionRow.__table__.c.idempotency_key, ActionRow.__table__.c.idempotency_key} == set(blob_columns())
    assert {column.table for column in blob_columns()} >= {DatasetRow.__table__, RevisionRow.__table__}


async def test_what_is_young_or_held_stays_though_nobody_refers_to_it_yet(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        store.blobs.put(b"old")
        grown_old(tmp_path)
        held = store.blobs.put(b"held")
        grown_old(tmp_path)
        young = store.blobs.put(b"young")
        with store.blobs.holding([held, None]):
            assert (await store.collector.collect()).blobs == 1
            assert kept(tmp_path) == {held, young}
        assert (await store.collector.collect()).blobs == 1
        assert kept(tmp_path) == {young}


async def test_a_blob_that_is_put_again_is_young_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        key = store.blobs.put(b"again")
        grown_old(tmp_path)
        assert store.blobs.put(b"again") == key
        assert (await store.collector.collect()).blobs == 0
        assert store.blobs.get(key) == b"again"


async def test_collecting_beside_writers_loses_nothing(tmp_path: Path) -> None:
    """Old garbage of the same content is put again by many while it is collected again and again."""
    async with opened(tmp_path) as store:
        contents = [f"content {number}".encode() for number in range(200)]
        for content in contents:
            store.blobs.put(content)
        grown_old(tmp_path)
        put = threading.Barrier(2)

        def write() -> list[str]:
            put.wait()
            return [store.blobs.put(content) for content in contents]

        async def collect() -> None:
            await asyncio.to_thread(put.wait)
            for _ in range(5):
                await store.collector.collect()

        keys, _ = await asyncio.gather(asyncio.to_thread(write), collect())
        assert [store.blobs.get(key) for key in keys] == contents


async def test_what_an_action_that_runs_reads_is_held(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as session:
            outbox = session.subscribe(None)
            await session.act(Search())
            (await at.engine.runs.get()).inbox.put_nowait(finished(1))
            await until(outbox, RevisionMade)
            await session.act(Refit())
            job = (await at.engine.runs.get()).job
            assert job.parent is not None
            await at.store.sessions.erase(identity)
            grown_old(tmp_path)
            await at.store.collector.collect()
            assert {job.parent, job.table.key} <= kept(tmp_path)


async def test_a_deleted_session_comes_back_as_it_was(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        before = await at.store.sessions.load(identity)
        await at.sessions.delete(identity)
        with pytest.raises(ProblemError, match="was deleted"):
            async with at.sessions.use(identity):
                raise AssertionError
        assert (await at.store.sessions.page(10, None))[0] == []
        assert [row.id for row in (await at.store.sessions.page(10, None, deleted=True))[0]] == [identity]
        await at.sessions.restore(identity)
        async with at.sessions.use(identity) as session:
            assert session.head.view.number == 0
        assert await at.store.sessions.load(identity) == before
        assert (await at.store.sessions.page(10, None, deleted=True))[0] == []


async def test_when_the_time_is_over_a_deleted_session_and_its_bytes_are_gone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        gone, stays = await filled(store, "gone", 3), await filled(store, "stays")
        grown_old(tmp_path)
        await store.sessions.discard(gone, now())
        assert (await Housekeeper(store, undo_seconds=600).tidy()).sessions == 0
        freed = await Housekeeper(store, undo_seconds=0).tidy()
        assert (freed.sessions, freed.blobs > 0) == (1, True)
        assert not await store.sessions.restore(gone)
        stored = await store.sessions.load(stays)
        assert stored is not None
        assert await store.revisions.curves(stored.head) is not None
        assert len(kept(tmp_path)) == 2 + 1 + 1, "two tables, and network and curves of the one that stays"


async def test_the_housekeeper_wakes_when_the_time_to_restore_is_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        session = await filled(store, "short")
        housekeeper = Housekeeper(store, undo_seconds=0.2)
        task = asyncio.create_task(housekeeper.run())
        async with asyncio.timeout(30):
            await store.sessions.discard(session, now())
            housekeeper.expect()
            while await store.sessions.is_deleted(session):
                assert not task.done()
        task.cancel()
        await asyncio.wait({task})


async def test_the_database_gives_its_space_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        session = await filled(store, "large", 200)
        full = await _pages(store)
        await store.sessions.erase(session)
        await store.collector.collect(grace=0)
        assert await _pages(store) < full / 3


async def test_a_database_of_before_can_give_space_back_too(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / DATABASE_FILE) as former:
        former.execute("CREATE TABLE something (x)")
    async with opened(tmp_path) as store:
        session = await filled(store, "large", 100)
        full = await _pages(store)
        await store.sessions.erase(session)
        await store.collector.collect(grace=0)
        assert await _pages(store) < full / 3


async def _pages(store: Store) -> int:
    from sqlalchemy import text

    async with store.database.connect() as connection:
        return int((await connection.execute(text("PRAGMA page_count"))).scalar_one())


async def test_a_dataset_in_use_is_refused_with_the_names_of_its_sessions(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        [dataset] = (await at.store.datasets.page(10, None))[0]
        assert [session.id for session in dataset.sessions] == [identity]
        with pytest.raises(ProblemError, match=r"1 session is on “t”: “t”") as caught:
            await at.sessions.delete_dataset(dataset.id, with_sessions=False)
        assert (caught.value.problem.code, caught.value.problem.status) == ("in_use", 409)


async def test_a_dataset_deleted_with_its_sessions_comes_back_with_them(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        earlier, one, other = await at.create(), await at.create(), await at.create()
        await at.sessions.delete(earlier)
        [dataset] = (await at.store.datasets.page(10, None))[0]
        await at.sessions.delete_dataset(dataset.id, with_sessions=True)
        assert await listed(at) == (set(), set())
        await at.sessions.restore_dataset(dataset.id)
        assert await listed(at) == ({dataset.id}, {one, other}), "the one deleted before stays deleted"
        await at.sessions.delete_dataset(dataset.id, with_sessions=True)
        await at.sessions.restore(one)
        assert await listed(at) == ({dataset.id}, {one}), "a session brings its dataset back"


async def test_whoever_begins_on_a_table_again_has_it_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        [dataset] = (await at.store.datasets.page(10, None))[0]
        await at.sessions.delete_dataset(dataset.id, with_sessions=True)
        again = await at.create()
        assert await listed(at) == ({dataset.id}, {again})
        assert identity != again


async def test_a_deleted_dataset_goes_after_its_last_session(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        session = await filled(store, "late")
        [dataset] = (await store.datasets.page(10, None))[0]
        moment = "2020-01-01T00:00:00.000000+00:00"
        await store.sessions.discard(session, now())
        assert await store.datasets.discard(dataset.id, moment)
        assert (await store.collector.erase_deleted(600)).datasets == 0
        assert (await store.collector.erase_deleted(0)).datasets == 1


async def listed(at: House) -> tuple[set[str], set[str]]:
    """Datasets and sessions in the lists."""
    assert isinstance(at.engine, ScriptedEngine)
    datasets, sessions = (await at.store.datasets.page(10, None))[0], (await at.store.sessions.page(10, None))[0]
    return {row.id for row in datasets}, {row.id for row in sessions}


async def test_sizes_are_those_of_the_files(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        small, large = await filled(store, "small"), await filled(store, "large", 2, size=10_000)
        sizes = {row.id: row.bytes for row in (await store.sessions.page(10, None))[0]}
        files = {path.name: path.stat().st_size for path in (tmp_path / "blobs").glob("??/*")}
        assert sizes[large] > sizes[small] + 2 * 10_000 * len("large 0 ") - 1_000
        [table] = [row for row in (await store.datasets.page(10, None))[0] if row.name == "small.csv"]
        assert table.bytes == len("table of small")
        storage = await store.storage(600)
        assert storage.blobs == sum(files.values())
        assert (storage.sessions, storage.datasets, storage.deleted) == (2, 2, 0)
        assert storage.database >= (tmp_path / DATABASE_FILE).stat().st_size
        assert storage.free > 0
