"""Where the server can be reached: said to those who want to share a link, never with the token."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from server.api.addresses import addresses
from server.api.deps import ERRORS
from server.api.services import ServicesHere
from server.contract.rest import ServerView
from server.version import VERSION

router = APIRouter(prefix="/api/v1", tags=["server"], responses=ERRORS)


@router.get("/server")
async def server(services: ServicesHere, request: Request) -> ServerView:
    """Where other machines can open this server, and whether they can at all."""
    settings = services.settings
    # The end of this connection here: the port that was chosen when none was given.
    port = (request.scope.get("server") or ("", settings.port))[1] or settings.port
    found = [] if settings.loopback else await run_in_threadpool(addresses, settings.host, port, settings.allowed_hosts)
    return ServerView(version=VERSION, shared=not settings.loopback, addresses=found, token=settings.token is not None)
