"""Pruning: edges become zero, and what they contributed on average moves to a sibling, so that the rest need not relearn it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId, NodeId
from kan_core.layers.layer import Layer
from kan_core.layers.structure import SymbolicEdge
from kan_core.network.edges import active_edges, check_edge, edge_values
from kan_core.network.network import Network
from kan_core.network.trace import Trace


def prune_edges(network: Network, edges: Iterable[EdgeId], trace: Trace) -> Network:
    """Set edges to zero; nodes that lose all inputs or all outputs take their remaining edges with them.

    Args:
        network: the network that made `trace`.
        edges: places; an edge that is zero already is passed over.
        trace: evaluation on the training rows, for the means that move to siblings.

    Raises:
        EdgeError: no such edge, or a named edge is locked.
    """
    for edge in edges:
        layer = check_edge(network, edge)
        if (edge.target, edge.source) in layer.structure.locked:
            raise EdgeError(f"edge {tuple(edge)} is locked; unlock it before pruning")
        network = _drop(network, edge, trace)
    return _drop_dead_nodes(network, trace)


def prune_nodes(network: Network, nodes: Iterable[NodeId], trace: Trace) -> Network:
    """Prune hidden nodes with all their edges; an input node loses its outgoing edges.

    Raises:
        EdgeError: no such node, or it is an output, or one of its edges is locked.
    """
    edges: list[EdgeId] = []
    for node in nodes:
        if not (0 <= node.layer < len(network.layers) and 0 <= node.index < network.shape[node.layer]):
            raise EdgeError(f"node {tuple(node)} is not an input or hidden node of a network of shape {list(network.shape)}")
        edges.extend(edge for edge in active_edges(network) if _touches(network, edge, node))
    return prune_edges(network, edges, trace)


def prune_inputs(network: Network, inputs: Iterable[int], trace: Trace) -> Network:
    """Prune input columns.

    Raises:
        EdgeError: no such input, or one of its edges is locked.
    """
    return prune_nodes(network, [NodeId(0, index) for index in inputs], trace)


def _touches(network: Network, edge: EdgeId, node: NodeId) -> bool:
    if edge.layer == node.layer:
        return edge.source == node.index
    owner = network.layers[edge.layer].structure.node_of_subnode
    return edge.layer == node.layer - 1 and owner[edge.target] == node.index


def _drop(network: Network, edge: EdgeId, trace: Trace) -> Network:
    """One edge to zero, its mean to a sibling."""
    layer = network.layers[edge.layer]
    if layer.structure.kind(edge.target, edge.source) == "zero":
        return network
    mean = float(edge_values(network, trace, edge).nanmean())
    layer = _receive(
        _without(layer, edge), edge, mean if math.isfinite(mean) else 0.0, last=edge.layer == len(network.layers) - 1
    )
    return network.with_layer(edge.layer, layer)


def _without(layer: Layer, edge: EdgeId) -> Layer:
    spline = layer.structure.spline.clone()
    spline[edge.target, edge.source] = False
    coefficients = layer.coefficients.clone()
    coefficients[edge.target, edge.source] = 0.0
    keep = [
        row for row, other in enumerate(layer.structure.symbolic) if (other.target, other.source) != (edge.target, edge.source)
    ]
    structure = replace(
        layer.structure,
        spline=spline,
        symbolic=tuple(layer.structure.symbolic[row] for row in keep),
        locked=layer.structure.locked - {(edge.target, edge.source)},
        held=frozenset(place for place in layer.structure.held if place[:2] != (edge.target, edge.source)),
    )
    return replace(layer, structure=structure, coefficients=coefficients, constants=layer.constants[keep])


def _receive(layer: Layer, edge: EdgeId, mean: float, *, last: bool) -> Layer:
    """Add a constant to subnode `edge.target`: to a free spline, else to a d that may move, else as a constant edge."""
    structure = layer.structure
    for source in torch.nonzero(structure.spline[edge.target]).flatten().tolist():
        if (edge.target, source) not in structure.locked:
            coefficients = layer.coefficients.clone()
            # B-splines sum to one; the base function does not take part
            columns = layer.grid.columns(structure.part(edge.target, source))
            coefficients[edge.target, source, columns] += mean
            return replace(layer, coefficients=coefficients)
    for row, other in enumerate(structure.symbolic):
        place = (other.target, other.source)
        if other.target == edge.target and place not in structure.locked and (*place, 3) not in structure.held:
            constants = layer.constants.clone()
            constants[row, 3] += mean
            return replace(layer, constants=constants)
    product = structure.nodes[structure.node_of_subnode[edge.target]].kind == "product"
    if mean and (product or last):
        # an output or a factor without edges would be 0; its mean is the better constant
        return insert_symbolic(
            layer, SymbolicEdge(edge.target, edge.source, "constant"), layer.constants.new_tensor([1, 0, 0, mean])
        )
    return layer


def insert_symbolic(layer: Layer, edge: SymbolicEdge, constants: Tensor) -> Layer:
    """Make one edge symbolic with the given (4,) constants, whatever it was before."""
    cleared = _without(layer, EdgeId(0, edge.source, edge.target))
    rows = [*zip(cleared.structure.symbolic, cleared.constants, strict=True), (edge, constants)]
    rows.sort(key=lambda row: row[0][:2])
    locked = cleared.structure.locked | (layer.structure.locked & {(edge.target, edge.source)})
    structure = replace(cleared.structure, symbolic=tuple(row[0] for row in rows), locked=locked)
    return replace(cleared, structure=structure, constants=torch.stack([row[1] for row in rows]))


def _drop_dead_nodes(network: Network, trace: Trace) -> Network:
    """Remove the edges of hidden nodes that nothing enters or nothing leaves, until none is left."""
    while True:
        edges = active_edges(network)
        unheard = [edge for edge in edges if _ends_unheard(network, edge, edges)]
        for edge in unheard:
            network = network.with_layer(edge.layer, _without(network.layers[edge.layer], edge))
        unfed = [edge for edge in edges if edge not in unheard and _starts_unfed(network, edge, edges)]
        for edge in unfed:
            network = _drop(network, edge, trace)
        if not unheard and not unfed:
            return network


def _ends_unheard(network: Network, edge: EdgeId, edges: list[EdgeId]) -> bool:
    """Whether nothing that depends on its values leaves the hidden node that the edge enters."""
    if edge.layer == len(network.layers) - 1:
        return False
    node = network.layers[edge.layer].structure.node_of_subnode[edge.target]
    return not any(other.layer == edge.layer + 1 and other.source == node and not _is_constant(network, other) for other in edges)


def _starts_unfed(network: Network, edge: EdgeId, edges: list[EdgeId]) -> bool:
    """Whether the edge starts at a hidden node that no edge enters (a constant edge needs no source)."""
    if edge.layer == 0 or _is_constant(network, edge):
        return False
    owner = network.layers[edge.layer - 1].structure.node_of_subnode
    return not any(other.layer == edge.layer - 1 and owner[other.target] == edge.source for other in edges)


def _is_constant(network: Network, edge: EdgeId) -> bool:
    structure = network.layers[edge.layer].structure
    row = structure.row(edge.target, edge.source)
    return row is not None and structure.symbolic[row].primitive == "constant"
