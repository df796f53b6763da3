"""Fit to a differential equation or another relation, to what is known at places, and to measured rows where there are any."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.equations import box_around, scattered_points
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.grids import reach
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress
from kan_core.training.relation_task import balanced_weight
from kan_core.training.relation_training import RelationOptions
from kan_core.training.starts import train_relation_from_starts
from server.contract.actions import FitEquation
from server.tables.table import StoredTable
from server.work.asking import HINT, box_of, said
from server.work.control import Control, Emit
from server.work.device import placed
from server.work.handlers.advice import advice
from server.work.handlers.finish import finish
from server.work.handlers.fitted import Fitted
from server.work.handlers.fitting import Hand, check_size, follow
from server.work.handlers.sentences import digits, fit_sentence, plural, sentences
from server.work.handlers.starting import starts_of
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, rows_of, situation_of
from server.work.views.solution import verdict_sentence

# One after the other, as long as there are splines only; curves of one input cost next to nothing.
_GRIDS_OF_A_CURVE = (10, 20, 40, 80)
_GRIDS = (10, 20)
_HELD_OUT_POINTS = 4
# Steps that lower the objective by less are worth less than those on the next grid.
_TOLERANCE = 0.01
_POINTS_SEED = 1


@dataclass(frozen=True, eq=False)
class _Places:
    """Where equations are asked: for training, and held out."""

    train: Tensor
    test: Tensor

    @property
    def count(self) -> int:
        """Of all points."""
        return self.train.shape[0] + self.test.shape[0]

    def where(self, network: Network, asking: Asking) -> _Places:
        """Those at which the equations have a value, say without the axis of a radial equation.

        Raises:
            WorkError: most points have none.
        """
        made = _Places(*(asking.where_finite(network, points) for points in (self.train, self.test)))
        if 2 * made.count < self.count or not min(len(made.train), len(made.test)):
            raise WorkError(
                f"The equations have no value at {self.count - made.count:,} of {self.count:,} points.",
                hint="Look for logarithms and roots of negative numbers and for divisions by zero, or choose another range.",
            )
        return made


class _Count(NamedTuple):
    """Points at which equations were asked, how many of them have no value there, and finer grids after the first."""

    points: int
    left_out: int
    grids: int


def fit_equation(action: FitEquation, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Train from the parent; of an untrained network several random starts compete, and the best goes on with finer grids.

    Raises:
        WorkError: no network, no equations or none that can be read, classes in place of numbers, nothing free, or too many
            parameters.
    """
    situation = situation_of(parent, table)
    network, rows = situation.network, situation.rows
    _check(action, situation)
    asking = _asking(action, situation)
    box = asking.box
    # Second derivatives lose half of their digits, so equations are fitted in doubles whatever the network's precision is.
    double = reach(network.to(torch.float64), box.low, box.high)
    try:
        every = _places(action, situation, asking)
        places = every.where(double, asking)
        task = asking.task(places.train, None if rows.equations else rows.split.train)
        held_out = asking.task(places.test, None if rows.equations else rows.split.test)
    except FormulaError as error:
        raise said(error) from None
    weight = balanced_weight(double, task) if action.weight is None else action.weight
    hand = Hand(control)
    every_start = starts_of(situation, parent or b"", action.starts)
    starts = [placed(reach(start.to(torch.float64), box.low, box.high)) for start in every_start]
    task, held_out = (replace(each, weight=weight).to(starts[0].device) for each in (task, held_out))
    grids = _grids(action, network)

    def begin(resume: Checkpoint | None) -> Iterator[Progress]:
        return train_relation_from_starts(
            starts,
            task,
            RelationOptions(steps=action.steps, tolerance=_TOLERANCE),
            grids=grids,
            held_out=held_out,
            stop=hand,
            resume=resume,
        )

    fitted = follow(begin, situation, action.steps * (1 + len(grids)), emit, hand)
    solved = situation.with_network(fitted.network.to(network.dtype))
    return _finished(solved, table, asking, fitted, _Count(every.count, every.count - places.count, len(grids)))


