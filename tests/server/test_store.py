"""What is kept: blobs, rows, migrations, and what a killed server leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server.contract.actions import Initialise, Refit, Train
from server.contract.views import ColumnView, DatasetView
from server.engine.protocol import Finished
from server.sessions.making import make_revision, new_id
from server.store.actions import NewAction
from server.store.blobs import BlobDirectory, BlobMissingError
from server.store.database import MIGRATIONS, SCHEMA_VERSION, migrate
from server.store.lock import DataInUseError, DataLock
from server.store.revisions import NewRevision
from server.store.sessions import NewSession, RepeatedKeyError
from server.store.store import Store
from server.store.tables import Base
from tests.fakes import finished

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = Store(folder)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def dataset(store: Store) -> str:
    columns = [ColumnView(name="x", role="input", usable=True), ColumnView(name="z", role="target", usable=True)]
    return (await store.datasets.put(DatasetView(id="", name="t", rows=1, columns=columns), b"table")).id


async def session(store: Store, key: str | None = None, fingerprint: str | None = None) -> str:
    identity = new_id("s")
    await store.sessions.create(NewSession(identity, "t", await dataset(store), ("x",), ("z",), key, fingerprint))
    return identity


async def revision(store: Store, owner: str, number: int = 0, parent: str | None = None) -> NewRevision:
    action = NewAction(new_id("a"), owner, Initialise())
    await store.actions.add(action)
    new = make_revision(owner, action.id, action.action, parent, number, finished(number))
    await store.revisions.add(new, {} if parent is None else {parent: new.view.id})
    return new


def test_a_blob_is_what_was_put_and_is_kept_once(tmp_path: Path) -> None:
    blobs = BlobDirectory(tmp_path)
    blobs.prepare()
    key = blobs.put(b"content")
    assert blobs.put(b"content") == key
    assert blobs.get(key) == b"content"
    assert blobs.remove_unused(key, grace=0) == len(b"content")
    with pytest.raises(BlobMissingError, match=key):
        blobs.get(key)


def test_what_was_half_written_is_cleared_away(tmp_path: Path) -> None:
    blobs = BlobDirectory(tmp_path)
    blobs.prepare()
    (blobs.scratch / "half").write_bytes(b"half")
    blobs.prepare()
    assert list(blobs.scratch.iterdir()) == []


async def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with opened(tmp_path) as store, store.database.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_the_version_of_the_schema_is_that_of_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_VERSION]


async def test_a_database_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        owner = await session(store)
        await revision(store, owner)
    async with opened(tmp_path) as store:
        async with store.database.connect() as connection:
            await connection.run_sync(migrate)
        assert await store.sessions.load(owner) is not None


async def test_the_same_table_is_the_same_dataset(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        first, second = await dataset(store), await dataset(store)
        kept = await store.datasets.get(first)
        assert first == second
        assert kept is not None
        assert store.blobs.get(kept.table_key) == b"table"
        assert await store.datasets.get("nothing") is None


async def test_a_session_comes_back_with_its_tree_notes_and_redo(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        owner = await session(store)
        root = await revision(store, owner)
        child = await revision(store, owner, 1, root.view.id)
        await store.revisions.annotate(child.view.id, "good")
        await store.sessions.move_head(owner, root.view, {})
        await store.sessions.rename(owner, "pendulum")
    async with opened(tmp_path) as store:
        loaded = await store.sessions.load(owner)
        assert loaded is not None
        assert (loaded.name, loaded.head, loaded.inputs, loaded.targets) == ("pendulum", root.view.id, ("x",), ("z",))
        assert [summary.note for summary in loaded.history] == [None, "good"]
        assert loaded.redo == {root.view.id: child.view.id}
        stored = await store.revisions.get(child.view.id)
        assert stored is not None
        assert stored.view == child.view
        assert store.blobs.get(stored.network_key) == b"network 1"
        assert await store.revisions.curves(child.view.id) == child.curves


async def test_sessions_are_listed_in_pages_last_used_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        made = [await session(store) for _ in range(5)]
        for owner in made:
            await revision(store, owner)
        seen: list[str] = []
        after = None
        for _ in range(3):
            page, after = await store.sessions.page(2, after)
            seen += [summary.id for summary in page]
        assert seen == made[::-1]
        assert after is None


async def test_a_deleted_session_leaves_no_blob_that_nobody_needs(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        one, other = await session(store), await session(store)
        gone, kept = await revision(store, one), await revision(store, other)
        await revision(store, one, 1, gone.view.id)
        network = await store.revisions.get(kept.view.id)
        lost = await store.revisions.get(gone.view.id)
        assert network is not None
        assert lost is not None
        await store.sessions.erase(one)
        await store.collector.collect(grace=0)
        assert await store.sessions.load(one) is None
        assert await store.revisions.get(gone.view.id) is None
        assert store.blobs.get(network.network_key) == b"network 0"
        assert await store.revisions.curves(kept.view.id) == kept.curves
        names = {path.name for path in tmp_path.joinpath("blobs").glob("??/*")}
        assert len(names) == 3, "the table, and network and curves of the session that stays"


async def test_rows_that_a_dataset_has_too_stay_when_the_session_goes(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        owner = await session(store)
        action = NewAction(new_id("a"), owner, Initialise())
        await store.actions.add(action)
        new = replace(make_revision(owner, action.id, action.action, None, 0, finished(0)), table=b"table")
        stored = await store.revisions.add(new, {})
        assert stored == await store.revisions.get(new.view.id)
        await store.sessions.erase(owner)
        await store.collector.collect(grace=0)
        assert stored.table_key is not None
        assert store.blobs.get(stored.table_key) == b"table"


async def test_what_was_under_way_is_lost_when_the_server_ends_and_told_until_somebody_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        owner = await session(store)
        await revision(store, owner)
        await store.actions.add(NewAction("a_lost", owner, Train()))
        unfinished = await session(store)
    async with opened(tmp_path) as store:
        assert [action.id for action in await store.actions.lost(owner)] == ["a_lost"]
        receipt = await store.actions.get("a_lost")
        assert receipt is not None
        assert receipt.state == "failed"
        assert await store.sessions.load(unfinished) is None
        await store.actions.forget_lost(owner)
        assert await store.actions.lost(owner) == []


async def test_a_repeated_key_gives_what_it_made(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        owner = await session(store, "key", "f")
        with pytest.raises(RepeatedKeyError) as caught:
            await session(store, "key", "f")
        assert (caught.value.session, caught.value.fingerprint) == (owner, "f")
        assert await store.actions.add(NewAction("a_1", owner, Refit(), "k", "f")) is None
        former = await store.actions.add(NewAction("a_2", owner, Refit(), "k", "f"))
        assert former is not None
        assert former.id == "a_1"


def test_two_servers_do_not_share_a_data_folder(tmp_path: Path) -> None:
    first, second = DataLock(tmp_path), DataLock(tmp_path)
    first.take()
    with pytest.raises(DataInUseError, match="--data"):
        second.take()
    first.give_back()
    second.take()
    second.give_back()


def test_a_result_of_a_worker_becomes_a_revision() -> None:
    end: Finished = finished(2)
    new = make_revision("s", "a", Refit(), "r_0", 7, end)
    assert (new.view.number, new.view.parent, new.summary.id, new.curves.revision) == (7, "r_0", new.view.id, new.view.id)
    assert new.summary.edges_active == 2
