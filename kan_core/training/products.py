"""Jacobian times vector and vector times Jacobian of a network, without the Jacobian.

Jv is a pass forward, Jᵀu a pass backward, each about as dear as evaluating the network; everything by matrix products.
Called by the matrix-free model; `linearise.jacobian` is the oracle.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import LayerTrace, Trace, combine_tangent, split_sensitivity
from kan_core.training.linearise import constants_block, propagate
from kan_core.training.parameters import LayerParameters, Parameters


def jacobian_times(network: Network, parameters: Parameters, trace: Trace, vector: Tensor) -> Tensor:
    """(batch, outputs) J v for a (params,) vector; `trace` must carry slopes."""
    moves = parameters.directions(network, vector)
    tangent = trace.output.new_zeros((trace.output.shape[0], network.shape[0]))
    for index, (layer, values) in enumerate(zip(network.layers, trace.layers, strict=True)):
        coefficients, constants = moves[index]
        through = _moved(layer, values, coefficients, constants)
        if index:
            through = through + _pushed(layer, values, tangent)
        tangent = combine_tangent(layer.structure, values.subnodes, through)
    return tangent


def times_jacobian(network: Network, parameters: Parameters, trace: Trace, output: Tensor) -> Tensor:
    """(params,) Jᵀ u for (batch, outputs) u; `trace` must carry slopes."""
    sensitivity = output.unsqueeze(1)
    blocks: list[Tensor] = []
    for index in reversed(range(len(network.layers))):
        layer, values, part = network.layers[index], trace.layers[index], parameters.layers[index]
        sensitivity = split_sensitivity(layer.structure, values.subnodes, sensitivity)
        blocks.append(_gathered(layer, values, part, sensitivity.squeeze(1)))
        if index:
            sensitivity = propagate(layer, values, sensitivity)
    return torch.cat(blocks[::-1])


def _moved(layer: Layer, values: LayerTrace, coefficients: Tensor, constants: Tensor) -> Tensor:
    """(batch, targets) what moving the parameters does to the subnodes."""
    made = values.inputs.new_zeros((values.inputs.shape[0], layer.targets))
    if values.basis is not None:
        made = values.basis.flatten(1) @ coefficients.flatten(1).T
    for group, symbolic in zip(layer.structure.groups, values.symbolic, strict=True):
        assert symbolic.slope is not None
        a, b, c, d = constants[group.rows].unbind(-1)
        inner = layer.constants[group.rows, 2] * symbolic.slope
        made = made.index_add(1, group.targets, inner * (a * symbolic.x + b) + c * symbolic.value + d)
    return made


def _pushed(layer: Layer, values: LayerTrace, tangent: Tensor) -> Tensor:
    """(batch, targets) what moving the sources does to the subnodes."""
    made = tangent.new_zeros((tangent.shape[0], layer.targets))
    if values.slope is not None:
        made = (values.slope * tangent.unsqueeze(-1)).flatten(1) @ layer.coefficients.flatten(1).T
    for group, symbolic in zip(layer.structure.groups, values.symbolic, strict=True):
        assert symbolic.slope is not None
        a, _, c, _ = layer.constants[group.rows].unbind(-1)
        made = made.index_add(1, group.targets, a * c * symbolic.slope * tangent[:, group.sources])
    return made


def _gathered(layer: Layer, values: LayerTrace, part: LayerParameters, sensitivity: Tensor) -> Tensor:
    """(params of the layer,) Σ_n sensitivity · ∂subnode/∂parameter."""
    pieces: list[Tensor] = []
    if part.targets.numel():
        assert values.basis is not None
        everything = (sensitivity.T @ values.basis.flatten(1)).view(layer.targets, layer.inputs, -1)
        pieces.append(part.own(everything[part.targets, part.sources]))
    if part.constants:
        pieces.append(constants_block(layer, values, sensitivity.unsqueeze(1)).sum((0, 1))[part.free])
    return torch.cat(pieces) if pieces else sensitivity.new_zeros(0)
