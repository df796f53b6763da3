"""Every change a person or program can ask for: one class each, closed by the union `Action`.

An action is applied to a revision and gives the next one. `parent`, when given, must be the session's head,
else the answer is the problem `stale_revision`. `label()` is the text in history, log and palette.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, TypeAdapter

from server.contract.base import ConstantChange, Edge, Message, Name, Node
from server.contract.model_draft import Constants, Per


class ActionBase(Message):
    """Common to all actions, and how much work one is: what is not said fits nothing and takes a moment.

    Attributes:
        long: it may take minutes on any table, so short ones never wait for it.
        gradual: it goes step by step and can be stopped; one that does not is given up after a minute.
    """

    long: ClassVar[bool] = False
    gradual: ClassVar[bool] = False
    parent: str | None = Field(default=None, description="Revision the action was decided on; must still be the head.")

    def steps_of_fitting(self) -> int:
        """Steps of least squares on all rows that it takes at most."""
        return 0

    def grid_afterwards(self) -> int:
        """Grid intervals on which it fits; 0 for those there are."""
        return 0

    def own_seconds(self) -> float | None:
        """What it says itself about its time."""
        return None


Base = Literal["none", "silu", "identity"]
Count = Annotated[int, Field(ge=0, le=10_000)]


class Initialise(ActionBase):
    """Start afresh with a new, untrained network."""

    kind: Literal["initialise"] = "initialise"
    shape: list[int] | None = Field(
        default=None,
        description="Node counts from inputs to outputs; chosen from the data when absent.",
        min_length=2,
        max_length=8,
        examples=[[2, 5, 1]],
    )
    intervals: int = Field(default=5, ge=1, le=200, description="Grid intervals G per edge.")
    degree: int = Field(default=3, ge=1, le=5, description="Spline degree k.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    products: list[Count] | None = Field(
        default=None,
        description="Product nodes of each hidden layer, in addition to the sum nodes that `shape` counts.",
        max_length=6,
        examples=[[2]],
    )
    arity: int = Field(default=2, ge=2, le=8, description="Factors of a product node.")
    base: Base = Field(default="none", description="φ(x) = w·b(x) + spline: the base function b of every layer.")
    knots: Literal["uniform", "quantile"] = Field(default="uniform", description="At equal distances, or denser where rows are.")
    precision: Literal["float64", "float32"] = "float64"
    noise_scale: float = Field(default=0.05, ge=0, le=1, description="Noise of the untrained splines relative to their slope.")

    def label(self) -> str:
        if self.shape is None:
            return "start"
        more = [0, *(self.products or []), *[0] * len(self.shape)]
        counts = [f"{count}+{extra}×" if extra else f"{count}" for count, extra in zip(self.shape, more, strict=False)]
        return f"start [{', '.join(counts)}]"


class Train(ActionBase):
    """Fit all free parameters to the training rows."""

    long: ClassVar[bool] = True
    gradual: ClassVar[bool] = True
    kind: Literal["train"] = "train"
    method: Literal["auto", "levenberg_marquardt", "lbfgs", "adam"] = Field(
        default="auto", description="auto chooses by parameters, rows and objective, and says so."
    )
    objective: Literal["auto", "squared", "huber", "cross_entropy"] = Field(
        default="auto", description="auto is the squared loss for numbers and cross-entropy for classes."
    )
    huber_delta: float = Field(
        default=1.0, gt=0, le=1e6, description="Residuals beyond it count linearly; in standard deviations of the target."
    )
    steps: int = Field(default=60, ge=1, le=10_000, description="At most this many steps; stops earlier when nothing improves.")
    sparsity: float = Field(default=0.01, ge=0, le=100, description="λ, weight of the L1 + entropy penalty; 0 fits only.")
    entropy: float = Field(default=2.0, ge=0, le=100, description="κ, weight of the entropy term relative to L1.")
    smoothness: float = Field(default=0, ge=0, le=1e6, description="ν, weight of the squared second differences of coefficients.")
    batch: int = Field(default=1024, ge=1, le=1_000_000, description="Rows of a minibatch; Adam only.")
    rate: float = Field(default=0.01, gt=0, le=10, description="Learning rate at the start; Adam only.")
    compile: bool = Field(
        default=False,
        description="Compile the layers' elementwise work first; Adam and L-BFGS only. The first step says if it was.",
    )
    update_grid: bool = Field(default=True, description="Let knot ranges follow the node values.")

    def label(self) -> str:
        words = {"levenberg_marquardt": " · LM", "lbfgs": " · L-BFGS", "adam": " · Adam", "auto": ""}[self.method]
        return f"train{' · sparse' if self.sparsity > 0 else ''}{words}"


class GridSchedule(ActionBase):
    """Train on one grid after another, without sparsity; stops when the held-out error rises and keeps the best grid."""

    long: ClassVar[bool] = True
    gradual: ClassVar[bool] = True
    kind: Literal["grid_schedule"] = "grid_schedule"
    intervals: list[Annotated[int, Field(ge=1, le=400)]] = Field(
        min_length=1, max_length=20, description="Grid intervals G of each stage, rising.", examples=[[5, 10, 20, 50]]
    )
    steps: int = Field(default=30, ge=1, le=10_000, description="At most this many training steps on each grid.")

    def label(self) -> str:
        return f"grids {', '.join(map(str, self.intervals[:6]))}{' …' if len(self.intervals) > 6 else ''}"


class FitEquation(ActionBase):
    """Fit the network to a differential equation or another relation, and to what is known at some places.

    In a session that began with equations the rows are the points at which they are asked, and the solution becomes the rows'
    values. In any other session the measured rows are met as well.
    """

    long: ClassVar[bool] = True
    gradual: ClassVar[bool] = True
    kind: Literal["fit_equation"] = "fit_equation"
    equations: list[Annotated[str, Field(max_length=1_000)]] = Field(
        default=[],
        max_length=20,
        description="One a text, in column names; D(u, x) and D(u, x, x), or u_x and u_xx, are derivatives of the target u. With"
        " 'at x = 0' at the end it is asked there only. When absent, the equations the session began with.",
        examples=[["u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"]],
    )
    points: int = Field(default=1_000, ge=10, le=20_000, description="Where equations are asked, beside measured rows.")
    low: list[float] = Field(
        default=[], max_length=1_000, description="Of the box of those points, one an input; the rows' range when absent."
    )
    high: list[float] = Field(default=[], max_length=1_000)
    weight: float | None = Field(
        default=None,
        gt=0,
        le=1e12,
        description="Of the equations' mean square, relative to that of each condition and of the rows; balanced when absent.",
    )
    steps: int = Field(default=40, ge=1, le=10_000, description="At most this many, for each grid again.")
    starts: int = Field(default=5, ge=1, le=30, description="Random starts that compete, when the network is untrained.")
    intervals: list[Annotated[int, Field(ge=1, le=400)]] | None = Field(
        default=None,
        max_length=10,
        description="Grid intervals G to go on with, rising; chosen when absent, as long as all edges are splines.",
        examples=[[10, 20]],
    )

    def label(self) -> str:
        text = " ".join((self.equations or [""])[0].split())
        return f"solve {text if len(text) <= 40 else text[:39] + '…'}" if text else "solve the equation"


class ExtendGrid(ActionBase):
    """Represent splines on a finer grid (least squares, exact when old knots are kept), then optionally train."""

    gradual: ClassVar[bool] = True
    kind: Literal["extend_grid"] = "extend_grid"
    intervals: int = Field(ge=1, le=400)
    steps: int = Field(default=30, ge=0, le=10_000, description="Training steps without sparsity afterwards.")
    edges: list[Edge] = Field(default=[], max_length=100_000, description="Only these splines; all when empty.")

    def steps_of_fitting(self) -> int:
        return self.steps

    def grid_afterwards(self) -> int:
        return self.intervals

    def label(self) -> str:
        count = len(self.edges)
        return f"grid {self.intervals}" + (f" on {count} edge{'s' if count > 1 else ''}" if count else "")


class Prune(ActionBase):
    """Set edges to zero; a dead node takes its edges with it. Give places, or a threshold on importance, or both.

    Without any of them the proposal is taken: `GET …/prune-proposal` without a threshold tells it beforehand.
    """

    gradual: ClassVar[bool] = True
    kind: Literal["prune"] = "prune"
    edges: list[Edge] = Field(default=[], max_length=100_000)
    nodes: list[Node] = Field(default=[], max_length=10_000)
    inputs: list[int] = Field(default=[], max_length=10_000)
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="Prune every edge whose importance is below this share of the largest."
    )
    refit: int = Field(default=20, ge=0, le=10_000, description="Training steps without sparsity afterwards.")

    def steps_of_fitting(self) -> int:
        return self.refit

    def label(self) -> str:
        if self.threshold is not None:
            return f"prune below {self.threshold:.3g}"
        parts = [(len(self.edges), "edge"), (len(self.nodes), "node"), (len(self.inputs), "input")]
        named = ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in parts if n)
        return f"prune {named or 'weak edges'}"


class SetSymbolic(ActionBase):
    """Make an edge c·f(a·x + b) + d. Constants that are absent are fitted; they refer to the network's own units.

    Constants that are given stay where they are in every fit, unless `hold` is false.
    """

    gradual: ClassVar[bool] = True
    kind: Literal["set_symbolic"] = "set_symbolic"
    edge: Edge
    primitive: str = Field(
        min_length=1, max_length=250, examples=["sin"], description="Of the library, or a function of x such as x*exp(-x^2)."
    )
    a: float | None = None
    b: float | None = None
    c: float | None = None
    d: float | None = None
    hold: bool = Field(default=True, description="False: the constants that are given are where a fit begins.")
    refit: int = Field(default=30, ge=0, le=10_000, description="Steps in which all other constants and splines are refitted.")

    def steps_of_fitting(self) -> int:
        return self.refit

    def label(self) -> str:
        return f"({self.edge.layer},{self.edge.source},{self.edge.target}) is {self.primitive}"


class SetSpline(ActionBase):
    """Give an edge back to a spline; a symbolic edge keeps its values, a pruned edge starts at zero."""

    kind: Literal["set_spline"] = "set_spline"
    edge: Edge

    def label(self) -> str:
        return f"({self.edge.layer},{self.edge.source},{self.edge.target}) back to spline"


class Lock(ActionBase):
    """Lock edges (training and edits leave them alone) or unlock them."""

    kind: Literal["lock"] = "lock"
    edges: list[Edge] = Field(min_length=1, max_length=100_000)
    locked: bool = True

    def label(self) -> str:
        return f"{'lock' if self.locked else 'unlock'} {len(self.edges)} edge{'s' if len(self.edges) > 1 else ''}"


class Refit(ActionBase):
    """Refit the constants (symbolic edges only) or, with `splines`, everything; no sparsity."""

    gradual: ClassVar[bool] = True
    kind: Literal["refit"] = "refit"
    splines: bool = Field(default=True, description="Also refit the remaining splines.")
    steps: int = Field(default=100, ge=1, le=10_000)

    def steps_of_fitting(self) -> int:
        return self.steps

    def label(self) -> str:
        return "refit" if self.splines else "refit constants"


class SetConstants(ActionBase):
    """Change constants of the law: free, fix, make exact, bound, rename, tie, drop. Whatever is set stays until it is changed."""

    kind: Literal["set_constants"] = "set_constants"
    changes: list[ConstantChange] = Field(default=[], max_length=200)
    drop: list[Name] = Field(
        default=[],
        max_length=200,
        description="Leave out what these constants multiply or add; an exponent that is dropped becomes 1.",
        examples=[["c3"]],
    )
    drop_terms: list[Name] = Field(
        default=[],
        max_length=200,
        description="Terms to leave out, as `GET …/constants` lists them for the parent: a summand becomes 0, a factor 1.",
        examples=[["t2"]],
    )
    refit: bool = Field(default=True, description="Fit the free constants again afterwards.")

    def steps_of_fitting(self) -> int:
        # The constants of a law are fitted once or twice over; each fit ends by itself within about so many steps.
        return 50

    def label(self) -> str:
        dropped = [*self.drop, *self.drop_terms]
        if self.drop_terms and not self.drop and not self.changes:
            return "drop a term" if len(dropped) == 1 else f"drop {len(dropped)} terms"
        if dropped and not self.changes:
            return f"drop {', '.join(dropped[:3])}{' …' if len(dropped) > 3 else ''}"
        if len(self.changes) == 1 and not dropped:
            return _change_label(self.changes[0])
        return f"set {len(self.changes) + len(dropped)} constants"


def _change_label(change: ConstantChange) -> str:
    if change.exact is not None:
        return f"{change.name} is {change.exact}"
    if change.same_as is not None:
        return f"{change.name} is {change.same_as}"
    if change.rename is not None:
        return f"{change.name} is called {change.rename}"
    words = {"free": "free ", "fixed": "fix "}.get(change.state or "", "set ")
    return f"{words}{change.name}" + ("" if change.value is None else f" at {change.value:.4g}")


class DefinePrimitive(ActionBase):
    """Define a function of x of one's own; it travels with the network and takes part in suggestions."""

    kind: Literal["define_primitive"] = "define_primitive"
    name: str | None = Field(
        default=None, max_length=40, description="A word of letters, digits and _; the text itself when absent."
    )
    text: str = Field(min_length=1, max_length=200, examples=["x*exp(-x^2)"])

    def label(self) -> str:
        return f"define {self.text}" if self.name is None else f"define {self.name}"


