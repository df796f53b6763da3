"""Several random starts, then the best one: a few steps of each tell a good start from a poor one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kan_core.errors import ShapeError
from kan_core.network.extend import refine_grid
from kan_core.network.network import Network
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, objective, train
from kan_core.training.options import Stop, never
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Competition, Progress
from kan_core.training.relation_task import RelationTask
from kan_core.training.relation_training import RelationOptions, train_relation

_COMPETE, _ON_GRIDS = "starts", "grids"
# Steps each start gets before the comparison: enough that L + λR has separated minimal from redundant graphs.
HEAT = 15
# A differential equation separates its starts later: after 15 steps of the Poisson equation half of those that will do well
# still look like the others, after 25 nearly none.
RELATION_HEAT = 25
_PER_PARAMETER = 6


def train_from_starts(
    networks: Sequence[Network],
    split: Split,
    options: LevenbergMarquardtOptions,
    heat: int = HEAT,
    stop: Stop = never,
    resume: Checkpoint | None = None,
) -> Iterator[Progress]:
    """Train each network for `heat` steps, go on with the one whose objective L + λR is lowest until it has had `options.steps`.

    With redundant hidden nodes about one random start in five ends in a poor local minimum of the sparse objective;
    three starts make that one in a hundred. Steps are those of the winner, its heat included; what the others took is
    counted apart. The test error takes no part.

    Args:
        networks: random starts; a single one has nobody to compete with.
        split: rows.
        options: of every training.
        heat: steps of each start before the comparison.
        stop: asked within long steps.
        resume: where to go on, with all else the same.

    Yields:
        Progress of each step; while starts compete `competing` says which one takes it, afterwards `winner` which one goes on.

    Raises:
        SnapshotError: a checkpoint of another trainer.
    """

    def run(network: Network, steps: int, resume: Checkpoint | None) -> Iterator[Progress]:
        return train(network, split, replace(options, steps=steps), stop, resume)

    race = _Race(networks, heat, run, run, lambda network: objective(network, split, options))
    return _compete(race, options.steps, resume)


def train_relation_from_starts(
    networks: Sequence[Network],
    task: RelationTask,
    options: RelationOptions | None = None,
    *,
    grids: Sequence[int] = (),
    heat: int = RELATION_HEAT,
    held_out: RelationTask | None = None,
    stop: Stop = never,
    resume: Checkpoint | None = None,
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
        resume: where to go on, with all else the same.

    Yields:
        Progress of each step; `competing` says which start it is a step of, `event` marks the beginning of each grid.

    Raises:
        DataError: no points, or no start where the relation is finite.
        ShapeError: a grid < 1, before the first step.
        SnapshotError: a checkpoint of another trainer.
    """
    if any(grid < 1 for grid in grids):
        raise ShapeError(f"a grid needs at least 1 interval, got {list(grids)}")
    options = options or RelationOptions()
    finite = [network for network in networks if math.isfinite(task.objective(network))] or networks[:1]

    # To tell starts apart some of the points will do, as long as they outnumber the parameters.
    stride = max(1, task.residuals(finite[0]).numel() // (_PER_PARAMETER * free_parameters(finite[0]).count(finite[0]) + 1))
    few = task.thinned(stride)

    def run(network: Network, steps: int, resume: Checkpoint | None) -> Iterator[Progress]:
        return train_relation(network, task, replace(options, steps=steps), held_out, stop, resume)

    def try_out(network: Network, steps: int, resume: Checkpoint | None) -> Iterator[Progress]:
        return train_relation(network, few, replace(options, steps=steps), held_out, stop, resume)

    race = _Race(finite, heat, try_out, run, task.objective)
    return _on_grids(race, options.steps, grids, resume)


_Run = Callable[[Network, int, Checkpoint | None], Iterator[Progress]]
"""A training of at most so many steps, from a network or from a checkpoint."""


@dataclass(frozen=True, eq=False)
class _Race:
    """Starts, the steps of each, how they are tried out, how the winner is trained; the lowest value wins."""

    networks: Sequence[Network]
    heat: int
    try_out: _Run
    run: _Run
    value: Callable[[Network], float]


@dataclass(frozen=True, eq=False)
class _Best:
    """The best start so far: its place, what it reached, its network and the steps it took."""

    start: int
    value: float
    network: Network
    taken: int


def _compete(race: _Race, steps: int, resume: Checkpoint | None) -> Iterator[Progress]:
    """A heat of each network, then the rest of the steps for the one of the lowest value."""
    heat = min(race.heat, steps - 1)
    starts = race.networks if len(race.networks) > 1 and heat > 0 else ()
    best: _Best | None = None
    first, inner = 0, None
    if resume is not None:
        done = resume.by(_COMPETE, race.networks[0].device)
        first, inner = done.whole("start"), done.inner
        if "best" in done.networks:
            best = _Best(done.whole("best"), done.real("value"), done.networks["best"], done.whole("taken"))
    for index in range(first, len(starts)):
        last, taken = (starts[index], 0) if inner is None else (inner.network, inner.step)
        for progress in race.try_out(starts[index], heat, inner):
            last, taken = progress.network, progress.step
            competing = Competition(index + 1, len(starts), heat)
            save = partial(_in_race, progress, index, best, progress.step)
            yield replace(progress, converged=False, competing=competing, checkpoint=save)
        reached, inner = race.value(last), None
        if best is None or reached < best.value:
            best = _Best(index, reached, last, taken)
    best = best or _Best(0, 0.0, race.networks[0], 0)
    for progress in race.run(best.network, steps - best.taken, inner):
        event = "best start" if progress.step == 1 and starts else progress.event
        step, winner = best.taken + progress.step, best.start + 1 if starts else None
        save = partial(_in_race, progress, len(starts), best, step)
        yield replace(progress, step=step, event=event, winner=winner, checkpoint=save)


def _in_race(progress: Progress, start: int, best: _Best | None, step: int) -> Checkpoint:
    """Which start runs, as many as there are when the winner does, and the best one so far."""
    if best is None:
        return Checkpoint(_COMPETE, step, {"start": start}, inner=progress.checkpoint())
    numbers = {"start": start, "best": best.start, "value": best.value, "taken": best.taken}
    return Checkpoint(_COMPETE, step, numbers, {}, {"best": best.network}, progress.checkpoint())


def _on_grids(race: _Race, steps: int, grids: Sequence[int], resume: Checkpoint | None) -> Iterator[Progress]:
    """The race, then the training of its network on each grid; steps are counted over all of them."""
    begin, before, inner = 0, 0, None
    last: Network | None = None
    if resume is not None:
        done = resume.by(_ON_GRIDS, race.networks[0].device)
        begin, before, inner = done.whole("stage"), done.whole("before"), done.inner
        last, taken = done.network, done.step
    else:
        taken = 0
    for stage in range(begin, len(grids) + 1):
        if stage:
            if last is None:
                return
            before = before if inner is not None else taken
            reached = race.run(last if inner is not None else refine_grid(last, grids[stage - 1]), steps, inner)
        else:
            reached = _compete(race, steps, inner)
        inner = None
        for progress in reached:
            last, taken = progress.network, before + progress.step
            event = f"grid {grids[stage - 1]}" if stage and progress.step == 1 else progress.event
            over = progress.converged and stage == len(grids)
            save = partial(_on_grid, progress, stage, before)
            yield replace(progress, step=taken, event=event, converged=over, checkpoint=save)


def _on_grid(progress: Progress, stage: int, before: int) -> Checkpoint:
    """Which grid it is on, 0 before the first, and the steps on those before."""
    numbers = {"stage": stage, "before": before}
    return Checkpoint(_ON_GRIDS, before + progress.step, numbers, inner=progress.checkpoint())
