"""Who may ask at all: the Host and Origin of a request, and the token when there is one.

A page of another site must not be able to use a server on somebody's machine: neither by sending requests to it
(Origin) nor by giving its own name this machine's address (Host, "DNS rebinding").
"""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.api.attempts import WrongTokens
from server.api.pages import token_page
from server.api.problems import respond
from server.contract.problems import Problem, problem
from server.settings import Settings

COOKIE = "kanscope_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"/healthz", "/readyz"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """ASGI layer that lets a request through or answers it with a problem."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._token = None if settings.token is None else settings.token.get_secret_value().encode()
        self._wrong_tokens = WrongTokens()
        self._origins = frozenset(origin.rstrip("/").lower() for origin in settings.allowed_origins)
        # Behind a token any name will do unless names were given: another site's page has no token for its own name.
        named = settings.loopback or settings.allowed_hosts
        own = {settings.host.lower()} if settings.loopback else set[str]()
        self._hosts = _LOOPBACK | own | {host.lower() for host in settings.allowed_hosts} if named else frozenset[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._refusal(scope, headers) or self._login(scope)
        if answer is None:
            answer = self._without_token(scope, headers)
            if answer is not None and _gives_token(scope, headers):
                client = scope.get("client")
                await self._wrong_tokens.refused(client[0] if client else "unknown", scope["path"])
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await _deny(scope, receive, send, answer)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            hint = "Open it as http://localhost and its port, or allow the name with KANSCOPE_ALLOWED_HOSTS."
            return _problem(scope, problem("forbidden", f"This server does not answer to the name “{_name(host)}”.", hint=hint))
        if scope["type"] == "http" and scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        foreign = headers.get("sec-fetch-site") == "cross-site" if origin is None else not self._own(origin, host)
        if not foreign:
            return None
        hint = "If that page is yours, allow it with KANSCOPE_ALLOWED_ORIGINS."
        return _problem(scope, problem("forbidden", "A page of another site may not use this server.", hint=hint))

    def _own(self, origin: str, host: str) -> bool:
        # Not the scheme: in front of the server there may be a proxy that speaks TLS.
        return origin.lower() in self._origins or (bool(host) and urlsplit(origin).netloc.lower() == host.lower())

    def _login(self, scope: Scope) -> Response | None:
        """`/?token=…` keeps the token in a cookie and goes on to the address without it."""
        if self._token is None or scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/api/"):
            return None
        query = _query(scope)
        given = [value for name, value in query if name == "token"]
        if not given or not self._matches(given[0]):
            return None
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        # One slash only: '//host' would lead to another site.
        answer = RedirectResponse("/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else ""), status_code=303)
        secure = scope["scheme"] == "https"
        answer.set_cookie(COOKIE, given[0], httponly=True, samesite="strict", secure=secure, max_age=30 * 24 * 3600)
        return answer

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        if self._token is None or scope["path"] in _OPEN or self._has_token(headers):
            return None
        if "text/html" in headers.get("accept", ""):
            return token_page()
        hint = "Send 'Authorization: Bearer …', or open the address with ?token=… once."
        answer = _problem(scope, problem("unauthorised", "This server asks for a token.", hint=hint))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _has_token(self, headers: Headers) -> bool:
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._matches(bearer.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and self._matches(cookie.value)

    def _matches(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(), self._token)


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _gives_token(scope: Scope, headers: Headers) -> bool:
    """Whether a request tries a token at all, in any of the places for one."""
    cookies = [part.strip() for part in headers.get("cookie", "").split(";")]
    named = any(name == "token" for name, _ in _query(scope))
    return named or "authorization" in headers or any(cookie.startswith(f"{COOKIE}=") for cookie in cookies)


def _name(host: str) -> str:
    """The name in a Host header: without port, without the brackets of IPv6."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def _problem(scope: Scope, found: Problem) -> Response:
    return respond(found, scope.get("kanscope.request_id"))


async def _deny(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Refuse a socket before it opens, with the reason where the server can send one."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = answer.raw_headers
    await send({"type": "websocket.http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": bytes(answer.body)})
