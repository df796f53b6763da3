"""`kanscope data`: what an administrator sees and does, beside a running server too; and backups that are not to be believed."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from server.__main__ import cli
from server.settings import Settings
from server.store.archive import ABOUT, DATABASE_FILE
from server.store.clock import now
from server.store.database import SCHEMA_VERSION
from server.store.lock import DataLock
from server.store.store import Store
from tests.server.live import PATIENT, LiveServer
from tests.server.test_collection import filled, grown_old, kept
from tests.server.test_killed import ROOT


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def data(*arguments: str | Path) -> Said:
    answer = CliRunner().invoke(cli, ["data", *map(str, arguments)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    assert "Traceback" not in answer.output
    return Said(answer.exit_code, answer.stdout, answer.stderr)


def refused(said: Said, *words: str) -> None:
    """One line on standard error that says these words, and nothing else."""
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("kanscope data: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


async def _fill(folder: Path) -> None:
    store = Store(folder)
    await store.open()
    await filled(store, "pendulum", 3)
    await store.sessions.discard(await filled(store, "spring"), now())
    await store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sessions, one of them deleted."""
    made = tmp_path / "data"
    made.mkdir()
    asyncio.run(_fill(made))
    return made


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "backup.zip"
    assert data("backup", file, "--data", folder).code == 0
    return file


def test_the_list_names_sessions_and_tables_with_their_sizes(folder: Path) -> None:
    text = data("list", "--data", folder).out
    assert "pendulum" in text
    assert "spring (deleted)" in text
    rows = json.loads(data("list", "--json", "--data", folder).out)
    assert [(row["name"], row["revisions"]) for row in rows["sessions"]] == [("pendulum", 3), ("spring", 1)]
    assert all(row["bytes"] > 0 for row in [*rows["sessions"], *rows["datasets"]])
    [used] = [row for row in rows["datasets"] if row["name"] == "pendulum.csv"]
    assert [session["name"] for session in used["sessions"]] == ["pendulum"]


def test_the_size_is_that_of_the_files_and_says_what_room_is_left(folder: Path) -> None:
    whole = json.loads(data("size", "--json", "--data", folder).out)
    assert whole["blobs"] == sum(path.stat().st_size for path in (folder / "blobs").glob("??/*"))
    assert (whole["sessions"], whole["deleted"]) == (1, 1)
    text = data("size", "--data", folder).out
    assert "free on this disk" in text
    assert str(folder) in text


def test_cleaning_erases_what_was_deleted_and_nothing_else(folder: Path) -> None:
    before = json.loads(data("list", "--json", "--data", folder).out)["sessions"]
    (folder / "restoring-interrupted").mkdir()
    said = data("clean", "--data", folder)
    assert "1 deleted sessions" in said.out
    assert json.loads(data("list", "--json", "--data", folder).out)["sessions"] == before[:1]
    assert not (folder / "restoring-interrupted").exists()
    assert data("clean", "--data", folder).out.startswith("0 deleted sessions")


