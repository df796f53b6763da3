"""Sparsity at second order: L1 + entropy of edge magnitudes as an iteratively reweighted quadratic.

R = Σ_l (Σ_e s_e + κ·H_l),  H_l = -Σ_e p_e log p_e,  p_e = s_e/Σs   (Liu et al. 2404.19756, eqs. 2.17-2.20), with s_e the
standard deviation of edge e over the rows: a constant does not count, since it can move to any sibling.
Since s ≤ (s²/η + η)/2 with equality at η = s, the penalty is majorised by Σ w_e s_e²/(2η_e), w_e = ∂R/∂s_e, whose
gradient and Hessian are those of a block-diagonal quadratic. No L-BFGS, no learning rate.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import Trace
from kan_core.training.parameters import Parameters

# Edges weaker than this (of a target with standard deviation 1) are not pushed any harder.
_FLOOR = 1e-4


class LayerPenalty(NamedTuple):
    """Penalty of one layer's free splines.

    Attributes:
        value: L1 + κ·entropy of the layer.
        gram: (splines, basis, basis) covariance of the basis at each spline's source.
        weight: (splines,) w_e/η_e.
    """

    value: Tensor
    gram: Tensor
    weight: Tensor


def layer_penalties(network: Network, parameters: Parameters, trace: Trace, entropy: float) -> list[LayerPenalty | None]:
    """One entry a layer, None where it has no free splines."""
    penalties: list[LayerPenalty | None] = []
    for part, layer, values in zip(parameters.layers, network.layers, trace.layers, strict=True):
        if not part.targets.numel() or values.basis is None:
            penalties.append(None)
            continue
        centred = values.basis - values.basis.mean(0)
        gram = torch.einsum("nim,nip->imp", centred, centred)[part.sources] / centred.shape[0]
        coefficients = layer.coefficients[part.targets, part.sources]
        magnitude = torch.einsum("em,emp,ep->e", coefficients, gram, coefficients).clamp(min=0).sqrt()
        penalties.append(_weigh(magnitude, gram, entropy))
    return penalties


def _weigh(magnitude: Tensor, gram: Tensor, entropy: float) -> LayerPenalty:
    total = magnitude.sum().clamp(min=_FLOOR)
    share = (magnitude / total).clamp(min=1e-12)
    logs = share.log()
    layer_entropy = -(share * logs).sum()
    # ∂H/∂s_e = -(log p_e + H)/Σs; dominant edges would get a negative weight, which no majoriser allows
    derivative = (1 - entropy * (logs + layer_entropy) / total).clamp(min=0)
    value = magnitude.sum() + entropy * layer_entropy
    return LayerPenalty(value, gram, derivative / magnitude.clamp(min=_FLOOR))


def add_penalty(
    network: Network,
    parameters: Parameters,
    penalties: list[LayerPenalty | None],
    strength: float,
    matrix: Tensor,
    gradient: Tensor,
) -> tuple[Tensor, Tensor]:
    """Add half the gradient and Hessian of λR to the normal equations (which hold half those of the loss)."""
    matrix, gradient = matrix.clone(), gradient.clone()
    position = 0
    for part, layer, penalty in zip(parameters.layers, network.layers, penalties, strict=True):
        if penalty is not None:
            blocks = 0.5 * strength * penalty.weight[:, None, None] * penalty.gram
            coefficients = layer.coefficients[part.targets, part.sources]
            push = (blocks @ coefficients.unsqueeze(-1)).squeeze(-1)
            if part.columns is None:
                index = position + torch.arange(coefficients.numel(), device=matrix.device).view_as(coefficients)
                matrix[index.unsqueeze(2), index.unsqueeze(1)] += blocks
                gradient[index] -= push
            else:
                _add_some_columns(part.columns, position, blocks, push, matrix, gradient)
        position += part.coefficients(layer.grid.basis) + part.constants
    return matrix, gradient


def _add_some_columns(columns: Tensor, position: int, blocks: Tensor, push: Tensor, matrix: Tensor, gradient: Tensor) -> None:
    """Add blocks of splines that have only some of the columns (in place): the others have no place in the matrix."""
    index = position + (columns.flatten().cumsum(0) - 1).view_as(columns)
    for edge, own in enumerate(columns):
        places = index[edge, own]
        matrix[places.unsqueeze(1), places] += blocks[edge][own][:, own]
        gradient[places] -= push[edge, own]


def penalty_value(penalties: list[LayerPenalty | None]) -> Tensor | float:
    """R, summed over layers."""
    return sum((penalty.value for penalty in penalties if penalty is not None), start=0.0)
