"""Outermost layer around every HTTP request: its id, log line and figures, security headers, and no leak of faults."""

from __future__ import annotations

import secrets
import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.api.problems import respond
from server.contract.problems import problem
from server.store.disk import disk_full

_log = structlog.get_logger(__name__)

# Styles may be inline, since Plotly and KaTeX write them; nothing is ever loaded from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class RequestContext:
    """ASGI layer. `kanscope.request_id` in the scope is the id of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope["kanscope.request_id"] = secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request_id=scope["kanscope.request_id"], path=scope["path"]):
            if scope["type"] == "http":
                await self._answer(scope, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = scope["kanscope.request_id"]
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - the outermost loop: the fault is logged here, and nothing of it is sent
            full = disk_full(error)
            _log.error("a request ran into a fault", exc_info=error if full is None else None, reason=str(full or "unknown"))
            if status:
                return
            detail = "The server ran into a fault."
            hint = "Its log says more under the request_id."
            found = problem("internal", detail, hint=hint) if full is None else full.problem
            answer = respond(found, scope["kanscope.request_id"])
            await answer(scope, receive, send_with_headers)
        finally:
            self._count(scope, status, time.perf_counter() - began)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        services = getattr(scope["app"].state, "services", None) if "app" in scope else None
        if services is not None:
            services.metrics.request_answered(scope["method"], route, status, seconds)
        _log.debug("answered", method=scope["method"], status=status, milliseconds=round(seconds * 1000, 1))
