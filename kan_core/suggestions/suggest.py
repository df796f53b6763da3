"""What an edge could be, each candidate with what it does to the whole model.

The page's suggestions, `kan_core.suggest` and the estimators all ask here, so that they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kan_core.ids import EdgeId
from kan_core.network.edits import unlocked_layer
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.suggestions.curve import edge_curve
from kan_core.suggestions.options import SuggestOptions
from kan_core.symbolic.affine_fit import candidate_names, fit_affine
from kan_core.symbolic.alike import Alike, flat, group_alike
from kan_core.symbolic.decide import order_by_error, order_by_whole_model
from kan_core.symbolic.edge_errors import fed_outputs
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.what_if import Judge, WhatIf, refitted, what_if
from kan_core.training.data import Split, check_weights, without_idle_rows
from kan_core.training.screen import fewer_rows, places, screen_size


def suggest(network: Network, split: Split, edge: EdgeId, options: SuggestOptions | None = None) -> list[WhatIf]:
    """Candidate forms c·f(a·x + b) + d of an edge, best first; empty when none fits.

    Every function is fitted to the edge's curve. Those of the shortest descriptions are tried in the whole model: each is set,
    the rest refitted by the objective, and the errors of the outputs that the edge feeds, on held-out rows, decide; between
    equals the shorter description. One that leaves its domain on a row is left out. Functions that are the same on these rows
    come one after the other, the shortest of them first; `alike` names the others.

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
    question = _question(network, split, edge, options)

    def tried(some: Sequence[AffineFit]) -> list[Alike]:
        results = [result for result in question.ranked(some) if result.before.known and result.after.known]
        return group_alike(network, question.split, edge, results, options.objective)

    fits = question.candidates(2 * options.most)
    entries = tried(fits[: options.most])
    # Where all are one function here, whether another one fits as well is not known yet.
    return tried(fits) if len(entries) == 1 and len(fits) > options.most else entries


def ranked(network: Network, split: Split, edge: EdgeId, options: SuggestOptions | None = None) -> list[WhatIf]:
    """The same candidates in the same order, for a search: also those without a value somewhere, and not told which are alike."""
    options = options or SuggestOptions()
    question = _question(network, split, edge, options)
    return question.ranked(question.candidates(options.most))


@dataclass(frozen=True, eq=False)
class _Question:
    """An edge with the rows that its candidates are refitted on, of all that show its curve."""

    network: Network
    every: Split
    split: Split
    edge: EdgeId
    options: SuggestOptions

    def candidates(self, most: int) -> list[AffineFit]:
        """The shortest descriptions of the edge's curve; a curve that does not vary has none."""
        network, options = self.network, self.options
        train = self.every.train
        seen = places(train.rows, screen_size(network, options.look_at))
        trace = forward(network, network.normalisation.inputs(train.inputs[seen]))
        curve = edge_curve(network, trace, self.edge, options.points, train.take(seen).weights)
        names = candidate_names(network, options.library, options.functions)
        fits = fit_affine(curve.x, curve.y, curve.weight, names) if names else []
        usable = [fit for fit in fits if fit.c != 0 and fit.r2 >= options.least_r2]
        usable = [fit for fit in usable if not options.everywhere or fit.domain_margin is None]
        return usable[:most] + [fit for fit in usable[most:] if options.first_steps and fit.primitive in options.besides]

    def ranked(self, fits: Sequence[AffineFit]) -> list[WhatIf]:
        """Candidates with what they do to the whole model, best first."""
        options, judge = self.options, Judge(self.options.objective)
        if not options.first_steps:
            return order_by_whole_model(what_if(self.network, self.split, self.edge, fits, options.steps, judge))
        first = order_by_error(what_if(self.network, self.split, self.edge, fits, options.first_steps, judge))
        outputs = fed_outputs(self.network, self.edge)
        return order_by_whole_model([refitted(each, self.split, outputs, options.steps, judge) for each in first[: options.most]])


def _question(network: Network, split: Split, edge: EdgeId, options: SuggestOptions) -> _Question:
    unlocked_layer(network, edge)
    check_weights(split.train)
    if split.units is None:
        split = replace(split, train=without_idle_rows(split.train))
    return _Question(network, split, fewer_rows(split, options.rows), edge, options)
