"""A server in a process of its own, killed without warning, stopped politely, or started wrongly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from server.contract.actions import Train
from server.contract.coding import decode_event, encode
from server.contract.commands import Act, Hello
from server.contract.events import Event, Notice, Progress, View
from tests.server.live import PATIENT, Gate

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def server(data: Path, *arguments: str, **environment: str) -> AsyncIterator[Process]:
    """`python -m server serve`; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", "--no-browser", "--data", str(data), *arguments,
        cwd=ROOT, stdout=PIPE, stderr=PIPE, env={**os.environ, "KANSCOPE_REGISTRY": "tests.fakes", **environment},
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENT):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Reads to the end of the pipes: they end only when every worker, which inherited them, has ended too.
        await asyncio.wait_for(process.communicate(), PATIENT)


async def address(process: Process) -> str:
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("Kanscope is at http://"), (line, await process.communicate())
    return line.removeprefix("Kanscope is at ").strip().rstrip("/")


async def make_session(url: str, table: bytes) -> str:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=PATIENT) as client:
        dataset = (await client.post("/datasets", files={"file": ("t.csv", table)})).json()["id"]
        answer = await client.post("/sessions", json={"dataset": dataset, "inputs": ["x"], "targets": ["z"]})
    identity: str = answer.json()["id"]
    return identity


async def talk(url: str, session: str, until: type[Event], *says: Act) -> list[Event]:
    """Say hello and more, and read until an event."""
    place = f"{url.replace('http', 'ws')}/api/v1/sessions/{session}/stream"
    events: list[Event] = []
    async with connect(place, subprotocols=[Subprotocol("kanscope.v1.json")]) as socket:
        for command in (Hello(), *says):
            await socket.send(encode(command, "json"))
        while not events or not isinstance(events[-1], until):
            events.append(decode_event(await socket.recv()))
    return events


async def test_after_a_kill_in_training_all_but_that_action_is_there_and_it_is_said(tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    async with server(tmp_path / "data", "--port", "0") as process:
        url = await address(process)
        session = await make_session(url, f"gate:{gate.path}".encode())
        async with httpx.AsyncClient(base_url=f"{url}/api/v1/sessions/{session}", timeout=PATIENT) as client:
            kept = (await client.post("/actions?wait=true", json={"kind": "refit"})).json()["revision"]["id"]
        await talk(url, session, Progress, Act(request_id="q", action=Train(steps=5)))
        process.kill()
        await process.wait()
    async with server(tmp_path / "data", "--port", "0") as process:
        url = await address(process)
        events = await talk(url, session, Notice)
        view = next(event for event in events if isinstance(event, View)).session
        assert (view.head, len(view.history), view.running) == (kept, 2, None)
        assert isinstance(events[-1], Notice)
        assert events[-1].code == "interrupted"
        assert "train" in events[-1].text
        gate.open()
        async with httpx.AsyncClient(base_url=f"{url}/api/v1/sessions/{session}", timeout=PATIENT) as client:
            assert (await client.post("/actions?wait=true", json={"kind": "train"})).json()["state"] == "done"


async def test_a_polite_stop_keeps_the_best_state_of_the_running_action(tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    async with server(tmp_path / "data", "--port", "0") as process:
        url = await address(process)
        session = await make_session(url, f"gate:{gate.path}".encode())
        await talk(url, session, Progress, Act(request_id="q", action=Train(steps=5)))
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    async with (
        server(tmp_path / "data", "--port", "0") as process,
        httpx.AsyncClient(base_url=await address(process), timeout=PATIENT) as client,
    ):
        detail = (await client.get(f"/api/v1/sessions/{session}")).json()
    assert [row["label"] for row in detail["history"]] == ["start", "train · sparse"]
    assert detail["revision"]["outcome"] == "cancelled"


async def test_another_address_than_this_machine_needs_a_token(tmp_path: Path) -> None:
    async with server(tmp_path, "--host", "0.0.0.0", "--port", "0") as process:
        _, error = await process.communicate()
    assert process.returncode == 2
    assert b"--token" in error


async def test_an_empty_token_is_none(tmp_path: Path) -> None:
    async with server(tmp_path, "--host", "0.0.0.0", "--port", "0", KANSCOPE_TOKEN="") as process:
        _, error = await process.communicate()
    assert process.returncode == 2
    assert b"token: Value error, give a long random text" in error


async def test_a_token_is_part_of_the_address(tmp_path: Path) -> None:
    async with server(tmp_path, "--host", "0.0.0.0", "--port", "0", "--token", "a&b #1") as process:
        assert (await address(process)).endswith("/?token=a%26b+%231")


async def test_the_token_may_come_from_the_environment(tmp_path: Path) -> None:
    async with server(tmp_path, "--host", "0.0.0.0", "--port", "0", KANSCOPE_TOKEN="secret") as process:
        assert (await address(process)).endswith("/?token=secret")


async def test_a_port_that_was_asked_for_and_is_taken_is_an_error(tmp_path: Path) -> None:
    async with server(tmp_path / "one", "--port", "0") as first:
        port = (await address(first)).rsplit(":", 1)[1]
        async with server(tmp_path / "other", "--port", port) as second:
            _, error = await second.communicate()
    assert second.returncode == 2
    assert b"--port" in error


async def test_a_data_folder_in_use_is_an_error(tmp_path: Path) -> None:
    async with server(tmp_path, "--port", "0") as first:
        await address(first)
        async with server(tmp_path, "--port", "0") as second:
            _, error = await second.communicate()
    assert second.returncode == 2
    assert b"--data" in error


async def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    async with server(tmp_path, KANSCOPE_WORKERS="many") as process:
        _, error = await process.communicate()
    assert process.returncode == 2
    assert b"workers" in error
