"""Fit all free parameters, with sparsity when asked."""

from __future__ import annotations

from collections.abc import Iterator

from kan_core.training.checkpoint import Checkpoint
from kan_core.training.choice import Choice, Method, choose_trainer, method_name
from kan_core.training.data import largest_spread
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.objectives import HuberLoss, Objective, SquaredLoss, is_classification
from kan_core.training.options import TrainingOptions
from kan_core.training.parameters import free_parameters
from kan_core.training.progress import Progress
from kan_core.training.starts import train_from_starts
from kan_core.training.trainer import options_of
from kan_core.training.trainer import train as train_once
from server.contract.actions import Train
from server.work.control import Control, Emit
from server.work.device import placed
from server.work.handlers.finish import finish
from server.work.handlers.fitting import Begin, Hand, check_size, follow, refit_law
from server.work.handlers.sentences import (
    change_sentence,
    constant_sentence,
    fit_sentence,
    overfit_sentence,
    rows_sentence,
    sentences,
)
from server.work.handlers.starting import starts_of
from server.work.lawful import lawful
from server.work.result import Result, TableData, WorkError
from server.work.situation import Situation, situation_of
from server.work.views.metrics import metrics

METHODS: dict[str, Method] = {"levenberg_marquardt": "levenberg-marquardt", "lbfgs": "l-bfgs", "adam": "adam"}
STARTS = 3


def train(action: Train, parent: bytes | None, table: TableData, emit: Emit, control: Control) -> Result:
    """Train from the parent; an untrained network competes with two more random starts, and the best goes on.

    Raises:
        WorkError: no network, nothing free, too many parameters, or an objective that does not suit the target.
    """
    situation = situation_of(parent, table)
    network = situation.network
    check_size(network)
    constant = constant_sentence(situation.rows)
    if free_parameters(network).count(network) == 0 and constant:
        return finish(situation, f"{constant} There is nothing to learn.")
    if free_parameters(network).count(network) == 0:
        raise WorkError(
            "There is nothing to train: every edge is pruned or locked.", hint="Unlock an edge or give it back to a spline."
        )
    choice, options = _how(action, situation)
    hand = Hand(control)
    situation = lawful(situation)
    if situation.network.law is None:
        begin = _trainer(situation, options, parent or b"", hand)
        fitted = follow(begin, situation, options.steps or 1, emit, hand, choice.reason)
    else:
        fitted = refit_law(situation, options, hand)
    trained = situation.with_network(fitted.network)
    after = metrics(trained)
    deviation = largest_spread(situation.split.train)
    message = sentences(
        fit_sentence(fitted, method_name(choice.method, free_parameters(network).count(network))),
        change_sentence(None if network.steps == 0 else metrics(situation), after),
        overfit_sentence(after, deviation),
        rows_sentence(situation.rows) if "few" in rows_sentence(situation.rows) else "",
    )
    return finish(trained, message, losses=fitted.losses, cancelled=fitted.cancelled)


def _how(action: Train, situation: Situation) -> tuple[Choice, TrainingOptions]:
    """The trainer, why, and its options."""
    network, rows = situation.network, situation.split.train.rows
    common = TrainingOptions(
        steps=action.steps,
        sparsity=action.sparsity,
        entropy=action.entropy,
        smoothness=action.smoothness,
        objective=objective_of(action, situation),
        update_grid=action.update_grid,
    )
    if action.method == "auto":
        choice = choose_trainer(network, rows, common)
    else:
        method = METHODS[action.method]
        choice = Choice(method, f"{method_name(method, free_parameters(network).count(network))}, as asked for.")
    return choice, options_of(choice.method, common, batch=action.batch, rate=action.rate, compile=action.compile)


def objective_of(action: Train, situation: Situation) -> Objective:
    """What to minimise.

    Raises:
        WorkError: a loss for numbers in a session of classes, or the other way round.
    """
    own = situation.rows.objective
    if action.objective == "auto" or (action.objective == "cross_entropy" and is_classification(own)):
        return own
    if action.objective == "cross_entropy":
        raise WorkError(
            "Cross-entropy learns classes, and the target of this session is a number.",
            code="bad_request",
            hint="Start a session with the task “classification”, or use the squared or the Huber loss.",
        )
    if is_classification(own):
        raise WorkError(
            "This session learns classes, whose loss is cross-entropy.",
            code="bad_request",
            hint="Start a session with the task “regression” to fit the numbers themselves.",
        )
    return HuberLoss(action.huber_delta) if action.objective == "huber" else SquaredLoss()


def _trainer(situation: Situation, options: TrainingOptions, seed: bytes, hand: Hand) -> Begin:
    """The trainer. Where starts compete, the winner gets all the steps that were asked for, its heat included."""
    networks = [placed(network) for network in starts_of(situation, seed, STARTS)]

    def begin(resume: Checkpoint | None) -> Iterator[Progress]:
        if len(networks) == 1 or not isinstance(options, LevenbergMarquardtOptions):
            return train_once(networks[0], situation.split, options, hand, resume)
        return train_from_starts(networks, situation.split, options, stop=hand, resume=resume)

    return begin
