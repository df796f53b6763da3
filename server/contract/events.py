"""What the server tells browsers: one class each, closed by the union `Event`, each with its delivery rule.

Delivery: a *frame* (class attribute `superseded_by` names its key) may be replaced by a newer frame of the same key
for a slow browser; everything else is never dropped. `seq` rises by one per event of a session; frames carry the
seq of their making and leave gaps when superseded.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from server.contract.base import Binary, Message
from server.contract.problems import Problem
from server.contract.views import FrontPoint, LossMark, RevisionSummary, RevisionView, RunningView, SessionView, WaitingView


class EventBase(Message):
    """Common to all events."""

    superseded_by: ClassVar[str | None] = None
    seq: int = 0


class View(EventBase):
    """Everything, for a joiner or one who has missed too much."""

    type: Literal["view"] = "view"
    session: SessionView


class ActionStarted(EventBase):
    """An action is the session's next: it has begun, or waits for a worker."""

    type: Literal["action_started"] = "action_started"
    running: RunningView
    parent: str
    request_id: str | None = None


class ActionPaused(EventBase):
    """The running action was paused or goes on; `held` as in `RunningView`."""

    type: Literal["action_paused"] = "action_paused"
    action_id: str
    paused: bool
    held: bool = False


class Waiting(EventBase):
    """Frame: the running action waits for a worker, or no longer does."""

    superseded_by: ClassVar[str | None] = "waiting"
    type: Literal["waiting"] = "waiting"
    action_id: str
    waiting: WaitingView | None = Field(default=None, description="Absent when it has a worker.")


class Progress(EventBase):
    """Frame: where the running action is; errors as in `Metrics`: of numbers or of classes."""

    superseded_by: ClassVar[str | None] = "progress"
    type: Literal["progress"] = "progress"
    action_id: str
    step: int = Field(
        description="Of the training, or of the competing `start`; the winner goes on counting where its own heat ended."
    )
    steps: int
    start: int | None = Field(default=None, description="While random starts compete: which one takes this step, from 1.")
    starts: int | None = Field(default=None, description="How many compete.")
    train_rmse: float | None = None
    test_rmse: float | None = None
    cross_entropy_train: float | None = None
    cross_entropy_test: float | None = None
    penalty: float | None = None
    steps_per_second: float | None = None
    seconds_left: float | None = None
    message: str | None = None


class Losses(EventBase):
    """Loss history of the running action so far, at most 600 points (frame: each contains the former).

    Errors as in `Metrics`: of numbers or of classes; the other lists are empty.
    """

    superseded_by: ClassVar[str | None] = "losses"
    type: Literal["losses"] = "losses"
    action_id: str
    step: list[int]
    train_rmse: list[float] = []
    test_rmse: list[float] = []
    cross_entropy_train: list[float] = []
    cross_entropy_test: list[float] = []
    marks: list[LossMark] = Field(default=[], description="As the `event` of the points of a revision's losses.")


class Curves(EventBase):
    """Frame: edge functions sampled at equal distances on [x_low, x_high] of each edge.

    Arrays are little-endian float32 (int32 for `edges`), raw bytes; in the JSON coding they are base64.
    """

    superseded_by: ClassVar[str | None] = "curves"
    type: Literal["curves"] = "curves"
    revision: str | None = Field(default=None, description="Absent while an action runs.")
    action_id: str | None = None
    points: int
    edges: Binary = Field(description="int32 (edges, 3): layer, source, target.")
    x_low: Binary = Field(description="float32 (edges,)")
    x_high: Binary = Field(description="float32 (edges,)")
    y: Binary = Field(description="float32 (edges, points); values of the edge function in the network's units")
    importance: Binary = Field(description="float32 (edges,) 0 … 1")
    density: Binary = Field(
        default=b"",
        description="float32 (sum of layer inputs, 16): share of rows per bin of the source node's range, largest bin 1; "
        "empty while training.",
    )


class Front(EventBase):
    """Frame: the Pareto front of the running search so far, simplest first."""

    superseded_by: ClassVar[str | None] = "front"
    type: Literal["front"] = "front"
    action_id: str
    points: list[FrontPoint]
    best: int | None = Field(default=None, description="Place of the one with the shortest description, the one to be taken.")


class RevisionMade(EventBase):
    """An action has ended with a new revision, which is now the head."""

    type: Literal["revision"] = "revision"
    action_id: str
    revision: RevisionView
    summary: RevisionSummary
    redo: str | None = None
    request_id: str | None = None


class HeadMoved(EventBase):
    """Undo, redo or a jump: another revision is the head now, for everybody."""

    type: Literal["head"] = "head"
    revision: RevisionView
    redo: str | None = None
    former: str | None = Field(default=None, description="The head before; moving there takes this back.")
    by: str | None = Field(default=None, description="Who moved it; absent when they gave no name.")
    request_id: str | None = None


class ActionEnded(EventBase):
    """An action has ended without a revision (nothing to keep, or it failed; then a problem says why)."""

    type: Literal["action_ended"] = "action_ended"
    action_id: str
    outcome: Literal["cancelled", "failed"]


class AnnotationChanged(EventBase):
    """A note was written on a revision, or the session was renamed."""

    type: Literal["annotated"] = "annotated"
    revision: str | None = None
    note: str | None = None
    name: str | None = None


class Presence(EventBase):
    """How many browsers look at this session."""

    type: Literal["presence"] = "presence"
    viewers: int


class Notice(EventBase):
    """Something to know that is not an error, for example that an interrupted action was lost."""

    type: Literal["notice"] = "notice"
    code: Literal["interrupted", "worker_restarted", "pause_ended"]
    text: str


class ProblemEvent(EventBase):
    """A request or action could not be carried out; the session lives on."""

    type: Literal["problem"] = "problem"
    problem: Problem
    action_id: str | None = None
    request_id: str | None = None


Event = Annotated[
    View
    | ActionStarted
    | ActionPaused
    | Waiting
    | Progress
    | Losses
    | Curves
    | Front
    | RevisionMade
    | HeadMoved
    | ActionEnded
    | AnnotationChanged
    | Presence
    | Notice
    | ProblemEvent,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
