"""What a browser or script sees of a dataset, a revision and a session."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.contract.actions import Action
from server.contract.base import Edge, Message
from server.contract.rows import JudgedView, RowRoles

Task = Literal["regression", "classification"]
"""What a session learns: numbers, or the classes of one target."""

SolutionVerdict = Literal["solved", "nearly", "not_a_solution"]
"""What is left of equations amounts to. Nearly: worth going on from."""

RELATIVE_RESIDUAL = (
    "What is left of the equations and their conditions over the size of what should cancel, root mean squares, of the worst: "
    "0 when fulfilled, 1 when nothing balances. Only where the session began with equations."
)
VERDICT = (
    "What `relative_residual` amounts to: solved up to 0.005, nearly up to 0.05. Of the function as it is; a network that nobody "
    "has fitted to the equations since it began is no solution either."
)


class ColumnView(Message):
    """One column of a dataset."""

    name: str
    unit: str | None = None
    role: Literal["input", "target", "ignored"]
    usable: bool = Field(description="False for text or duplicate columns, and for those with gaps.")
    note: str | None = Field(
        default=None, description="What was found and what to do, for example '3 missing values: rows left out'."
    )
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    missing: int = 0
    histogram: list[int] = Field(default=[], description="24 equal bins from minimum to maximum.")
    labels: list[str] = Field(
        default=[],
        description="Classes, when the column can be the target of a classification; as an input text labels stand as 0, 1, ….",
    )


class DatasetView(Message):
    """A table, addressed by its content."""

    id: str
    name: str
    rows: int
    rows_left_out: int = 0
    columns: list[ColumnView]
    notes: list[str] = []
    source: str | None = None
    licence: str | None = None
    equations: list[str] = Field(
        default=[], description="When it began with equations: the rows are points, and the targets' values follow from solving."
    )


class SampleView(Message):
    """A sample of the gallery."""

    name: str
    title: str
    summary: str
    rows: int
    inputs: list[str]
    targets: list[str]
    real: bool = Field(description="Measured data, not made from a formula.")
    formula_hint: str | None = Field(default=None, description="LaTeX of the true law, for made data.")
    source: str
    licence: str


class EdgeFunction(Message):
    """Spline, symbolic c·f(a·x + b) + d in the network's units, or zero."""

    kind: Literal["spline", "symbolic", "zero"]
    primitive: str | None = None
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None
    intervals: int | None = Field(default=None, description="Grid intervals of a spline.")
    text: str | None = Field(
        default=None, description="The symbolic form with the column's own name and unit, hidden nodes by their symbol."
    )


class EdgeView(Message):
    """One edge: importance is its share of the largest in the network, 0 … 1."""

    id: Edge
    function: EdgeFunction
    importance: float
    locked: bool = False


class NodeView(Message):
    """One node; `subnodes` are the edge targets it owns."""

    layer: int
    index: int
    kind: Literal["input", "sum", "product"]
    name: str
    subnodes: list[int] = []
    importance: float
    active: bool
    shift: float = Field(default=0.0, description="Its own value, in its column's unit, is shift + scale · the network's.")
    scale: float = 1.0


class OwnFunction(Message):
    """A function that a person defined; it travels with the network."""

    name: str = Field(description="As an edge has it: 'bump(x) = x*exp(-x^2)', or the text of one without a name.")
    short: str = Field(description="What it is called.")
    text: str
    latex: str
    complexity: int
    domain: str
    edges: int = Field(description="How many edges have it.")


class NetworkView(Message):
    """The graph without curves."""

    shape: list[int]
    intervals: list[int] = Field(description="Grid intervals per layer.")
    degree: int
    base: Literal["none", "silu", "identity", "mixed"] = Field(default="none", description="'mixed' when layers differ.")
    knots: Literal["uniform", "quantile"] = "uniform"
    precision: Literal["float64", "float32"] = "float64"
    parameters: int = Field(description="Free parameters.")
    nodes: list[NodeView]
    functions: list[OwnFunction] = Field(default=[], description="The person's own, beside the library.")
    edges: list[EdgeView] = Field(description="All edges, pruned ones included, ordered layer, target, source.")


class ConfusionView(Message):
    """Held-out rows by true class (rows of `counts`) and predicted class (columns)."""

    classes: list[str] = Field(description="Names, in the order of rows and columns.")
    counts: list[list[int]]
    recall: list[float | None] = Field(description="Share of each class's rows that are recognised; absent without rows.")


