"""Questions to a worker that change nothing: one class each, closed by the union `Query`, each with its answer's class.

Inside the server only; the REST surface turns its paths into these. `ANSWER_TYPES` names what comes back. Each says how long its
answer may take; the engine ends what takes longer.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from server.contract.base import Edge, Message
from server.contract.events import Curves
from server.contract.exports import ExportFormat
from server.contract.model_draft import DraftAnswer, ModelDraft
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

QUESTION_SECONDS = 5.0
"""That an answer may take in a worker, when its query does not say why it needs more."""


class QueryBase(Message):
    """Common to all queries.

    `seconds` is the time an answer may take; a query that declares more than is usual says in `because` why it needs it.
    `called` and `remedy` are for the person whose question took longer.
    """

    seconds: ClassVar[float] = QUESTION_SECONDS
    because: ClassVar[str] = ""
    called: ClassVar[str] = "the answer"
    remedy: ClassVar[str] = "Ask about a smaller network or fewer rows."

    @classmethod
    def title(cls) -> str:
        """What it is called at the beginning of a sentence."""
        return cls.called[0].upper() + cls.called[1:]


class SuggestionsQuery(QueryBase):
    """Candidate forms for an edge with their whole-model effect; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "every function is fitted to the edge, and the best are judged by refitting the whole network"
    called: ClassVar[str] = "looking for suggestions"
    remedy: ClassVar[str] = "Prune the network first, or use fewer rows."
    kind: Literal["suggestions"] = "suggestions"
    edge: Edge
    top: int = Field(default=8, ge=1, le=100)
    low: list[float] = Field(default=[], max_length=1_000, description="The box that candidates are to be valid on.")
    high: list[float] = Field(default=[], max_length=1_000)


class EdgeDetailQuery(QueryBase):
    """The large plot of an edge; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole network is evaluated on all rows, of which there may be a million"
    called: ClassVar[str] = "the plot of this edge"
    kind: Literal["edge_detail"] = "edge_detail"
    edge: Edge


class CandidateQuery(QueryBase):
    """One candidate's curve; constants that are absent are fitted; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole network is evaluated on all rows before the constants are fitted"
    called: ClassVar[str] = "the preview of this function"
    remedy: ClassVar[str] = "Choose a simpler function, or use fewer rows."
    kind: Literal["candidate"] = "candidate"
    edge: Edge
    primitive: str = Field(min_length=1, max_length=250)
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None


class ConstantsQuery(QueryBase):
    """The constants of the formula with error bars and exact numbers near them; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "error bars and exact numbers take a refit for each number that is proposed"
    called: ClassVar[str] = "looking for exact constants"
    remedy: ClassVar[str] = "Simplify the formula first, or use fewer rows."
    kind: Literal["constants"] = "constants"


class ValidityQuery(QueryBase):
    """Whether the formula stays inside its domains on a box; the data's range, grown, when absent; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "poles are looked for in the whole box, not only at the rows"
    called: ClassVar[str] = "checking the formula's domains"
    remedy: ClassVar[str] = "Choose a smaller box, or a simpler formula."
    kind: Literal["validity"] = "validity"
    low: list[float] = Field(default=[], max_length=1_000)
    high: list[float] = Field(default=[], max_length=1_000)


class PruneProposalQuery(QueryBase):
    """What pruning below a threshold, or what is proposed without one, would do; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "the pruned network is refitted"
    called: ClassVar[str] = "trying out what pruning does"
    remedy: ClassVar[str] = "Prune edges by hand, or use fewer rows."
    kind: Literal["prune_proposal"] = "prune_proposal"
    threshold: float | None = Field(default=None, ge=0, le=1)


class ReadFormulaQuery(QueryBase):
    """A formula of one target, in column names, read and held against the rows; needs the table."""

    called: ClassVar[str] = "reading this formula"
    remedy: ClassVar[str] = "Write it shorter, or with smaller exponents."
    kind: Literal["read_formula"] = "read_formula"
    target: int = Field(ge=0, le=1_000)
    text: str = Field(min_length=1, max_length=2_000)


class ModelDraftQuery(QueryBase):
    """A formula of a person's own on all rows, as it stands or fitted; needs the table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "the fit, its profiles and its prices may take the seconds that the draft says"
    called: ClassVar[str] = "fitting this formula"
    remedy: ClassVar[str] = "Give start values or bounds, or ask for fewer profiles."
    kind: Literal["model_draft"] = "model_draft"
    draft: ModelDraft


