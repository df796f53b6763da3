"""What the fits of one edge mean: a ranking, and a sentence that may also say that nothing fits.

For callers that have one edge only, as the benchmarks do; the effect on the whole model is `what_if`'s business and outranks
this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.symbolic.description_length import rank_by_description
from kan_core.symbolic.fit_result import AffineFit

_DECIDED_BITS = 10.0
_FITS_R2 = 0.999
_ROUGHLY_R2 = 0.98


@dataclass(frozen=True)
class Judgement:
    """What the ranking amounts to.

    Attributes:
        fits: best first.
        decided: whether the first is clearly better than every other form that is really different.
        text: the sentence to show.
    """

    fits: tuple[AffineFit, ...]
    decided: bool
    text: str


def judge(fits: Sequence[AffineFit]) -> Judgement:
    """Rank and say what the ranking means.

    'Nothing fits' when the best form leaves more than 2 % of the variance; a rival counts as different when it does not
    give the same values (sin and cos with another phase, sigmoid and tanh).
    """
    ranked = rank_by_description(fits)
    if not ranked:
        return Judgement((), False, "No function of the library is defined on this edge's data; keep the spline.")
    best = ranked[0]
    if best.r2 < _ROUGHLY_R2:
        text = f"No single function fits (the best, {best.primitive}, explains {100 * max(best.r2, 0):.1f} %); keep the spline."
        return Judgement(tuple(ranked), False, text)
    rivals = [fit for fit in ranked[1:] if not _same_curve(best, fit)]
    lead = rivals[0].description_length - best.description_length if rivals else float("inf")
    decided = best.r2 >= _FITS_R2 and lead >= _DECIDED_BITS
    return Judgement(tuple(ranked), decided, _sentence(best, rivals, decided))


def _same_curve(one: AffineFit, other: AffineFit) -> bool:
    """Two names for one family, with the same residual to within a per mille."""
    families = ({"sin", "cos"}, {"arcsin", "arccos"}, {"tanh", "sigmoid"})
    related = any({one.primitive, other.primitive} <= family for family in families)
    return related and abs(one.rms - other.rms) <= 1e-3 * max(one.rms, other.rms) + 1e-13


def _sentence(best: AffineFit, rivals: Sequence[AffineFit], decided: bool) -> str:
    if decided:
        return f"{best.primitive} is clearly the best description of this edge."
    if best.r2 < _FITS_R2:
        return f"{best.primitive} fits only roughly ({100 * best.r2:.1f} %); the spline may be the better choice."
    close = [fit.primitive for fit in rivals if fit.description_length - best.description_length < _DECIDED_BITS][:3]
    others = ", ".join(close)
    return f"{best.primitive} is the shortest description, but {others} cannot be told apart on this edge alone."
