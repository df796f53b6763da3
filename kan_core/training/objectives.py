"""What a fit minimises: a value and its exact derivatives with respect to the network's outputs.

Regression losses are taken in normalised units, as Levenberg-Marquardt does; for classification the outputs in raw units
are logits, so that `network.trace.evaluate` returns logits. `RelationLoss` needs no targets: it squares the residual of a
relation between inputs, outputs and their derivatives (a PDE, a conservation law).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn.functional import softplus

from kan_core.errors import DataError
from kan_core.network.network import Network, Normalisation
from kan_core.training.input_derivatives import InputDerivatives, Second, input_derivatives


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


@dataclass(frozen=True)
class SquaredLoss:
    """Σ_j (f_j - y_j)² in normalised units."""

    name = "squared loss"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        residual = output - normalisation.targets(targets)
        return _mean(residual.square(), 2 * residual, weights)


@dataclass(frozen=True)
class HuberLoss:
    """r² for |r| ≤ δ, else δ(2|r| - δ), summed over outputs: squared loss that outliers cannot bend (Huber 1964).

    Attributes:
        delta: δ > 0 in standard deviations of the target.
    """

    delta: float = 1.0
    name = "Huber loss"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        residual = output - normalisation.targets(targets)
        clipped = residual.clamp(-self.delta, self.delta)
        return _mean(clipped * (2 * residual - clipped), 2 * clipped, weights)


@dataclass(frozen=True)
class BinaryCrossEntropy:
    """-y log σ(z) - (1 - y) log(1 - σ(z)) of logits z (raw outputs) and y in [0, 1], summed over outputs."""

    name = "binary cross-entropy"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        logits = normalisation.raw_targets(output)
        slope = (torch.sigmoid(logits) - targets) * normalisation.target_scale
        return _mean(softplus(logits) - targets * logits, slope, weights)


@dataclass(frozen=True)
class CrossEntropy:
    """-Σ_j y_j log softmax(z)_j of logits z (raw outputs) and class shares y (one-hot rows, or rows that sum to 1)."""

    name = "cross-entropy"

    def evaluate(self, output: Tensor, targets: Tensor, normalisation: Normalisation, weights: Tensor | None = None) -> Loss:
        logits = normalisation.raw_targets(output)
        logs = torch.log_softmax(logits, 1)
        slope = (logs.exp() * targets.sum(1, keepdim=True) - targets) * normalisation.target_scale
        return _mean(-targets * logs, slope, weights)


def class_shares(classes: Tensor, count: int) -> Tensor:
    """(batch,) class numbers → (batch, count) one-hot rows, the targets of `CrossEntropy`.

    Raises:
        DataError: a number outside 0 … count - 1.
    """
    if classes.numel() and not 0 <= int(classes.min()) <= int(classes.max()) < count:
        raise DataError(f"class numbers must be 0 … {count - 1}, got {int(classes.min())} … {int(classes.max())}")
    return torch.nn.functional.one_hot(classes.long(), count).to(torch.get_default_dtype())


def _mean(value: Tensor, slope: Tensor, weights: Tensor | None) -> Loss:
    """Weighted mean over rows of (batch, outputs) values and the matching sensitivity."""
    share = value.new_full((value.shape[0], 1), 1 / value.shape[0]) if weights is None else _shares(weights)
    return Loss((value * share).sum(), slope * share)


def _shares(weights: Tensor) -> Tensor:
    total = weights.sum()
    if bool((weights < 0).any()) or not float(total) > 0:
        raise DataError("row weights must be ≥ 0 and not all zero")
    return (weights / total).unsqueeze(1)


Relation = Callable[[Tensor, InputDerivatives], Tensor]
"""(batch, inputs) raw points and the derivatives there → (batch, residuals); torch operations only."""


class RelationResult(NamedTuple):
    """Loss of a relation and its exact derivatives, per layer in `coefficients` and `constants`."""

    value: Tensor
    coefficients: tuple[Tensor, ...]
    constants: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class RelationLoss:
    """Mean over points of Σ r², r = relation(x, f, ∇f, ∇²f): a PDE or an unsupervised relation.

    Attributes:
        relation: the residual.
        second: which second derivatives it needs.
    """

    relation: Relation
    second: Second = "diagonal"
    name = "relation"

    def residuals(self, network: Network, inputs: Tensor) -> Tensor:
        """(batch, residuals) at (batch, inputs) raw points."""
        return self.relation(inputs, input_derivatives(network, inputs, self.second))

    def evaluate(self, network: Network, inputs: Tensor) -> RelationResult:
        """Value and gradient in all parameters; the explicit jets are differentiated once more by torch."""
        coefficients = [layer.coefficients.detach().requires_grad_() for layer in network.layers]
        constants = [layer.constants.detach().requires_grad_() for layer in network.layers]
        moved = network
        for index, layer in enumerate(network.layers):
            moved = moved.with_layer(index, layer.with_parameters(coefficients[index], constants[index]))
        with torch.enable_grad():
            value = self.residuals(moved, inputs).square().sum(1).mean()
            made = torch.autograd.grad(value, [*coefficients, *constants], allow_unused=True, materialize_grads=True)
        masked = [gradient * layer.structure.spline.unsqueeze(-1) for gradient, layer in zip(made, network.layers, strict=False)]
        return RelationResult(value.detach(), tuple(masked), made[len(masked) :])
