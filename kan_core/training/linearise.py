"""Dense Gauss-Newton model of a loss: exact Jacobian by back-propagated node sensitivities.

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
from kan_core.training.curvature import Curvature
from kan_core.training.options import Stop, never
from kan_core.training.parameters import LayerParameters, Parameters

# Rows are taken in pieces so that a piece of the Jacobian stays near this many numbers (32 MB in float64).
_CHUNK = 4_000_000
# … and that its share of the normal matrix takes no more than so many multiplications (some hundredths of a second).
_WORK = 1_000_000_000
# Columns of a block of the normal matrix.
_BLOCK = 512


class NormalEquations(NamedTuple):
    """½ ∇²L, in Gauss-Newton's approximation, and -½ ∇L.

    Attributes:
        matrix: (params, params) Σ_n Jᵀ H J with H half the curvature of the loss in the outputs.
        gradient: (params,) the direction of descent.
    """

    matrix: Tensor
    gradient: Tensor


class OutputModel(NamedTuple):
    """A loss around (batch, outputs) outputs: ∂L/∂output and half its curvature."""

    sensitivity: Tensor
    curvature: Curvature

    def rows(self, rows: slice) -> OutputModel:
        """Of some rows."""
        return OutputModel(self.sensitivity[rows], self.curvature.rows(rows))


def normal_equations(
    network: Network,
    parameters: Parameters,
    x: Tensor,
    model: OutputModel,
    trace: Trace | None = None,
    stop: Stop = never,
) -> NormalEquations | None:
    """Linearise at `network` on (batch, inputs) in the network's units.

    Args:
        network: where to linearise.
        parameters: those that move.
        x: rows.
        model: the loss around the outputs on these rows.
        trace: of all rows with slopes, when there is one; used if the Jacobian fits in one piece.
        stop: asked between pieces; None is returned when it says so.
    """
    count = parameters.count(network)
    batch, outputs = model.sensitivity.shape
    rows = max(1, min(_CHUNK // max(count * outputs, 1), _WORK // max(count * count * outputs, 1)))
    if trace is not None and rows >= batch:
        return _piece(network, parameters, trace, model)
    matrix, gradient = x.new_zeros((count, count)), x.new_zeros(count)
    for start in range(0, batch, rows):
        if stop():
            return None
        taken = slice(start, start + rows)
        more = _piece(network, parameters, forward(network, x[taken], slopes=True), model.rows(taken))
        matrix += more.matrix
        gradient += more.gradient
    return NormalEquations(matrix, gradient)


def _piece(network: Network, parameters: Parameters, trace: Trace, model: OutputModel) -> NormalEquations:
    columns = jacobian(network, parameters, trace)
    gradient = columns.flatten(0, 1).T @ model.sensitivity.reshape(-1)
    root = model.curvature.root(columns).flatten(0, 1)
    return NormalEquations(_gram(root) * model.curvature.factor, gradient / -2)


def _gram(columns: Tensor) -> Tensor:
    """columnsᵀ columns; of wide ones only the blocks on and below the diagonal are computed, and copied."""
    size = columns.shape[1]
    if size < 2 * _BLOCK:
        return columns.T @ columns
    made = columns.new_empty((size, size))
    for start in range(0, size, _BLOCK):
        made[start:, start : start + _BLOCK] = columns[:, start:].T @ columns[:, start : start + _BLOCK]
        made[start : start + _BLOCK, start:] = made[start:, start : start + _BLOCK].T
    return made


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
        pieces.append(constants_block(layer, values, sensitivity)[:, :, part.free])
    if not pieces:
        return sensitivity.new_zeros((*sensitivity.shape[:2], 0))
    return torch.cat(pieces, dim=2)


def constants_block(layer: Layer, values: LayerTrace, sensitivity: Tensor) -> Tensor:
    """(batch, outputs, symbolic edges, 4) derivatives in a, b, c, d."""
    block = sensitivity.new_empty((*sensitivity.shape[:2], len(layer.structure.symbolic), 4))
    for group, symbolic in zip(layer.structure.groups, values.symbolic, strict=True):
        assert symbolic.slope is not None
        c = layer.constants[group.rows, 2]
        inner = c * symbolic.slope
        local = torch.stack([inner * symbolic.x, inner, symbolic.value, torch.ones_like(inner)], dim=-1)
        block[:, :, group.rows] = sensitivity[:, :, group.targets].unsqueeze(-1) * local.unsqueeze(1)
    return block
