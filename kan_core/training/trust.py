"""One step of a damped Gauss-Newton method: try, compare what was gained with what was predicted, damp (Nielsen 1999).

Called by Levenberg-Marquardt for tables and for relations; knows neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from torch import Tensor

from kan_core.training.options import Stop

# Bounds of the damping, relative to the diagonal of the normal matrix.
_DAMPING_MIN = 1e-14
_DAMPING_MAX = 1e10
# Rejected trials within one step after which the point counts as a minimum.
_TRIALS = 12


class StepModel(Protocol):
    """½ ∇² and -½ ∇ of an objective at a point."""

    @property
    def gradient(self) -> Tensor:
        """(params,) the direction of descent."""
        ...

    @property
    def scaling(self) -> Tensor:
        """(params,) diagonal D of the damping."""
        ...

    @property
    def long(self) -> bool:
        """Whether a step is worth an interruption."""
        ...

    def solve(self, damping: float, stop: Stop) -> Tensor | None:
        """(params,) the step; None when there is none, or when stopped."""
        ...


class Point(Protocol):
    """A network evaluated."""

    @property
    def objective(self) -> float:
        """What is minimised; infinite when not finite."""
        ...


P = TypeVar("P", bound=Point)


@dataclass(frozen=True, eq=False)
class DampedStep(Generic[P]):
    """Where a step led.

    Attributes:
        point: None when no trial lowered the objective.
        damping: to go on with.
        stopped: the caller wants no more.
    """

    point: P | None
    damping: float
    stopped: bool = False


def damped_step(model: StepModel, value: float, damping: float, trial: Callable[[Tensor], P], stop: Stop) -> DampedStep[P]:
    """Try steps with rising damping until one lowers the objective below `value`."""
    growth = 2.0
    for _ in range(_TRIALS):
        direction = model.solve(damping, stop)
        if direction is not None:
            reached = trial(direction)
            if reached.objective < value:
                predicted = float(direction @ (model.gradient + damping * model.scaling * direction))
                gain = (value - reached.objective) / max(predicted, 1e-300)
                return DampedStep(reached, max(damping * max(1 / 3, 1 - (2 * min(gain, 2) - 1) ** 3), _DAMPING_MIN))
        if model.long and stop():
            return DampedStep(None, damping, stopped=True)
        damping, growth = min(damping * growth, _DAMPING_MAX), growth * 2
    return DampedStep(None, damping)
