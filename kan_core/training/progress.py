"""What a trainer reports after each step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.errors import KanError
from kan_core.network.network import Network, Normalisation
from kan_core.network.trace import forward
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.data import Table
from kan_core.training.objectives import Objective, SquaredLoss, is_classification


class Competition(NamedTuple):
    """Which of several starts takes this step, and how many steps each may take before the best one goes on."""

    start: int
    starts: int
    steps: int


def _nowhere() -> Checkpoint:
    raise KanError("this step was made by no trainer, so nothing can go on from it")


@dataclass(frozen=True, eq=False)
class Progress:
    """State after a step.

    Attributes:
        step: 1, 2, … of the training; while starts compete, of this one.
        network: the network now; always finite; never worse in the objective than before the step, except by moved knots.
        train_error, test_error: see `error_of_output`; a relation's are √J.
        penalty: λR in units of the normalised loss.
        damping: μ of the trust region.
        event: something worth a mark on the loss curve ("grid update"), else None.
        converged: no further step can improve.
        competing: the start that this is a step of; None when none compete, or no more.
        winner: the start that went on, from 1, its steps among those counted; None where none competed.
        checkpoint: makes what `train(…, resume=…)` goes on from; ask it before the next step is asked for.
    """

    step: int
    network: Network
    train_error: float
    test_error: float
    penalty: float
    damping: float
    event: str | None = None
    converged: bool = False
    competing: Competition | None = None
    winner: int | None = None
    checkpoint: Callable[[], Checkpoint] = _nowhere


def height_of(units: Normalisation, objective: Objective, step: Progress) -> float:
    """What training lowers, at a step: (train_error / s)² + penalty, of classes train_error + penalty.

    s is the largest scale of the targets, so that the first has no unit; cross-entropies are in nats.

    Args:
        units: of the network before.
        objective: that is minimised.
        step: of its training.
    """
    if is_classification(objective):
        return step.train_error + step.penalty
    return (step.train_error / float(units.target_scale.amax())) ** 2 + step.penalty


def rmse(network: Network, table: Table) -> float:
    """Root mean squared error in the targets' units; infinity when a row leaves the domain of a symbolic edge."""
    return error_of(network, table, SquaredLoss())


def error_of(network: Network, table: Table, objective: Objective) -> float:
    """The error by which networks that minimise `objective` are compared, by the table's weights: see `error_of_output`."""
    normalisation = network.normalisation
    output = forward(network, normalisation.inputs(table.inputs)).output
    return error_of_output(output, table.targets, normalisation, objective, table.weights)


def error_of_output(
    output: Tensor, targets: Tensor, normalisation: Normalisation, objective: Objective, weights: Tensor | None = None
) -> float:
    """Root mean squared error over rows and outputs in the targets' units; of classes the mean cross-entropy in nats.

    Args:
        output: (batch, outputs) in the network's units.
        targets: (batch, outputs) raw: values, or shares of classes.
        normalisation: of the network.
        objective: what is minimised, which tells values from classes.
        weights: (batch,) ≥ 0, what each row counts; None when all count the same.

    Returns:
        Infinity where an output is missing.
    """
    if is_classification(objective):
        loss = float(objective.evaluate(output, targets, normalisation, weights).value)
        return loss if math.isfinite(loss) else math.inf
    residual = output - normalisation.targets(targets)
    if weights is not None:
        residual = residual * (weights / weights.mean()).sqrt().unsqueeze(1).to(residual)
    return rmse_of_residual(residual, normalisation.target_scale)


def rmse_of_residual(residual: Tensor, scale: Tensor) -> float:
    """√(mean over rows and outputs of (scale·residual)²), safe against overflow; infinity when not finite."""
    each = residual.square().mean(0).sqrt() * scale
    largest = each.amax()
    if not bool(torch.isfinite(largest)):
        return float("inf")
    if float(largest) == 0.0:
        return 0.0
    return float(largest * (each / largest).square().mean().sqrt())
