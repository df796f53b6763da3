"""Objectives of training as losses of single rows, in raw units.

Classes that can be told apart without error would send logits to infinity; λ·(√(1 + z²) - 1), with the λ of refits, holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax

from kan_core.errors import FormulaError
from kan_core.law.problem import RowLoss
from kan_core.network.network import Normalisation
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, HuberLoss, Objective, SquaredLoss, held_back

Array = NDArray[np.floating[Any]]


def row_loss(objective: Objective, normalisation: Normalisation, *, held: bool = True) -> RowLoss | None:
    """What one row costs; None for squared residuals. `held` is for fits; errors are those of the loss itself.

    Raises:
        FormulaError: an objective that is none of single rows.
    """
    match objective:
        case SquaredLoss():
            return None
        case HuberLoss(delta):
            return _Huber(delta * normalisation.target_scale.double().cpu().numpy())
        case BinaryCrossEntropy():
            return _Binary(held_back(objective) if held else 0.0)
        case CrossEntropy():
            return _Shared(held_back(objective) if held else 0.0)
        case _:
            raise FormulaError(f"the constants of a law cannot be fitted by {objective.name}")


class _Huber:
    """r² for |r| ≤ δ, else δ(2|r| - δ)."""

    is_likelihood = False

    def __init__(self, delta: Array) -> None:
        self._delta = delta

    def __call__(self, output: Array, target: Array) -> tuple[Array, Array]:
        residual = output - target
        clipped = np.clip(residual, -self._delta, self._delta)
        return clipped * (2 * residual - clipped), 2 * clipped

    def information(self, output: Array) -> Array:
        return np.broadcast_to(np.eye(output.shape[1]), (*output.shape, output.shape[1]))


@dataclass(frozen=True)
class _Binary:
    """Cross-entropy of one logit an output."""

    held: float
    is_likelihood = True

    def __call__(self, output: Array, target: Array) -> tuple[Array, Array]:
        far = np.hypot(1.0, output)
        loss = np.logaddexp(0.0, output) - target * output + self.held * (far - 1)
        return loss, expit(output) - target + self.held * output / far

    def information(self, output: Array) -> Array:
        """√(p(1 - p))."""
        share = expit(output)
        made: Array = np.sqrt(share * (1 - share))[:, :, None] * np.eye(output.shape[1])
        return made


@dataclass(frozen=True)
class _Shared:
    """Cross-entropy of logits that share their probability."""

    held: float
    is_likelihood = True

    def __call__(self, output: Array, target: Array) -> tuple[Array, Array]:
        logs, far = log_softmax(output, axis=1), np.hypot(1.0, output)
        loss = (self.held * (far - 1) - target * logs).sum(axis=1, keepdims=True)
        return loss, np.exp(logs) * target.sum(axis=1, keepdims=True) - target + self.held * output / far

    def information(self, output: Array) -> Array:
        """√p·(1 - pᵀ), whose square is diag(p) - p·pᵀ."""
        share = np.exp(log_softmax(output, axis=1))
        made: Array = np.sqrt(share)[:, :, None] * (np.eye(output.shape[1]) - share[:, None, :])
        return made
