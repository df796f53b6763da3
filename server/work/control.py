"""How a running action hears from the person and talks back: `Control` and `Emit`, given to every handler.

A handler is `handler(action, parent, table, emit, control) -> Result`. It is registered by the action's kind in
`server/work/handlers/__init__.py` as `HANDLERS: Mapping[str, Handler]`; answers to queries likewise by the query's
kind in `server/work/queries/__init__.py` as `ANSWERS: Mapping[str, Answer]`. Tests prove both complete.

A handler asks `control.should_stop()` between steps (it waits there while paused), and when true returns its best
state so far with outcome "cancelled", or raises `StoppedError` when there is nothing worth keeping.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from server.contract.base import Message
from server.contract.events import Curves, Front, Losses, Progress
from server.work.result import Material, Result, TableData
from server.work.sharing import Handout, Share

FrameType = type[Progress] | type[Losses] | type[Curves] | type[Front]
Frame = Progress | Losses | Curves | Front

FRAMES_PER_SECOND = 20


class StoppedError(Exception):
    """The person cancelled and there is nothing to keep: no revision is made."""


class Control(Protocol):
    """The person's hand on the running action."""

    @property
    @abstractmethod
    def action_id(self) -> str:
        """Goes into every frame."""

    @abstractmethod
    def should_stop(self) -> bool:
        """True after a cancel. While paused this waits, so ask between steps, at least a few times a second."""

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
        """Whether to wait."""

    @abstractmethod
    def wait(self) -> None:
        """Block until a signal changes."""


class ThrottledEmit:
    """`Emit` over a function that takes frames. The last frame held back is sent by `flush`, before a pause."""

    def __init__(self, send: Callable[[Frame], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._started = clock()
        self._idle = 0.0
        self._last: dict[type, float] = {}
        self._held: dict[type, Frame] = {}

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

    def skip(self, seconds: float) -> None:
        """Leave a pause out of the rate."""
        self._idle += seconds

    def _with_rate(self, frame: Progress) -> Progress:
        elapsed = self._clock() - self._started - self._idle
        if frame.steps_per_second is not None or frame.step < 1 or elapsed <= 0:
            return frame
        rate = frame.step / elapsed
        left = max(0, frame.steps - frame.step) / rate
        return frame.model_copy(update={"steps_per_second": rate, "seconds_left": left})


class SignalControl:
    """`Control` over signals. Flushes frames before it waits, so that a paused screen shows the last state.

    `acknowledge` is called once, when the handler is told of the cancel.
    """

    def __init__(
        self,
        action_id: str,
        signals: Signals,
        emit: ThrottledEmit,
        acknowledge: Callable[[], None],
        share: Share,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._action_id = action_id
        self._signals = signals
        self._emit = emit
        self._acknowledge = acknowledge
        self._share = share
        self._acknowledged = False
        self._clock = clock

    @property
    def action_id(self) -> str:
        return self._action_id

    def should_stop(self) -> bool:
        if self._signals.paused and not self._signals.cancelled:
            self._wait()
        if self._signals.cancelled and not self._acknowledged:
            self._acknowledged = True
            self._acknowledge()
        return self._signals.cancelled

    def share(self, kind: str, tasks: Sequence[bytes]) -> Handout:
        return self._share(kind, tasks)

    def _wait(self) -> None:
        self._emit.flush()
        began = self._clock()
        while self._signals.paused and not self._signals.cancelled:
            self._signals.wait()
        self._emit.skip(self._clock() - began)
