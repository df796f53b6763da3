"""Questions about the head that change nothing: suggestions, curves, proposals. They are answered while an action runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, FiniteFloat

from server.api.asking import AskedHere, AskerHere
from server.api.deps import ERRORS, EdgeHere, SessionHere
from server.api.services import ServicesHere
from server.contract.events import Curves
from server.contract.model_draft import DraftAnswer, ModelDraft
from server.contract.rest import (
    CandidateCurve,
    DatasetRows,
    EdgeDetail,
    FormulaConstants,
    FormulaReading,
    PrimitiveView,
    PruneProposal,
    Suggestions,
    Validity,
)
from server.engine.protocol import QueryJob
from server.work.query import (
    CandidateQuery,
    ConstantsQuery,
    EdgeDetailQuery,
    ModelDraftQuery,
    PrimitivesQuery,
    PruneProposalQuery,
    ReadFormulaQuery,
    SuggestionsQuery,
    TableRowsQuery,
    ValidityQuery,
)

router = APIRouter(prefix="/api/v1", tags=["questions"], responses=ERRORS)
_EDGE = "/sessions/{session_id}/edges/{layer}/{source}/{target}"
Revision = Annotated[str | None, Query(max_length=64, description="Another revision than the head.")]
Ends = Annotated[
    list[FiniteFloat] | None,
    Query(max_length=1_000, description="Of the box, one an input; the data's range grown by a tenth when absent."),
]
Library = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=250)]] | None,
    Query(max_length=250, description="Functions that may be tried, by name, `?library=sin&library=exp`; all when absent."),
]
Constant = Annotated[float | None, Query(allow_inf_nan=False, description="Fitted when absent.")]


@router.get(_EDGE)
async def edge_detail(session: AskedHere, edge: EdgeHere, revision: Revision = None) -> EdgeDetail:
    """The large plot of an edge."""
    return await session.ask(EdgeDetailQuery(edge=edge), revision)


@router.get(_EDGE + "/suggestions")
async def suggestions(
    session: AskedHere,
    edge: EdgeHere,
    top: Annotated[int, Query(ge=1, le=100)] = 8,
    library: Library = None,
    low: Ends = None,
    high: Ends = None,
    revision: Revision = None,
) -> Suggestions:
    """Candidate forms with their effect on the whole model, best first."""
    query = SuggestionsQuery(edge=edge, top=top, library=library or [], low=low or [], high=high or [])
    return await session.ask(query, revision)


@router.get(_EDGE + "/candidate")
async def candidate(
    session: AskedHere,
    edge: EdgeHere,
    primitive: Annotated[str, Query(min_length=1, max_length=250)],
    a: Constant = None,
    b: Constant = None,
    c: Constant = None,
    d: Constant = None,
    revision: Revision = None,
) -> CandidateCurve:
    """One candidate's curve, for the preview."""
    query = CandidateQuery(edge=edge, primitive=primitive, a=a, b=b, c=c, d=d)
    return await session.ask(query, revision)


@router.get("/sessions/{session_id}/constants")
async def constants(session: AskedHere, revision: Revision = None) -> FormulaConstants:
    """The constants of the formula with error bars, and exact numbers near them with their price."""
    return await session.ask(ConstantsQuery(), revision)


@router.get("/sessions/{session_id}/validity")
async def validity(session: AskedHere, low: Ends = None, high: Ends = None, revision: Revision = None) -> Validity:
    """Whether the formula's functions stay inside their domains on the data and on a box of inputs."""
    return await session.ask(ValidityQuery(low=low or [], high=high or []), revision)


@router.get("/sessions/{session_id}/prune-proposal")
async def prune_proposal(
    session: AskedHere,
    threshold: Annotated[float | None, Query(ge=0, le=1, allow_inf_nan=False)] = None,
    revision: Revision = None,
) -> PruneProposal:
    """What pruning below a threshold would remove and do; without one what a bare `prune` does."""
    return await session.ask(PruneProposalQuery(threshold=threshold), revision)


@router.get("/sessions/{session_id}/formula-reading")
async def formula_reading(
    session: AskedHere,
    target: Annotated[int, Query(ge=0, le=1_000, description="Place of the target the formula is for.")],
    text: Annotated[str, Query(min_length=1, max_length=2_000, description="In column names.")],
) -> FormulaReading:
    """A formula read and held against the rows, before it becomes a network; where it cannot be read is part of the answer."""
    return await session.ask(ReadFormulaQuery(target=target, text=text))


@router.post("/sessions/{session_id}/model-draft")
async def model_draft(session: AskedHere, draft: ModelDraft) -> DraftAnswer:
    """A formula of one's own on all rows, as it stands or fitted; changes nothing. `from_formula` takes the same constants."""
    return await session.ask(ModelDraftQuery(draft=draft))


@router.get("/sessions/{session_id}/curves")
async def curves(session: SessionHere, revision: Revision = None) -> Curves:
    """Every edge function, sampled."""
    return await session.curves(revision)


@router.get("/sessions/{session_id}/rows")
async def session_rows(
    session: AskedHere,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    revision: Revision = None,
) -> DatasetRows:
    """A page of the rows a revision is measured on: the dataset's, or with the values that solving equations gave them."""
    return await session.ask(TableRowsQuery(offset=offset, limit=limit), revision)


@router.get("/sessions/{session_id}/primitives")
async def session_primitives(session: AskedHere, revision: Revision = None) -> list[PrimitiveView]:
    """The primitive library and the revision's own functions."""
    return (await session.ask(PrimitivesQuery(), revision)).primitives


@router.get("/primitives")
async def primitives(asker: AskerHere, services: ServicesHere) -> list[PrimitiveView]:
    """The primitive library."""
    return (await asker.wait_for(services.engine.answer(QueryJob(PrimitivesQuery())))).primitives
