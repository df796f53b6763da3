"""A real server on a free port of the loopback interface, and clients for it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.app import create_app
from server.contract.coding import decode_event, encode
from server.contract.commands import Command, Hello
from server.contract.events import Event
from server.contract.views import SessionView
from server.settings import Settings

PATIENT = 60.0
_Event = TypeVar("_Event", bound=Event)


class LiveServer:
    """uvicorn in a thread of its own, so that tests have their own event loop."""

    def __init__(self, settings: Settings, around: Callable[[ASGIApp], ASGIApp] = lambda app: app) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self.app = create_app(settings)
        config = uvicorn.Config(
            around(self.app),
            ws="websockets-sansio",
            ws_max_size=settings.body_bytes,
            ws_per_message_deflate=False,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        self._up = threading.Event()
        self._server = _Telling(config, self._up)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self.listening]})

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(PATIENT)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENT)
        self.listening.close()

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=PATIENT, **options)

    async def session(self, table: bytes = b"plain") -> SessionView:
        """A new session on a table with these bytes."""
        async with self.client() as client:
            dataset = (await client.post("/datasets", files={"file": ("t.csv", table)})).json()["id"]
            body = {"dataset": dataset, "inputs": ["x", "y"], "targets": ["z"]}
            answer = await client.post("/sessions", json=body)
            assert answer.status_code == 201, answer.text
        return SessionView.model_validate_json(answer.text)

    @asynccontextmanager
    async def browser(
        self, session: str, last_seq: int | None = None, *, coding: str = "msgpack", greet: bool = True, **options: Any
    ) -> AsyncIterator[Browser]:
        """A connected browser that has said hello."""
        address = f"ws://{self.host}/api/v1/sessions/{session}/stream"
        async with (
            asyncio.timeout(PATIENT),
            connect(address, subprotocols=[Subprotocol(f"kanscope.v1.{coding}")], **options) as socket,
        ):
            browser = Browser(socket)
            if greet:
                await browser.say(Hello(last_seq=last_seq))
            yield browser


class Browser:
    """Sends commands, reads events, keeps all it has read."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Event] = []

    async def say(self, command: Command) -> None:
        coding = "msgpack" if self.socket.subprotocol == "kanscope.v1.msgpack" else "json"
        await self.socket.send(encode(command, coding))

    async def next(self) -> Event:
        event = decode_event(await self.socket.recv())
        self.seen.append(event)
        return event

    async def until(self, kind: type[_Event]) -> _Event:
        """Read on until an event of this kind."""
        while True:
            event = await self.next()
            if isinstance(event, kind):
                return event


class Gate:
    """A file that a fake training waits for."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        self.path.touch()


class _Telling(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, up: threading.Event) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up.set()
