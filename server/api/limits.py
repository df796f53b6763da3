"""No body larger than allowed is read: refused by its announced length, or where it passes the bound while it comes in."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.api.problems import respond
from server.contract.problems import Problem, problem
from server.settings import Settings

UPLOAD_PATH = "/api/v1/datasets"
_FORM_ROOM = 64 * 1024


class BodyLimit:
    """ASGI layer that counts what comes in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = scope["path"].rstrip("/") == UPLOAD_PATH
        # A form needs some room besides the file.
        limit = self._settings.upload_bytes + _FORM_ROOM if upload else self._settings.body_bytes
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > limit:
            await respond(too_large(limit), scope.get("kanscope.request_id"))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # The framework lets only its own exceptions through while it reads a body.
                raise HTTPException(413, too_large(limit).detail)
            return message

        await self._app(scope, counted, send)


def too_large(limit: int) -> Problem:
    """The body is larger than `limit` bytes."""
    size = f"{limit / 1024 / 1024:.0f} MB" if limit >= 1024 * 1024 else f"{limit} bytes"
    return problem("too_large", f"The request is larger than {size}.", hint="Use fewer rows or columns.")
