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
from kan_core.splines.grid import Grid
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


def layer_penalties(
    network: Network, parameters: Parameters, trace: Trace, entropy: float, weights: Tensor | None = None
) -> list[LayerPenalty | None]:
    """One entry a layer, None where it has no free splines; `weights` (rows,) ≥ 0 count rows as the loss does."""
    penalties: list[LayerPenalty | None] = []
    for part, layer, values in zip(parameters.layers, network.layers, trace.layers, strict=True):
        if not part.targets.numel() or values.basis is None:
            penalties.append(None)
            continue
        gram = _covariance(values.basis, weights)[part.sources]
        coefficients = layer.coefficients[part.targets, part.sources]
        magnitude = torch.einsum("em,emp,ep->e", coefficients, gram, coefficients).clamp(min=0).sqrt()
        penalties.append(_weigh(magnitude, gram, entropy))
    return penalties


def _covariance(basis: Tensor, weights: Tensor | None) -> Tensor:
    """(inputs, basis, basis) of (rows, inputs, basis) values over the rows."""
    if weights is None:
        centred = basis - basis.mean(0)
        return torch.einsum("nim,nip->imp", centred, centred) / centred.shape[0]
    share = (weights / weights.sum()).to(basis)[:, None, None]
    centred = (basis - (basis * share).sum(0)) * share.sqrt()
    return torch.einsum("nim,nip->imp", centred, centred)


def _weigh(magnitude: Tensor, gram: Tensor, entropy: float) -> LayerPenalty:
    total = magnitude.sum().clamp(min=_FLOOR)
    share = (magnitude / total).clamp(min=1e-12)
    logs = share.log()
    layer_entropy = -(share * logs).sum()
    # ∂H/∂s_e = -(log p_e + H)/Σs; dominant edges would get a negative weight, which no majoriser allows
    derivative = (1 - entropy * (logs + layer_entropy) / total).clamp(min=0)
    value = magnitude.sum() + entropy * layer_entropy
    return LayerPenalty(value, gram, derivative / magnitude.clamp(min=_FLOOR))


class SplineBlocks(NamedTuple):
    """Blocks on the diagonal of the normal matrix, one a free spline of a layer.

    Attributes:
        places: (splines, basis) in the vector of parameters; its length where a spline does not have a column.
        values: (splines, basis, basis), 0 where a spline does not have the row or the column.
    """

    places: Tensor
    values: Tensor

    def add_to(self, matrix: Tensor) -> None:
        """Add to a (params, params) matrix, in place."""
        rows, columns = self.places.unsqueeze(2).expand_as(self.values), self.places.unsqueeze(1).expand_as(self.values)
        own = (rows < matrix.shape[0]) & (columns < matrix.shape[0])
        matrix[rows[own], columns[own]] += self.values[own]

    def times(self, padded: Tensor) -> Tensor:
        """(splines, basis) product with a vector of parameters that has a 0 appended."""
        return (self.values @ padded[self.places].unsqueeze(-1)).squeeze(-1)


class PenaltyModel(NamedTuple):
    """Half the gradient and Hessian of all penalties.

    Attributes:
        blocks: of each layer with free splines.
        gradient: (params,) half of the derivative, to be subtracted from the direction of descent.
    """

    blocks: tuple[SplineBlocks, ...]
    gradient: Tensor


def penalty_model(
    network: Network, parameters: Parameters, penalties: list[LayerPenalty | None] | None, sparsity: float, smoothness: float
) -> PenaltyModel:
    """Of λR (majorised) and of ν·Σ_e mean_m (Δ²c)², which is a quadratic already."""
    blocks: list[SplineBlocks] = []
    count = parameters.count(network)
    padded = pad(parameters.gather(network))
    gradient = torch.zeros_like(padded)
    for index, (where, layer) in enumerate(zip(places(network, parameters), network.layers, strict=True)):
        if where is None:
            continue
        values = smoothness * bending(layer.grid, padded).expand(where.shape[0], -1, -1)
        penalty = None if penalties is None else penalties[index]
        if penalty is not None:
            values = values + 0.5 * sparsity * penalty.weight[:, None, None] * penalty.gram
        own = where < count
        made = SplineBlocks(where, values * (own.unsqueeze(2) & own.unsqueeze(1)))
        gradient[where] = made.times(padded)
        blocks.append(made)
    return PenaltyModel(tuple(blocks), gradient[:-1])


def places(network: Network, parameters: Parameters) -> list[Tensor | None]:
    """Per layer (splines, basis) places in the vector of parameters, its length for columns that a spline does not have."""
    made: list[Tensor | None] = []
    position, count = 0, parameters.count(network)
    for part, layer in zip(parameters.layers, network.layers, strict=True):
        shape = (part.targets.numel(), layer.grid.basis)
        own = part.targets.new_ones(shape, dtype=torch.bool) if part.columns is None else part.columns
        where = position + own.flatten().cumsum(0).view(shape) - 1
        made.append(where.masked_fill(~own, count) if shape[0] else None)
        position += part.coefficients(layer.grid.basis) + part.constants
    return made


def pad(vector: Tensor) -> Tensor:
    """A vector of parameters with a 0 appended, the value of coefficients that are none."""
    return torch.cat([vector, vector.new_zeros(1)])


def bending(grid: Grid, like: Tensor) -> Tensor:
    """(basis, basis) B with cᵀBc = Σ over the grids of mean_m (c_m - 2c_{m+1} + c_{m+2})²; the base does not count."""
    made = like.new_zeros((grid.basis, grid.basis))
    for part in range(len(grid.parts)):
        columns = grid.columns(part)
        size = columns.stop - columns.start
        if size > 2:
            second = torch.eye(size, dtype=like.dtype, device=like.device).diff(n=2, dim=0)
            made[columns, columns] = second.T @ second / second.shape[0]
    return made


def smoothness_value(network: Network, parameters: Parameters) -> Tensor | float:
    """Σ_e mean_m (Δ²c_{e,m})² over the free splines."""
    value: Tensor | float = 0.0
    for part, layer in zip(parameters.layers, network.layers, strict=True):
        if part.targets.numel():
            coefficients = layer.coefficients[part.targets, part.sources]
            value = value + torch.einsum("em,mp,ep->", coefficients, bending(layer.grid, coefficients), coefficients)
    return value


def penalty_value(penalties: list[LayerPenalty | None]) -> Tensor | float:
    """R, summed over layers."""
    return sum((penalty.value for penalty in penalties if penalty is not None), start=0.0)