def test_a_backup_brings_everything_back_but_what_was_deleted(folder: Path, backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert data("restore", backup, "--data", other).code == 0
    rows, again = (json.loads(data("list", "--json", "--data", place).out) for place in (folder, other))
    assert again["sessions"] == rows["sessions"][:1]
    assert kept(other) < kept(folder)
    assert data("clean", "--data", other).out.startswith("0 deleted sessions and 0 deleted tables erased, 0 unused")


def test_a_backup_overwrites_no_file(folder: Path, backup: Path) -> None:
    before = backup.read_bytes()
    refused(data("backup", backup, "--data", folder), "is there already")
    assert backup.read_bytes() == before


def test_a_backup_of_something_damaged_names_it_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    path = next(path for path in (folder / "blobs").glob("??/*") if path.read_bytes().startswith(b"pendulum 0"))
    path.write_bytes(b"something else")
    refused(data("backup", tmp_path / "b.zip", "--data", folder), path.name)
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_restoring_over_sessions_needs_consent_and_puts_them_aside(folder: Path, backup: Path) -> None:
    asyncio.run(_fill(folder))
    before, blobs = json.loads(data("list", "--json", "--data", folder).out), kept(folder)
    refused(data("restore", backup, "--data", folder), "--replace")
    assert json.loads(data("list", "--json", "--data", folder).out) == before
    said = data("restore", backup, "--replace", "--data", folder)
    assert said.code == 0
    [aside] = folder.glob("before-restore-*")
    assert str(aside) in said.out
    assert len(json.loads(data("list", "--json", "--data", folder).out)["sessions"]) == 1
    assert json.loads(data("list", "--json", "--data", aside).out) == before
    assert kept(aside) == blobs


def _with(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup with other files in it."""
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    made = backup.with_name("changed.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made


def _blob(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.startswith("blobs/"))


def _other_bytes(files: dict[str, bytes]) -> None:
    files[_blob(files)] += b"!"


def _lost(files: dict[str, bytes]) -> None:
    del files[_blob(files)]


def _outside(files: dict[str, bytes]) -> None:
    files["../outside"] = b"!"


def _absolute(files: dict[str, bytes]) -> None:
    files["/tmp/outside"] = b"!"


def _program(files: dict[str, bytes]) -> None:
    files["blobs/queue.py"] = b"!"


def _no_about(files: dict[str, bytes]) -> None:
    del files[ABOUT]


def _wrong_about(files: dict[str, bytes]) -> None:
    files[ABOUT] = b"[1, 2"


def _newer(files: dict[str, bytes]) -> None:
    files[ABOUT] = json.dumps({**json.loads(files[ABOUT]), "version": "7.0.0", "schema": "9999"}).encode()


def _changed_database(files: dict[str, bytes]) -> None:
    files[DATABASE_FILE] = files[DATABASE_FILE][:-1] + b"!"


def _no_database(files: dict[str, bytes]) -> None:
    del files[DATABASE_FILE]


def _with_database(files: dict[str, bytes], statement: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files[DATABASE_FILE])
        connection.execute(statement)
        connection.commit()
        files[DATABASE_FILE] = connection.serialize()
    digest = hashlib.sha256(files[DATABASE_FILE]).hexdigest()
    files[ABOUT] = json.dumps({**json.loads(files[ABOUT]), "database": digest}).encode()


def _trigger(files: dict[str, bytes]) -> None:
    _with_database(files, "CREATE TRIGGER sly AFTER INSERT ON sessions BEGIN DELETE FROM datasets; END")


def _view(files: dict[str, bytes]) -> None:
    _with_database(files, "CREATE VIEW sly AS SELECT 1")


def _table(files: dict[str, bytes]) -> None:
    _with_database(files, "CREATE TABLE sly (x)")


def _no_sqlite(files: dict[str, bytes]) -> None:
    files[DATABASE_FILE] = b"no database" * 1000
    digest = hashlib.sha256(files[DATABASE_FILE]).hexdigest()
    files[ABOUT] = json.dumps({**json.loads(files[ABOUT]), "database": digest}).encode()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (_other_bytes, "changed since"), (_lost, "missing"), (_outside, "outside"), (_absolute, "outside"), (_program, "queue"),
        (_no_about, "no backup"), (_wrong_about, "no sound backup"), (_newer, "7.0.0"), (_changed_database, "changed since"),
        (_no_database, "no backup"), (_trigger, "sly"), (_view, "sly"), (_table, "sly"), (_no_sqlite, "no sound backup"),
    ],
)  # fmt: skip
def test_a_backup_that_is_not_sound_changes_nothing(
    folder: Path, backup: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], word: str
) -> None:
    bad = _with(backup, change)
    before, files = json.loads(data("list", "--json", "--data", folder).out), sorted(tmp_path.rglob("*"))
    refused(data("restore", bad, "--replace", "--data", folder), word)
    assert json.loads(data("list", "--json", "--data", folder).out) == before
    added = set(tmp_path.rglob("*")) - set(files)
    assert {path.name for path in added} <= {"lock", f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"}


def test_files_that_are_no_archives_are_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "file.zip"
    for content in (b"", b"nothing", b"PK\x05\x06" + bytes(18)):
        file.write_bytes(content)
        refused(data("restore", file, "--replace", "--data", folder), "no")
    refused(data("restore", tmp_path / "none", "--data", folder), "There is no file")


def test_an_archive_that_holds_more_than_the_disk_has_room_for_is_refused_unread(
    folder: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.restore.free_bytes", lambda _: 1000)
    refused(data("restore", backup, "--replace", "--data", folder), "1.0 KB are free")


def test_an_archive_whose_headers_lie_about_the_size_is_refused(folder: Path, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = next(each for each in archive.infolist() if each.filename.startswith("blobs/"))
    where = content.rindex(entry.filename.encode()) - 46 + 24
    content[where : where + 4] = (1).to_bytes(4, "little")
    backup.write_bytes(bytes(content))
    refused(data("restore", backup, "--replace", "--data", folder), "backup")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("served"), registry="tests.fakes")) as server:
        yield server


def test_beside_a_running_server_looking_and_backing_up_work_and_the_rest_says_what_to_do(
    served: LiveServer, tmp_path: Path
) -> None:
    session = asyncio.run(served.session())
    place = served.app.state.services.settings.data
    assert session.id in data("list", "--data", place).out
    assert data("size", "--data", place).code == 0
    file = tmp_path / "beside.zip"
    assert data("backup", file, "--data", place).code == 0
    refused(data("clean", "--data", place), "A server is using", "tidies by itself")
    refused(data("restore", file, "--replace", "--data", place), "A server is using", "stop it first")
    other = tmp_path / "other"
    assert data("restore", file, "--data", other).code == 0
    assert session.id in data("list", "--data", other).out


def test_a_server_goes_on_from_a_restored_folder(served: LiveServer, tmp_path: Path) -> None:
    session = asyncio.run(served.session())
    file, other = tmp_path / "b.zip", tmp_path / "other"
    data("backup", file, "--data", served.app.state.services.settings.data)
    data("restore", file, "--data", other)
    with (
        LiveServer(Settings(data=other, registry="tests.fakes")) as again,
        httpx.Client(base_url=f"{again.url}/api/v1", timeout=PATIENT) as client,
    ):
        answer = client.post(f"/sessions/{session.id}/actions?wait=true", json={"kind": "refit"}).json()
    assert (answer["state"], answer["revision"]["number"]) == ("done", 1)


def _dumped(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        return list(connection.iterdump())


def _made_newer(folder: Path, writer: str | None) -> None:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("DELETE FROM writer" if writer is None else f"UPDATE writer SET version = '{writer}'")
        connection.commit()


@pytest.mark.parametrize(("writer", "word"), [("7.1.0", "Kanscope 7.1.0"), (None, "a newer Kanscope")])
def test_a_newer_database_is_one_sentence_everywhere(folder: Path, tmp_path: Path, writer: str | None, word: str) -> None:
    _made_newer(folder, writer)
    before = _dumped(folder)
    for command in ("list", "size", "clean"):
        refused(data(command, "--data", folder), word, "9999", "--data")
    refused(data("backup", tmp_path / "b.zip", "--data", folder), "9999")
    said = asyncio.run(_serve(folder))
    assert said.code == 2
    assert word in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert _dumped(folder) == before


def test_what_is_no_database_is_one_sentence(folder: Path) -> None:
    for path in folder.glob(f"{DATABASE_FILE}*"):
        path.unlink()
    (folder / DATABASE_FILE).write_bytes(b"no database" * 1000)
    refused(data("list", "--data", folder), "cannot be used")
    said = asyncio.run(_serve(folder))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "restore" in said.err


def test_a_database_that_is_damaged_somewhere_within_is_one_sentence(folder: Path) -> None:
    place = folder / DATABASE_FILE
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        tables = connection.execute("SELECT rootpage FROM sqlite_master WHERE name IN ('sessions', 'actions')").fetchall()
    with place.open("r+b") as file:
        for (page,) in tables:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
    refused(data("list", "--data", folder), "cannot be used", "restore")
    refused(data("clean", "--data", folder), "cannot be used", "restore")
    said = asyncio.run(_serve(folder))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "restore" in said.err


def test_an_older_database_is_not_migrated_by_looking(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0004'")
        connection.commit()
    refused(data("list", "--data", folder), "older form", "start the server")
    assert SCHEMA_VERSION != "0004"


async def _serve(folder: Path) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", "--no-browser", "--port", "0", "--data", str(folder),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENT):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


def test_a_folder_that_is_not_there_or_a_file_is_refused_in_words(tmp_path: Path) -> None:
    refused(data("list", "--data", tmp_path / "none"), "There is nothing")
    refused(data("clean", "--data", tmp_path / "none"), "There is no folder")
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").touch()
    for command in (("list",), ("size",), ("clean",), ("backup", tmp_path / "b.zip")):
        assert data(*command, "--data", tmp_path / "file").code == 2


def test_a_lock_that_a_command_took_is_given_back(folder: Path) -> None:
    grown_old(folder)
    assert data("clean", "--data", folder).code == 0
    lock = DataLock(folder)
    lock.take()
    lock.give_back()