class Metrics(Message):
    """How good a network and its formula are. Numbers have root mean squared errors, classes accuracy and cross-entropy.

    What does not belong to the session's task is absent.
    """

    train_rmse: float | None = Field(default=None, description="In the target's own unit; regression only.")
    test_rmse: float | None = Field(default=None, description="The same on the rows that judge, by fits without them.")
    test_nrmse: float | None = Field(default=None, description="The same over the target's standard deviation.")
    r2_test: float | None = Field(
        default=None,
        description="1 - Σ error²/Σ (target - mean)² of the rows that judge, by their weights; regression only, absent with "
        "fewer than five of them.",
    )
    rows_train: int
    rows_test: int
    judged: JudgedView | None = Field(default=None, description="What these errors rest on; absent in older revisions.")
    network_formula: float | None = Field(
        default=None, description="RMSE between network and formula on the held-out rows; of classes between their logits."
    )
    data_formula: float | None = Field(
        default=None, description="RMSE between data and formula on the held-out rows; regression only."
    )
    accuracy_train: float | None = Field(default=None, description="As `accuracy_test`, on training rows.")
    accuracy_test: float | None = Field(
        default=None, description="Share of held-out rows whose most probable class is theirs; classification only."
    )
    cross_entropy_test: float | None = Field(
        default=None, description="Mean -log of the probability of the right class on held-out rows; classification only."
    )
    cross_entropy_train: float | None = Field(default=None, description="As `cross_entropy_test`, on training rows.")
    cross_entropy_formula: float | None = Field(
        default=None, description="The cross-entropy of the written formula on held-out rows; classification only."
    )
    confusion_test: ConfusionView | None = Field(
        default=None, description="Which classes are taken for which on held-out rows; classification only."
    )
    equation_rms: float | None = Field(
        default=None,
        description="Root mean square of left minus right on held-out points; only where the session began with equations.",
    )
    condition_rms: float | None = Field(
        default=None, description="The same of the equations with a place, such as boundary values, each where it is asked."
    )
    relative_residual: float | None = Field(default=None, description=RELATIVE_RESIDUAL)
    verdict: SolutionVerdict | None = Field(default=None, description=VERDICT)


class OutputFormula(Message):
    """The formula of one target."""

    target: str
    sympy: str
    latex: str
    latex_full: str = Field(description="With all digits.")


class FormulaView(Message):
    """The network written out in the data's names and units; splines appear as φ with their indices."""

    sympy: str = Field(description="Formula of the first target, full precision.")
    latex: str = Field(description="'name = formula' of all targets, 4 significant digits.")
    complexity: int = Field(description="Nodes of the expression tree, counted as PySR does.")
    symbolic: bool = Field(description="No splines left.")
    outputs: list[OutputFormula]
    maximum_difference: float | None = Field(default=None, description="Largest |network - formula| on the data.")
    note: str | None = Field(default=None, description="For example that simplification ran out of time.")


class FrontPoint(Message):
    """A formula that no simpler one equals in error."""

    index: int = Field(description="Place on the front, 0 the simplest.")
    sympy: str
    latex: str = Field(description="'name = formula', 4 significant digits.")
    complexity: int
    test_rmse: float = Field(description="On rows held out from training, in the target's unit.")
    noise_left: bool = Field(
        default=False,
        description="What it leaves unexplained looks like noise; the error of the first such formula estimates the noise level.",
    )
    relative_residual: float | None = Field(default=None, description=RELATIVE_RESIDUAL)
    verdict: SolutionVerdict | None = Field(default=None, description=VERDICT)


LossEvent = Literal["grid", "start", "best_start", "grid_update", "undone", "other"]
"""What happened at a step: a stage with another grid began, a start began, the best start was chosen, knots moved, a step was
undone."""


class LossPoint(Message):
    """One training step; errors as in `Metrics`: of numbers or of classes."""

    step: int
    train_rmse: float | None = None
    test_rmse: float | None = None
    cross_entropy_train: float | None = None
    cross_entropy_test: float | None = None
    event: str | None = Field(default=None, description="What happened there, in words.")
    event_kind: LossEvent | None = None
    intervals: int | None = Field(default=None, description="With kind grid: intervals from here on.")