class ForgetPrimitive(ActionBase):
    """Take a function of one's own from the list; edges that have it keep it."""

    kind: Literal["forget_primitive"] = "forget_primitive"
    name: str = Field(min_length=1, max_length=250)

    def label(self) -> str:
        return f"forget {self.name.partition('(x) = ')[0]}"


class Search(ActionBase):
    """Search formulas automatically; the best one becomes the revision, the others stay reachable as its front.

    It begins from the table: what was set or pruned by hand is not in its formulas and stays in the history.
    """

    long: ClassVar[bool] = True
    gradual: ClassVar[bool] = True
    kind: Literal["search"] = "search"
    budget: float = Field(default=30, ge=1, le=3_600, description="Seconds after which the best formula so far is taken.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    ignore_locked: bool = Field(
        default=False, description="Search although locked edges would not be kept; else they are a problem, `locked`."
    )

    def own_seconds(self) -> float:
        return self.budget

    def label(self) -> str:
        return "search"


class Adopt(ActionBase):
    """Take another formula from the front of a search."""

    kind: Literal["adopt"] = "adopt"
    search: str = Field(min_length=1, max_length=64, description="Revision that the search made.")
    index: int = Field(ge=0, le=1_000, description="Place on its front, 0 the simplest.")

    def label(self) -> str:
        return f"formula {self.index + 1} of the search"


