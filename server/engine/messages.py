"""What goes over the pipe between the server and a worker: maps of plain data, one `type` each, read by `worker.py`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import structlog
from pydantic import Field, TypeAdapter

from server.contract.base import Message
from server.contract.problems import Problem
from server.engine.protocol import ActionJob, Begun, Failed, Finished, Frame, Paused, QueryJob, RunEvent, Stopped
from server.work.result import Result

_log = structlog.get_logger(__name__)
_RESULT: TypeAdapter[Result] = TypeAdapter(Result)
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def action_message(job: ActionJob, *, cancelled: bool) -> dict[str, Any]:
    """An action to perform, or one that was cancelled while it was paused, to say what it had come to."""
    return {
        "type": "perform",
        "id": job.action_id,
        "action": job.action.model_dump(),
        "parent": job.parent,
        "other": job.other,
        "checkpoint": job.checkpoint,
        "cancelled": cancelled,
        "table": asdict(job.table),
    }


def query_message(job: QueryJob[Message], name: str) -> dict[str, Any]:
    """A query to answer, under a name by which it can be withdrawn."""
    return {
        "type": "answer",
        "id": name,
        "query": job.query.to_map(),
        "revision": job.revision,
        "network": job.network,
        "table": None if job.table is None else asdict(job.table),
        "upload": None if job.upload is None else str(job.upload),
    }


def finished_message(result: Result, seconds: float) -> dict[str, Any]:
    """The end of an action, after `seconds` of work."""
    return {"type": "finished", "result": _RESULT.dump_python(result), "outcome": result.outcome, "seconds": seconds}


def run_event(message: dict[str, Any], job: ActionJob) -> RunEvent:
    """What a worker said about its action."""
    if message["type"] == "frame":
        return _FRAME.validate_python(message["event"])
    if message["type"] == "finished":
        return Finished(_RESULT.validate_python(message["result"]), message["seconds"])
    if message["type"] == "stopped":
        return Stopped()
    if message["type"] == "begun":
        return Begun()
    if message["type"] == "paused":
        return Paused(message["checkpoint"])
    return Failed(failure(message, job.action.kind))


def failure(message: dict[str, Any], kind: str) -> Problem:
    """The problem a worker sent; a fault of the program is logged with its trace, which goes no further."""
    if message["trace"]:
        _log.error("a worker ran into a fault", kind=kind, trace=message["trace"])
    return Problem.model_validate(message["problem"])
