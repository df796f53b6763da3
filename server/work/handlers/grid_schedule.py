"""Train on one grid after another, and keep the grid that held-out rows like best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from kan_core.evidence.grid_choice import Stage, best_stage, has_risen, rising, settled_stage
from kan_core.network.extend import extend_grid
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.objectives import held_back
from kan_core.training.options import TrainingOptions
from kan_core.training.trainer import train
from server.contract.actions import GridSchedule
from server.work.checkpoint import ScheduleCheckpoint
from server.work.checkpoint import Stage as KeptStage
from server.work.control import Control, Emit, went_on_from
from server.work.device import brought_home, placed
from server.work.handlers.finish import finish
from server.work.handlers.fitting import Hand, check_size
from server.work.handlers.reporting import Reporter
from server.work.handlers.sentences import change_sentence, digits, plural, sentences
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.metrics import metrics


def _kept(stage: Stage) -> KeptStage:
    """For a checkpoint."""
    return KeptStage(stage.grid, to_bytes(stage.network), stage.error)


def _stage(kept: KeptStage) -> Stage:
    return Stage(kept.grid, from_bytes(kept.network), kept.test_error)


def grid_schedule(action: GridSchedule, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Extend, train, extend, train …; the best stage by held-out error is the result, also after a cancel.

    Raises:
        WorkError: no splines left, grids that do not rise, or too many parameters on the last one.
    """
    situation = situation_of(parent, table)
    _check(situation, action)
    hand = Hand(control)
    reporter = Reporter(situation, action.steps * len(action.intervals), emit, control)
    stages = _stages(situation, action, reporter, hand)
    if not stages:
        return finish(situation, "Stopped before the first step; nothing changed.", cancelled=True)
    chosen = best_stage(stages)
    result = situation.with_network(chosen.network)
    message = sentences(
        _what(stages, chosen, situation),
        _why(stages, chosen, action, _measure(situation), stopped=hand.stopped),
        change_sentence(metrics(situation), metrics(result)),
    )
    return finish(result, message, losses=reporter.losses(), cancelled=hand.stopped)


def _check(situation: Situation, action: GridSchedule) -> None:
    if not any(layer.structure.has_splines for layer in situation.network.layers):
        raise WorkError("There is no spline left whose grid could be changed.", hint="Refit the constants instead.")
    if not rising(action.intervals):
        raise WorkError(
            f"The grids {', '.join(map(str, action.intervals))} do not rise.",
            code="bad_request",
            hint="Give intervals from coarse to fine, for example 5, 10, 20.",
        )
    check_size(extend_grid(situation.network, action.intervals[-1]))


def _stages(situation: Situation, action: GridSchedule, reporter: Reporter, hand: Hand) -> list[Stage]:
    """The stages up to the last grid, a stop, or the grid on which the held-out error rises.

    Raises:
        PausedError: the person has paused.
    """
    done = went_on_from(hand.control, ScheduleCheckpoint)
    stages = [] if done is None else [_stage(each) for each in done.over]
    if done is not None:
        reporter.go_on(done.losses)
    for grid in action.intervals if done is None else [each for each in action.intervals if each >= done.now.grid]:
        stage = _on_grid(situation, grid, action.steps, stages, reporter, hand, done)
        done = None
        if stage is not None:
            stages.append(settled_stage(stage, situation.split, situation.rows.objective))
        if hand.stopped or (stage is not None and has_risen(stages)):
            break
    return stages


def _on_grid(
    situation: Situation,
    grid: int,
    steps: int,
    stages: Sequence[Stage],
    reporter: Reporter,
    hand: Hand,
    done: ScheduleCheckpoint | None,
) -> Stage | None:
    """Training on one grid, from a checkpoint when one is given; steps are counted over all grids, and the first is marked."""
    before = reporter.step if done is None else done.before
    stage = None if done is None else _stage(done.now)
    resume = None if done is None else Checkpoint.from_bytes(done.trainer)
    if resume is not None:
        reporter.step = before + resume.step
        if hand():
            return stage
    finer = extend_grid(stages[-1].network if stages else situation.network, grid)
    options = TrainingOptions(steps=steps, objective=situation.rows.objective, sparsity=held_back(situation.rows.objective))
    for step in brought_home(train(placed(finer), situation.split, options, hand, resume)):
        event = f"grid {grid}" if step.step == 1 else step.event
        reporter.report(replace(step, step=before + step.step, event=event))
        stage = Stage(grid, step.network, step.test_error)
        if hand():
            break
        hand.control.may_pause(partial(_saved, step.checkpoint, stages, stage, before, reporter))
    return stage


def _saved(
    checkpoint: Callable[[], Checkpoint], stages: Sequence[Stage], stage: Stage, before: int, reporter: Reporter
) -> ScheduleCheckpoint:
    reporter.settle(stage.network)
    over = tuple(_kept(each) for each in stages)
    return ScheduleCheckpoint(checkpoint().to_bytes(), over, _kept(stage), before, tuple(reporter.points))


def _what(stages: list[Stage], chosen: Stage, situation: Situation) -> str:
    errors = ", ".join(f"{stage.grid}: {digits(stage.error)}" for stage in stages)
    return f"{plural(chosen.grid, 'interval')} per spline kept. {_measure(situation).capitalize()} by grid: {errors}."


def _measure(situation: Situation) -> str:
    name = "cross-entropy" if situation.rows.classes else "error"
    return f"{'held-out' if situation.split.units is None else 'cross-validated'} {name}"


def _why(stages: list[Stage], chosen: Stage, action: GridSchedule, measure: str, *, stopped: bool) -> str:
    """Why the schedule ended where it did."""
    if stopped:
        return f"Stopped on {plural(stages[-1].grid, 'interval')}; the best grid so far is kept."
    if stages[-1] is chosen:
        return "" if stages[-1].grid == action.intervals[-1] else "Nothing was left to train."
    left = len(action.intervals) - len(stages)
    untried = f", so {'a finer grid was' if left == 1 else f'{left} finer grids were'} not tried" if left else ""
    return f"With {plural(stages[-1].grid, 'interval')} the {measure} rose{untried}."