class LossMark(Message):
    """Something that happened at a step."""

    step: int
    text: str
    kind: LossEvent = "other"
    intervals: int | None = Field(default=None, description="With kind grid: intervals from here on.")


class RevisionView(Message):
    """The immutable result of an action."""

    id: str
    number: int = Field(description="Counts up within the session, 0 is the start.")
    parent: str | None
    action: Action
    label: str
    created_at: str
    by: str | None = Field(default=None, description="Who asked for the action; absent when they gave no name.")
    seconds: float
    outcome: Literal["done", "cancelled"] = "done"
    message: str | None = Field(default=None, description="What the action found, in one sentence.")
    network: NetworkView
    metrics: Metrics
    formula: FormulaView
    losses: list[LossPoint] = []
    equations: list[str] = Field(
        default=[], description="That the values of its points fulfil, where the session began with some."
    )


class RevisionSummary(Message):
    """A row of the history tree."""

    id: str
    number: int
    parent: str | None
    kind: str
    label: str
    created_at: str
    by: str | None = Field(default=None, description="Who asked for it; absent when they gave no name.")
    test_rmse: float | None = Field(default=None, description="As in `Metrics`; absent where classes are learned.")
    accuracy_test: float | None = Field(default=None, description="As in `Metrics`; only where classes are learned.")
    cross_entropy_test: float | None = Field(default=None, description="As in `Metrics`; only where classes are learned.")
    equation_rms: float | None = Field(default=None, description="As in `Metrics`; only where the session began with equations.")
    relative_residual: float | None = Field(default=None, description=RELATIVE_RESIDUAL)
    verdict: SolutionVerdict | None = Field(default=None, description=VERDICT)
    front_search: str | None = Field(default=None, description="With kind adopt: the revision of the search it was taken from.")
    front_index: int | None = Field(default=None, description="With kind adopt: its place on the front of that search.")
    complexity: int
    symbolic: bool
    edges_active: int
    note: str | None = None


class WaitingView(Message):
    """An action's place in the line of those that wait for a worker."""

    place: int = Field(ge=1, description="1 is the next.")
    of: int = Field(ge=1, description="How many wait.")
    seconds: float | None = Field(
        default=None, ge=0, description="Until it begins, by the seconds of recent actions; absent where nothing is known."
    )


class RunningView(Message):
    """The action that runs now, or that is the session's next and waits for a worker."""

    action_id: str
    action: Action
    label: str
    by: str | None = Field(default=None, description="Who asked for it; absent when they gave no name.")
    paused: bool = Field(default=False, description="Whether somebody has paused it.")
    held: bool = Field(
        default=False,
        description="Whether it occupies no worker: paused and put aside at its last step, or waiting to go on from there. "
        "Paused and not held, it is still on the way to the end of its step; an action that ends with it is not put aside.",
    )
    waiting: WaitingView | None = Field(default=None, description="Absent as soon as it has a worker.")


class SessionView(Message):
    """All a joiner needs."""

    id: str
    name: str
    dataset: DatasetView
    inputs: list[str]
    targets: list[str]
    task: Task = "regression"
    rows: RowRoles | None = Field(default=None, description="Absent in sessions from before rows could be chosen.")
    head: str
    revision: RevisionView
    redo: str | None = Field(default=None, description="Revision that redo goes to.")
    history: list[RevisionSummary]
    running: RunningView | None = None
    seq: int = Field(description="Last event contained in this view.")


class SessionSummary(Message):
    """A row of the session list."""

    id: str
    name: str
    dataset: str
    created_at: str
    updated_at: str
    revisions: int
    test_rmse: float | None = Field(default=None, description="As in `Metrics`; absent where classes are learned.")
    accuracy_test: float | None = Field(default=None, description="As in `Metrics`; only where classes are learned.")
    cross_entropy_test: float | None = Field(default=None, description="As in `Metrics`; only where classes are learned.")
    equation_rms: float | None = Field(default=None, description="As in `Metrics`; only where the session began with equations.")
    verdict: SolutionVerdict | None = Field(
        default=None, description="As in `Metrics`, of the head; absent of a network that only began."
    )
    formula_latex: str
    bytes: int = Field(description="That its revisions take on the disk; what sessions share counts for each.")
    deleted_at: str | None = Field(default=None, description="When it was deleted; it can be restored for a while.")
