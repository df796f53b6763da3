"""Several random starts, then the best one: a few steps of each tell a good start from a poor one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kan_core.errors import ShapeError
from kan_core.network.extend import refine_grid
from kan_core.network.network import Network
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, objective, train
from kan_core.training.options import Stop, never
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress
from kan_core.training.relation_task import RelationTask
from kan_core.training.relation_training import RelationOptions, train_relation

# Steps each start gets before the comparison: enough that L + λR has separated minimal from redundant graphs.
HEAT = 15
# A differential equation separates its starts later: after 15 steps of the Poisson equation half of those that will do well
# still look like the others, after 25 nearly none.
RELATION_HEAT = 25
_PER_PARAMETER = 6


def train_from_starts(
    networks: Sequence[Network], split: Split, options: LevenbergMarquardtOptions, heat: int = HEAT, stop: Stop = never
) -> Iterator[Progress]:
    """Train each network for `heat` steps, go on with the one whose objective L + λR is lowest.

    With redundant hidden nodes about one random start in five ends in a poor local minimum of the sparse objective;
    three starts make that one in a hundred. Steps are counted over all starts; the test error takes no part.

    Yields:
        Progress of each step; `event` marks the beginning of each start.
    """

    def run(network: Network, steps: int) -> Iterator[Progress]:
        return train(network, split, replace(options, steps=steps), stop)

    return _compete(networks, run, run, lambda network: objective(network, split, options), options.steps, heat)


def train_relation_from_starts(
    networks: Sequence[Network],
    task: RelationTask,
    options: RelationOptions | None = None,
    *,
    grids: Sequence[int] = (),
    heat: int = RELATION_HEAT,
    held_out: RelationTask | None = None,
    stop: Stop = never,
) -> Iterator[Progress]:
    """The same for a relation, whose objective is J; then the winner goes on with finer and finer splines.

    A coarse grid first, because its objective has fewer poor minima and its steps are cheap. With sides of the equation that
    oscillate most starts end badly: ∇²u = -2π² sin(πx) sin(πy) is solved from about one start of [2, 2, 1] in four, so that
    twenty starts miss it three times in a thousand.

    Args:
        networks: random starts; those where the relation is not finite take no part.
        task: what to fulfil. Scattered points serve splines better than a lattice, whose points cross knots all at once.
        options: `steps` holds for the winner, its heat included, and for each of the grids again.
        grids: rising numbers of intervals that splines are to have at least, one after another (`refine_grid`).
        heat: steps of each start before the comparison.
        held_out: only reported.
        stop: asked within long steps.

    Yields:
        Progress of each step; `event` marks the beginning of each start and of each grid.

    Raises:
        DataError: no points, or no start where the relation is finite.
        ShapeError: a grid < 1, before the first step.
    """
    if any(grid < 1 for grid in grids):
        raise ShapeError(f"a grid needs at least 1 interval, got {list(grids)}")
    options = options or RelationOptions()
    finite = [network for network in networks if math.isfinite(task.objective(network))] or networks[:1]

    # To tell starts apart some of the points will do, as long as they outnumber the parameters.
    stride = max(1, task.residuals(finite[0]).numel() // (_PER_PARAMETER * free_parameters(finite[0]).count(finite[0]) + 1))
    few = task.thinned(stride)

    def run(network: Network, steps: int) -> Iterator[Progress]:
        return train_relation(network, task, replace(options, steps=steps), held_out, stop)

    def try_out(network: Network, steps: int) -> Iterator[Progress]:
        return train_relation(network, few if len(finite) > 1 else task, replace(options, steps=steps), held_out, stop)

    return _on_grids(_compete(finite, try_out, run, task.objective, options.steps, heat), run, options.steps, grids)


_Run = Callable[[Network, int], Iterator[Progress]]
"""A training of at most so many steps."""


def _compete(
    networks: Sequence[Network], try_out: _Run, run: _Run, value: Callable[[Network], float], steps: int, heat: int
) -> Iterator[Progress]:
    """A heat of each network, then the rest of the steps for the one of the lowest value."""
    best: tuple[float, Network] | None = None
    step = 0
    for index, network in enumerate(networks):
        last = network
        for progress in try_out(network, min(heat, steps)):
            step, last = step + 1, progress.network
            event = f"start {index + 1}" if progress.step == 1 and len(networks) > 1 else progress.event
            yield replace(progress, step=step, event=event, converged=False)
        reached = value(last)
        if best is None or reached < best[0]:
            best = (reached, last)
    if best is None:
        return
    heats = step
    for progress in run(best[1], max(steps - heat, 1)):
        event = "best start" if progress.step == 1 and len(networks) > 1 else progress.event
        yield replace(progress, step=heats + progress.step, event=event)


def _on_grids(first: Iterator[Progress], run: _Run, steps: int, grids: Sequence[int]) -> Iterator[Progress]:
    """The steps of `first`, then those of its network on each grid."""
    last: Progress | None = None
    for last in first:
        yield replace(last, converged=last.converged and not grids)
    for place, grid in enumerate(grids):
        if last is None:
            return
        before = last.step
        for progress in run(refine_grid(last.network, grid), steps):
            event = f"grid {grid}" if progress.step == 1 else progress.event
            done = progress.converged and place == len(grids) - 1
            last = replace(progress, step=before + progress.step, event=event, converged=done)
            yield last