def _given(action: FitEquation) -> list[str]:
    return [text.strip() for text in action.equations if text.strip()]


def _check(action: FitEquation, situation: Situation) -> None:
    if situation.rows.classes:
        raise WorkError(
            "Equations are fulfilled by numbers, and this session learns classes.",
            code="bad_request",
            hint="Start a session with the task “regression”.",
        )
    if not _given(action) and not situation.rows.equations:
        raise WorkError("No equation is given.", code="bad_request", hint=HINT)
    network = situation.network
    check_size(network)
    if free_parameters(network).count(network) == 0:
        raise WorkError(
            "There is nothing to fit: every edge is pruned or locked.", hint="Unlock an edge or give it back to a spline."
        )


def _asking(action: FitEquation, situation: Situation) -> Asking:
    rows = situation.rows
    every = rows.split.every.inputs
    own_box = not rows.equations and (action.low or action.high)
    box = box_of(action.low, action.high, rows.inputs) if own_box else box_around(every)
    asking = Asking(_given(action) or rows.equations, rows.inputs, rows.targets, box)
    try:
        asking.equations  # noqa: B018 - read now, so that what is wrong with them is said before anything else
    except FormulaError as error:
        raise said(error) from None
    return asking


def _places(action: FitEquation, situation: Situation, asking: Asking) -> _Places:
    """The rows themselves where they are points, else points scattered in the box."""
    split = situation.split
    if situation.rows.equations:
        return _Places(split.train.inputs, split.test.inputs)
    more = max(1, action.points // _HELD_OUT_POINTS)
    return _Places(scattered_points(asking.box, action.points, 0), scattered_points(asking.box, more, _POINTS_SEED))


def _grids(action: FitEquation, network: Network) -> Sequence[int]:
    if action.intervals is not None:
        return action.intervals
    if not all(bool(layer.structure.spline.all()) for layer in network.layers):
        return ()
    grids = _GRIDS_OF_A_CURVE if network.shape[0] == 1 else _GRIDS
    return [grid for grid in grids if grid > max(layer.grid.intervals for layer in network.layers)]


def _finished(situation: Situation, table: TableData, asking: Asking, fitted: Fitted, count: _Count) -> Result:
    """The revision; where the rows are points, the solution becomes their values."""
    network = situation.network
    own = _with_solution(network, table, asking) if situation.rows.equations else None
    told = situation if own is None else Situation(network, rows_of(own))
    points = asking.judging_points(told.split.test.inputs)
    left, shares = asking.left(network, points), asking.fulfilment(network, points)
    conditions = "" if left.conditions is None else f", of the conditions {digits(left.conditions)}"
    message = sentences(
        verdict_sentence(shares.verdict(), shares.worst),
        advice(asking, shares, network, count.points, cancelled=fitted.cancelled),
        fit_sentence(fitted, grids=count.grids),
        f"Left minus right of the equations is {digits(left.everywhere)} at held-out points{conditions} (root mean squares)."
        if math.isfinite(left.everywhere)
        else "",
        f"At {plural(count.left_out, 'point')} they have no value; those were left out." if count.left_out else "",
    )
    made = finish(told, message, losses=fitted.losses, cancelled=fitted.cancelled)
    return made if own is None else replace(made, table=own.content)


def _with_solution(network: Network, table: TableData, asking: Asking) -> TableData:
    """The table of points with the network's values in place of the former ones."""
    stored = StoredTable.from_bytes(table.content)
    values = evaluate(network, torch.from_numpy(stored.select(table.inputs)))
    solved = replace(stored.with_values(table.targets, values.numpy()), equations=tuple(asking.texts))
    return replace(table, key=solved.content_hash(), content=solved.to_bytes(), origin=table.origin or table.key)
