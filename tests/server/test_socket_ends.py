"""However a socket ends, and whoever is first: nothing of it is a fault, and the session goes on."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed

from server.contract.actions import Refit
from server.contract.commands import Act
from server.contract.events import Curves, RevisionMade, View
from server.settings import Settings
from tests.server.live import Browser, LiveServer

pytestmark = pytest.mark.anyio


class Closing:
    """Like a server that closes a socket by itself: from the given message on, whatever is sent is out of order."""

    def __init__(self) -> None:
        self.after: int | None = None

    def around(self, app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "websocket" or self.after is None:
                await app(scope, receive, send)
                return
            left, self.after = self.after, None

            async def send_until_closed(message: Message) -> None:
                nonlocal left
                if message["type"] != "websocket.accept":
                    if left == 0:
                        await send({"type": "websocket.close", "code": 1011})
                    left -= 1
                    if left < 0:
                        raise RuntimeError(f"Unexpected ASGI message '{message['type']}', after sending 'websocket.close'.")
                await send(message)

            await app(scope, receive, send_until_closed)

        return wrapped


@pytest.fixture(scope="module")
def closing() -> Closing:
    return Closing()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, closing: Closing) -> Iterator[LiveServer]:
    with LiveServer(Settings(data=tmp_path_factory.mktemp("data"), registry="tests.fakes"), closing.around) as server:
        yield server


def faults_of(lines: list[dict[str, object]], caplog: pytest.LogCaptureFixture) -> list[str]:
    own = [str(line) for line in lines if line["log_level"] in ("error", "critical")]
    return own + [f"{record.message} {record.exc_text}" for record in caplog.records if record.levelno >= logging.ERROR]


async def act_until_closed(browser: Browser) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await browser.say(Act(request_id="q", action=Refit()))
            await browser.next()


@pytest.mark.parametrize("after", [0, 1, 2, 3])
async def test_a_message_after_the_server_s_own_close_is_no_fault(
    live: LiveServer, closing: Closing, caplog: pytest.LogCaptureFixture, after: int
) -> None:
    session = await live.session()
    with capture_logs() as lines:
        closing.after = after
        async with live.browser(session.id) as browser:
            await act_until_closed(browser)
        async with live.browser(session.id) as browser:
            await browser.until(View)
            await browser.say(Act(request_id="q", action=Refit()))
            await browser.until(RevisionMade)
    assert faults_of(lines, caplog) == []


async def test_a_refusal_that_comes_too_late_is_no_fault(
    live: LiveServer, closing: Closing, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as lines:
        closing.after = 0
        with pytest.raises(ConnectionClosed):
            async with live.browser("nobody") as browser:
                await browser.next()
    assert faults_of(lines, caplog) == []


async def test_a_session_that_is_deleted_under_a_closed_socket_is_no_fault(
    live: LiveServer, closing: Closing, caplog: pytest.LogCaptureFixture
) -> None:
    session = await live.session()
    with capture_logs() as lines:
        closing.after = 2
        async with live.browser(session.id) as browser, live.client() as client:
            await browser.until(View)
            await browser.until(Curves)
            await client.delete(f"/sessions/{session.id}")
            await act_until_closed(browser)
    assert faults_of(lines, caplog) == []


async def test_browsers_that_vanish_and_a_server_that_ends_leave_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_sockets = contextlib.AsyncExitStack()
    with capture_logs() as lines, LiveServer(Settings(data=tmp_path, registry="tests.fakes")) as server:
        session = await server.session()
        for number in range(20):
            with contextlib.suppress(ConnectionClosed):
                async with server.browser(session.id, greet=number % 3 > 0) as browser:
                    await browser.say(Act(request_id="q", action=Refit()))
                    browser.socket.transport.abort()
        for _ in range(3):
            browser = await open_sockets.enter_async_context(server.browser(session.id))
            await browser.say(Act(request_id="q", action=Refit()))
    assert faults_of(lines, caplog) == []
    await open_sockets.aclose()
