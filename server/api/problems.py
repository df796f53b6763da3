"""Errors as RFC 9457 documents: every answer that is not a success is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from server.contract.actions import ACTION
from server.contract.commands import COMMAND
from server.contract.problems import Problem, ProblemCode, ProblemError, problem
from server.store.disk import disk_full

MEDIA_TYPE = "application/problem+json"
_MOST_FIELDS = 20
_CODES: dict[int, ProblemCode] = {
    400: "bad_request", 401: "unauthorised", 403: "forbidden", 404: "not_found", 405: "bad_request", 413: "too_large",
    415: "bad_request", 422: "bad_request",
}  # fmt: skip
_TAGS = frozenset(
    str(tag) for adapter in (ACTION, COMMAND) for tag in adapter.json_schema()["discriminator"]["mapping"]
) | {"body"}  # fmt: skip


def respond(found: Problem, request_id: str | None = None, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as an HTTP response."""
    content = found.model_copy(update={"request_id": request_id}).model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=found.status, media_type=MEDIA_TYPE, headers=headers)


def invalid(errors: Sequence[Any]) -> Problem:
    """What is wrong with a request, one sentence per field."""
    fields = [_sentence(error["loc"], error["msg"]) for error in errors[:_MOST_FIELDS]]
    paths = [_path(error["loc"]) for error in errors[:_MOST_FIELDS]]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return problem("bad_request", f"{fields[0]}{more}.").model_copy(update={"fields": fields, "paths": paths})


def invalid_message(error: ValidationError) -> Problem:
    """What is wrong with a socket message."""
    return invalid(error.errors(include_url=False, include_context=False, include_input=False))


def install(app: FastAPI) -> None:
    """Answer every error of the framework and our own with a problem document."""

    async def told(request: Request, error: Exception) -> JSONResponse:
        found = error.problem if isinstance(error, ProblemError) else problem("internal", "")
        return respond(found, request_id_of(request))

    async def unreadable(request: Request, error: Exception) -> JSONResponse:
        errors = error.errors() if isinstance(error, RequestValidationError) else []
        return respond(invalid(errors), request_id_of(request))

    async def of_framework(request: Request, error: Exception) -> JSONResponse:
        # The framework reads a body into temporary files, and says of every error there that the body is wrong.
        full = disk_full(error)
        if full is not None:
            return respond(full.problem, request_id_of(request))
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = error.detail if isinstance(error, HTTPException) else ""
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        found = problem(_CODES.get(status, "internal"), _in_words(status, detail, request), status=status)
        return respond(found, request_id_of(request), headers)

    app.add_exception_handler(ProblemError, told)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, of_framework)


def request_id_of(request: Request) -> str | None:
    """The id given to this request, which the log has too."""
    return request.scope.get("kanscope.request_id")


def _in_words(status: int, detail: str, request: Request) -> str:
    if status == 404:
        return f"There is nothing at {request.url.path}."
    if status == 405:
        return f"{request.method} is not possible at {request.url.path}."
    return f"{detail.rstrip('.')}." if detail else "The request cannot be answered."


def _sentence(location: Iterable[str | int], message: str) -> str:
    """'steps should be less than or equal to 100', 'edges[3].layer should be a valid integer'."""
    path = _path(location)
    text = message.removeprefix("Value error, ")
    for prefix in ("Input ", "Value ", "List ", "String ", "Field "):
        if text.startswith(prefix):
            return f"{path or 'the message'} {'is ' if prefix == 'Field ' else ''}{text.removeprefix(prefix)}"
    return f"{path or 'the message'}: {text}"


def _path(location: Iterable[str | int]) -> str:
    """'edges[3].layer'; empty for the message as a whole."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in _TAGS:
            path += f".{part}" if path else part
    return path
