"""Elementary functions in place of the splines of a classifier, edge by edge, as far as that shortens the description."""

from __future__ import annotations

import math

from kan_core.estimator.learning import held_out_loss
from kan_core.evidence.choosing import kept_back
from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges
from kan_core.network.network import Network
from kan_core.suggestions.options import SuggestOptions
from kan_core.suggestions.suggest import suggest
from kan_core.training.data import Split
from kan_core.training.trainer import TrainingOptions

# Splines beyond which none is named: a formula of so many terms explains nothing, and each costs some refits.
_MOST_EDGES = 30
# Functions tried on an edge, and how well they must fit it by themselves.
_CANDIDATES, _LEAST_R2 = 4, 0.9


def named(network: Network, split: Split, options: TrainingOptions, library: tuple[str, ...] | None = None) -> Network:
    """The network with splines replaced by functions c·f(a·x + b) + d defined everywhere, from the inputs to the outputs.

    `suggest` names the best for each. With N rows held out and a mean loss of L nats there, it pays for itself when N·ΔL/log 2
    is at most the bits that its fewer parameters save, ½·log2 N each (Rissanen, Automatica 14, 1978). What no function pays
    for stays a spline.
    """
    splines = [edge for edge in active_edges(network) if _is_spline(network, edge)]
    if len(splines) > _MOST_EDGES:
        return network
    split = kept_back(split)
    loss, count = held_out_loss(network, split, options.objective), split.test.rows
    asked = SuggestOptions(
        objective=options.objective,
        library=library,
        everywhere=True,
        most=_CANDIDATES,
        least_r2=_LEAST_R2,
    )
    for edge in splines:
        saved = max(0, network.layers[edge.layer].grid.basis - 4) * 0.5 * math.log2(max(count, 2))
        # A logarithm or a pole would leave rows to come without class, so all of them have a value everywhere.
        best = next(iter(suggest(network, split, edge, asked)), None)
        if best is not None and count * (best.error_after - loss) <= saved * math.log(2):
            loss, network = best.error_after, best.network
    return network


def _is_spline(network: Network, edge: EdgeId) -> bool:
    return network.layers[edge.layer].structure.kind(edge.target, edge.source) == "spline"
