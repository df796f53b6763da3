"""Whoever guesses the token is seen in the log and slowed down; whoever has it is not."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.api.attempts import Slowdown, WrongTokens
from server.settings import Settings
from tests.server.live import LiveServer

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-long-random-text"
SLOWDOWN = Slowdown(free=3, first=1.0, longest=8.0, patience=20.0, forgotten=100.0, addresses=3, told=4)


class Watch:
    """A clock that moves only when a test says so, and what was waited for."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.waited: list[float] = []
        self.wrong = WrongTokens(SLOWDOWN, lambda: self.now, self._wait)

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def guess(self, times: int, address: str = "10.0.0.1") -> list[float]:
        self.waited.clear()
        for _ in range(times):
            await self.wrong.refused(address, "/api/v1/sessions")
        return self.waited


async def test_each_answer_takes_twice_as_long_as_the_one_before() -> None:
    watch = Watch()
    waited = []
    for _ in range(9):
        waited += await watch.guess(1) or [0.0]
        watch.now += waited[-1]
    assert waited == [0, 0, 0, 1, 2, 4, 8, 8, 8]


async def test_many_at_once_wait_for_each_other_but_none_for_ever() -> None:
    assert await Watch().guess(8) == [1, 3, 7, 15, 20]


async def test_an_address_that_was_quiet_begins_anew_and_others_were_never_slow() -> None:
    watch = Watch()
    assert await watch.guess(4) == [1]
    assert await watch.guess(3, "10.0.0.2") == []
    watch.now += 101
    assert await watch.guess(3) == []


async def test_so_many_addresses_are_remembered_and_no_more() -> None:
    watch = Watch()
    for number in range(1_000):
        await watch.guess(1, f"10.0.{number // 250}.{number % 250}")
    assert len(watch.wrong) == SLOWDOWN.addresses


async def test_any_number_of_guesses_has_a_delay() -> None:
    watch = Watch()
    waited = await watch.guess(3_000)
    assert max(waited) <= SLOWDOWN.patience


async def test_the_log_says_whence_where_and_how_often_but_not_what(tmp_path: Path) -> None:
    wrong = "nearly-the-token"
    settings = Settings(host="0.0.0.0", data=tmp_path, registry="tests.fakes", token=SecretStr(TOKEN), workers=1)
    with capture_logs() as lines, LiveServer(settings) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            # Without any token nobody guesses.
            assert (await client.get("/api/v1/sessions")).status_code == 401
            answers = [
                await client.get("/api/v1/sessions", headers={"Authorization": f"Bearer {wrong}"}),
                await client.get("/s/abc", params={"token": wrong}),
                await client.get("/metrics", headers={"Cookie": f"kanscope_token={wrong}"}),
            ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "unauthorised")] * 3
        with pytest.raises(InvalidStatus):
            await connect(f"ws://{server.host}/api/v1/sessions/s_1/stream?token={wrong}")
        async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            assert (await client.get("/api/v1/sessions")).status_code == 200
    told = [line for line in lines if line["event"] == "a wrong token was given"]
    assert [(line["address"], line["path"], line["count"]) for line in told] == [
        ("127.0.0.1", "/api/v1/sessions", 1),
        ("127.0.0.1", "/s/abc", 2),
        ("127.0.0.1", "/metrics", 3),
        ("127.0.0.1", "/api/v1/sessions/s_1/stream", 4),
    ]
    assert wrong not in json.dumps(lines, default=str)
    assert TOKEN not in json.dumps(lines, default=str)


async def test_the_right_token_is_not_slowed_down_by_wrong_ones_from_the_same_address(tmp_path: Path) -> None:
    settings = Settings(host="0.0.0.0", data=tmp_path, registry="tests.fakes", token=SecretStr(TOKEN), workers=1)
    with LiveServer(settings) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
            # So many that the last of them wait as long as any.
            bad = [
                asyncio.create_task(client.get("/api/v1/sessions", headers={"Authorization": f"Bearer wrong{number}"}))
                for number in range(40)
            ]
            await asyncio.wait(bad, return_when=asyncio.FIRST_COMPLETED)
            async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {TOKEN}"}) as other:
                assert (await other.get("/api/v1/sessions")).status_code == 200
            assert not all(task.done() for task in bad)
            for task in bad:
                task.cancel()
            await asyncio.gather(*bad, return_exceptions=True)


def test_the_token_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\r\n")
    monkeypatch.setenv("KANSCOPE_TOKEN_FILE", str(file))
    settings = Settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    file.write_text("\n")
    with pytest.raises(ValidationError, match="long random text"):
        Settings()
    monkeypatch.setenv("KANSCOPE_TOKEN", "another")
    assert Settings().token == SecretStr("another")


async def start(tmp_path: Path, *options: str, **variables: str) -> tuple[str, str, int | None]:
    """First line and warnings of a server that is told to end at once; its code when it ended by itself."""
    command = [sys.executable, "-m", "server", "serve", "--no-browser", "--port", "0", "--data", str(tmp_path / "data"), *options]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **variables}, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    if line:
        process.terminate()
    _, error = await process.communicate()
    return line, error.decode(), None if line else process.returncode


async def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o644)
    line, error, _ = await start(tmp_path, "--token-file", str(file), KANSCOPE_TOKEN="not this one")
    assert line.strip().endswith(f"/?token={TOKEN}")
    assert f"others on this machine can read {file}" in error
    file.chmod(0o600)
    _, error, _ = await start(tmp_path, "--token-file", str(file))
    assert "others" not in error


async def test_a_token_among_the_arguments_is_accepted_with_a_warning(tmp_path: Path) -> None:
    line, error, _ = await start(tmp_path, "--token", TOKEN)
    assert line.strip().endswith(f"/?token={TOKEN}")
    assert "others on this machine can see --token" in error
    assert TOKEN not in error


@pytest.mark.parametrize("options", [["--token-file", "/nowhere/token"], ["--token", "a", "--token-file", "b"]])
async def test_what_cannot_be_a_token_is_one_sentence(tmp_path: Path, options: list[str]) -> None:
    _, error, code = await start(tmp_path, *options)
    assert code == 2
    assert "--token-file" in error
    assert "Traceback" not in error


async def test_a_browser_is_not_told_the_token_in_its_arguments(tmp_path: Path) -> None:
    # The program that opens addresses, as Python finds it: it writes down what it was called with.
    seen, opener = tmp_path / "seen", tmp_path / "opener"
    opener.write_text(
        f'#!/bin/sh\necho "$@" >> "{seen}"\ncp "$(echo "$1" | sed "s|^file://||")" "{seen}.page"\nkill -TERM "$PPID"\n'
    )
    opener.chmod(0o700)
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    variables = {**os.environ, "BROWSER": f"{opener} %s", "KANSCOPE_TOKEN": TOKEN}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=variables, stdout=PIPE, stderr=PIPE)
    await process.communicate()
    assert seen.read_text().startswith("file://")
    assert TOKEN not in seen.read_text()
    assert f"/?token={TOKEN}" in (tmp_path / "seen.page").read_text()
    assert not list((tmp_path / "data").glob("*.html"))
