"""A person's steps from rows to a formula, each one call: fit, score, prune. Re-exported by `kan_core`, as is `suggest`.

The functions underneath take a trace, the network evaluated on some rows, because a screen has it already; these take the
rows. None changes the network it is given.
"""

from __future__ import annotations

from kan_core.expression.law import Law
from kan_core.ids import EdgeId
from kan_core.importance.proposal import PROPOSED, weak_edges
from kan_core.importance.scores import importance
from kan_core.law.following import follow
from kan_core.law.losses import row_loss
from kan_core.law.refit import refit
from kan_core.law.rows import law_rows
from kan_core.network.edges import active_edges
from kan_core.network.edits import prune_edges
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.training.data import Split
from kan_core.training.trainer import TrainingOptions, train


def trace_rows(network: Network, split: Split) -> Trace:
    """The network evaluated on its training rows, node by node; edits that move means to siblings ask for it."""
    return forward(network, network.normalisation.inputs(split.train.inputs))


def fit(network: Network, split: Split, options: TrainingOptions | None = None) -> Network:
    """Train until the trainer is done; `train` does the same step by step, for progress and for stopping early.

    Of a network with a law its free constants are fitted, and nothing else moves.

    Raises:
        DataError: options that the trainer does not know.
    """
    if network.law is not None:
        return _fitted_law(network, network.law, split, options or TrainingOptions())
    for progress in train(network, split, options):
        network = progress.network
    return network


def _fitted_law(network: Network, law: Law, split: Split, options: TrainingOptions) -> Network:
    rows = law_rows(split.train, row_loss(options.objective, network.normalisation))
    return set_law(network, refit(law, rows).law, split)


def set_law(network: Network, law: Law, split: Split) -> Network:
    """The network that says what a law says, an edited one of its own for example (`kan_core.law.edits`).

    Raises:
        FormulaError: the law has no value on any training row, or locked edges keep the network from following.
    """
    return follow(network, law, split.train, [f"y{place}" for place in range(network.shape[-1])])


def edge_scores(network: Network, split: Split) -> dict[EdgeId, float]:
    """Importance of every edge that is not zero, most important first; the largest is 1 (see `kan_core.importance.scores`)."""
    scores = importance(network, trace_rows(network, split), split.train.weights).edges
    found = {edge: float(scores[edge.layer][edge.target, edge.source]) for edge in active_edges(network)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def prune_weak(network: Network, split: Split, threshold: float = PROPOSED) -> Network:
    """The network without edges of an importance below `threshold` and without nodes that nothing enters or leaves."""
    trace = trace_rows(network, split)
    return prune_edges(network, weak_edges(network, importance(network, trace, split.train.weights), threshold), trace)
