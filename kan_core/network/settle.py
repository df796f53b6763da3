"""Give splines a shape where there are no rows: at the ends of a grid, in gaps, in thin tails.

Training leaves a coefficient alone, or wild, when no row or only the tip of its B-spline touches it; on fine grids a
held-out row there spoils the error of all others. `settle` lets the splines of each source go on smoothly instead: with
M = BᵀB over the rows and the differences D of order k + 1, which vanish for polynomials of degree k,

    minimise |B c - B c_old|² + ε |D c|²,   hence   c = c_old - (M + ε DᵀD)⁻¹ ε DᵀD c_old

(the penalty of Eilers & Marx 1996). Rows keep their values as far as ε is small; without rows the last polynomial piece
continues.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.splines.grid import Grid

SMOOTHNESS = 1e-6
"""ε relative to the mean of M's diagonal: on the staircases of the benchmarks it leaves the error on the rows where it was."""


def settle(network: Network, x: Tensor, smoothness: float = SMOOTHNESS) -> Network:
    """The network with its splines settled on rows x.

    Args:
        network: layers with a base function, finer grids of single edges or unequal intervals stay as they are; so do locked
            edges, and sources whose rows determine no polynomial of degree k.
        x: (batch, inputs) training rows in the network's units.
        smoothness: ε.
    """
    for index, layer in enumerate(network.layers):
        # The rows of a layer come out of those before it, which have just been settled.
        basis = forward(network, x).layers[index].basis
        if basis is not None and _can_settle(layer.grid):
            network = network.with_layer(index, _settled(layer, basis.transpose(0, 1), smoothness))
    return network


def _can_settle(grid: Grid) -> bool:
    """Differences of coefficients are derivatives on equal intervals only, and only of one grid's own splines."""
    return grid.is_plain and grid.is_uniform and grid.basis > grid.degree + 1


def _settled(layer: Layer, basis: Tensor, smoothness: float) -> Layer:
    """Of (inputs, batch, basis)."""
    normal = basis.transpose(1, 2) @ basis
    differences = torch.eye(basis.shape[2], dtype=basis.dtype, device=basis.device).diff(n=layer.grid.degree + 1, dim=0)
    scale = smoothness * normal.diagonal(dim1=1, dim2=2).mean(1)
    penalty = differences.T @ differences * scale[:, None, None]
    factor, failed = torch.linalg.cholesky_ex(normal + penalty)
    old = layer.coefficients.permute(1, 2, 0)
    moved = torch.cholesky_solve(penalty @ old, factor)
    moved = torch.where((failed == 0)[:, None, None] & torch.isfinite(moved), moved, torch.zeros_like(moved)).permute(2, 0, 1)
    for target, source in layer.structure.locked:
        moved[target, source] = 0.0
    return replace(layer, coefficients=layer.coefficients - moved)
