"""Look at single edges: lists of them, their values, their curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import Trace
from kan_core.primitives.library import get_primitive
from kan_core.splines.basis import dense_basis
from kan_core.splines.curve import spline_values


def all_edges(network: Network) -> Iterator[EdgeId]:
    """Every edge, zero ones included, ordered layer, target, source."""
    for index, layer in enumerate(network.layers):
        for target in range(layer.targets):
            for source in range(layer.inputs):
                yield EdgeId(index, source, target)


def active_edges(network: Network) -> list[EdgeId]:
    """Edges that are not zero, ordered layer, target, source."""
    edges: list[EdgeId] = []
    for index, layer in enumerate(network.layers):
        places = {(int(target), int(source)) for target, source in torch.nonzero(layer.structure.spline)}
        places |= {(edge.target, edge.source) for edge in layer.structure.symbolic}
        edges.extend(EdgeId(index, source, target) for target, source in sorted(places))
    return edges


def check_edge(network: Network, edge: EdgeId) -> Layer:
    """The edge's layer.

    Raises:
        EdgeError: there is no such edge; says which there are.
    """
    if not 0 <= edge.layer < len(network.layers):
        raise EdgeError(f"there is no layer {edge.layer}; the network has layers 0 … {len(network.layers) - 1}")
    layer = network.layers[edge.layer]
    if not (0 <= edge.source < layer.inputs and 0 <= edge.target < layer.targets):
        raise EdgeError(
            f"there is no edge {tuple(edge)}; layer {edge.layer} has sources 0 … {layer.inputs - 1}"
            f" and targets 0 … {layer.targets - 1}"
        )
    return layer


def edge_function(network: Network, edge: EdgeId, x: Tensor) -> Tensor:
    """(points,) φ(x) of one edge at (points,) values of its source node; NaN outside a symbolic edge's domain."""
    layer = check_edge(network, edge)
    row = layer.structure.row(edge.target, edge.source)
    if row is not None:
        a, b, c, d = layer.constants[row].unbind()
        return c * get_primitive(layer.structure.symbolic[row].primitive).evaluate(a * x + b) + d
    return dense_basis(layer.grid.row(edge.source), x.unsqueeze(1))[:, 0] @ layer.coefficients[edge.target, edge.source]


def edge_values(network: Network, trace: Trace, edge: EdgeId) -> Tensor:
    """(batch,) values of one edge on the rows of a trace."""
    check_edge(network, edge)
    return edge_function(network, edge, trace.inputs[edge.layer][:, edge.source])


def layer_edge_values(layer: Layer, x: Tensor) -> Tensor:
    """(batch, targets, inputs) values of every edge at source values x (batch, inputs); for screens and scores, not training."""
    values = spline_values(layer.grid, layer.coefficients, x)
    for group in layer.structure.groups:
        a, b, c, d = layer.constants[group.rows].unbind(-1)
        columns = c * get_primitive(group.primitive).evaluate(a * x[:, group.sources] + b) + d
        values[:, group.targets, group.sources] = columns
    return values


@dataclass(frozen=True, eq=False)
class Curves:
    """Edge functions sampled at equal distances over the range of their source node's values.

    Attributes:
        edges: E edge ids.
        low, high: (E,) range in the network's units.
        y: (E, points).
    """

    edges: Sequence[EdgeId]
    low: Tensor
    high: Tensor
    y: Tensor


def sample_curves(network: Network, trace: Trace, points: int = 64, edges: Sequence[EdgeId] | None = None) -> Curves:
    """Sample the given edges, by default all active ones."""
    chosen = active_edges(network) if edges is None else list(edges)
    low = trace.output.new_zeros(len(chosen))
    high, y = torch.zeros_like(low), trace.output.new_zeros((len(chosen), points))
    unit = torch.linspace(0, 1, points, dtype=y.dtype, device=y.device).unsqueeze(1)
    for index, layer in enumerate(network.layers):
        rows = [row for row, edge in enumerate(chosen) if edge.layer == index]
        if not rows:
            continue
        left, right = trace.inputs[index].amin(0), trace.inputs[index].amax(0)
        values = layer_edge_values(layer, left + unit * (right - left))
        targets = [chosen[row].target for row in rows]
        sources = [chosen[row].source for row in rows]
        low[rows], high[rows] = left[sources], right[sources]
        y[rows] = values[:, targets, sources].T
    return Curves(chosen, low, high, y)
