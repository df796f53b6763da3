"""Bytes on the disk that are not those that were stored: nothing believes them, everything else goes on."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from server.contract.actions import FitEquation, Initialise, Search
from server.contract.events import Curves, ProblemEvent, View
from server.contract.views import ColumnView, DatasetView, FrontPoint
from server.sessions.making import make_revision, new_id
from server.settings import Settings
from server.store.actions import NewAction
from server.store.blobs import BlobDamagedError, BlobDirectory, BlobMissingError
from server.store.sessions import NewSession
from server.store.store import Store
from tests.fakes import finished
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio

KINDS = ("network", "values", "curves", "front", "dataset")
WAYS = ("last byte", "cut short", "removed", "empty")
QUESTIONS = (
    "/rows", "/curves", "/constants", "/validity", "/primitives", "/prune-proposal?threshold=0.1", "/edges/0/0/0",
    "/edges/0/0/0/suggestions", "/edges/0/0/0/candidate?primitive=sin", "/formula-reading?target=0&text=x", "/export/latex",
    "/export/sympy", "/export/python", "/export/json", "/export/report",
)  # fmt: skip


@dataclass(frozen=True)
class Damaged:
    """A session with a start, a search and a solution of equations, of which one blob was tampered with."""

    id: str
    revisions: tuple[str, str, str]
    path: Path
    content: bytes


async def made(store: Store, number: int) -> tuple[str, list[str], dict[str, str]]:
    """A session whose blobs are its own, and their keys by what they are."""
    columns = [ColumnView(name=name, role="input", usable=True) for name in "xyz"]
    view = DatasetView(id="", name=f"table {number}.csv", rows=1, columns=columns)
    dataset = await store.datasets.put(view, f"plain {number}".encode())
    session, ids = new_id("s"), []
    await store.sessions.create(NewSession(session, f"session {number}", dataset.id, ("x", "y"), ("z",)))
    point = FrontPoint(index=0, sympy="x", latex="z = x", complexity=1, test_rmse=1.0)
    for place, action in enumerate((Initialise(), Search(), FitEquation())):
        asked = NewAction(new_id("a"), session, action)
        await store.actions.add(asked)
        network = f"network {1000 * number + place}".encode()
        new = make_revision(session, asked.id, action, ids[-1] if ids else None, place, finished(place))
        new = replace(new, network=network, front=((point, network),) if place == 1 else ())
        new = replace(new, table=f"solved {number}".encode() if place == 2 else None)
        await store.revisions.add(new, {ids[-1]: new.view.id} if ids else {})
        ids.append(new.view.id)
    kept = await store.datasets.get(dataset.id)
    assert kept is not None
    return session, ids, {**await keys_of(store, ids), "dataset": kept.table_key}


async def keys_of(store: Store, ids: list[str]) -> dict[str, str]:
    from sqlalchemy import select

    from server.store.tables import RevisionRow

    async with store.database.begin() as transaction:
        rows = {row.id: row for row in (await transaction.scalars(select(RevisionRow).where(RevisionRow.id.in_(ids)))).all()}
    head, search = rows[ids[2]], rows[ids[1]]
    assert head.table_key is not None
    assert search.front_key is not None
    return {"network": head.network_key, "values": head.table_key, "curves": head.curves_key, "front": search.front_key}


def tamper(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "last byte":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "cut short":
            path.write_bytes(content[:-1])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], Damaged]]:
    data = tmp_path_factory.mktemp("data")

    async def build() -> dict[tuple[str, str], Damaged]:
        store = Store(data)
        await store.open()
        sessions = {}
        for number, (kind, how) in enumerate(itertools.product(KINDS, WAYS)):
            session, ids, keys = await made(store, number + 1)
            path = store.blob_root / keys[kind][:2] / keys[kind]
            sessions[kind, how] = Damaged(session, (ids[0], ids[1], ids[2]), path, path.read_bytes())
            tamper(path, how)
        await store.close()
        return sessions

    return data, asyncio.run(build())


@pytest.fixture(scope="module")
def damaged(folder: tuple[Path, dict[tuple[str, str], Damaged]]) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=folder[0], registry="tests.fakes")) as server:
        yield server


def check(answer: httpx.Response, *words: str) -> bool:
    """Whether it is an answer; else it is a problem that says all these words."""
    if answer.status_code == 200:
        return True
    assert answer.status_code == 410, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "damaged"
    for word in words:
        assert word in body["detail"], body
    assert "Traceback" not in answer.text
    return False


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize(("kind", "words"), [("network", ("network", "revision 2")), ("values", ("values", "revision 2"))])
async def test_whatever_needs_the_damaged_bytes_names_the_revision_and_the_session_lives(
    damaged: LiveServer, folder: tuple[Path, dict[tuple[str, str], Damaged]], kind: str, how: str, words: tuple[str, ...]
) -> None:
    at = folder[1][kind, how]
    async with damaged.client() as client:
        here = f"/sessions/{at.id}"
        failed = [place for place in QUESTIONS if not check(await client.get(here + place), *words)]
        assert set(failed) >= set(QUESTIONS) - {"/rows", "/primitives", "/formula-reading?target=0&text=x", "/curves"}
        receipt = (await client.post(f"{here}/actions?wait=true", json={"kind": "refit"})).json()
        assert (receipt["state"], receipt["problem"]["code"]) == ("failed", "damaged")
        assert "revision 2" in receipt["problem"]["detail"]
        assert "Go back to revision 1" in receipt["problem"]["hint"]
        assert (await client.get(here)).json()["head"] == at.revisions[2]
        assert (await client.get(f"{here}/revisions/{at.revisions[2]}")).json()["formula"]["latex"] == "z = x + y"
        assert (await client.put(f"{here}/head", json={"revision": at.revisions[1]})).status_code == 200
        assert (await client.post(f"{here}/actions?wait=true", json={"kind": "refit"})).json()["state"] == "done"
        assert all([check(await client.get(here + place)) for place in QUESTIONS])


@pytest.mark.parametrize("how", WAYS)
async def test_curves_are_computed_anew_and_kept(
    damaged: LiveServer, folder: tuple[Path, dict[tuple[str, str], Damaged]], how: str
) -> None:
    at = folder[1]["curves", how]
    async with damaged.browser(at.id) as browser:
        await browser.until(View)
        assert (await browser.until(Curves)).revision == at.revisions[2]
    store = damaged.app.state.services.store
    async with damaged.client() as client:
        assert all([check(await client.get(f"/sessions/{at.id}{place}")) for place in QUESTIONS])
    assert not [event for event in browser.seen if isinstance(event, ProblemEvent)]
    row = (await keys_in(damaged, at))["curves"]
    assert store.blobs.sound(row)


async def keys_in(server: LiveServer, at: Damaged) -> dict[str, str]:
    """The keys a server has now, read by another connection."""
    store = Store(server.app.state.services.settings.data)
    try:
        return await keys_of(store, list(at.revisions))
    finally:
        await store.close()


@pytest.mark.parametrize("how", WAYS)
async def test_a_damaged_front_leaves_its_revision_alone(
    damaged: LiveServer, folder: tuple[Path, dict[tuple[str, str], Damaged]], how: str
) -> None:
    at = folder[1]["front", how]
    async with damaged.client() as client:
        here = f"/sessions/{at.id}"
        assert not check(await client.get(f"{here}/revisions/{at.revisions[1]}/front"), "revision 1", "search")
        body = {"kind": "adopt", "search": at.revisions[1], "index": 0}
        receipt = (await client.post(f"{here}/actions?wait=true", json=body)).json()
        assert (receipt["state"], receipt["problem"]["code"]) == ("failed", "damaged")
        assert all([check(await client.get(here + place)) for place in QUESTIONS])


@pytest.mark.parametrize("how", WAYS)
async def test_a_damaged_dataset_is_put_right_by_the_same_table(
    damaged: LiveServer, folder: tuple[Path, dict[tuple[str, str], Damaged]], how: str
) -> None:
    at = folder[1]["dataset", how]
    async with damaged.client() as client:
        here = f"/sessions/{at.id}"
        dataset = (await client.get(here)).json()["dataset"]
        assert not check(await client.get(f"/datasets/{dataset['id']}/rows"), dataset["name"])
        body = {"dataset": dataset["id"], "inputs": ["x"], "targets": ["z"]}
        assert not check(await client.post("/sessions", json=body), dataset["name"])
        assert (await client.put(f"{here}/head", json={"revision": at.revisions[0]})).status_code == 200
        answer = (await client.post(f"{here}/actions?wait=true", json={"kind": "refit"})).json()
        assert dataset["name"] in answer["problem"]["detail"]
        assert "Upload" in answer["problem"]["hint"]
        assert (await client.post("/datasets", files={"file": ("t.csv", at.content)})).status_code == 201
        assert at.path.read_bytes() == at.content
        assert (await client.post(f"{here}/actions?wait=true", json={"kind": "refit"})).json()["state"] == "done"
        assert check(await client.get(f"/datasets/{dataset['id']}/rows"))


@pytest.mark.parametrize("how", WAYS)
def test_a_blob_is_given_out_only_as_it_was_put(tmp_path: Path, how: str) -> None:
    blobs = BlobDirectory(tmp_path)
    blobs.prepare()
    key = blobs.put(b"content")
    path = tmp_path / key[:2] / key
    before = path.stat()
    tamper(path, how)
    if path.exists():
        # Neither time nor size of a file say that its bytes are the same.
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(BlobMissingError if how == "removed" else BlobDamagedError, match=key):
        blobs.get(key)
    assert not blobs.sound(key)
    assert blobs.put(b"content") == key
    assert blobs.get(key) == b"content"


def test_a_file_that_the_system_does_not_give_says_why(tmp_path: Path) -> None:
    blobs = BlobDirectory(tmp_path)
    blobs.prepare()
    key = blobs.put(b"content")
    path = tmp_path / key[:2] / key
    path.unlink()
    path.mkdir()
    with pytest.raises(BlobDamagedError, match="cannot be read"):
        blobs.get(key)


def test_every_question_of_the_interface_is_asked_here(damaged: LiveServer) -> None:
    """A new question that reads a blob comes into the list above."""
    here = "/api/v1/sessions/{session_id}"
    operations = damaged.app.openapi()["paths"].items()
    paths = {path.removeprefix(here) for path, methods in operations if path.startswith(f"{here}/") and "get" in methods}
    asked = {place.partition("?")[0].replace("/0/0/0", "/{layer}/{source}/{target}") for place in QUESTIONS}
    asked = {"/export/{name}" if place.startswith("/export/") else place for place in asked}
    kept = {"/actions/{action_id}", "/revisions/{revision_id}", "/revisions/{revision_id}/front"}
    assert paths == asked | kept
