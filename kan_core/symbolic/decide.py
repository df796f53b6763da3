"""Order candidates by what they do to the whole model, and say whether the first is decided.

The held-out error after the refit is the evidence; between candidates that it cannot tell apart (cosh and x² on a short
interval) the shorter description wins.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kan_core.symbolic.description_length import form_bits
from kan_core.symbolic.what_if import WhatIf

# The error counts as this many independent observations: a tenth more error costs 1.7 bits, a tenth of the error gains 40.
_OBSERVATIONS = 12
# Errors below this share of the target's spread are rounding.
_FLOOR = 1e-12
# Offsets b smaller than this in the network's units are absent as far as the form's cost goes.
_OFFSET = 1e-4
# The first is decided when every candidate that is a different function leaves this many times its error.
_DECIDED = 10.0


def evidence(result: WhatIf, error: float, least: float, floor: float) -> float:
    """Bits by which the held-out rows prefer an error of `least` to one of `error`.

    12·log2(error/least) of root mean squares, both at least `floor`; of classes N·(error - least)/log 2, the difference in
    length of a code for the N rows' classes (cross-entropy is that length).
    """
    if result.measure == "cross_entropy":
        return result.rows * (error - least) / math.log(2)
    return _OBSERVATIONS * math.log2(max(error, floor) / max(least, floor))


def whole_model_bits(result: WhatIf, best: float, spread: float) -> float:
    """Evidence against it + bits of the form; infinity when the candidate left its domain.

    Args:
        result: the candidate.
        best: smallest error among its rivals.
        spread: standard deviation of the targets.
    """
    if not math.isfinite(result.error_after):
        return math.inf
    return evidence(result, result.error_after, best, _FLOOR * spread) + form_bits(result.fit, _OFFSET)


def order_by_whole_model(results: Sequence[WhatIf], spread: float) -> list[WhatIf]:
    """Best first; candidates that left their domain last."""
    errors = [result.error_after for result in results if math.isfinite(result.error_after)]
    best = min(errors, default=0.0)
    return sorted(results, key=lambda result: whole_model_bits(result, best, spread))


def is_decided(ordered: Sequence[WhatIf], spread: float) -> bool:
    """Whether the rows speak against every other candidate as if its error were ten times that of the first.

    Args:
        ordered: the best of each entry (`alike`), best first: what is the same function on these rows is no rival.
        spread: standard deviation of the targets.
    """
    if not ordered or not math.isfinite(ordered[0].error_after):
        return False
    first, floor = ordered[0], _FLOOR * spread
    bound = _OBSERVATIONS * math.log2(_DECIDED) - 1e-9
    return all(evidence(other, other.error_after, first.error_after, floor) >= bound for other in ordered[1:])
