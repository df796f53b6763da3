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
    "action_failed",
    "worker_lost",
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
    fields: list[str] = Field(default=[], description="With bad_request: what is wrong, one line per field.")