class CurvesQuery(QueryBase):
    """Every edge function, sampled; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "every edge is sampled, and there may be a hundred thousand"
    called: ClassVar[str] = "drawing the curves"
    kind: Literal["curves"] = "curves"


class ExportQuery(QueryBase):
    """A revision as a document; needs network and table."""

    seconds: ClassVar[float] = 60.0
    because: ClassVar[str] = "a report draws all figures, and an export is executed to check it"
    called: ClassVar[str] = "the export"
    remedy: ClassVar[str] = "Export it in another format, or simplify the formula first."
    kind: Literal["export"] = "export"
    format: ExportFormat
    name: str = Field(description="The session's name, for titles and file names.")
    dataset: DatasetView
    revision: RevisionView
    history: list[RevisionSummary] = Field(default=[], description="Of the session, for reports.")


class ReadTableQuery(QueryBase):
    """A delimited text file as a table; needs the upload. What is absent is detected."""

    seconds: ClassVar[float] = 120.0
    because: ClassVar[str] = "a file may have 256 MB, read as often as there are dialects it could be in"
    called: ClassVar[str] = "reading this table"
    remedy: ClassVar[str] = "Give delimiter and decimal mark, or split the file."
    kind: Literal["read_table"] = "read_table"
    filename: str
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None


class EquationTableQuery(QueryBase):
    """Equations as a table of the points at which they are asked."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "a guess of the solution is made from all equations at up to 20,000 points"
    called: ClassVar[str] = "reading these equations"
    remedy: ClassVar[str] = "Ask for fewer points, or write the equations shorter."
    kind: Literal["equation_table"] = "equation_table"
    problem: CreateEquations


class TableRowsQuery(QueryBase):
    """A page of rows; needs the table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole table is loaded before a page of it is cut out"
    called: ClassVar[str] = "this page of rows"
    kind: Literal["table_rows"] = "table_rows"
    offset: int = Field(ge=0)
    limit: int = Field(ge=1, le=1_000)


class SampleQuery(QueryBase):
    """A sample of the gallery as a table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the first sample asked for loads the packages that make it"
    called: ClassVar[str] = "making this sample"
    remedy: ClassVar[str] = "Try again."
    kind: Literal["sample"] = "sample"
    name: str


class SampleListQuery(QueryBase):
    """The sample gallery."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the first sample asked for loads the packages that make it"
    called: ClassVar[str] = "the list of samples"
    remedy: ClassVar[str] = "Try again."
    kind: Literal["sample_list"] = "sample_list"


class PrimitivesQuery(QueryBase):
    """The primitive library, with the network's own functions when one is given."""

    called: ClassVar[str] = "the list of functions"
    remedy: ClassVar[str] = "Try again."
    kind: Literal["primitives"] = "primitives"


Query = Annotated[
    SuggestionsQuery
    | EdgeDetailQuery
    | CandidateQuery
    | ConstantsQuery
    | ValidityQuery
    | PruneProposalQuery
    | ReadFormulaQuery
    | ModelDraftQuery
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
    "model_draft": DraftAnswer,
    "curves": Curves,
    "export": ExportDocument,
    "read_table": TableAnswer,
    "equation_table": TableAnswer,
    "table_rows": DatasetRows,
    "sample": TableAnswer,
    "sample_list": SampleViews,
    "primitives": PrimitiveViews,
}
