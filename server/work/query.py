"""Questions to a worker that change nothing: one class each, `Query[Answer]`, which says what answers it.

Inside the server only; the REST surface turns its paths into these, and its routes have the answers' types from them. Each says
how long its answer may take; the engine ends what takes longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import Field

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


Answer_co = TypeVar("Answer_co", bound=Message, covariant=True)


class Query(Message, Generic[Answer_co]):
    """Common to all queries.

    `kind` names the query, and the module of `server/work/queries` that answers it. `seconds` is the time an answer may take;
    a query that declares more than is usual says in `because` why it needs it. `called` and `remedy` are for the person whose
    question took longer.
    """

    kind: ClassVar[str]
    seconds: ClassVar[float] = QUESTION_SECONDS
    because: ClassVar[str] = ""
    called: ClassVar[str] = "the answer"
    remedy: ClassVar[str] = "Ask about a smaller network or fewer rows."

    @classmethod
    def title(cls) -> str:
        """What it is called at the beginning of a sentence."""
        return cls.called[0].upper() + cls.called[1:]

    @classmethod
    def answer_type(cls) -> type[Answer_co]:
        """The class that stands in the brackets behind `Query`."""
        generic = (base.__pydantic_generic_metadata__["args"] for base in cls.__mro__ if issubclass(base, Query))
        return next(args[0] for args in generic if args)

    def to_map(self) -> dict[str, Any]:
        """As plain data, from which `read_query` makes it again."""
        return {"kind": self.kind, **self.model_dump()}


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


class SuggestionsQuery(Query[Suggestions]):
    """Candidate forms for an edge with their whole-model effect; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "every function is fitted to the edge, and the best are judged by refitting the whole network"
    called: ClassVar[str] = "looking for suggestions"
    remedy: ClassVar[str] = "Prune the network first, or use fewer rows."
    kind: ClassVar[str] = "suggestions"
    edge: Edge
    top: int = Field(default=8, ge=1, le=100)
    library: list[str] = Field(
        default=[], max_length=250, description="Names of the functions that may be tried; all when empty."
    )
    low: list[float] = Field(default=[], max_length=1_000, description="The box that candidates are to be valid on.")
    high: list[float] = Field(default=[], max_length=1_000)


class EdgeDetailQuery(Query[EdgeDetail]):
    """The large plot of an edge; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole network is evaluated on all rows, of which there may be a million"
    called: ClassVar[str] = "the plot of this edge"
    kind: ClassVar[str] = "edge_detail"
    edge: Edge


class CandidateQuery(Query[CandidateCurve]):
    """One candidate's curve; constants that are absent are fitted; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole network is evaluated on all rows before the constants are fitted"
    called: ClassVar[str] = "the preview of this function"
    remedy: ClassVar[str] = "Choose a simpler function, or use fewer rows."
    kind: ClassVar[str] = "candidate"
    edge: Edge
    primitive: str = Field(min_length=1, max_length=250)
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None


class ConstantsQuery(Query[FormulaConstants]):
    """The constants of the formula with error bars and exact numbers near them; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "error bars and exact numbers take a refit for each number that is proposed"
    called: ClassVar[str] = "looking for exact constants"
    remedy: ClassVar[str] = "Simplify the formula first, or use fewer rows."
    kind: ClassVar[str] = "constants"


class ValidityQuery(Query[Validity]):
    """Whether the formula stays inside its domains on a box; the data's range, grown, when absent; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "poles are looked for in the whole box, not only at the rows"
    called: ClassVar[str] = "checking the formula's domains"
    remedy: ClassVar[str] = "Choose a smaller box, or a simpler formula."
    kind: ClassVar[str] = "validity"
    low: list[float] = Field(default=[], max_length=1_000)
    high: list[float] = Field(default=[], max_length=1_000)


