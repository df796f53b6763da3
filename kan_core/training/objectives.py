"""What a fit minimises: a value, its exact derivatives with respect to the network's outputs, and a curvature to step by.

Regression losses are taken in normalised units; for classification the outputs in raw units are logits, so that
`network.trace.evaluate` returns logits. Losses without targets (a PDE, a conservation law) are in `relations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import softplus

from kan_core.errors import DataError
from kan_core.network.network import Normalisation
from kan_core.training.curvature import Curvature

# Probabilities this close to 0 or 1 leave no curvature to step by; the loss itself is exact.
_FLATTEST = 1e-6


class Loss(NamedTuple):
    """Weighted mean over rows, summed over outputs.

    Attributes:
        value: ().
        sensitivity: (batch, outputs) ∂value/∂(output in the network's units).
    """

    value: Tensor
    sensitivity: Tensor


class Objective(Protocol):
    """A loss of outputs and targets."""

    @property
    def name(self) -> str:
        """For sentences: "squared loss"."""
        ...

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        """Loss at (batch, outputs) outputs in the network's units for (batch, outputs) raw targets.

        `weights` (batch,) ≥ 0 count rows more or less; they are divided by their mean.
        """
        ...

    def curvature(
        self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None
    ) -> Curvature:
        """Half of a positive Hessian of the loss in the outputs: exact where there is one, else a majorising one."""
        ...

    def predict(self, output: Tensor, normalisation: Normalisation) -> Tensor:
        """(batch, outputs) what the network says in the targets' own terms: values, or probabilities of classes."""
        ...


@dataclass(frozen=True)
class SquaredLoss:
    """Σ_j (f_j - y_j)² in normalised units."""

    name = "squared loss"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        residual = output - normalisation.targets(targets)
        return _mean(residual.square(), 2 * residual, weights)

    def curvature(
        self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None
    ) -> Curvature:
        del targets, normalisation
        if weights is None:
            return Curvature(1 / output.shape[0])
        return Curvature(1.0, _shares(weights).sqrt().expand_as(output))

    def predict(self, output: Tensor, normalisation: Normalisation) -> Tensor:
        return normalisation.raw_targets(output)


@dataclass(frozen=True)
class HuberLoss:
    """r² for |r| ≤ δ, else δ(2|r| - δ), summed over outputs: squared loss that outliers cannot bend (Huber 1964).

    Its curvature is that of the squared loss with weights δ/|r| where |r| > δ, which majorises it (iteratively
    reweighted least squares, Holland & Welsch 1977).

    Attributes:
        delta: δ > 0 in standard deviations of the target.
    """

    delta: float = 1.0
    name = "Huber loss"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        residual = output - normalisation.targets(targets)
        clipped = residual.clamp(-self.delta, self.delta)
        return _mean(clipped * (2 * residual - clipped), 2 * clipped, weights)

    def curvature(
        self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None
    ) -> Curvature:
        residual = (output - normalisation.targets(targets)).abs()
        return Curvature(1.0, (_share(output, weights) * self.delta / residual.clamp(min=self.delta)).sqrt())

    def predict(self, output: Tensor, normalisation: Normalisation) -> Tensor:
        return normalisation.raw_targets(output)


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """-y log σ(z) - (1 - y) log(1 - σ(z)) of logits z (raw outputs) and y in [0, 1], summed over outputs."""

    name = "binary cross-entropy"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        logits = normalisation.raw_targets(output)
        slope = (torch.sigmoid(logits) - targets) * normalisation.target_scale
        return _mean(softplus(logits) - targets * logits, slope, weights)

    def curvature(
        self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None
    ) -> Curvature:
        """½ σ(1 - σ)."""
        del targets
        share = self.predict(output, normalisation)
        bend = (share * (1 - share)).clamp(min=_FLATTEST) * normalisation.target_scale.square()
        return Curvature(0.5, (_share(output, weights) * bend).sqrt())

    def predict(self, output: Tensor, normalisation: Normalisation) -> Tensor:
        return predictions(self, normalisation.raw_targets(output))


@dataclass(frozen=True)
class CrossEntropy:
    """-Σ_j y_j log softmax(z)_j of logits z (raw outputs) and class shares y (one-hot rows, or rows that sum to 1)."""

    name = "cross-entropy"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        logits = normalisation.raw_targets(output)
        logs = torch.log_softmax(logits, 1)
        slope = (logs.exp() * targets.sum(1, keepdim=True) - targets) * normalisation.target_scale
        return _mean(-targets * logs, slope, weights)

    def curvature(
        self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None
    ) -> Curvature:
        """½ (diag(p) - p pᵀ) = ½ RᵀR with R v = √p·(v - p·v), times the sum of the row's shares."""
        share = self.predict(output, normalisation)
        root = (_share(output, weights) * targets.sum(1, keepdim=True) * share.clamp(min=_FLATTEST)).sqrt()
        scale = normalisation.target_scale
        return Curvature(0.5, root * scale, (root, share * scale))

    def predict(self, output: Tensor, normalisation: Normalisation) -> Tensor:
        return predictions(self, normalisation.raw_targets(output))


def predictions(objective: Objective, raw: Tensor) -> Tensor:
    """(batch, outputs) raw outputs → values, or probabilities of classes (of the second one when there is one logit)."""
    if isinstance(objective, BinaryCrossEntropy):
        return torch.sigmoid(raw)
    return torch.softmax(raw, 1) if isinstance(objective, CrossEntropy) else raw


def is_classification(objective: Objective) -> bool:
    """Whether the outputs are logits."""
    return isinstance(objective, BinaryCrossEntropy | CrossEntropy)


def held_back(objective: Objective) -> float:
    """λ of refits that ask for none: 0, but 1e-3 for classes, whose logits would go to infinity where they can be told apart."""
    return 1e-3 if is_classification(objective) else 0.0


def _mean(value: Tensor, slope: Tensor, weights: Tensor | None) -> Loss:
    """Weighted mean over rows of (batch, outputs) values and the matching sensitivity."""
    if weights is None:
        return Loss(value.sum() / value.shape[0], slope / value.shape[0])
    share = _shares(weights)
    return Loss((value * share).sum(), slope * share)


def _share(output: Tensor, weights: Tensor | None) -> Tensor:
    """(batch, 1) share of each row in the mean."""
    return output.new_full((output.shape[0], 1), 1 / output.shape[0]) if weights is None else _shares(weights)


def _shares(weights: Tensor) -> Tensor:
    total = weights.sum()
    if bool((weights < 0).any()) or not float(total) > 0:
        raise DataError("row weights must be ≥ 0 and not all zero")
    return (weights / total).unsqueeze(1)
