"""Sessions, their actions, head and revisions: all that the socket can, for scripts and notebooks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from server.api.deps import ERRORS, IdempotencyKey, SessionHere, repetition
from server.api.services import ServicesHere
from server.contract.actions import Action
from server.contract.rest import ActionReceipt, CreateSession, MoveHeadBody, RevisionNote, SearchFront, SessionDetail, SessionList
from server.contract.views import RevisionView, SessionView

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"], responses=ERRORS)


@router.post("", status_code=201)
async def create(
    services: ServicesHere, response: Response, body: CreateSession, idempotency_key: IdempotencyKey = None
) -> SessionView:
    """Start a session on a dataset, with a first, untrained network."""
    identity = await services.sessions.create(body, repetition(idempotency_key, body))
    response.headers["Location"] = f"/api/v1/sessions/{identity}"
    async with services.sessions.use(identity) as session:
        return session.view()


@router.get("")
async def list_sessions(
    services: ServicesHere,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=200, description="`next` of the former page.")] = None,
    deleted: Annotated[bool, Query(description="Those that were deleted and can be restored.")] = False,
) -> SessionList:
    """Sessions, last used first, with what they take on the disk."""
    sessions, following = await services.store.sessions.page(limit, after, deleted=deleted)
    return SessionList(sessions=sessions, next=following)


@router.get("/{session_id}")
async def read(session: SessionHere) -> SessionDetail:
    """Everything about a session; the head's network, metrics and formula also at the top."""
    view, head = session.view(), session.head.view
    fields = {name: getattr(view, name) for name in SessionView.model_fields}
    return SessionDetail(**fields, network=head.network, metrics=head.metrics, formula=head.formula)


@router.delete("/{session_id}", status_code=204)
async def delete(services: ServicesHere, session_id: str) -> None:
    """Delete a session with all its revisions, so that it can be restored for a while."""
    await services.sessions.delete(session_id)
    services.housekeeper.expect()


@router.post("/{session_id}/restore")
async def restore(services: ServicesHere, session_id: str) -> SessionView:
    """Bring back a deleted session, and its dataset."""
    await services.sessions.restore(session_id)
    async with services.sessions.use(session_id) as session:
        return session.view()


@router.post(
    "/{session_id}/actions", status_code=202, responses={200: {"model": ActionReceipt, "description": "With wait: it has ended."}}
)
async def act(
    session: SessionHere,
    response: Response,
    action: Annotated[Action, Body()],
    wait: Annotated[bool, Query(description="Answer when the action has ended.")] = False,
    idempotency_key: IdempotencyKey = None,
) -> ActionReceipt:
    """Ask for an action on the head."""
    again = repetition(idempotency_key, action)
    receipt = await session.act(action, key=again.key, fingerprint=again.fingerprint)
    response.headers["Location"] = f"/api/v1/sessions/{session.id}/actions/{receipt.action_id}"
    if wait:
        response.status_code = 200
        return await session.ended(receipt.action_id)
    return receipt


@router.get("/{session_id}/actions/{action_id}")
async def read_action(
    session: SessionHere,
    action_id: str,
    wait: Annotated[bool, Query(description="Answer when the action has ended.")] = False,
) -> ActionReceipt:
    """Where an action stands."""
    return await session.ended(action_id) if wait else await session.receipt(action_id)


@router.delete("/{session_id}/actions/{action_id}", status_code=202)
async def cancel(session: SessionHere, action_id: str) -> ActionReceipt:
    """Stop an action and keep its best state as a revision."""
    return await session.cancel(action_id)


@router.put("/{session_id}/head")
async def move_head(session: SessionHere, body: MoveHeadBody) -> SessionView:
    """Undo, redo, jump."""
    await session.move_head(body.revision)
    return session.view()


@router.get("/{session_id}/revisions/{revision_id}")
async def revision(session: SessionHere, revision_id: str) -> RevisionView:
    """One revision."""
    return (await session.revision(revision_id)).view


@router.get("/{session_id}/revisions/{revision_id}/front")
async def front(session: SessionHere, revision_id: str) -> SearchFront:
    """The formulas that a search found, simplest first; the action `adopt` takes one of them."""
    return SearchFront(revision=revision_id, points=list((await session.front(revision_id)).points))


@router.patch("/{session_id}/revisions/{revision_id}")
async def annotate(session: SessionHere, revision_id: str, body: RevisionNote) -> RevisionView:
    """Write a note on a revision; empty text removes it."""
    await session.annotate(revision_id, body.note)
    return (await session.revision(revision_id)).view
