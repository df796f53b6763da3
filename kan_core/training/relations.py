"""Losses without targets: the squared residual of a relation between inputs, outputs and their derivatives.

A differential equation, a conservation law, or an unsupervised relation f(x) = 0 between columns. `relation_training` fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.training.input_derivatives import InputDerivatives, Second, input_derivatives

Relation = Callable[[Tensor, InputDerivatives], Tensor]
"""(batch, inputs) raw points and the derivatives there → (batch, residuals); torch operations only, row by row."""


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
