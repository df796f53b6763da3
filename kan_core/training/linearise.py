"""Gauss-Newton model of the squared loss: exact Jacobian by back-propagated node sensitivities.

With δ_{l+1,j} = ∂f/∂(subnode j of layer l),  ∂f/∂c_{l,j,i,m} = δ_{l+1,j}·B_m(x_{l,i}) and
∂f/∂(a, b, c, d) = δ·(c f'(u) x, c f'(u), f(u), 1), u = a·x + b.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import LayerTrace, Trace, forward, split_sensitivity
from kan_core.training.parameters import LayerParameters, Parameters

# Rows are taken in pieces so that a piece of the Jacobian stays near this many numbers (32 MB in float64).
_CHUNK = 4_000_000


class NormalEquations(NamedTuple):
    """JᵀWJ and JᵀWr with weights W that sum to one, and the loss Σ w r².

    Attributes:
        matrix: (params, params).
        gradient: (params,) JᵀWr, r = target - output; the descent direction.
        loss: mean squared residual over rows, summed over outputs.
    """

    matrix: Tensor
    gradient: Tensor
    loss: Tensor


def normal_equations(
    network: Network, parameters: Parameters, x: Tensor, y: Tensor, trace: Trace | None = None
) -> NormalEquations:
    """Linearise at `network` on (batch, inputs) and (batch, outputs) in the network's units.

    A `trace` of all rows with slopes, when there is one, is used if the Jacobian fits in one piece.
    """
    count = parameters.count(network)
    rows = max(1, _CHUNK // max(count * y.shape[1], 1))
    if trace is not None and rows >= x.shape[0]:
        columns, residual = jacobian(network, parameters, trace).flatten(0, 1), y - trace.output
        matrix, gradient = columns.T @ columns, columns.T @ residual.reshape(-1)
        return NormalEquations(matrix / x.shape[0], gradient / x.shape[0], residual.square().sum() / x.shape[0])
    matrix, gradient, loss = x.new_zeros((count, count)), x.new_zeros(count), x.new_zeros(())
    for start in range(0, x.shape[0], rows):
        trace = forward(network, x[start : start + rows], slopes=True)
        residual = y[start : start + rows] - trace.output
        columns = jacobian(network, parameters, trace).flatten(0, 1)
        matrix = matrix + columns.T @ columns
        gradient = gradient + columns.T @ residual.reshape(-1)
        loss = loss + residual.square().sum()
    return NormalEquations(matrix / x.shape[0], gradient / x.shape[0], loss / x.shape[0])


def jacobian(network: Network, parameters: Parameters, trace: Trace) -> Tensor:
    """(batch, outputs, params) ∂output/∂parameter; `trace` must carry slopes."""
    outputs = trace.output.shape[1]
    sensitivity = torch.eye(outputs, dtype=network.dtype, device=network.device).expand(trace.output.shape[0], -1, -1)
    blocks: list[Tensor] = []
    for index in reversed(range(len(network.layers))):
        layer, values = network.layers[index], trace.layers[index]
        sensitivity = split_sensitivity(layer.structure, values.subnodes, sensitivity)
        blocks.append(_layer_block(layer, parameters.layers[index], values, sensitivity))
        if index:
            sensitivity = propagate(layer, values, sensitivity)
    return torch.cat(blocks[::-1], dim=2)


def propagate(layer: Layer, values: LayerTrace, sensitivity: Tensor) -> Tensor:
    """δ at the subnodes of a layer (batch, outputs, targets) → δ at its source nodes (batch, outputs, inputs)."""
    batch, outputs, _ = sensitivity.shape
    if values.slope is not None:
        through = sensitivity.flatten(0, 1) @ layer.coefficients.flatten(1)
        result = (through.view(batch, outputs, *values.slope.shape[1:]) * values.slope.unsqueeze(1)).sum(-1)
    else:
        result = sensitivity.new_zeros((batch, outputs, layer.inputs))
    for group, symbolic in zip(layer.structure.groups, values.symbolic, strict=True):
        assert symbolic.slope is not None
        a, _, c, _ = layer.constants[group.rows].unbind(-1)
        result = result.index_add(2, group.sources, sensitivity[:, :, group.targets] * (a * c * symbolic.slope).unsqueeze(1))
    return result


def _layer_block(layer: Layer, part: LayerParameters, values: LayerTrace, sensitivity: Tensor) -> Tensor:
    """(batch, outputs, params of the layer)."""
    pieces: list[Tensor] = []
    if part.targets.numel():
        assert values.basis is not None
        spline = sensitivity[:, :, part.targets].unsqueeze(-1) * values.basis[:, part.sources].unsqueeze(1)
        pieces.append(spline.flatten(2) if part.columns is None else spline[:, :, part.columns])
    if part.constants:
        pieces.append(_constants_block(layer, values, sensitivity)[:, :, part.free])
    if not pieces:
        return sensitivity.new_zeros((*sensitivity.shape[:2], 0))
    return torch.cat(pieces, dim=2)


def _constants_block(layer: Layer, values: LayerTrace, sensitivity: Tensor) -> Tensor:
    """(batch, outputs, symbolic edges, 4) derivatives in a, b, c, d."""
    block = sensitivity.new_empty((*sensitivity.shape[:2], len(layer.structure.symbolic), 4))
    for group, symbolic in zip(layer.structure.groups, values.symbolic, strict=True):
        assert symbolic.slope is not None
        c = layer.constants[group.rows, 2]
        inner = c * symbolic.slope
        local = torch.stack([inner * symbolic.x, inner, symbolic.value, torch.ones_like(inner)], dim=-1)
        block[:, :, group.rows] = sensitivity[:, :, group.targets].unsqueeze(-1) * local.unsqueeze(1)
    return block
