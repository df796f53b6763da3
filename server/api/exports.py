"""A revision as a document to take away."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from server.api.asking import AskedHere
from server.api.deps import ERRORS, SessionHere
from server.contract.exports import EXPORTS, ExportFormat
from server.contract.network_document import NetworkDocument
from server.contract.rest import ExportDocument
from server.work.query import ExportQuery

router = APIRouter(prefix="/api/v1/sessions/{session_id}/export", tags=["exports"], responses=ERRORS)

_CONTENT: dict[str, Any] = {media: {"schema": {"type": "string"}} for media in (row.media for row in EXPORTS.values())}
# The components come from the contract, which `openapi.merge` puts in.
_CONTENT["application/json"] = {
    "schema": {
        "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in (NetworkDocument.__name__, ExportDocument.__name__)]
    }
}


@router.get("/{name}", response_model=None, responses={200: {"content": _CONTENT}})
async def export(
    asked: AskedHere,
    session: SessionHere,
    name: ExportFormat,
    format: Annotated[Literal["text", "document"], Query(description="`document`: as JSON with its check.")] = "text",  # noqa: A002 - the name on the wire
    revision: Annotated[str | None, Query(max_length=64, description="Another revision than the head.")] = None,
) -> Response | ExportDocument:
    """LaTeX, SymPy, Python, JSON (a NetworkDocument) or an HTML report; with format=document an ExportDocument that holds it."""
    about = (await session.revision(revision or session.head.view.id)).view
    query = ExportQuery(
        format=name, name=session.name, dataset=session.dataset.view, revision=about, history=session.history.summaries()
    )
    document = await asked.ask(query, about.id)
    if format == "document":
        return document
    headers = {"Content-Disposition": content_disposition(document.filename)}
    return Response(document.content, media_type=f"{EXPORTS[name].media}; charset=utf-8", headers=headers)


def content_disposition(filename: str) -> str:
    """A download's name for browsers old and new (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
