"""The application: layers around, routes within, services opened at start and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from server.api import datasets, exports, health, pages, problems, questions, sessions, storage, stream
from server.api.context import RequestContext
from server.api.guard import Guard
from server.api.limits import BodyLimit
from server.api.services import close_services, open_services
from server.contract import openapi
from server.settings import Settings
from server.version import VERSION

_DESCRIPTION = "Turns tables into formulas with Kolmogorov-Arnold networks. Errors are RFC 9457 problem documents."


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        app.state.services = await open_services(settings)
        try:
            yield
        finally:
            await close_services(app.state.services)

    app = FastAPI(
        title="Kanscope",
        version=VERSION,
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
        middleware=[
            Middleware(RequestContext),
            Middleware(Guard, settings=settings),
            Middleware(BodyLimit, settings=settings),
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5),
        ],
    )
    problems.install(app)
    for routes in (health, datasets, sessions, questions, exports, storage, stream):
        app.include_router(routes.router)
    # What no route knows is an address or a file of the page.
    app.router.default = pages.FrontendFiles()
    app.openapi = lambda: _document(app)
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        plain = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        app.openapi_schema = openapi.merge(plain)
    return app.openapi_schema
