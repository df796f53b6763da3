"""How suggestions are made. Whoever asks the same question with the same options gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from kan_core.training.objectives import Objective, SquaredLoss


@dataclass(frozen=True, eq=False, kw_only=True)
class SuggestOptions:
    """Settings of `suggest`. What rows weigh is no setting: it stands in their table.

    Attributes:
        objective: what the network was trained by: the refits minimise it, and held-out rows judge by its error.
        library: names of the functions that may be tried; all that the program knows when None.
        functions: own functions that are tried beside them; those that the network brings when None.
        everywhere: only functions that have a value for every number.
        most: candidates that are tried in the whole model: 8 fill a screen, and each costs a refit.
        steps: of each refit.
        first_steps: of a first refit, of which only the `most` best go on: more candidates for little more time. None at 0.
        besides: names that have part in the first refit though their descriptions are longer.
        rows: that a refit sees at most; all held-out rows judge.
        look_at: training rows that say where the edge's curve is needed.
        points: of the curve.
        least_r2: a form that explains less than this of the curve is no candidate for it.
    """

    objective: Objective = field(default_factory=SquaredLoss)
    library: tuple[str, ...] | None = None
    functions: tuple[str, ...] | None = None
    everywhere: bool = False
    most: int = 8
    steps: int = 12
    first_steps: int = 0
    besides: tuple[str, ...] = ()
    rows: int = 1_000
    look_at: int = 4_000
    points: int = 101
    least_r2: float = 0.5
