"""What all trainers understand; each trainer's own options are these and a few more.

`train(network, split, options, stop)` of a trainer yields `Progress` after each step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

from kan_core.training.objectives import Objective, SquaredLoss

Stop = Callable[[], bool]
"""Asked between the pieces of a long step; true ends training, and the last reported network stands."""


def never() -> bool:
    """The `Stop` that goes on."""
    return False


@dataclass(frozen=True, eq=False, kw_only=True)
class TrainingOptions:
    """Common settings.

    Attributes:
        steps: at most this many; None takes what suits the trainer.
        sparsity: λ; 0 fits only.
        entropy: κ.
        smoothness: ν, of ν·Σ_e mean_m (Δ²c_{e,m})² (Liu et al. 2404.19756, §2.5.1).
        objective: what to minimise.
        update_grid: let knots follow node values.
        seed: of what is random in a trainer (the order of the rows in Adam).
    """

    steps: int | None = None
    sparsity: float = 0.0
    entropy: float = 2.0
    smoothness: float = 0.0
    objective: Objective = field(default_factory=SquaredLoss)
    update_grid: bool = True
    seed: int = 0


Own = TypeVar("Own", bound=TrainingOptions)


def specialise(own: type[Own], common: TrainingOptions, **more: object) -> Own:
    """The options of one trainer from common ones; `steps` None becomes the trainer's own default."""
    values = {each.name: getattr(common, each.name) for each in fields(common) if each.name in own.__dataclass_fields__}
    if not values["steps"]:
        del values["steps"]
    return own(**cast("dict[str, Any]", values | more))