class Widen(ActionBase):
    """Add nodes to a hidden layer; what enters them is random, what leaves them is zero, so the function stays."""

    kind: Literal["widen"] = "widen"
    layer: int = Field(ge=1, le=100, description="Layer of hidden nodes, 1 the first after the inputs.")
    nodes: int = Field(default=1, ge=1, le=1_000)
    node_kind: Literal["sum", "product"] = "sum"
    arity: int = Field(default=2, ge=2, le=8, description="Factors of each new product node.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    def label(self) -> str:
        kind = "product node" if self.node_kind == "product" else "node"
        return f"{self.nodes} more {kind}{'s' if self.nodes > 1 else ''} in layer {self.layer}"


class Deepen(ActionBase):
    """Put a layer in that hands its values on unchanged, so the function stays; training may then use it."""

    kind: Literal["deepen"] = "deepen"
    position: int = Field(ge=0, le=100, description="Layer of edges before which it is put; the number of layers puts it last.")

    def label(self) -> str:
        return f"a layer more at {self.position}"


class SetBase(ActionBase):
    """Give every spline another base function; the splines take up the difference, so the function stays."""

    kind: Literal["set_base"] = "set_base"
    base: Base

    def label(self) -> str:
        return "no base function" if self.base == "none" else f"base {self.base}"


class FromFormula(ActionBase):
    """Start afresh with known laws: a network of symbolic edges, sum and product nodes that equals the formulas.

    Whole numbers, pi, e and halves as exponents belong to the form; every other number is a constant that *Refit* moves.
    """

    kind: Literal["from_formula"] = "from_formula"
    formulas: list[Annotated[str, Field(min_length=1, max_length=2_000)]] = Field(
        min_length=1,
        max_length=100,
        description="One a target, in column names; names that are no words go between backticks.",
        examples=[["exp(sin(pi*x) + y^2)"]],
    )
    constants: Constants = Field(
        default=[],
        description="Of letters that are no columns, functions or known numbers. Those without a value are fitted to all rows.",
    )
    per: Per = {}
    fit: bool | None = Field(
        default=None,
        description="Whether free constants are fitted; absent: when one of them has no value. False needs all values.",
    )

    def label(self) -> str:
        text = " ".join(self.formulas[0].split())
        return f"from {text if len(text) <= 40 else text[:39] + '…'}"


class Merge(ActionBase):
    """Put the network of another revision beside this one; outputs are combined with weights."""

    kind: Literal["merge"] = "merge"
    revision: str = Field(min_length=1, max_length=64, description="The other revision, of the same session.")
    weights: Literal["fitted", "equal"] = Field(
        default="fitted", description="Least squares on the training rows, or one half each."
    )

    def label(self) -> str:
        return "merge with another revision"


Action = Annotated[
    Initialise
    | Train
    | GridSchedule
    | FitEquation
    | ExtendGrid
    | Prune
    | SetSymbolic
    | SetSpline
    | Lock
    | Refit
    | SetConstants
    | DefinePrimitive
    | ForgetPrimitive
    | Search
    | Adopt
    | Widen
    | Deepen
    | SetBase
    | FromFormula
    | Merge,
    Field(discriminator="kind"),
]
ACTION: TypeAdapter[Action] = TypeAdapter(Action)
ACTIONS: Mapping[str, type[ActionBase]] = MappingProxyType(
    {action.model_fields["kind"].default: action for action in get_args(get_args(Action)[0])}
)
"""All of them by kind."""
