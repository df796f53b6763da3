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


def whole_model_bits(result: WhatIf, best: float, spread: float) -> float:
    """12·log2(error/best) + bits of the form; infinity when the candidate left its domain.

    Args:
        result: the candidate.
        best: smallest error among its rivals.
        spread: standard deviation of the targets.
    """
    if not math.isfinite(result.test_rmse_after):
        return math.inf
    floor = _FLOOR * spread
    return _OBSERVATIONS * math.log2(max(result.test_rmse_after, floor) / max(best, floor)) + form_bits(result.fit, _OFFSET)


def order_by_whole_model(results: Sequence[WhatIf], spread: float) -> list[WhatIf]:
    """Best first; candidates that left their domain last."""
    errors = [result.test_rmse_after for result in results if math.isfinite(result.test_rmse_after)]
    best = min(errors, default=0.0)
    return sorted(results, key=lambda result: whole_model_bits(result, best, spread))


def is_decided(ordered: Sequence[WhatIf], spread: float) -> bool:
    """Whether every other candidate is at least ten times worse than the first.

    Args:
        ordered: the best of each entry (`alike`), best first: what is the same function on these rows is no rival.
        spread: standard deviation of the targets.
    """
    if not ordered or not math.isfinite(ordered[0].test_rmse_after):
        return False
    bound = _DECIDED * max(ordered[0].test_rmse_after, _FLOOR * spread)
    return all(other.test_rmse_after >= bound for other in ordered[1:])
