"""Bodies of REST requests and answers that are not views."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from server.contract.base import Edge, Message
from server.contract.exports import ExportFormat
from server.contract.problems import Problem
from server.contract.rows import RowRoles
from server.contract.views import (
    FormulaView,
    FrontPoint,
    Metrics,
    NetworkView,
    RevisionView,
    SessionSummary,
    SessionView,
    WaitingView,
)


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
    rows: RowRoles = RowRoles()


class EquationInput(Message):
    """An independent variable and its range."""

    name: str = Field(min_length=1, max_length=100)
    low: FiniteFloat
    high: FiniteFloat


class CreateEquations(Message):
    """A differential equation, or several, in place of a table: points in a box at which they are asked."""

    inputs: list[EquationInput] = Field(min_length=1, max_length=10)
    unknowns: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(min_length=1, max_length=10, examples=[["u"]])
    equations: list[Annotated[str, Field(max_length=1_000)]] = Field(
        min_length=1,
        max_length=20,
        description="As in the action fit_equation.",
        examples=[["u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"]],
    )
    points: int = Field(default=1_000, ge=50, le=20_000)


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
    """Error of the whole model on held-out rows before and after candidate and refit.

    Of numbers their RMSE in the target's unit, of classes their cross-entropy; the others are absent.
    """

    test_rmse_before: float | None = None
    test_rmse_after: float | None = None
    cross_entropy_before: float | None = None
    cross_entropy_after: float | None = None


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
    domain: str | None = Field(default=None, description="Where the function is defined, 'u > 0'; absent when it is everywhere.")
    border_distance: float | None = Field(
        default=None,
        description="How near the values that enter the edge come to that border; for an edge of an input in its column's unit.",
    )
    domain_note: str = Field(description="For example 'valid on all data'.")
    box_margin: float | None = Field(
        default=None, description="The same on the box; below 0 the function leaves its domain there; absent without a border."
    )
    box_note: str = Field(default="", description="For example 'leaves its domain (u > 0) inside the box'.")
    entry: int = Field(
        default=0,
        description="Functions that are the same on these rows are one entry of the list; 0 the best, its first the shortest.",
    )
    alike: list[str] = Field(default=[], description="The other primitives of its entry.")


class Suggestions(Message):
    """Best entry first, the members of an entry together. `verdict` says in a sentence what they mean, also when nothing fits."""

    revision: str
    edge: Edge
    suggestions: list[Suggestion]
    verdict: str
    decided: bool = Field(description="The first entry is clearly better than all others.")
    seconds: float


ConstantState = Literal["free", "fixed", "exact"]


class ExactProposal(Message):
    """An exact number that a constant may stand for."""

    value: str = Field(description="As `exact` of the action `set_constants` takes it, for example pi/2.")
    latex: str
    test_rmse_after: float | None = Field(
        description="Held-out error with it, the others at their best then (to first order); absent where there is no value."
    )
    deviations: float | None = Field(description="Its distance in standard errors; absent when the error is 0 or not known.")
    rivals: float = Field(
        description="How many numbers as simple as it are to be expected within that distance by chance; few speak for it."
    )


class DropPrice(Message):
    """What leaving a part of the formula out costs, the other constants at their best then."""

    test_rmse_after: float | None = Field(description="Held-out error; absent where the formula has no value then.")
    complexity_after: int


class ConstantView(Message):
    """A named constant of the law; `latex` marks it as constant=name."""

    name: str
    latex: str = Field(description="Of the name.")
    value: float
    standard_error: float | None = Field(description="Absent unless it is free and the data determine it.")
    determined: bool
    state: ConstantState
    symbol: str = Field(description="The exact number it is, as text; empty unless it is exact.")
    symbol_latex: str
    low: float | None
    high: float | None
    unit: str
    place: str = Field(description="LaTeX of the part of the formula it stands in.")
    share: float | None = Field(
        description="What the term it stands in adds to the target's variance, as a share; absent where it is in every term."
    )
    proposals: list[ExactProposal] = Field(description="0 and 1 first, then the simplest; empty when the data pin none down.")
    drop: DropPrice | None = Field(description="Absent where nothing of the formula would be left.")
    term: str = Field(default="", description="Name of the smallest term that it stands in; empty where it is in no term.")
    target: int = Field(default=0, description="Place of the first target whose formula has it.")
    columns: list[str] = Field(default=[], description="Inputs in the part of the formula it stands in.")
    edges: list[Edge] = Field(default=[], description="Of the network, that say this part of the formula.")


class TermView(Message):
    """A part of the law that is added to others, or multiplied with others that have columns; `latex` marks it as term=name."""

    name: str
    target: int
    latex: str
    factor: bool = Field(description="Whether it multiplies; without it 1 stands there, else 0.")
    constants: list[str]
    columns: list[str]
    edges: list[Edge] = Field(description="Of the network, that say it; empty where it has no edges of its own.")
    share: float | None = Field(
        description="Of the formula's variance: what of it goes when the term stands at its mean. Absent where nothing varies."
    )
    drop: DropPrice | None = Field(description="Absent where nothing of the formula would be left.")


class ConstantGain(Message):
    """A constant once offsets are dropped and the others are fitted again."""

    name: str
    value: float
    standard_error: float | None


class DroppableOffsets(Message):
    """Constants that are added to the rest and are 0 within two standard errors, all of them together."""

    names: list[str]
    price: DropPrice
    left: list[ConstantGain] = Field(default=[], description="The constants that stay free, as they would be.")


class FormulaConstants(Message):
    """The law of a revision without splines: its constants with error bars and what they may be exactly."""

    revision: str
    latex: list[str] = Field(
        description="'target = formula' of each; constants as \\htmlData{constant=name}{…}, terms as \\htmlData{term=name}{…}"
    )
    named: list[str] = Field(description="The same with names in place of numbers; exact numbers stay.")
    formulas: list[str] = Field(description="Right-hand sides with names, as `model-draft` reads them.")
    constants: list[ConstantView]
    terms: list[TermView] = Field(default=[], description="In reading order; outer ones before those within them.")
    offsets: DroppableOffsets | None = Field(description="Absent when there are none.")
    complexity: int
    test_rmse: float | None = Field(description="Held-out error of the formula as it is.")
    note: str = Field(description="What the error bars rest on.")
    seconds: float


class DomainCheck(Message):
    """A function of the formula that has a border; margins are distances over the spread of its argument, below 0 outside."""

    edge: Edge
    primitive: str
    domain: str
    margin_data: float | None
    margin_box: float | None
    text: str


class Validity(Message):
    """Where the formula may be used: whether its functions stay inside their domains on a box of inputs, raw units."""

    revision: str
    inputs: list[str]
    low: list[float]
    high: list[float]
    given: bool = Field(description="False: the data's range grown by a tenth on both sides; positive columns stay positive.")
    checks: list[DomainCheck] = Field(description="Worst on the box first; functions without a border are left out.")
    holds: bool
    text: str


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
    weight: list[float] | None = Field(default=None, description="… and what each counts, at most 1; null when all do alike.")
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
    """What pruning below a threshold would remove and do.

    Errors are on held-out rows: of numbers their RMSE in the target's unit, of classes their cross-entropy.
    """

    revision: str
    threshold: float
    edges: list[Edge]
    inputs: list[int]
    test_rmse_before: float | None = None
    test_rmse_after: float | None = Field(default=None, description="After pruning, before any refit.")
    test_rmse_refit: float | None = Field(default=None, description="After pruning and 10 refit steps.")
    cross_entropy_before: float | None = None
    cross_entropy_after: float | None = Field(default=None, description="After pruning, before any refit.")
    cross_entropy_refit: float | None = Field(default=None, description="After pruning and 10 refit steps.")


class FormulaReading(Message):
    """A formula while it is being written, held against the rows before it becomes a network."""

    target: int
    problem: str | None = Field(default=None, description="Why it cannot be read: where, and how to mend it.")
    test_rmse: float | None = Field(
        default=None, description="As written, on held-out rows, in the target's unit; null without a value there."
    )
    rows_without_value: int = Field(default=0, description="Rows on which the formula has no value.")
    rows: int = Field(
        default=0, description="Rows it was held against: all, or so many evenly spread ones of a large table as take no time."
    )


class ActionReceipt(Message):
    """202: the action was accepted."""

    action_id: str
    state: Literal["queued", "running", "paused", "done", "cancelled", "failed"] = Field(
        description="A paused one occupies no worker."
    )
    waiting: WaitingView | None = Field(
        default=None, description="While it waits for a worker; an action behind another one of its session has no place yet."
    )
    revision: RevisionView | None = Field(default=None, description="With ?wait=true, or asked for later: what it made.")
    problem: Problem | None = Field(default=None, description="Why it failed.")


class PauseBody(Message):
    """Body of PATCH action."""

    paused: bool


class MoveHeadBody(Message):
    """Body of PUT head."""

    revision: str
    parent: str | None = Field(default=None, description="The head this was decided on; refused as stale when it is another one.")


class RevisionNote(Message):
    """Body of PATCH revision; an empty note removes it."""

    note: str = Field(max_length=2_000)


class WorkersView(Message):
    """The processes that compute."""

    ready: int = Field(description="Alive and warm.")
    size: int = Field(description="How many there are when all have started.")
    failed_starts: int = Field(default=0, description="In a row; after each the next one is waited for longer.")


class ServerView(Message):
    """Where this server can be reached, for links that others are to open."""

    version: str
    shared: bool = Field(description="False: it listens on this machine only, so its links open nowhere else.")
    addresses: list[str] = Field(
        description="Under which other machines may reach it, as far as it knows; none names a token.",
        examples=[["http://192.168.1.20:8765"]],
    )
    token: bool = Field(description="Whoever opens a link is asked for the server's token.")


class Health(Message):
    """Answer of /healthz and /readyz."""

    status: Literal["ok", "starting", "failing"] = Field(
        description="failing: no worker is ready, and the last ones did not start."
    )
    version: str
    workers: WorkersView | None = Field(default=None, description="Of /readyz.")


class PrimitiveView(Message):
    """A row of the primitive library."""

    name: str
    latex: str
    complexity: int
    domain: str
    own: bool = Field(default=False, description="A function of the session's own.")


class ExportDocument(Message):
    """An export as JSON with its check."""

    format: ExportFormat
    filename: str
    content: str
    check: str = Field(description="For example 'executed on 200 held-out rows, largest difference 3e-16'.")
