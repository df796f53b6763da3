"""How sure the curve of an edge is of its function: where somebody begins who makes one edge after the other symbolic.

The program itself asks what a function does to the whole model (`kan_core.suggestions`).
"""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.symbolic.fit_result import AffineFit

DECIDED_BITS = 10.0
"""A description that is so much shorter than every other one is no accident."""
FITS_R2 = 0.999
FAMILIES = ({"sin", "cos"}, {"arcsin", "arccos"}, {"tanh", "sigmoid"})
"""Names of one curve with other constants."""


def is_clear(ranked: Sequence[AffineFit]) -> bool:
    """Whether the first of these fits describes the curve clearly better than any that is another function."""
    best = ranked[0]
    rivals = [fit for fit in ranked[1:] if not same_curve(best, fit)]
    lead = rivals[0].description_length - best.description_length if rivals else float("inf")
    return best.r2 >= FITS_R2 and lead >= DECIDED_BITS


def same_curve(one: AffineFit, other: AffineFit) -> bool:
    """Two names for one family, with the same residual to within a per mille."""
    related = any({one.primitive, other.primitive} <= family for family in FAMILIES)
    return related and abs(one.rms - other.rms) <= 1e-3 * max(one.rms, other.rms) + 1e-13
