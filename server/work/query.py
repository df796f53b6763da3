"""Questions to a worker that change nothing: one class each, closed by the union `Query`, each with its answer's class.

Inside the server only; the REST surface turns its paths into these. `ANSWER_TYPES` names what comes back.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from server.contract.base import Edge, Message
from server.contract.events import Curves
from server.contract.rest import (
    CandidateCurve,
    CreateEquations,
    DatasetRows,
    EdgeDetail,
    ExportDocument,
    FormulaConstants,
    FormulaReading,
    PrimitiveView,
    PruneProposal,
    Suggestions,
    Validity,
)
from server.contract.views import DatasetView, RevisionSummary, RevisionView, SampleView

ExportFormat = Literal["latex", "sympy", "python", "json", "report"]


class SuggestionsQuery(Message):
    """Candidate forms for an edge with their whole-model effect; needs network and table."""

    kind: Literal["suggestions"] = "suggestions"
    edge: Edge
    top: int = Field(default=8, ge=1, le=100)
    low: list[float] = Field(default=[], max_length=1_000, description="The box that candidates are to be valid on.")
    high: list[float] = Field(default=[], max_length=1_000)


class EdgeDetailQuery(Message):
    """The large plot of an edge; needs network and table."""

    kind: Literal["edge_detail"] = "edge_detail"
    edge: Edge


class CandidateQuery(Message):
    """One candidate's curve; constants that are absent are fitted; needs network and table."""

    kind: Literal["candidate"] = "candidate"
    edge: Edge
    primitive: str = Field(min_length=1, max_length=250)
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None


class ConstantsQuery(Message):
    """The constants of the formula with error bars and exact numbers near them; needs network and table."""

    kind: Literal["constants"] = "constants"


class ValidityQuery(Message):
    """Whether the formula stays inside its domains on a box; the data's range, grown, when absent; needs network and table."""

    kind: Literal["validity"] = "validity"
    low: list[float] = Field(default=[], max_length=1_000)
    high: list[float] = Field(default=[], max_length=1_000)


class PruneProposalQuery(Message):
    """What pruning below a threshold, or what is proposed without one, would do; needs network and table."""

    kind: Literal["prune_proposal"] = "prune_proposal"
    threshold: float | None = Field(default=None, ge=0, le=1)


class ReadFormulaQuery(Message):
    """A formula of one target, in column names, read and held against the rows; needs the table."""

    kind: Literal["read_formula"] = "read_formula"
    target: int = Field(ge=0, le=1_000)
    text: str = Field(min_length=1, max_length=2_000)


class CurvesQuery(Message):
    """Every edge function, sampled; needs network and table."""

    kind: Literal["curves"] = "curves"


class ExportQuery(Message):
    """A revision as a document; needs network and table."""

    kind: Literal["export"] = "export"
    format: ExportFormat
    name: str = Field(description="The session's name, for titles and file names.")
    dataset: DatasetView
    revision: RevisionView
    history: list[RevisionSummary] = Field(default=[], description="Of the session, for reports.")


class ReadTableQuery(Message):
    """A delimited text file as a table; needs the upload. What is absent is detected."""

    kind: Literal["read_table"] = "read_table"
    filename: str
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None


class EquationTableQuery(Message):
    """Equations as a table of the points at which they are asked."""

    kind: Literal["equation_table"] = "equation_table"
    problem: CreateEquations


class TableRowsQuery(Message):
    """A page of rows; needs the table."""

    kind: Literal["table_rows"] = "table_rows"
    offset: int = Field(ge=0)
    limit: int = Field(ge=1, le=1_000)


class SampleQuery(Message):
    """A sample of the gallery as a table."""

    kind: Literal["sample"] = "sample"
    name: str


class SampleListQuery(Message):
    """The sample gallery."""

    kind: Literal["sample_list"] = "sample_list"


class PrimitivesQuery(Message):
    """The primitive library, with the network's own functions when one is given."""

    kind: Literal["primitives"] = "primitives"


Query = Annotated[
    SuggestionsQuery
    | EdgeDetailQuery
    | CandidateQuery
    | ConstantsQuery
    | ValidityQuery
    | PruneProposalQuery
    | ReadFormulaQuery
    | CurvesQuery
    | ExportQuery
    | ReadTableQuery
    | EquationTableQuery
    | TableRowsQuery
    | SampleQuery
    | SampleListQuery
    | PrimitivesQuery,
    Field(discriminator="kind"),
]
QUERY: TypeAdapter[Query] = TypeAdapter(Query)


class TableAnswer(Message):
    """A table read: `content` is the stored table as bytes; `view.id` is filled in by the store."""

    content: bytes
    view: DatasetView


class SampleViews(Message):
    """The gallery in its order."""

    samples: list[SampleView]


class PrimitiveViews(Message):
    """The library in its order."""

    primitives: list[PrimitiveView]


ANSWER_TYPES: dict[str, type[Message]] = {
    "suggestions": Suggestions,
    "edge_detail": EdgeDetail,
    "candidate": CandidateCurve,
    "constants": FormulaConstants,
    "validity": Validity,
    "prune_proposal": PruneProposal,
    "read_formula": FormulaReading,
    "curves": Curves,
    "export": ExportDocument,
    "read_table": TableAnswer,
    "equation_table": TableAnswer,
    "table_rows": DatasetRows,
    "sample": TableAnswer,
    "sample_list": SampleViews,
    "primitives": PrimitiveViews,
}
