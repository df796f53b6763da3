"""Backward elimination: take away every edge that the held-out rows do not miss.

Sparse training finds the graph up to what its random start allows; this removes the rest by trying, weakest edge first.
Called by the automatic search.
"""

from __future__ import annotations

from kan_core.ids import EdgeId
from kan_core.importance.scores import importance
from kan_core.network.edges import active_edges
from kan_core.network.edits import prune_edges
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.progress import rmse

# An edge may go when the held-out error after a short refit is at most this factor of the present one …
_PRICE = 1.3
# … and all that went together cost at most this factor of the error at the start.
_TOTAL_PRICE = 3.0
# Edges below this importance are tried all at once first.
_WEAK = 0.02


def eliminate(network: Network, split: Split, steps: int = 10) -> Network:
    """The network without the edges that can go; trained, nothing pruned that raises the held-out error noticeably.

    Args:
        network: a trained network.
        split: training rows for the refits, held-out rows for the decision.
        steps: of each refit.
    """
    error = rmse(network, split.test)
    bound = _TOTAL_PRICE * error
    ranked = _weakest_first(network, split)
    weak = [edge for edge, score in ranked if score < _WEAK]
    tries = [weak] if len(weak) > 1 else []
    tries += [[edge] for edge, _ in ranked]
    for edges in tries:
        present = set(active_edges(network))
        if not present.issuperset(edges):
            continue
        lighter = _refitted(prune_edges(network, edges, _trace(network, split)), split, steps)
        reached = rmse(lighter, split.test)
        if active_edges(lighter) and reached <= min(_PRICE * error, bound):
            network, error = lighter, min(error, reached)
    return network


def _weakest_first(network: Network, split: Split) -> list[tuple[EdgeId, float]]:
    scores = importance(network, _trace(network, split), split.train.weights)
    edges = [(edge, float(scores.edges[edge.layer][edge.target, edge.source])) for edge in active_edges(network)]
    locked = {
        EdgeId(index, source, target) for index, layer in enumerate(network.layers) for target, source in layer.structure.locked
    }
    return sorted(((edge, score) for edge, score in edges if edge not in locked), key=lambda item: item[1])


def _refitted(network: Network, split: Split, steps: int) -> Network:
    for progress in train(network, split, LevenbergMarquardtOptions(steps=steps, tolerance=1e-2)):
        network = progress.network
    return network


def _trace(network: Network, split: Split) -> Trace:
    return forward(network, network.normalisation.inputs(split.train.inputs))
