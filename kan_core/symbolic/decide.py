"""Order candidates by what they do to the whole model, and say whether the first is decided.

The held-out errors of the outputs that the edge feeds, after the refit, are the evidence. Between candidates that they cannot
tell apart (cosh and x² on a short interval) the shorter description wins. They tell less than they seem to where a refit has not
come to its end, as in a network that is not pruned yet, whose other splines go on giving way: an error that was still falling may
fall as much again, so that much of it is no evidence, and there the edge's own curve may say something instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.symbolic.description_length import form_bits
from kan_core.symbolic.edge_errors import EdgeErrors, EvidenceOptions
from kan_core.symbolic.fit_result import AffineFit
from kan_core.symbolic.what_if import WhatIf


@dataclass(frozen=True)
class DecideOptions:
    """When is a form the better one.

    Attributes:
        offset: offsets b smaller than this, in the network's units, are absent as far as the form's cost goes.
        decided: the first is decided when every candidate that is a different function leaves this many times its error.
        curve: share of a curve's variance that splines beside others may get wrong: what follows it so well follows it.
    """

    offset: float = 1e-4
    decided: float = 10.0
    curve: float = 0.02


def against(result: WhatIf, best: EdgeErrors) -> float:
    """Bits by which the rows prefer the best errors of all candidates, without what this one's may still fall by; at least 0."""
    if not result.after.known:
        return math.inf
    return max(0.0, result.after.over(best) - result.falling)


def whole_model_bits(result: WhatIf, best: EdgeErrors, options: DecideOptions | None = None) -> float:
    """Evidence against a candidate + bits of its form; infinity when it left its domain."""
    options = options or DecideOptions()
    evidence = against(result, best)
    # No more than the error leaves open: what the whole model decides, no curve does.
    return evidence + form_bits(result.fit, options.offset) + min(result.falling, _curve_bits(result.fit, options))


def _curve_bits(fit: AffineFit, options: DecideOptions) -> float:
    unexplained = max(1 - fit.r2, options.curve) / options.curve
    return EvidenceOptions().observations * math.log2(unexplained) / 2


def least_errors(results: Sequence[WhatIf]) -> EdgeErrors | None:
    """The errors that the rows prefer to those of all others; None when no candidate has any."""
    known = [result.after for result in results if result.after.known]
    if not known:
        return None
    first = known[0]
    return min(known, key=lambda errors: errors.over(first))


def order_by_whole_model(results: Sequence[WhatIf]) -> list[WhatIf]:
    """Best first; candidates that left their domain last."""
    best = least_errors(results)
    return list(results) if best is None else sorted(results, key=lambda result: whole_model_bits(result, best))


def order_by_error(results: Sequence[WhatIf]) -> list[WhatIf]:
    """Smallest error first, whatever the forms; candidates that left their domain last."""
    best = least_errors(results)
    return list(results) if best is None else sorted(results, key=lambda result: result.after.over(best))


def is_decided(ordered: Sequence[WhatIf], options: DecideOptions | None = None) -> bool:
    """Whether the rows speak against every other candidate as if its error were ten times that of the first.

    Args:
        ordered: the best of each entry (`alike`), best first: what is the same function on these rows is no rival.
        options: how many times.
    """
    if not ordered or not ordered[0].after.known:
        return False
    bound = EvidenceOptions().observations * math.log2((options or DecideOptions()).decided) - 1e-9
    return all(against(other, ordered[0].after) >= bound for other in ordered[1:])
