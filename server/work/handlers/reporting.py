"""Frames of a running action: progress, loss history and live curves, computed only when they are due."""

from __future__ import annotations

import math
from collections.abc import Mapping

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
    """Turns a trainer's steps into frames and remembers the losses."""

    def __init__(self, situation: Situation, steps: int, emit: Emit, control: Control, trainer: str | None = None) -> None:
        self.points: list[LossPoint] = []
        self._names = ERRORS["classification" if situation.rows.classes else "regression"]
        self._live = Situation(situation.network, situation.rows, LIVE_ROWS)
        self._steps = steps
        self._emit = emit
        self._control = control
        self._trainer = trainer

    def report(self, step: Step) -> None:
        """Send what is due after a step."""
        train, test = _finite(step.train_error), _finite(step.test_error)
        errors = self._errors(train, test)
        if train is not None and test is not None:
            kind, intervals = _kind(step.event)
            marked = {"step": step.step, "event": step.event, "event_kind": kind, "intervals": intervals}
            self.points.append(LossPoint.model_validate({**marked, **errors}))
        self._emit(
            Progress.model_validate(
                {
                    "action_id": self._control.action_id,
                    "step": step.step,
                    "steps": max(self._steps, step.step),
                    "penalty": _finite(step.penalty),
                    "message": step.event or self._trainer,
                    **errors,
                }
            )
        )
        if self._emit.due(Losses) and self.points:
            self._emit(self._losses())
        if self._emit.due(Curves):
            live = self._live.with_network(step.network)
            self._emit(curves_frame(live, action_id=self._control.action_id, density=False))

    def losses(self) -> tuple[LossPoint, ...]:
        """The loss history, at most `MOST_LOSSES` points; the last step and all events stay."""
        stride = max(1, math.ceil(len(self.points) / MOST_LOSSES))
        last = len(self.points) - 1
        return tuple(
            point
            for place, point in enumerate(self.points)
            if place % stride == 0 or place == last or (point.event and stride < 10)
        )

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
                **{name: [getattr(point, name) for point in points] for name in self._names},
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
