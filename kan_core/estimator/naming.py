"""Elementary functions in place of the splines of a classifier, edge by edge, as far as that shortens the description."""

from __future__ import annotations

import math
from dataclasses import replace

from kan_core.estimator.learning import Rows, held_out_loss
from kan_core.ids import EdgeId
from kan_core.network.edges import active_edges, edge_values
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.description_length import rank_by_description
from kan_core.training.trainer import TrainingOptions, options_of, train

# Splines beyond which none is named: a formula of so many terms explains nothing, and each costs some refits.
_MOST_EDGES = 30
# Functions tried on an edge, how well they must fit it by themselves, and the steps of the refit of all the rest.
_CANDIDATES, _LEAST_R2, _STEPS = 2, 0.9, 10
_BITS_OF_NODE = 4


def named(network: Network, rows: Rows, options: TrainingOptions) -> Network:
    """The network with splines replaced by functions c·f(a·x + b) + d defined everywhere, from the inputs to the outputs.

    With N rows held out, a mean loss of L nats there, and m nodes of the function, N·L/log 2 + 4·m bits decide among functions.
    The best pays for itself when N·ΔL/log 2 is at most the bits that its fewer parameters save, ½·log2 N each (Rissanen,
    Automatica 14, 1978). What no function pays for stays a spline.
    """
    splines = [edge for edge in active_edges(network) if _is_spline(network, edge)]
    if len(splines) > _MOST_EDGES:
        return network
    loss, count = held_out_loss(network, rows, options.objective), rows.split.test.rows
    for edge in splines:
        saved = max(0, network.layers[edge.layer].grid.basis - 4) * 0.5 * math.log2(max(count, 2))
        best: tuple[float, float, Network] | None = None
        for nodes, candidate in _candidates(network, rows, edge, options):
            reached = held_out_loss(candidate, rows, options.objective)
            bits = count * reached / math.log(2) + _BITS_OF_NODE * nodes
            if best is None or bits < best[0]:
                best = (bits, reached, candidate)
        if best is not None and count * (best[1] - loss) <= saved * math.log(2):
            _, loss, network = best
    return network


def _is_spline(network: Network, edge: EdgeId) -> bool:
    return network.layers[edge.layer].structure.kind(edge.target, edge.source) == "spline"


def _candidates(network: Network, rows: Rows, edge: EdgeId, options: TrainingOptions) -> list[tuple[int, Network]]:
    """Functions that fit the edge, the likeliest and the simplest: their nodes, and the network with the rest refitted."""
    trace = forward(network, network.normalisation.inputs(rows.split.train.inputs))
    x, y = trace.inputs[edge.layer][:, edge.source], edge_values(network, trace, edge)
    # A logarithm or a pole would leave rows to come without class.
    fits = [fit for fit in rank_by_description(fit_affine(x, y, rows.train)) if fit.domain_margin is None and fit.r2 >= _LEAST_R2]
    chosen = fits[:_CANDIDATES]
    chosen += [fit for fit in sorted(fits, key=lambda fit: fit.complexity)[:_CANDIDATES] if fit not in chosen]
    refit = options_of("levenberg-marquardt", replace(options, steps=_STEPS, weights=rows.train), tolerance=1e-3)
    made: list[tuple[int, Network]] = []
    for fit in chosen:
        changed = set_symbolic(network, edge, fit.primitive, (fit.a, fit.b, fit.c, fit.d))
        for progress in train(changed, rows.split, refit):
            changed = progress.network
        made.append((fit.complexity, changed))
    return made
