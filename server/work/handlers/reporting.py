"""Frames of a running action: progress, loss history and live curves, computed only when they are due."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kan_core.network.network import Network
from kan_core.training.progress import Progress as Step
from server.contract.events import Curves, Losses, Progress
from server.contract.views import LossEvent, LossMark, LossPoint, Task
from server.work.control import Control, Emit
from server.work.situation import Situation
from server.work.views.curves_frame import curves_frame

ERRORS: Mapping[Task, tuple[str, str]] = {
    "regression": ("train_rmse", "test_rmse"),
    "classification": ("cross_entropy_train", "cross_entropy_test"),
}
"""What the errors of a trainer are called in messages: on training and on held-out rows."""
_KINDS: dict[str, LossEvent] = {"best start": "best_start", "grid update": "grid_update", "step undone": "undone"}
LIVE_ROWS = 500
MOST_LOSSES = 600


class Reporter:
    """Turns a trainer's steps into frames and remembers the losses; those of starts that compete until it is known which goes on.

    Attributes:
        points: of the training, or of the start that takes its steps now.
        heats: of all starts, while they compete.
        step: the last one told.
    """

    def __init__(self, situation: Situation, steps: int, emit: Emit, control: Control, trainer: str | None = None) -> None:
        self.points: list[LossPoint] = []
        self.heats: dict[int, list[LossPoint]] = {}
        self._names = ERRORS["classification" if situation.rows.classes else "regression"]
        # Where cross-validation judges, no row is held out of the steps of a training.
        self._held_out = situation.split.units is None
        self._live = Situation(situation.network, situation.rows, LIVE_ROWS)
        self._steps = steps
        self._emit = emit
        self._control = control
        self._trainer = trainer
        self.step = 0

    def go_on(self, losses: Sequence[LossPoint], heats: Mapping[int, Sequence[LossPoint]] | None = None) -> None:
        """Remember the losses from before a pause."""
        self.heats = {start: list(points) for start, points in (heats or {}).items()}
        self.points = list(losses)

    def report(self, step: Step) -> None:
        """Send what is due after a step."""
        self.step = step.step
        if step.competing is not None:
            self.points = self.heats.setdefault(step.competing.start, [])
        elif step.winner is not None and self.heats:
            self.points, self.heats = self.heats[step.winner], {}
        train, test = _finite(step.train_error), _finite(step.test_error) if self._held_out else None
        errors = self._errors(train, test)
        if train is not None and (test is not None or not self._held_out):
            kind, intervals = _kind(step.event)
            marked = {"step": step.step, "event": step.event, "event_kind": kind, "intervals": intervals}
            self.points.append(LossPoint.model_validate({**marked, **errors}))
        self._emit(
            Progress.model_validate(
                {
                    "action_id": self._control.action_id,
                    "step": step.step,
                    "steps": max(self._steps if step.competing is None else step.competing.steps, step.step),
                    "start": None if step.competing is None else step.competing.start,
                    "starts": None if step.competing is None else step.competing.starts,
                    "penalty": _finite(step.penalty),
                    "message": step.event or self._trainer,
                    **errors,
                }
            )
        )
        if self._emit.due(Losses):
            self._tell_losses()
        if self._emit.due(Curves):
            self._tell_curves(step.network)

    def settle(self, network: Network) -> None:
        """Send what is due no more: the losses and the curves that a pause leaves on the screen."""
        self._tell_losses()
        self._tell_curves(network)

    def losses(self) -> tuple[LossPoint, ...]:
        """The loss history, at most `MOST_LOSSES` points; the last step and all events stay."""
        stride = max(1, math.ceil(len(self.points) / MOST_LOSSES))
        last = len(self.points) - 1
        return tuple(
            point
            for place, point in enumerate(self.points)
            if place % stride == 0 or place == last or (point.event and stride < 10)
        )

    def _tell_losses(self) -> None:
        if self.points:
            self._emit(self._losses())

    def _tell_curves(self, network: Network) -> None:
        live = self._live.with_network(network)
        self._emit(curves_frame(live, action_id=self._control.action_id, density=False))

    def _losses(self) -> Losses:
        points = self.losses()[:MOST_LOSSES]
        return Losses.model_validate(
            {
                "action_id": self._control.action_id,
                "step": [point.step for point in points],
                "marks": [
                    LossMark(step=point.step, text=point.event, kind=point.event_kind or "other", intervals=point.intervals)
                    for point in points
                    if point.event
                ],
                **{name: [getattr(point, name) for point in points] for name in self._names[: 2 if self._held_out else 1]},
            }
        )

    def _errors(self, train: float | None, test: float | None) -> dict[str, float | None]:
        """Errors under their own names, as in `Metrics`."""
        return dict(zip(self._names, (train, test), strict=True))


def _kind(event: str | None) -> tuple[LossEvent | None, int | None]:
    """What a trainer's event is, as a value: pages and scripts read no words."""
    if event is None:
        return None, None
    word, _, rest = event.partition(" ")
    if word in ("grid", "start") and rest.isdecimal():
        return ("grid", int(rest)) if word == "grid" else ("start", None)
    return _KINDS.get(event, "other"), None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
