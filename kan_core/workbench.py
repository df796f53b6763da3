"""A person's steps from rows to a formula, each one call: fit, score, prune, suggest. Re-exported by `kan_core`.

The functions underneath take a trace, the network evaluated on some rows, because a screen has it already; these take the
rows. None changes the network it is given.
"""

from __future__ import annotations

import math

import torch

from kan_core.ids import EdgeId
from kan_core.importance.proposal import weak_edges
from kan_core.importance.scores import importance
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.edits import prune_edges
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.alike import flat, group_alike
from kan_core.symbolic.decide import order_by_whole_model
from kan_core.symbolic.what_if import WhatIf, what_if
from kan_core.training.data import Split
from kan_core.training.trainer import TrainingOptions, train

# A form that explains less than this of an edge's curve is no candidate for it.
_LEAST_R2 = 0.5


def trace_rows(network: Network, split: Split) -> Trace:
    """The network evaluated on its training rows, node by node; edits that move means to siblings ask for it."""
    return forward(network, network.normalisation.inputs(split.train.inputs))


def fit(network: Network, split: Split, options: TrainingOptions | None = None) -> Network:
    """Train until the trainer is done; `train` does the same step by step, for progress and for stopping early.

    Raises:
        DataError: options that the trainer does not know.
    """
    for progress in train(network, split, options):
        network = progress.network
    return network


def edge_scores(network: Network, split: Split) -> dict[EdgeId, float]:
    """Importance of every edge that is not zero, most important first; the largest is 1 (see `kan_core.importance.scores`)."""
    scores = importance(network, trace_rows(network, split)).edges
    found = {edge: float(scores[edge.layer][edge.target, edge.source]) for edge in active_edges(network)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def prune_weak(network: Network, split: Split, threshold: float = 0.03) -> Network:
    """The network without edges of an importance below `threshold` and without nodes that nothing enters or leaves."""
    trace = trace_rows(network, split)
    return prune_edges(network, weak_edges(network, importance(network, trace), threshold), trace)


def suggest(network: Network, split: Split, edge: EdgeId, most: int = 6, steps: int = 15) -> list[WhatIf]:
    """Candidate symbolic forms c·f(a·x + b) + d of an edge, ranked by what each does to the whole model; empty when none fits.

    Args:
        network: trained.
        split: rows to refit on and rows to judge by.
        edge: any edge that is not locked.
        most: candidates that are tried in the whole model.
        steps: of the refit after each trial.

    Returns:
        Best first, functions that are the same on these rows one after the other, the shortest of them first; `alike` names the
        others. `network` is the network with that form accepted and everything else refitted.

    Raises:
        EdgeError: no such edge, or it is locked.
    """
    trace = trace_rows(network, split)
    y = edge_values(network, trace, edge)
    x = trace.inputs[edge.layer][:, edge.source]
    known = torch.isfinite(x) & torch.isfinite(y)
    fits = [candidate for candidate in fit_affine(x[known], y[known]) if candidate.c != 0 and candidate.r2 >= _LEAST_R2]
    spread = float(network.normalisation.target_scale.amax())
    ordered = order_by_whole_model(what_if(network, split, edge, fits[:most], steps), spread)
    known = [result for result in ordered if math.isfinite(result.test_rmse_after)]
    return flat(group_alike(network, split, edge, known))
