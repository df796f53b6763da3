"""What a trainer reports after each step."""

from __future__ import annotations

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
        train_rmse, test_rmse: in the targets' units, over all outputs; of class probabilities when classes are learned.
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
    train_rmse: float
    test_rmse: float
    penalty: float
    damping: float
    event: str | None = None
    converged: bool = False
    competing: Competition | None = None
    winner: int | None = None
    checkpoint: Callable[[], Checkpoint] = _nowhere


def rmse(network: Network, table: Table, objective: Objective | None = None) -> float:
    """Root mean squared error in the targets' units; infinity when a row leaves the domain of a symbolic edge."""
    normalisation = network.normalisation
    output = forward(network, normalisation.inputs(table.inputs)).output
    return rmse_of_output(output, table.targets, normalisation, objective or SquaredLoss())


def rmse_of_output(output: Tensor, targets: Tensor, normalisation: Normalisation, objective: Objective) -> float:
    """The same for (batch, outputs) in the network's units."""
    if is_classification(objective):
        return rmse_of_residual(objective.predict(output, normalisation) - targets, torch.ones_like(normalisation.target_scale))
    return rmse_of_residual(output - normalisation.targets(targets), normalisation.target_scale)


def rmse_of_residual(residual: Tensor, scale: Tensor) -> float:
    """√(mean over rows and outputs of (scale·residual)²), safe against overflow; infinity when not finite."""
    each = residual.square().mean(0).sqrt() * scale
    largest = each.amax()
    if not bool(torch.isfinite(largest)):
        return float("inf")
    if float(largest) == 0.0:
        return 0.0
    return float(largest * (each / largest).square().mean().sqrt())
