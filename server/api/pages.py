"""The frontend's built files, and the plain pages shown when there is none or when a token is missing."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent.parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_ALWAYS_ASK = "no-cache"
_PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Kanscope</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem}}
code{{font-size:.95em;padding:.1em .3em;border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.25em}}
</style></head><body><main><h1>{title}</h1>{text}</main></body></html>
"""


class FrontendFiles(StaticFiles):
    """Files of the build: those in `assets/` carry a hash in their name and never change; the page is asked for anew.

    Addresses of the page itself (`/`, `/s/…`) all give `index.html`.
    """

    def __init__(self, directory: Path = STATIC) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._folder = directory
        self._index = directory / "index.html"

    async def check_config(self) -> None:
        """A folder that is not there yet is no fault: its files are not found, and the page says how to build it."""
        if self._folder.is_dir():
            await super().check_config()

    async def get_response(self, path: str, scope: Scope) -> Response:
        if _is_page(path):
            return await self._page(scope)
        if not self._folder.is_dir():
            raise HTTPException(status_code=404)
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = _FOREVER if path.startswith("assets/") else _ALWAYS_ASK
        return answer

    async def _page(self, scope: Scope) -> Response:
        if not self._index.is_file():
            return unbuilt_page()
        answer = await super().get_response("index.html", scope)
        answer.headers["Cache-Control"] = _ALWAYS_ASK
        return answer


def unbuilt_page() -> Response:
    """The frontend was not built."""
    text = (
        "<p>The server runs, but its page has not been built yet. In the source folder:</p>"
        "<p><code>make build</code></p><p>then reload. The interface for programs is described at "
        '<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>'
    )
    return HTMLResponse(_PLAIN.format(title="The page is not built", text=text), status_code=503)


def token_page() -> Response:
    """A browser came without the token."""
    text = (
        "<p>This server asks for a token. Open the address that <code>kanscope serve</code> printed; "
        "it ends in <code>/?token=…</code>.</p>"
    )
    return HTMLResponse(_PLAIN.format(title="A token is needed", text=text), status_code=401)


def _is_page(path: str) -> bool:
    """Whether a path is an address within the page rather than a file."""
    if path.startswith("api/"):
        raise HTTPException(status_code=404)
    return path in {".", ""} or "." not in path.rsplit("/", 1)[-1]
