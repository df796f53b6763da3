"""The curve of one edge as points to fit, weighed by where the rows are."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId
from kan_core.network.edges import check_edge, edge_function
from kan_core.network.network import Network
from kan_core.network.trace import Trace


class EdgeCurve(NamedTuple):
    """Points of an edge function over the range of the data.

    `x`, `y`, `weight`, (points,) each; the weight follows the density of the rows, so that a form fits where data are.
    """

    x: Tensor
    y: Tensor
    weight: Tensor


def edge_curve(network: Network, trace: Trace, edge: EdgeId, points: int = 101, weights: Tensor | None = None) -> EdgeCurve:
    """Sample an edge over the range of its source node.

    Args:
        network: that the edge is of.
        trace: the network on the rows whose values count.
        edge: not pruned.
        points: how many.
        weights: (rows,) ≥ 0, what each row counts.

    Raises:
        EdgeError: no such edge, it is pruned, or no row reaches it with a value.
    """
    layer = check_edge(network, edge)
    if layer.structure.kind(edge.target, edge.source) == "zero":
        raise EdgeError("This edge is pruned: give it back to a spline first.")
    values = trace.inputs[edge.layer][:, edge.source]
    known = torch.isfinite(values) if weights is None else torch.isfinite(values) & (weights > 0)
    values = values[known]
    if not len(values):
        raise EdgeError("No row reaches this edge with a value: undo the last change before it.")
    low, high = values.amin(), values.amax()
    x = low + (high - low) * torch.linspace(0, 1, points, dtype=values.dtype)
    return EdgeCurve(x, edge_function(network, edge, x), _density_at(values, x, None if weights is None else weights[known]))


def _density_at(values: Tensor, x: Tensor, weights: Tensor | None) -> Tensor:
    """(points,) share of rows in each point's twenty-fifth of the range, largest 1; at least a twentieth, so no gap is free."""
    bins, least = 25, 0.05
    low, width = x[0], x[-1] - x[0]
    if float(width) <= 0:
        return torch.ones_like(x)

    def place(points: Tensor) -> Tensor:
        return ((points - low) / width * bins).long().clamp(0, bins - 1)

    counts = torch.bincount(place(values), weights, minlength=bins).to(x.dtype)
    return (counts / counts.amax())[place(x)].clamp(min=least)
