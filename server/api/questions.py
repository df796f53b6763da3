"""Questions about the head that change nothing: suggestions, curves, proposals. They are answered while an action runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from server.api.deps import ERRORS, EdgeHere, SessionHere, cast_answer
from server.api.services import ServicesHere
from server.contract.events import Curves
from server.contract.rest import CandidateCurve, EdgeDetail, PrimitiveView, PruneProposal, Suggestions
from server.engine.protocol import QueryJob
from server.work.query import (
    CandidateQuery,
    EdgeDetailQuery,
    PrimitivesQuery,
    PrimitiveViews,
    PruneProposalQuery,
    SuggestionsQuery,
)

router = APIRouter(prefix="/api/v1", tags=["questions"], responses=ERRORS)
_EDGE = "/sessions/{session_id}/edges/{layer}/{source}/{target}"
Revision = Annotated[str | None, Query(max_length=64, description="Another revision than the head.")]
Constant = Annotated[float | None, Query(allow_inf_nan=False, description="Fitted when absent.")]


@router.get(_EDGE)
async def edge_detail(session: SessionHere, edge: EdgeHere, revision: Revision = None) -> EdgeDetail:
    """The large plot of an edge."""
    return cast_answer(EdgeDetail, await session.ask(EdgeDetailQuery(edge=edge), revision))


@router.get(_EDGE + "/suggestions")
async def suggestions(
    session: SessionHere, edge: EdgeHere, top: Annotated[int, Query(ge=1, le=100)] = 8, revision: Revision = None
) -> Suggestions:
    """Candidate forms with their effect on the whole model, best first."""
    return cast_answer(Suggestions, await session.ask(SuggestionsQuery(edge=edge, top=top), revision))


@router.get(_EDGE + "/candidate")
async def candidate(
    session: SessionHere,
    edge: EdgeHere,
    primitive: Annotated[str, Query(min_length=1, max_length=200)],
    a: Constant = None,
    b: Constant = None,
    c: Constant = None,
    d: Constant = None,
    revision: Revision = None,
) -> CandidateCurve:
    """One candidate's curve, for the preview."""
    query = CandidateQuery(edge=edge, primitive=primitive, a=a, b=b, c=c, d=d)
    return cast_answer(CandidateCurve, await session.ask(query, revision))


@router.get("/sessions/{session_id}/prune-proposal")
async def prune_proposal(
    session: SessionHere, threshold: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)], revision: Revision = None
) -> PruneProposal:
    """What pruning below a threshold would remove and do."""
    return cast_answer(PruneProposal, await session.ask(PruneProposalQuery(threshold=threshold), revision))


@router.get("/sessions/{session_id}/curves")
async def curves(session: SessionHere) -> Curves:
    """Every edge function of the head, sampled."""
    return await session.curves()


@router.get("/primitives")
async def primitives(services: ServicesHere) -> list[PrimitiveView]:
    """The primitive library."""
    return cast_answer(PrimitiveViews, await services.engine.answer(QueryJob(PrimitivesQuery()))).primitives