class PruneProposalQuery(Query[PruneProposal]):
    """What pruning below a threshold, or what is proposed without one, would do; needs network and table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "the pruned network is refitted"
    called: ClassVar[str] = "trying out what pruning does"
    remedy: ClassVar[str] = "Prune edges by hand, or use fewer rows."
    kind: ClassVar[str] = "prune_proposal"
    threshold: float | None = Field(default=None, ge=0, le=1)


class ReadFormulaQuery(Query[FormulaReading]):
    """A formula of one target, in column names, read and held against the rows; needs the table."""

    called: ClassVar[str] = "reading this formula"
    remedy: ClassVar[str] = "Write it shorter, or with smaller exponents."
    kind: ClassVar[str] = "read_formula"
    target: int = Field(ge=0, le=1_000)
    text: str = Field(min_length=1, max_length=2_000)


class ModelDraftQuery(Query[DraftAnswer]):
    """A formula of a person's own on all rows, as it stands or fitted; needs the table."""

    seconds: ClassVar[float] = 30.0
    because: ClassVar[str] = "the fit, its profiles and its prices may take the seconds that the draft says"
    called: ClassVar[str] = "fitting this formula"
    remedy: ClassVar[str] = "Give start values or bounds, or ask for fewer profiles."
    kind: ClassVar[str] = "model_draft"
    draft: ModelDraft


class CurvesQuery(Query[Curves]):
    """Every edge function, sampled; needs network and table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "every edge is sampled, and there may be a hundred thousand"
    called: ClassVar[str] = "drawing the curves"
    kind: ClassVar[str] = "curves"


class ExportQuery(Query[ExportDocument]):
    """A revision as a document; needs network and table."""

    seconds: ClassVar[float] = 60.0
    because: ClassVar[str] = "a report draws all figures, and an export is executed to check it"
    called: ClassVar[str] = "the export"
    remedy: ClassVar[str] = "Export it in another format, or simplify the formula first."
    kind: ClassVar[str] = "export"
    format: ExportFormat
    name: str = Field(description="The session's name, for titles and file names.")
    dataset: DatasetView
    revision: RevisionView
    history: list[RevisionSummary] = Field(default=[], description="Of the session, for reports.")


class ReadTableQuery(Query[TableAnswer]):
    """A delimited text file as a table; needs the upload. What is absent is detected."""

    seconds: ClassVar[float] = 120.0
    because: ClassVar[str] = "a file may have 256 MB, read as often as there are dialects it could be in"
    called: ClassVar[str] = "reading this table"
    remedy: ClassVar[str] = "Give delimiter and decimal mark, or split the file."
    kind: ClassVar[str] = "read_table"
    filename: str
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None


class EquationTableQuery(Query[TableAnswer]):
    """Equations as a table of the points at which they are asked."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "a guess of the solution is made from all equations at up to 20,000 points"
    called: ClassVar[str] = "reading these equations"
    remedy: ClassVar[str] = "Ask for fewer points, or write the equations shorter."
    kind: ClassVar[str] = "equation_table"
    problem: CreateEquations


class TableRowsQuery(Query[DatasetRows]):
    """A page of rows; needs the table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the whole table is loaded before a page of it is cut out"
    called: ClassVar[str] = "this page of rows"
    kind: ClassVar[str] = "table_rows"
    offset: int = Field(ge=0)
    limit: int = Field(ge=1, le=1_000)


class SampleQuery(Query[TableAnswer]):
    """A sample of the gallery as a table."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the first sample asked for loads the packages that make it"
    called: ClassVar[str] = "making this sample"
    remedy: ClassVar[str] = "Try again."
    kind: ClassVar[str] = "sample"
    name: str


class SampleListQuery(Query[SampleViews]):
    """The sample gallery."""

    seconds: ClassVar[float] = 15.0
    because: ClassVar[str] = "the first sample asked for loads the packages that make it"
    called: ClassVar[str] = "the list of samples"
    remedy: ClassVar[str] = "Try again."
    kind: ClassVar[str] = "sample_list"


class PrimitivesQuery(Query[PrimitiveViews]):
    """The primitive library, with the network's own functions when one is given."""

    called: ClassVar[str] = "the list of functions"
    remedy: ClassVar[str] = "Try again."
    kind: ClassVar[str] = "primitives"


QUERIES: Mapping[str, type[Query[Message]]] = MappingProxyType(
    {query.kind: query for answered in Query.__subclasses__() for query in answered.__subclasses__()}
)
"""All of them by kind."""


def read_query(data: Mapping[str, Any]) -> Query[Message]:
    """The query that `to_map` gave.

    Raises:
        KeyError: no query is called so.
        ValidationError: its fields are others.
    """
    return QUERIES[data["kind"]].model_validate({name: value for name, value in data.items() if name != "kind"})
