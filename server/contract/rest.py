"""Bodies of REST requests and answers that are not views."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.contract.base import Edge, Message
from server.contract.problems import Problem
from server.contract.views import FormulaView, FrontPoint, Metrics, NetworkView, RevisionView, SessionSummary, SessionView


class CreateSession(Message):
    """Start a session on a dataset."""

    dataset: str
    inputs: list[str] = Field(min_length=1, max_length=1_000)
    targets: list[str] = Field(min_length=1, max_length=100)
    shape: list[int] | None = Field(default=None, min_length=2, max_length=8, examples=[[2, 5, 1]])
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    name: str | None = Field(default=None, max_length=200)
    task: Literal["auto", "regression", "classification"] = Field(
        default="auto", description="auto learns classes when the target has text labels or two whole numbers, else numbers."
    )


class SessionList(Message):
    """Sessions, last used first; `next` is the `after` of the next page, absent on the last."""

    sessions: list[SessionSummary]
    next: str | None = None


class SessionDetail(SessionView):
    """A session with its head's network, metrics and formula at hand for scripts."""

    network: NetworkView
    metrics: Metrics
    formula: FormulaView


class SearchFront(Message):
    """The Pareto front of the search that made a revision, simplest first."""

    revision: str
    points: list[FrontPoint]


class DatasetRows(Message):
    """A page of a dataset's rows as they are used for training; text and missing values are absent numbers."""

    offset: int
    total: int
    columns: list[str]
    rows: list[list[float | None]]


class WholeModel(Message):
    """RMSE of the whole model on held-out rows, in the target's unit, before and after candidate and refit."""

    test_rmse_before: float
    test_rmse_after: float


class Suggestion(Message):
    """A candidate c·f(a·x + b) + d for one edge; constants in the network's units."""

    primitive: str
    a: float
    b: float
    c: float
    d: float
    r2: float = Field(description="Of the edge alone.")
    complexity: int
    whole_model: WholeModel
    text: str = Field(description="The form with 3 digits, for example '0.117 sin(3.14 x) - 0.331'.")
    latex: str
    domain_margin: float | None = Field(
        default=None,
        description="Smallest distance of a·x + b to the border of the domain on the data, over its spread; "
        "absent when there is no border.",
    )
    domain_note: str = Field(description="For example 'valid on all data'.")


class Suggestions(Message):
    """Best first. `verdict` says in a sentence what they mean, also when nothing fits."""

    revision: str
    edge: Edge
    suggestions: list[Suggestion]
    verdict: str
    decided: bool = Field(description="The first is clearly better than all others.")
    seconds: float


class EdgeDetail(Message):
    """The large plot of one edge: arrays of equal length per group, in the network's units."""

    revision: str
    edge: Edge
    x: list[float] = Field(description="200 points over the range of the data.")
    y: list[float]
    data_x: list[float] = Field(description="Up to 400 rows: the source node's values …")
    data_y: list[float] = Field(
        description="… and the edge function plus what the network leaves unexplained (partial residuals), centred like y."
    )
    source_name: str
    target_name: str
    source_shift: float = Field(default=0, description="For inputs: raw value = shift + scale · x.")
    source_scale: float = 1
    text: str = Field(description="What is on the edge, for example 'spline, 8 coefficients'.")


class CandidateCurve(Message):
    """A candidate's values on the x of the edge detail."""

    primitive: str
    a: float
    b: float
    c: float
    d: float
    r2: float
    y: list[float | None]


class PruneProposal(Message):
    """What pruning below a threshold would remove and do."""

    revision: str
    threshold: float
    edges: list[Edge]
    inputs: list[int]
    test_rmse_before: float
    test_rmse_after: float = Field(description="After pruning, before any refit.")
    test_rmse_refit: float = Field(description="After pruning and 10 refit steps.")


class ActionReceipt(Message):
    """202: the action was accepted."""

    action_id: str
    state: Literal["queued", "running", "done", "cancelled", "failed"]
    revision: RevisionView | None = Field(default=None, description="With ?wait=true, or asked for later: what it made.")
    problem: Problem | None = Field(default=None, description="Why it failed.")


class MoveHeadBody(Message):
    """Body of PUT head."""

    revision: str


class RevisionNote(Message):
    """Body of PATCH revision; an empty note removes it."""

    note: str = Field(max_length=2_000)


class Health(Message):
    """Answer of /healthz and /readyz."""

    status: Literal["ok", "starting"]
    version: str


class PrimitiveView(Message):
    """A row of the primitive library."""

    name: str
    latex: str
    complexity: int
    domain: str


class ExportDocument(Message):
    """An export as JSON with its check."""

    format: str
    filename: str
    content: str
    check: str = Field(description="For example 'executed on 200 held-out rows, largest difference 3e-16'.")
