"""What an edge could be, each candidate with what it does to the whole model.

The page's suggestions, `kan_core.suggest` and the estimators all ask here, so that they agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from kan_core.ids import EdgeId
from kan_core.network.edits import unlocked_layer
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.suggestions.curve import edge_curve
from kan_core.suggestions.options import SuggestOptions
from kan_core.symbolic.affine_fit import candidate_names, fit_affine
from kan_core.symbolic.alike import Alike, flat, group_alike
from kan_core.symbolic.decide import order_by_whole_model
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.what_if import Judge, WhatIf, what_if
from kan_core.training.data import Split, check_weights, weighted_spread, without_idle_rows
from kan_core.training.screen import fewer_rows, places, screen_size


def suggest(network: Network, split: Split, edge: EdgeId, options: SuggestOptions | None = None) -> list[WhatIf]:
    """Candidate forms c·f(a·x + b) + d of an edge, best first; empty when none fits.

    Every function is fitted to the edge's curve. Those of the shortest descriptions are tried in the whole model: each is set,
    the rest refitted by the objective, and the error on held-out rows decides, between equals the shorter description. One
    that leaves its domain on a row is left out. Functions that are the same on these rows come one after the other, the shortest
    of them first; `alike` names the others.

    Args:
        network: trained.
        split: rows to refit on and rows to judge by.
        edge: any edge that is neither pruned nor locked.
        options: what counts as good, and how thoroughly to look.

    Raises:
        EdgeError: no such edge, it is pruned or locked, or no row reaches it.
        PrimitiveError: a function that does not exist.
        DataError: as many weights as rows are needed, none negative, not all zero.
    """
    return flat(entries_of(network, split, edge, options))


def entries_of(network: Network, split: Split, edge: EdgeId, options: SuggestOptions | None = None) -> list[Alike]:
    """The same as entries: what is one function on these rows stands together, led by its shortest form."""
    options = options or SuggestOptions()
    unlocked_layer(network, edge)
    check_weights(split.train)
    if split.units is None:
        split = replace(split, train=without_idle_rows(split.train))
    fewer, judge = fewer_rows(split, options.rows), Judge(options.objective)
    fits = candidates(network, split, edge, options, 2 * options.most)

    def tried(some: Sequence[AffineFit]) -> list[Alike]:
        results = order_by_whole_model(what_if(network, fewer, edge, some, options.steps, judge), target_spread(split))
        known = [result for result in results if math.isfinite(result.error_after) and math.isfinite(result.error_before)]
        return group_alike(network, fewer, edge, known, options.objective)

    entries = tried(fits[: options.most])
    # Where all are one function here, whether another one fits as well is not known yet.
    return tried(fits) if len(entries) == 1 and len(fits) > options.most else entries


def candidates(network: Network, split: Split, edge: EdgeId, options: SuggestOptions, most: int) -> list[AffineFit]:
    """The shortest descriptions of the edge's curve; a curve that does not vary has none."""
    seen = places(split.train.rows, screen_size(network, options.look_at))
    trace = forward(network, network.normalisation.inputs(split.train.inputs[seen]))
    curve = edge_curve(network, trace, edge, options.points, split.train.take(seen).weights)
    names = candidate_names(network) if options.functions is None else options.functions
    fits = fit_affine(curve.x, curve.y, curve.weight, names)
    usable = [fit for fit in fits if fit.c != 0 and fit.r2 >= options.least_r2]
    return [fit for fit in usable if not options.everywhere or fit.domain_margin is None][:most]


def target_spread(split: Split) -> float:
    """Largest standard deviation of a target over all rows, by their weights, what errors are small against; 1 for constants."""
    deviation = float(weighted_spread(split.every).amax())
    return deviation if deviation > 0 else 1.0
