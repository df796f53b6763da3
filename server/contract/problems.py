"""RFC 9457 problems: what went wrong, where, and how to mend it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.contract.base import Message

ProblemCode = Literal[
    "bad_request",
    "not_found",
    "too_large",
    "bad_table",
    "stale_revision",
    "busy",
    "in_use",
    "damaged",
    "disk_full",
    "action_failed",
    "locked",
    "worker_lost",
    "too_slow",
    "forbidden",
    "unauthorised",
    "internal",
]


class Problem(Message):
    """`application/problem+json`; `detail` is a sentence for the person, `hint` says how to fix it."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str
    status: int
    detail: str
    code: ProblemCode
    hint: str | None = None
    request_id: str | None = None
    head: str | None = Field(default=None, description="With stale_revision: the present head.")
    blob: str | None = Field(default=None, description="With damaged: name and SHA-256 of the file in the data folder.")
    fields: list[str] = Field(default=[], description="With bad_request: what is wrong, one line per field.")
    paths: list[str] = Field(default=[], description="Which field each of `fields` is about, for example inputs[0].low.")
    line: int | None = Field(default=None, description="In which line of the text that was sent the mistake is, from 1.")
    position: int | None = Field(
        default=None,
        description="Where in that line, or in the text of a function, from 1; of a definition, in what follows the '='.",
    )


class ProblemError(Exception):
    """Raised anywhere in the server to answer the present request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


_TITLES: dict[ProblemCode, tuple[int, str]] = {
    "bad_request": (422, "The request is not right"),
    "not_found": (404, "Not found"),
    "too_large": (413, "Too large"),
    "bad_table": (422, "The table cannot be read"),
    "stale_revision": (409, "The session has moved on"),
    "busy": (409, "Busy"),
    "in_use": (409, "In use"),
    "damaged": (410, "What was kept is damaged"),
    "disk_full": (507, "The disk is full"),
    "action_failed": (422, "This cannot be done"),
    "locked": (409, "Locked edges"),
    "worker_lost": (503, "The computation was lost"),
    "too_slow": (422, "This takes too long"),
    "forbidden": (403, "Not allowed"),
    "unauthorised": (401, "A token is needed"),
    "internal": (500, "Something went wrong"),
}


def problem(code: ProblemCode, detail: str, *, hint: str | None = None, status: int | None = None) -> Problem:
    """A problem with the status and title that belong to its code."""
    usual, title = _TITLES[code]
    return Problem(title=title, status=status or usual, detail=detail, code=code, hint=hint)
