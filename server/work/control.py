"""How a running action hears from the person and talks back: `Control` and `Emit`, given to every handler.

A handler is `handler(action, parent, table, emit, control) -> Result`. It stands in the file of `server/work/handlers` that
is called as the action's kind; the answer to a query likewise in `server/work/queries`. Tests prove both complete.

A handler asks `control.should_stop()` between steps, and when true returns its best state so far with outcome "cancelled", or
raises `StoppedError` when there is nothing worth keeping. One that takes longer than a moment also says `control.may_pause(save)`
there, which leaves it when the person has paused, and begins from `control.resumed` when the action goes on. A handler that
does neither is over before a pause would be of use.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from server.contract.base import Message
from server.contract.events import Curves, Front, Losses, Progress
from server.work.checkpoint import Checkpoint
from server.work.result import Material, Result, TableData, WorkError
from server.work.sharing import Handout, Share

FrameType = type[Progress] | type[Losses] | type[Curves] | type[Front]
Frame = Progress | Losses | Curves | Front

FRAMES_PER_SECOND = 20


class StoppedError(Exception):
    """The person cancelled and there is nothing to keep: no revision is made."""


class PausedError(Exception):
    """The person paused: the action goes on later, in whichever worker, from this checkpoint."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__("paused")
        self.checkpoint = checkpoint


class Control(Protocol):
    """The person's hand on the running action."""

    @property
    @abstractmethod
    def action_id(self) -> str:
        """Goes into every frame."""

    @abstractmethod
    def should_stop(self) -> bool:
        """True after a cancel; ask between steps, at least a few times a second."""

    @property
    @abstractmethod
    def resumed(self) -> Checkpoint | None:
        """Where the action goes on after a pause; None when it begins."""

    @abstractmethod
    def may_pause(self, save: Callable[[], Checkpoint]) -> None:
        """Say between two steps that here a pause costs nothing.

        Raises:
            PausedError: the person has paused; not to be caught.
        """

    @abstractmethod
    def share(self, kind: str, tasks: Sequence[bytes]) -> Handout:
        """Hand out tasks to all workers that are free, this one among them; whoever does so closes the handout."""


class Emit(Protocol):
    """Sends a frame to the browsers, at most 20 a second of each type; a frame too many is held back until it is due."""

    @abstractmethod
    def due(self, frame: FrameType) -> bool:
        """Whether a frame of this type would be sent now; ask before computing costly curves."""

    @abstractmethod
    def __call__(self, frame: Frame) -> None:
        """Send. Rate and time left of `Progress` are filled in here when absent."""


Kind = TypeVar("Kind", bound=Checkpoint)


def went_on_from(control: Control, kind: type[Kind]) -> Kind | None:
    """The checkpoint that an action of this kind goes on from; None when it begins.

    Raises:
        WorkError: one of another kind of action.
    """
    resumed = control.resumed
    if resumed is None or isinstance(resumed, kind):
        return resumed
    raise WorkError("What this paused action had come to is not its own.", hint="Ask for the action again.")


Handler = Callable[[Any, bytes | None, TableData, Emit, Control], Result]
"""Performs one kind of action: (action, network snapshot of the parent or None for the first, table, emit, control)."""

Answer = Callable[[Any, Material], Message]
"""Answers one kind of query and changes nothing: (query, material)."""


class Signals(Protocol):
    """Where cancel and pause come from; polled."""

    @property
    @abstractmethod
    def cancelled(self) -> bool:
        """Whether to stop."""

    @property
    @abstractmethod
    def paused(self) -> bool:
        """Whether to leave a checkpoint."""


class ThrottledEmit:
    """`Emit` over a function that takes frames. The last frame held back is sent by `flush`, before a pause."""

    def __init__(
        self, send: Callable[[Frame], None], clock: Callable[[], float] = time.monotonic, *, resumed: bool = False
    ) -> None:
        self._send = send
        self._clock = clock
        self._last: dict[type, float] = {}
        self._held: dict[type, Frame] = {}
        # What is counted now, since when, and from which step; None where the first frame of a resumed action tells.
        self._counting: int | None = None
        self._since = clock()
        self._from: int | None = None if resumed else 0

    def due(self, frame: FrameType) -> bool:
        last = self._last.get(frame)
        return last is None or self._clock() - last >= 1 / FRAMES_PER_SECOND

    def __call__(self, frame: Frame) -> None:
        if isinstance(frame, Progress):
            frame = self._with_rate(frame)
        if self.due(type(frame)):
            self._held.pop(type(frame), None)
            self._last[type(frame)] = self._clock()
            self._send(frame)
        else:
            self._held[type(frame)] = frame

    def flush(self) -> None:
        """Send what was held back."""
        held, self._held = self._held, {}
        for frame in held.values():
            self._last[type(frame)] = self._clock()
            self._send(frame)

    def _with_rate(self, frame: Progress) -> Progress:
        """With the rate since its count began: that of each competing start, and that after a pause, is its own."""
        now = self._clock()
        if self._from is None:
            self._counting, self._from = frame.start, max(0, frame.step - 1)
        elif frame.start != self._counting:
            self._counting, self._since, self._from = frame.start, self._last.get(Progress, now), 0
        taken, elapsed = frame.step - self._from, now - self._since
        if frame.steps_per_second is not None or taken < 1 or elapsed <= 0:
            return frame
        rate = taken / elapsed
        left = max(0, frame.steps - frame.step) / rate
        return frame.model_copy(update={"steps_per_second": rate, "seconds_left": left})


class SignalControl:
    """`Control` over signals. Flushes frames before a pause, so that a paused screen shows the last state.

    `acknowledge` is called once, when the handler is told of the cancel.
    """

    def __init__(
        self,
        action_id: str,
        signals: Signals,
        emit: ThrottledEmit,
        acknowledge: Callable[[], None],
        share: Share,
        resumed: Checkpoint | None = None,
    ) -> None:
        self._action_id = action_id
        self._signals = signals
        self._emit = emit
        self._acknowledge = acknowledge
        self._share = share
        self._resumed = resumed
        self._acknowledged = False

    @property
    def action_id(self) -> str:
        return self._action_id

    @property
    def resumed(self) -> Checkpoint | None:
        return self._resumed

    def should_stop(self) -> bool:
        if self._signals.cancelled and not self._acknowledged:
            self._acknowledged = True
            self._acknowledge()
        return self._signals.cancelled

    def may_pause(self, save: Callable[[], Checkpoint]) -> None:
        if self._signals.paused and not self._signals.cancelled:
            checkpoint = save()
            self._emit.flush()
            raise PausedError(checkpoint)

    def share(self, kind: str, tasks: Sequence[bytes]) -> Handout:
        return self._share(kind, tasks)
