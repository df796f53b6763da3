"""A network written out as trees in the data's own units.

An edge that is still a spline appears as a `Spline`. Its argument is the raw column for the first layer and the node's value
in the network's units for later ones; its value is in the network's units always. Where writing hidden nodes out would
explode, their values appear as `Hidden`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from kan_core.expression.tree import Column, Expression, Hidden, Spline
from kan_core.expression.valuation import Splines, Valuation, Values
from kan_core.ids import EdgeId, NodeId
from kan_core.layers.layer import Layer
from kan_core.network.edges import edge_function
from kan_core.network.network import Network
from kan_core.primitives.library import get_primitive
from kan_core.symbolic.combination import Combination, Workspace, sum_of, tidy
from kan_core.symbolic.gauge import apply_primitive, multiply

TOLERANCE = 1e-9
_SAMPLE_ROWS = 200
LONGEST = 800


@dataclass(frozen=True, eq=False)
class WrittenNetwork:
    """The expressions with what is needed to evaluate them.

    Attributes:
        expressions: one a target, raw units.
        splines: those that occur, from argument values to function values.
        symbolic: no splines left.
        hidden: whether hidden nodes were not written out.
    """

    expressions: tuple[Expression, ...]
    splines: Splines
    symbolic: bool
    hidden: bool


def write_network(network: Network, rows: Values, *, tolerance: float = TOLERANCE, expand: bool = False) -> WrittenNetwork:
    """The expressions with terms measured on `rows`.

    Args:
        network: any mixture of spline, symbolic and zero edges.
        rows: (rows, inputs) raw units; up to 200 of them, evenly spread, are used.
        tolerance: see `combination.Workspace`.
        expand: write powers of sums out.
    """
    splines = spline_functions(network)
    work = Workspace(Valuation(rows[:: max(1, len(rows) // _SAMPLE_ROWS)], splines), tolerance, expand)
    normalisation = network.normalisation
    units = zip(_floats(normalisation.input_shift), _floats(normalisation.input_scale), strict=True)
    nodes = [Combination(-shift / scale, ((Column(place), 1 / scale),)) for place, (shift, scale) in enumerate(units)]
    closed = _closed_layers(network)
    for index, layer in enumerate(network.layers):
        nodes = _through_layer(work, layer, index, nodes)
        if index in closed:
            nodes = _named(work, index, nodes)
    targets = zip(nodes, _floats(normalisation.target_scale), _floats(normalisation.target_shift), strict=True)
    outputs = tuple(tidy(work, node.scaled(scale, shift)).expression() for node, scale, shift in targets)
    return WrittenNetwork(outputs, splines, not splines, bool(closed))


def _through_layer(work: Workspace, layer: Layer, index: int, nodes: Sequence[Combination]) -> list[Combination]:
    """Node values after one layer."""
    incoming: list[list[Combination]] = [[] for _ in range(layer.targets)]
    constants = layer.constants.tolist()
    for edge, (a, b, c, d) in zip(layer.structure.symbolic, constants, strict=True):
        value = apply_primitive(work, edge.primitive, nodes[edge.source].scaled(a, b)) if c != 0 else Combination()
        incoming[edge.target].append(value.scaled(c, d))
    arguments: dict[int, Expression] = {}
    for target, source in torch.nonzero(layer.structure.spline).tolist():
        if source not in arguments:
            arguments[source] = Column(source) if index == 0 else tidy(work, nodes[source]).expression()
        incoming[target].append(Combination(0.0, ((Spline(EdgeId(index, source, target), arguments[source]), 1.0),)))
    subnodes = [sum_of(parts) for parts in incoming]
    return [
        subnodes[first] if node.kind == "sum" else multiply(work, subnodes[first : first + node.arity])
        for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True)
    ]


def _named(work: Workspace, index: int, nodes: Sequence[Combination]) -> list[Combination]:
    """Hidden values in place of what they are made of."""
    hidden = [Hidden(NodeId(index + 1, position)) for position in range(len(nodes))]
    for leaf, node in zip(hidden, nodes, strict=True):
        work.rows.define(leaf.node, node.expression())
    return [Combination(0.0, ((leaf, 1.0),)) for leaf in hidden]


def _closed_layers(network: Network) -> frozenset[int]:
    """Layers whose nodes get a symbol, so that no expression grows beyond a readable length."""
    sizes = [1] * network.shape[0]
    closed: set[int] = set()
    for index, layer in enumerate(network.layers):
        incoming = [0] * layer.targets
        entering: list[set[tuple[int, str]]] = [set() for _ in incoming]
        for target, source in torch.nonzero(layer.structure.spline).tolist():
            incoming[target] += 1 + sizes[source]
            entering[target].add((source, ""))
        for edge in layer.structure.symbolic:
            incoming[edge.target] += 1 + get_primitive(edge.primitive).copies * sizes[edge.source]
            entering[edge.target].add((edge.source, edge.primitive))
        if sum(incoming) > LONGEST and index > 0:
            closed.add(index - 1)
            incoming = [max(1, int(count > 0) * layer.inputs) for count in incoming]
        sizes = []
        for node, first in zip(layer.structure.nodes, layer.structure.first_subnode, strict=True):
            # Factors that are the same become a power.
            factors = {frozenset(entering[factor]): incoming[factor] for factor in range(first, first + node.arity)}
            sizes.append(max(1, sum(factors.values())))
    return frozenset(closed)


def spline_functions(network: Network) -> dict[EdgeId, Callable[[Values], Values]]:
    """Every remaining spline as a numpy function of what the formula gives it."""
    return {
        edge: _spline_function(network, edge)
        for index, layer in enumerate(network.layers)
        for target, source in torch.nonzero(layer.structure.spline).tolist()
        for edge in (EdgeId(index, source, target),)
    }


def _spline_function(network: Network, edge: EdgeId) -> Callable[[Values], Values]:
    shift, scale = 0.0, 1.0
    if edge.layer == 0:
        shift = float(network.normalisation.input_shift[edge.source])
        scale = float(network.normalisation.input_scale[edge.source])

    def value(argument: Values) -> Values:
        x = torch.from_numpy((np.asarray(argument, dtype=np.float64) - shift) / scale).to(network.dtype)
        result: Values = edge_function(network, edge, x).to(torch.float64).numpy()
        return result

    return value


def _floats(tensor: torch.Tensor) -> list[float]:
    return [float(value) for value in tensor.tolist()]
