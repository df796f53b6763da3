"""Which of several grids to keep: networks trained on one grid after another are compared by the rows that judge.

A finer grid always fits its own rows better. On other rows the error falls while the grid is too coarse for the function, and
rises once it follows noise, so a schedule may end at the first rise (grid extension: Liu et al., arXiv 2404.19756, §2.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kan_core.evidence.validation import judged_error
from kan_core.network.network import Network
from kan_core.network.settle import settle
from kan_core.training.data import Split
from kan_core.training.objectives import Objective
from kan_core.training.progress import error_of


@dataclass(frozen=True, kw_only=True)
class GridChoiceOptions:
    """When a grid is worse than another one.

    Attributes:
        rise: factor above the best error so far that ends a schedule; what is within it is chance of the rows.
        settling: splines may settle where there are no rows when that costs at most this factor in the training error.
    """

    rise: float = 1.02
    settling: float = 1.02


@dataclass(frozen=True, eq=False)
class Stage:
    """Where training on one grid stands.

    Attributes:
        grid: intervals per spline.
        network: on that grid.
        error: by the rows that judge, see `judged_error`: in the targets' units, of classes in nats.
    """

    grid: int
    network: Network
    error: float


def rising(grids: Sequence[int]) -> bool:
    """Whether grids go from coarse to fine, no two alike."""
    return all(earlier < later for earlier, later in pairwise(grids))


def settled_stage(stage: Stage, split: Split, objective: Objective, options: GridChoiceOptions | None = None) -> Stage:
    """The stage with its splines smooth where no training row is, and judged.

    Held-out rows just outside the training rows would pay for a fine grid otherwise (see `network.settle`).

    Args:
        stage: after training on its grid.
        split: rows of the fit, and those that judge.
        objective: what was minimised.
        options: what settling may cost.
    """
    options = options or GridChoiceOptions()
    network = settle(stage.network, stage.network.normalisation.inputs(split.train.inputs))
    if error_of(network, split.train, objective) > options.settling * error_of(stage.network, split.train, objective):
        network = stage.network
    return Stage(stage.grid, network, judged_error(network, split, objective))


def has_risen(stages: Sequence[Stage], options: GridChoiceOptions | None = None) -> bool:
    """Whether the error of the last stage is above the best of those before it, or is no number.

    Args:
        stages: in the order of the schedule; of one alone nothing can rise.
        options: by how much.
    """
    options = options or GridChoiceOptions()
    return len(stages) > 1 and not stages[-1].error <= options.rise * best_stage(stages[:-1]).error


def best_stage(stages: Sequence[Stage]) -> Stage:
    """The stage with the smallest error; the coarser of equal ones.

    Raises:
        ValueError: there is none.
    """
    return min(stages, key=lambda each: each.error)
