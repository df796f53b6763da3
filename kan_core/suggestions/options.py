"""How suggestions are made. Whoever asks the same question with the same options gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from kan_core.training.objectives import Objective, SquaredLoss


@dataclass(frozen=True, eq=False, kw_only=True)
class SuggestOptions:
    """Settings of `suggest`.

    Attributes:
        objective: what the network was trained by: the refits minimise it, and held-out rows judge by its error.
        functions: names that are tried; the library and the network's own functions when None.
        everywhere: only functions that have a value for every number.
        most: candidates that are tried in the whole model: 8 fill a screen, and each costs a refit.
        steps: of each refit.
        rows: that a refit sees at most; all held-out rows judge.
        look_at: training rows that say where the edge's curve is needed.
        points: of the curve.
        least_r2: a form that explains less than this of the curve is no candidate for it.
    """

    objective: Objective = field(default_factory=SquaredLoss)
    functions: tuple[str, ...] | None = None
    everywhere: bool = False
    most: int = 8
    steps: int = 12
    rows: int = 1_000
    look_at: int = 4_000
    points: int = 101
    least_r2: float = 0.5
