"""Questions are only worked on as long as somebody waits: when the client goes, the work is withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.api.deps import SessionHere
from server.sessions.session import Session
from server.work.query import Answer_co, Query

_Answer = TypeVar("_Answer")

CLIENT_GONE = 499
"""What logs and figures show; nobody is left to read the answer."""


class Asker:
    """The client that waits for the answer to this request, whose body has been read."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def wait_for(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """The result of `work`, which is cancelled when the client has gone.

        Raises:
            HTTPException: nobody waits any more.
        """
        working, leaving = asyncio.create_task(work), asyncio.create_task(self._leave())
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise HTTPException(CLIENT_GONE, "The client has gone.")
            return working.result()
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)

    async def _leave(self) -> None:
        message = await self._request.receive()
        while message["type"] != "http.disconnect":
            message = await self._request.receive()


def _asker(request: Request) -> Asker:
    return Asker(request)


class AskedSession:
    """A session that is asked by the client of this request."""

    def __init__(self, session: Session, asker: Asker) -> None:
        self._session = session
        self._asker = asker

    async def ask(self, query: Query[Answer_co], revision: str | None = None) -> Answer_co:
        """As `Session.ask`, as long as the client waits."""
        return await self._asker.wait_for(self._session.ask(query, revision))


AskerHere = Annotated[Asker, Depends(_asker)]


def _asked(session: SessionHere, asker: AskerHere) -> AskedSession:
    return AskedSession(session, asker)


AskedHere = Annotated[AskedSession, Depends(_asked)]
