"""Diagonal of Gauss-Newton's normal matrix and its block of each spline, without the matrix: a preconditioner.

The block of edge (j, i) is Σ_n w_{n,j} B_{n,i} B_{n,i}ᵀ with w_{n,j} = Σ_o (R δ_{n,·,j})²_o, δ = ∂output/∂subnode and RᵀR
the curvature of the loss in the outputs (`curvature`).
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward, split_sensitivity
from kan_core.training.curvature import Curvature
from kan_core.training.linearise import constants_block, propagate
from kan_core.training.parameters import Parameters

# Blocks look at no more rows than fill this many numbers.
_SAMPLE = 8_000_000
# With more outputs than this, w is estimated from as many random combinations of them (Hutchinson 1990).
_PROBES = 8


def diagonal_of(network: Network, parameters: Parameters, trace: Trace, curvature: Curvature) -> Tensor:
    """(params,) Σ over the rows of a trace with slopes."""
    pieces: list[Tensor] = []
    for index, sensitivity in enumerate(_sensitivities(network, trace, curvature)):
        layer, values, part = network.layers[index], trace.layers[index], parameters.layers[index]
        if part.targets.numel():
            assert values.basis is not None
            weight = sensitivity.square().sum(1)
            everything = (weight.T @ values.basis.square().flatten(1)).view(layer.targets, layer.inputs, -1)
            pieces.append(part.own(everything[part.targets, part.sources]))
        if part.constants:
            pieces.append(constants_block(layer, values, sensitivity).square().sum((0, 1))[part.free])
    return torch.cat(pieces) * curvature.factor


def spline_blocks(network: Network, parameters: Parameters, x: Tensor, curvature: Curvature) -> list[Tensor]:
    """(splines, basis, basis) of each layer with free splines, from a sample of the rows, scaled to all."""
    widest = max(layer.inputs * layer.grid.basis**2 for layer in network.layers)
    stride = max(1, -(-x.shape[0] * widest // _SAMPLE))
    rows = torch.arange(0, x.shape[0], stride, device=x.device)
    trace = forward(network, x[rows], slopes=True)
    scale = curvature.factor * x.shape[0] / rows.shape[0]
    made: list[Tensor] = []
    for index, sensitivity in enumerate(_sensitivities(network, trace, curvature.rows(rows))):
        layer, basis, part = network.layers[index], trace.layers[index].basis, parameters.layers[index]
        if basis is None or not part.targets.numel():
            continue
        outer = (basis.unsqueeze(-1) * basis.unsqueeze(-2)).flatten(1)
        everything = sensitivity.square().sum(1).T @ outer
        blocks = everything.view(layer.targets, layer.inputs, basis.shape[2], basis.shape[2])
        own = scale * blocks[part.targets, part.sources]
        if part.columns is not None:
            own = own * (part.columns.unsqueeze(2) & part.columns.unsqueeze(1))
        made.append(own)
    return made


def _sensitivities(network: Network, trace: Trace, curvature: Curvature) -> list[Tensor]:
    """Per layer (batch, rows of R or probes, targets): R δ at the subnodes."""
    batch, outputs = trace.output.shape
    if outputs <= _PROBES:
        probes = torch.eye(outputs, dtype=network.dtype, device=network.device)
    else:
        random = torch.rand((_PROBES, outputs), generator=torch.Generator().manual_seed(outputs), dtype=network.dtype)
        probes = ((random > 0.5) * 2.0 - 1.0).to(network.device, network.dtype) / _PROBES**0.5
    sensitivity = torch.stack([curvature.root_transposed(probe.expand(batch, -1)) for probe in probes], 1)
    made: list[Tensor] = []
    for index in reversed(range(len(network.layers))):
        layer, values = network.layers[index], trace.layers[index]
        sensitivity = split_sensitivity(layer.structure, values.subnodes, sensitivity)
        made.append(sensitivity)
        if index:
            sensitivity = propagate(layer, values, sensitivity)
    return made[::-1]
