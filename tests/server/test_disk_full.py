"""A full disk: what cannot be stored says so and what is kept, the session lives, and goes on when there is room again."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import aiosqlite
import httpx
import pytest
from sqlalchemy import create_engine, inspect, text

from server.api.services import why_not
from server.contract.actions import Refit, Train
from server.contract.commands import Act, Annotate
from server.contract.events import ActionEnded, ProblemEvent, View
from server.engine.breaking import Breakable
from server.engine.worker import Worker
from server.settings import Settings
from server.store.actions import NewAction
from server.store.archive import DATABASE_FILE
from server.store.blobs import BlobDirectory
from server.store.database import migrate
from server.store.lock import DataLock
from server.store.sessions import NewSession
from server.store.store import Store
from server.store.tables import DatasetRow
from server.work.perform import Registry
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio
CSV = b"x,y,z\n1,2,3\n"


class Disk:
    """Refuses writes as the system and SQLite do while `full` names what has no room."""

    full: Literal["files", "statements", "commits"] | None = None
    until_gone: Path | None = None
    """A file that has to go to make room."""

    def no_room(self, what: str) -> None:
        if self.full != what or (self.until_gone is not None and not self.until_gone.exists()):
            return
        if what == "files":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    made, patch = Disk(), pytest.MonkeyPatch()
    sync, copy, execute, commit = os.fsync, shutil.copyfileobj, aiosqlite.Cursor.execute, aiosqlite.Connection.commit

    def fsync(handle: int) -> None:
        made.no_room("files")
        sync(handle)

    def copyfileobj(*arguments: Any) -> None:
        made.no_room("files")
        copy(*arguments)

    async def executing(self: aiosqlite.Cursor, text: str, *arguments: Any) -> Any:
        if text.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            made.no_room("statements")
        return await execute(self, text, *arguments)

    async def committing(self: aiosqlite.Connection) -> None:
        if self.in_transaction:
            made.no_room("commits")
        await commit(self)

    patch.setattr(os, "fsync", fsync)
    patch.setattr(shutil, "copyfileobj", copyfileobj)
    patch.setattr(aiosqlite.Cursor, "execute", executing)
    patch.setattr(aiosqlite.Connection, "commit", committing)
    yield made
    patch.undo()


@pytest.fixture(scope="module")
def live(disk: Disk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"), registry="tests.fakes")) as server:
        yield server


@pytest.fixture(autouse=True)
def room_again(disk: Disk) -> Iterator[None]:
    yield
    disk.full = disk.until_gone = None


@pytest.fixture
async def client(live: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    async with live.client() as made:
        yield made


def full(answer: httpx.Response, kept: str) -> None:
    """507, which names the disk and what is kept."""
    assert answer.status_code == 507, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told(answer.json(), kept)


def told(problem: dict[str, Any], kept: str) -> None:
    assert (problem["code"], problem["status"]) == ("disk_full", 507)
    assert problem["detail"].startswith("The disk at /")
    assert " free)" in problem["detail"]
    assert kept in problem["detail"], problem["detail"]
    assert "Make room" in problem["hint"]


async def test_an_upload(live: LiveServer, client: httpx.AsyncClient, disk: Disk) -> None:
    disk.full = "files"
    full(await client.post("/datasets", files={"file": ("new.csv", b"new" + CSV)}), "Nothing of this table was kept")
    disk.full = "commits"
    full(await client.post("/datasets", files={"file": ("new.csv", b"new" + CSV)}), "Nothing of this table was kept")
    assert list(live.app.state.services.store.blobs.scratch.iterdir()) == []
    disk.full = None
    assert (await client.post("/datasets", files={"file": ("new.csv", b"new" + CSV)})).status_code == 201


async def test_a_sample_and_equations(client: httpx.AsyncClient, disk: Disk) -> None:
    equations = {"inputs": [{"name": "x", "low": 0, "high": 1}], "unknowns": ["u"], "equations": ["u_x = u"]}
    disk.full = "files"
    full(await client.post("/samples/toy"), "Nothing of this table was kept")
    full(await client.post("/equations", json=equations), "Nothing of this table was kept")
    disk.full = None
    assert (await client.post("/samples/toy")).status_code == 201
    assert (await client.post("/equations", json=equations)).status_code == 201


@pytest.mark.parametrize("what", ["files", "statements", "commits"])
async def test_a_new_session(client: httpx.AsyncClient, disk: Disk, what: Any) -> None:
    dataset = (await client.post("/datasets", files={"file": ("t.csv", what.encode())})).json()["id"]
    before = (await client.get("/sessions")).json()
    body = {"dataset": dataset, "inputs": ["x"], "targets": ["z"]}
    disk.full = what
    full(await client.post("/sessions", json=body), "The session was not started; its dataset is kept.")
    assert (await client.get("/sessions")).json() == before
    assert (await client.get(f"/datasets/{dataset}")).status_code == 200
    disk.full = None
    assert (await client.get("/sessions")).json() == before
    assert (await client.post("/sessions", json=body)).status_code == 201


@pytest.mark.parametrize("what", ["statements", "commits"])
async def test_an_action_that_is_not_even_begun(live: LiveServer, client: httpx.AsyncClient, disk: Disk, what: Any) -> None:
    session = await live.session()
    disk.full = what
    full(await client.post(f"/sessions/{session.id}/actions", json={"kind": "refit"}), "“refit” was not begun")
    disk.full = None
    assert (await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"})).json()["state"] == "done"


async def test_the_result_of_an_action(live: LiveServer, client: httpx.AsyncClient, disk: Disk) -> None:
    session = await live.session(b"results")
    async with live.browser(session.id) as browser:
        await browser.until(View)
        disk.full = "files"
        await browser.say(Act(request_id="q", action=Refit()))
        event = await browser.until(ProblemEvent)
        told(event.problem.model_dump(), "What “refit” found was not stored; revision 0 is still the present one.")
        assert (await browser.until(ActionEnded)).outcome == "failed"
    answer = (await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"})).json()
    assert answer["state"] == "failed"
    told(answer["problem"], "revision 0")
    assert (await client.get(f"/sessions/{session.id}")).json()["head"] == session.head
    for place in ("/curves", "/export/latex", "/rows", "/edges/0/0/0/suggestions"):
        assert (await client.get(f"/sessions/{session.id}{place}")).status_code == 200
    disk.full = None
    receipt = (await client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"})).json()
    assert (receipt["state"], receipt["revision"]["number"]) == ("done", 1)


@pytest.mark.parametrize("what", ["statements", "commits"])
async def test_notes_names_heads_and_deleting(live: LiveServer, client: httpx.AsyncClient, disk: Disk, what: Any) -> None:
    session = await live.session()
    here, head = f"/sessions/{session.id}", session.head
    await client.patch(f"{here}/revisions/{head}", json={"note": "former"})
    made = (await client.post(f"{here}/actions?wait=true", json={"kind": "refit"})).json()["revision"]["id"]
    disk.full = what
    full(await client.patch(f"{here}/revisions/{head}", json={"note": "later"}), "the former one stays")
    full(await client.put(f"{here}/head", json={"revision": head}), "Revision 1 is still the present one.")
    full(await client.delete(here), "is still there")
    full(await client.delete(f"/datasets/{session.dataset.id}?with_sessions=true"), "is still there")
    async with live.browser(session.id) as browser:
        await browser.until(View)
        await browser.say(Annotate(text="another name"))
        told((await browser.until(ProblemEvent)).problem.model_dump(), f"The session is still called “{session.name}”.")
        disk.full = None
        view = (await client.get(here)).json()
        assert (view["name"], view["head"], view["history"][0]["note"]) == (session.name, made, "former")
        await browser.say(Annotate(text="another name"))
    assert (await client.put(f"{here}/head", json={"revision": head})).status_code == 200
    assert (await client.delete(here)).status_code == 204
    disk.full = what
    full(await client.post(f"{here}/restore"), "The session stays deleted.")
    disk.full = None
    assert (await client.post(f"{here}/restore")).status_code == 200


async def test_a_body_that_does_not_fit_into_the_folder_of_temporary_files(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rollover(self: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    answer = await client.post("/datasets", files={"file": ("large.csv", b"1,2,3\n" * 500_000)})
    full(answer, tempfile.gettempdir())


async def test_deleting_works_in_the_room_that_was_kept_for_it(live: LiveServer, client: httpx.AsyncClient, disk: Disk) -> None:
    session = await live.session()
    live.app.state.services.store.reserve.fill()
    disk.full, disk.until_gone = "commits", live.app.state.services.settings.data / "reserve"
    assert disk.until_gone.exists()
    assert (await client.delete(f"/sessions/{session.id}")).status_code == 204
    assert session.id not in [row["id"] for row in (await client.get("/sessions")).json()["sessions"]]


async def test_a_server_starts_on_a_full_disk_and_notes_what_was_lost_in_the_room_kept_for_it(tmp_path: Path, disk: Disk) -> None:
    settings = Settings(data=tmp_path, registry="tests.fakes")
    store = Store(tmp_path)
    await store.open()
    store.reserve.fill()
    new = NewSession("s_1", "unfinished", "d_1", ("x",), ("y",))
    async with store.database.begin.begin() as transaction:
        transaction.add(DatasetRow(id="d_1", view="{}", table_key="0" * 64, created_at=""))
    await store.sessions.create(new)
    await store.actions.add(NewAction("a_1", "s_1", Train()))
    await store.close()
    reserve = tmp_path / "reserve"
    assert reserve.exists()
    disk.full, disk.until_gone = "commits", reserve
    assert await why_not(settings) is None
    assert not reserve.exists()


async def test_a_server_that_cannot_start_on_a_full_disk_says_so_in_a_sentence(tmp_path: Path, disk: Disk) -> None:
    disk.full = "statements"
    said = await why_not(Settings(data=tmp_path, registry="tests.fakes"))
    assert said is not None
    assert said.startswith("The disk at /")
    assert "start again" in said
    disk.full = None
    assert await why_not(Settings(data=tmp_path, registry="tests.fakes")) is None


async def test_a_migration_that_is_broken_off_halfway_leaves_the_database_as_it_was(tmp_path: Path, disk: Disk) -> None:
    settings = Settings(data=tmp_path, registry="tests.fakes")
    made = create_engine(f"sqlite:///{tmp_path / DATABASE_FILE}")
    with made.begin() as connection:
        migrate(connection, "0004")
    disk.full = "statements"
    assert await why_not(settings) is not None
    with made.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0004"
        assert "deleted_at" not in {column["name"] for column in inspect(connection).get_columns("sessions")}
    disk.full = None
    assert await why_not(settings) is None


def test_a_lock_holds_on_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to("/dev/full")
    lock = DataLock(tmp_path)
    lock.take()
    lock.give_back()


def test_a_worker_without_room_for_what_it_needs() -> None:
    worker = Worker(multiprocessing.Pipe()[0], Registry({}, {}), BlobDirectory(Path()), Breakable(lambda: None))
    failure = worker._failure(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    told(failure["problem"], "is full")
    assert failure["trace"] is None
