"""A network as the browser sees it: nodes, edges, importance; no curves."""

from __future__ import annotations

from typing import Literal

import torch

from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.edges import active_edges, all_edges
from kan_core.network.network import Network
from kan_core.training.parameters import free_parameters
from server.contract.base import Edge
from server.contract.views import EdgeFunction, EdgeView, NetworkView, NodeView
from server.work.situation import Situation
from server.work.views.names import node_names
from server.work.views.own_functions import own_functions
from server.work.views.spelling import spelling_of


def network_view(situation: Situation) -> NetworkView:
    """The graph of a network with the importance of its parts."""
    network = situation.network
    parameters = free_parameters(network)
    return NetworkView(
        shape=list(network.shape),
        intervals=[layer.grid.intervals for layer in network.layers],
        degree=network.layers[0].grid.degree,
        base=_base(network),
        knots="uniform" if all(layer.grid.is_uniform for layer in network.layers) else "quantile",
        precision="float32" if network.dtype == torch.float32 else "float64",
        parameters=parameters.count(network),
        nodes=_nodes(situation),
        functions=own_functions(network),
        edges=_edges(situation),
    )


def _base(network: Network) -> Literal["none", "silu", "identity", "mixed"]:
    base = network.layers[0].grid.base
    return "mixed" if any(layer.grid.base != base for layer in network.layers) else base or "none"


def edge_of(edge: EdgeId) -> Edge:
    """An edge's place on the wire."""
    return Edge(layer=edge.layer, source=edge.source, target=edge.target)


def edge_id(edge: Edge) -> EdgeId:
    """An edge's place in the numerics."""
    return EdgeId(edge.layer, edge.source, edge.target)


def _edges(situation: Situation) -> list[EdgeView]:
    network, scores = situation.network, situation.scores
    shares = [layer.tolist() for layer in scores.edges]
    functions = [_functions(situation, index, layer) for index, layer in enumerate(network.layers)]
    return [
        EdgeView(
            id=edge_of(edge),
            function=functions[edge.layer].get((edge.target, edge.source), _ZERO),
            importance=shares[edge.layer][edge.target][edge.source],
            locked=(edge.target, edge.source) in network.layers[edge.layer].structure.locked,
        )
        for edge in all_edges(network)
    ]


_ZERO = EdgeFunction(kind="zero")


def _functions(situation: Situation, index: int, layer: Layer) -> dict[tuple[int, int], EdgeFunction]:
    """(target, source) → function, for edges that are not zero."""
    functions: dict[tuple[int, int], EdgeFunction] = {}
    splines = [EdgeFunction(kind="spline", intervals=part.intervals) for part in layer.grid.parts]
    for target, source in layer.structure.spline.nonzero().tolist():
        functions[target, source] = splines[layer.structure.part(target, source)]
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, layer.constants.tolist(), strict=True):
        text = spelling_of(situation, EdgeId(index, edge.source, edge.target)).text(edge.primitive, (a, b, c, d))
        functions[edge.target, edge.source] = EdgeFunction(
            kind="symbolic", primitive=edge.primitive, a=a, b=b, c=c, d=d, text=text
        )
    return functions


def _nodes(situation: Situation) -> list[NodeView]:
    network = situation.network
    names = node_names(network.shape, situation.rows.inputs, situation.rows.targets)
    scores = [level.tolist() for level in situation.scores.nodes]
    alive = _alive(network)
    units = network.normalisation
    views = [
        NodeView(
            layer=0,
            index=index,
            kind="input",
            name=name,
            importance=scores[0][index],
            active=(0, index) in alive,
            shift=float(units.input_shift[index]),
            scale=float(units.input_scale[index]),
        )
        for index, name in enumerate(names[0])
    ]
    for level, layer in enumerate(network.layers, start=1):
        structure = layer.structure
        for index, (node, first) in enumerate(zip(structure.nodes, structure.first_subnode, strict=True)):
            views.append(
                NodeView(
                    layer=level,
                    index=index,
                    kind=node.kind,
                    name=names[level][index],
                    subnodes=list(range(first, first + node.arity)),
                    importance=scores[level][index],
                    active=(level, index) in alive or level == len(network.layers),
                    shift=float(units.target_shift[index]) if level == len(network.layers) else 0.0,
                    scale=float(units.target_scale[index]) if level == len(network.layers) else 1.0,
                )
            )
    return views


def _alive(network: Network) -> set[tuple[int, int]]:
    """Nodes that an active edge enters or leaves."""
    alive: set[tuple[int, int]] = set()
    for edge in active_edges(network):
        alive.add((edge.layer, edge.source))
        alive.add((edge.layer + 1, network.layers[edge.layer].structure.node_of_subnode[edge.target]))
    return alive
