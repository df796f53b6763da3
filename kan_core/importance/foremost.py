"""The edges that are looked at where there are too many."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges
from kan_core.network.network import Network


def foremost_edges(network: Network, scores: Sequence[Tensor], most: int) -> tuple[list[EdgeId], list[float]]:
    """Active edges in order of layer, target, source, and their importance: all of them, or the `most` most important.

    Args:
        network: whose edges are chosen.
        scores: per layer (targets, inputs), 0 … 1 (`Importance.edges`).
        most: edges; of equally important ones the first stay.
    """
    edges = active_edges(network)
    tables = [layer.tolist() for layer in scores]
    shares = [float(tables[edge.layer][edge.target][edge.source]) for edge in edges]
    if len(edges) > most:
        chosen = sorted(sorted(range(len(edges)), key=lambda place: -shares[place])[:most])
        edges, shares = [edges[place] for place in chosen], [shares[place] for place in chosen]
    return edges, shares
