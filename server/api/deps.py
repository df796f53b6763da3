"""What several routes share: the session of the path, the edge of the path, repeated requests, error responses."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Header, Path
from pydantic import BaseModel, ValidationError

from server.api.services import ServicesHere
from server.contract.base import Edge
from server.contract.people import LONGEST_NAME, PERSON
from server.contract.problems import ProblemError, problem
from server.sessions.registry import Repetition
from server.sessions.session import Session

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What is wrong and how to mend it.", "content": _PROBLEM},
    "5XX": {"description": "A fault of the server.", "content": _PROBLEM},
}


async def _session(services: ServicesHere, session_id: str) -> AsyncGenerator[Session, None]:
    async with services.sessions.use(session_id) as session:
        yield session


SessionHere = Annotated[Session, Depends(_session)]


def _edge(
    layer: Annotated[int, Path(ge=0, le=1_000_000)],
    source: Annotated[int, Path(ge=0, le=1_000_000)],
    target: Annotated[int, Path(ge=0, le=1_000_000)],
) -> Edge:
    return Edge(layer=layer, source=source, target=target)


EdgeHere = Annotated[Edge, Depends(_edge)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A repeated request with the same key is not carried out again.",
    ),
]


def _person(
    name: Annotated[
        str | None,
        Header(
            alias="Kanscope-Name",
            max_length=1_000,
            description="Who asks, percent-encoded UTF-8; others see it beside what is changed. Absent: nobody is named.",
        ),
    ] = None,
) -> str | None:
    try:
        return PERSON.validate_python(None if name is None else unquote(name))
    except ValidationError:
        detail = f"The name in Kanscope-Name is longer than {LONGEST_NAME} characters."
        raise ProblemError(problem("bad_request", detail, hint="Give a shorter one, or leave the header out.")) from None


PersonHere = Annotated[str | None, Depends(_person)]


def repetition(key: str | None, body: BaseModel) -> Repetition:
    """What recognises a repeated request."""
    if key is None:
        return Repetition()
    return Repetition(key, hashlib.sha256(body.model_dump_json().encode()).hexdigest())
