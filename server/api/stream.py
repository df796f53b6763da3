"""The socket of a session: one task receives and one sends; a bad message is answered with a problem and nothing else."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from server.api.problems import invalid_message
from server.api.services import Services, services_of
from server.contract.coding import SUBPROTOCOLS, Coding, CodingError, decode_command
from server.contract.commands import Act, Annotate, Cancel, Command, Hello, MoveHead, Pause
from server.contract.problems import ProblemError, problem
from server.sessions.outbox import Outbox, OutboxClosedError
from server.sessions.session import Session

router = APIRouter()
_log = structlog.get_logger(__name__)
_GOING_AWAY = 1001
_LOST = 1006
_POLICY = 1008
# Bytes, by RFC 6455: a control frame holds 125, of which the code takes two.
_LONGEST_REASON = 123


@router.websocket("/api/v1/sessions/{session_id}/stream")
async def stream(socket: WebSocket, session_id: str) -> None:
    """Events out, commands in, from the first `hello` until either side goes."""
    services: Services = services_of(socket)
    offered = [name for name in socket.scope.get("subprotocols", []) if name in SUBPROTOCOLS]
    await socket.accept(subprotocol=offered[0] if offered else None)
    coding = SUBPROTOCOLS[offered[0]] if offered else "json"
    try:
        async with services.sessions.use(session_id) as session:
            await _Conversation(socket, session, coding).run()
    except ProblemError as error:
        await _refuse(socket, error)
    except WebSocketDisconnect:
        return


async def _refuse(socket: WebSocket, error: ProblemError) -> None:
    """Close a socket that cannot be served."""
    await _close(socket, _POLICY, error.problem.detail.encode()[:_LONGEST_REASON].decode(errors="ignore"))


async def _close(socket: WebSocket, code: int, reason: str | None = None) -> None:
    """Close a socket from this side, unless the other side, or the server itself, was first."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code, reason)


async def _deliver(socket: WebSocket, payload: str | bytes) -> None:
    """Send one message.

    The server closes a socket by itself when a browser does not answer its pings, sends too much at once, or when it shuts down.
    Until that has been received, a message that is sent is out of order to it, a `RuntimeError`: the browser has gone, no more.

    Raises:
        WebSocketDisconnect: the other side has gone.
    """
    try:
        if isinstance(payload, str):
            await socket.send_text(payload)
        else:
            await socket.send_bytes(payload)
    except RuntimeError as error:
        raise WebSocketDisconnect(_LOST) from error


class _Conversation:
    """One browser and one session."""

    def __init__(self, socket: WebSocket, session: Session, coding: Coding) -> None:
        self._socket = socket
        self._session = session
        self._coding: Coding = coding

    async def run(self) -> None:
        first = await self._next_command()
        outbox = self._session.subscribe(first.last_seq if isinstance(first, Hello) else None)
        sending = asyncio.create_task(self._send(outbox))
        receiving = asyncio.create_task(self._receive(outbox, first))
        try:
            await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._session.unsubscribe(outbox)
            sending.cancel()
            receiving.cancel()
            ends = await asyncio.gather(sending, receiving, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect | OutboxClosedError):
                _log.error("a socket ran into a fault", session=self._session.id, exc_info=end)
        if any(isinstance(end, OutboxClosedError) for end in ends):
            await _close(self._socket, _GOING_AWAY)

    async def _send(self, outbox: Outbox) -> None:
        while True:
            await _deliver(self._socket, (await outbox.get()).encoded(self._coding))

    async def _receive(self, outbox: Outbox, first: Command | ProblemError) -> None:
        """Carry out what comes. A first message that is no hello is taken like any other."""
        command = await self._next_command() if isinstance(first, Hello) else first
        while True:
            try:
                if isinstance(command, ProblemError):
                    raise command
                await self._carry_out(command)
            except ProblemError as error:
                self._session.tell_problem(outbox, error, getattr(command, "request_id", None))
            command = await self._next_command()

    async def _next_command(self) -> Command | ProblemError:
        """The next message as a command, or why it is none."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        payload: bytes | str | None = message.get("text") if message.get("bytes") is None else message["bytes"]
        try:
            return decode_command(payload or "")
        except ValidationError as error:
            return ProblemError(invalid_message(error))
        except CodingError as error:
            return ProblemError(problem("bad_request", f"{error}.".capitalize()))

    async def _carry_out(self, command: Command) -> None:
        session = self._session
        match command:
            case Act():
                await session.act(command.action, command.request_id)
            case Cancel():
                await session.cancel(command.action_id)
            case Pause():
                session.pause(command.action_id, paused=command.paused)
            case MoveHead():
                await session.move_head(command.revision)
            case Annotate():
                await session.annotate(command.revision, command.text)
            case Hello():
                raise ProblemError(problem("bad_request", "Hello is said once, at the beginning."))
