"""More capacity, same function: new nodes in a hidden layer, or a new layer that hands its values on."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import EdgeError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure
from kan_core.network.common_grid import Placed
from kan_core.network.create import random_layer
from kan_core.network.network import Network
from kan_core.network.ranges import grid_like
from kan_core.network.trace import Trace, combine
from kan_core.splines.basis import dense_basis
from kan_core.splines.grid import Grid


def widen(
    network: Network, level: int, node: Node, count: int, trace: Trace, generator: torch.Generator, noise_scale: float = 0.05
) -> Network:
    """Add nodes to a hidden layer. What enters them is random as in `create_network`, what leaves them is a zero spline.

    The function stays to rounding, and training moves the new edges: those that leave have a gradient from the start,
    those that enter from the next step on. Factors of product nodes start with a random constant.

    Args:
        network: the network that made `trace`.
        level: 1 … L-1, the layer of nodes.
        node: what to add.
        count: how many of it.
        trace: evaluation on the training rows, for the range of the new nodes.
        generator: source of randomness.
        noise_scale: see `create_network`.

    Raises:
        EdgeError: there is no such layer of hidden nodes, or fewer than one node is asked for.
    """
    if not 1 <= level < len(network.layers):
        which = f"layers 1 … {len(network.layers) - 1}" if len(network.layers) > 1 else "none; put a layer in first"
        raise EdgeError(f"layer {level} has no hidden nodes; hidden are {which}")
    if count < 1 or (node.kind == "product") != (node.arity >= 2):
        raise EdgeError(f"at least one sum node, or product node of two factors or more, can be added, not {count} {node}")
    below, above = network.layers[level - 1], network.layers[level]
    fresh = random_layer((node,) * count, below.grid, generator, noise_scale)
    source = trace.inputs[level - 1]
    values = combine(fresh.structure, dense_basis(fresh.grid, source).flatten(1) @ fresh.coefficients.flatten(1).T)
    network = network.with_layer(level - 1, _with_targets(below, fresh))
    return network.with_layer(level, _with_sources(above, grid_like(above.grid, values)))


def _with_targets(layer: Layer, more: Layer) -> Layer:
    """A layer with further subnodes after its own."""
    structure, new = layer.structure, more.structure
    grids = None if structure.grids is None else torch.cat([structure.grids, structure.grids.new_zeros(new.spline.shape)])
    structure = replace(
        structure, nodes=structure.nodes + new.nodes, spline=torch.cat([structure.spline, new.spline]), grids=grids
    )
    fresh = Placed(more, (0,)).coefficients(layer.grid)
    return replace(layer, structure=structure, coefficients=torch.cat([layer.coefficients, fresh]))


def _with_sources(layer: Layer, rows: Grid) -> Layer:
    """A layer with further sources after its own, from which zero splines leave."""
    structure, shape = layer.structure, (layer.targets, rows.inputs)
    grids = None if structure.grids is None else torch.cat([structure.grids, structure.grids.new_zeros(shape)], 1)
    spline = torch.cat([structure.spline, structure.spline.new_ones(shape)], 1)
    coefficients = torch.cat([layer.coefficients, layer.coefficients.new_zeros((*shape, layer.grid.basis))], 1)
    structure = replace(structure, spline=spline, grids=grids)
    return Layer(structure, layer.grid.with_rows(rows), coefficients, layer.constants)


def deepen(network: Network, position: int, trace: Trace) -> Network:
    """Put a layer of splines before layer `position` (L: after the last): s(x) = x straight on, zero across.

    s(x) = x is a spline, with the knots' averages as coefficients, and its tangents outside are x as well, so the function
    stays to rounding wherever it is evaluated. All edges of the layer are free splines.

    Args:
        network: the network that made `trace`.
        position: 0 … L.
        trace: evaluation on the training rows, for the range of the knots.

    Raises:
        EdgeError: there is no such place.
    """
    count = len(network.layers)
    if not 0 <= position <= count:
        raise EdgeError(f"a layer can be put before layers 0 … {count - 1} or, as {count}, after the last; not at {position}")
    values = (*trace.inputs, trace.output)[position]
    like = network.layers[min(position, count - 1)].grid
    layer = identity_splines(grid_like(replace(like, finer=()), values))
    return network.with_layers((*network.layers[:position], layer, *network.layers[position:]))


def identity_splines(grid: Grid) -> Layer:
    """A layer that hands its values on, all edges splines."""
    nodes = grid.inputs
    coefficients = grid.low.new_zeros((nodes, nodes, grid.basis))
    straight = torch.arange(nodes, device=grid.low.device)
    coefficients[straight, straight, grid.columns(0)] = grid.greville()
    spline = torch.ones((nodes, nodes), dtype=torch.bool, device=grid.low.device)
    return Layer(Structure((Node(),) * nodes, spline), grid, coefficients, _no_constants(grid.low))


def _no_constants(like: Tensor) -> Tensor:
    return like.new_zeros((0, 4))
