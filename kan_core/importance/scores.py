"""Importance of edges and nodes, back-propagated from the outputs (KAN 2.0, arXiv 2408.10205, §4.1, eqs. 12-13).

A node counts for what it contributes to the outputs, not for how large it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.layers.structure import Structure
from kan_core.network.edges import layer_edge_values
from kan_core.network.network import Network
from kan_core.network.trace import Trace


@dataclass(frozen=True, eq=False)
class Importance:
    """Scores 0 … 1, the largest edge of the network being 1.

    Attributes:
        edges: per layer (targets, inputs).
        nodes: per level, inputs first, (nodes,).
    """

    edges: tuple[Tensor, ...]
    nodes: tuple[Tensor, ...]


def importance(network: Network, trace: Trace, weights: Tensor | None = None) -> Importance:
    """Scores on the rows of a trace, which count by their (rows,) weights.

    With E the standard deviation of an edge's values and S that of the subnode it feeds,
    B_{l,j,i} = A_{l+1,j}·E_{l,j,i}/S_{l,j} for edges and A_{l,i} = Σ_j B_{l,j,i} for nodes, A = 1 at the outputs.
    Every factor of a product node inherits the node's score.
    """
    score = trace.output.new_ones(trace.output.shape[1])
    edges: list[Tensor] = []
    nodes: list[Tensor] = [score]
    for layer, values in zip(reversed(network.layers), reversed(trace.layers), strict=True):
        deviation = _deviation(layer_edge_values(layer, values.inputs), weights)
        subnode = _deviation(values.subnodes, weights)
        share = torch.where(subnode > 0, 1 / subnode.clamp(min=1e-300), torch.zeros_like(subnode))
        edge = (_to_subnodes(layer.structure, score) * share).unsqueeze(1) * deviation
        edges.append(edge)
        score = edge.sum(0)
        nodes.append(score)
    largest = torch.stack([edge.amax() for edge in edges]).amax()
    factor = 1 / largest if bool(largest > 0) else largest
    top = torch.stack([node.amax() for node in nodes]).amax().clamp(min=1e-300)
    return Importance(tuple(edge * factor for edge in reversed(edges)), tuple(node / top for node in reversed(nodes)))


def _deviation(values: Tensor, weights: Tensor | None) -> Tensor:
    """Standard deviation over rows; what is within rounding of constant counts as constant, NaN counts as 0."""
    largest = values.abs().amax(0)
    deviation = values.std(0, correction=0) if weights is None else _weighted(values, weights)
    return torch.where(deviation > 1e-14 * largest, deviation, torch.zeros_like(deviation))


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    share = (weights / weights.sum()).to(values)
    mean = torch.einsum("n,n...->...", share, values)
    return torch.einsum("n,n...->...", share, (values - mean).square()).sqrt()


def _to_subnodes(structure: Structure, score: Tensor) -> Tensor:
    owner = torch.tensor(structure.node_of_subnode, dtype=torch.long, device=score.device)
    return score[owner]
