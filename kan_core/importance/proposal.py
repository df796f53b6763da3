"""Propose what to prune and compute what it would cost; `network.edits` does it."""

from __future__ import annotations

from dataclasses import dataclass

from kan_core.evidence.validation import judged_error, rows_of_law
from kan_core.ids import EdgeId
from kan_core.importance.scores import Importance, importance
from kan_core.network.edges import active_edges
from kan_core.network.edits import prune_edges
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.objectives import Objective, SquaredLoss, held_back
from kan_core.training.progress import error_of

# What is proposed to be pruned when nobody names a threshold: pykan's for edges (`prune(edge_th=3e-2)`).
PROPOSED = 0.03


@dataclass(frozen=True, eq=False)
class PruneProposal:
    """Edges that would go (dead nodes' edges included), inputs that would then be unused, and the held-out error.

    Attributes:
        error_before, error_after, error_refit: on held-out rows, as `training.progress.error_of_output` has it: now, pruned,
            and after a few training steps without sparsity.
    """

    edges: tuple[EdgeId, ...]
    inputs: tuple[int, ...]
    error_before: float
    error_after: float
    error_refit: float


def weak_edges(network: Network, scores: Importance, threshold: float) -> list[EdgeId]:
    """Active, unlocked edges whose importance is below `threshold` (the largest is 1)."""
    return [
        edge
        for edge in active_edges(network)
        if float(scores.edges[edge.layer][edge.target, edge.source]) < threshold
        and (edge.target, edge.source) not in network.layers[edge.layer].structure.locked
    ]


def used_inputs(network: Network) -> set[int]:
    """Inputs that at least one edge leaves."""
    return {edge.source for edge in active_edges(network) if edge.layer == 0}


def propose_prune(
    network: Network, split: Split, threshold: float = PROPOSED, refit_steps: int = 10, objective: Objective | None = None
) -> PruneProposal:
    """What pruning below `threshold` would remove and what it would do to the held-out error; changes nothing."""
    trace = forward(network, network.normalisation.inputs(split.train.inputs))
    weak = weak_edges(network, importance(network, trace, split.train.weights), threshold)
    loss = objective or SquaredLoss()
    before = judged_error(network, split, loss)
    if not weak:
        return PruneProposal((), (), before, before, before)
    pruned = prune_edges(network, weak, trace)
    rows, refitted = rows_of_law(pruned, split), pruned
    for progress in train(pruned, rows, LevenbergMarquardtOptions(steps=refit_steps, objective=loss, sparsity=held_back(loss))):
        refitted = progress.network
    gone = tuple(sorted(set(active_edges(network)) - set(active_edges(pruned))))
    inputs = tuple(sorted(used_inputs(network) - used_inputs(pruned)))
    after = error_of(pruned, rows.test, loss)
    return PruneProposal(gone, inputs, before, after, judged_error(refitted, rows, loss))
