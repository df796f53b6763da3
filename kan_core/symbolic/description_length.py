"""How many bits a form costs: what it leaves unexplained, how complex it is, how finely tuned its constants are.

Points of a learned curve are not independent measurements and carry the training's own error, so residuals count as
N_effective ≤ 12 observations and relative to the best residual of any candidate: nobody can claim to see below it.

    bits = N_eff·log2(rms/floor) + 2·complexity + Σ constants
    constants: log2(1 + extremeness)·2  (c·f and d cancel each other: f is used only in its Taylor tail)
             + log2(1 + slope)          (a large slope follows any curve)
             + min(3.3, log2(1 + |b|/floor_relative))  for a free phase or offset (0 when b = 0 within the floor)

after Rissanen's two-part code (Automatica 14, 1978). Only differences within one edge mean anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kan_core.primitives.library import LIBRARY, get_primitive
from kan_core.symbolic.fit_result import AffineFit

_EFFECTIVE_POINTS = 12
_BITS_PER_COMPLEXITY = 2.0
_BITS_PER_CONSTANT = 3.3
_FLOOR = 1e-11
_PLACE = {name: place for place, name in enumerate(LIBRARY)}


def described(fits: Sequence[AffineFit], points: int, spread: float) -> list[AffineFit]:
    """The fits of one edge with their description lengths, shortest first.

    Args:
        fits: the candidates of one edge.
        points: points that were fitted.
        spread: standard deviation of y.
    """
    if not fits:
        return []
    relative = [fit.rms / spread if spread > 0 else 0.0 for fit in fits]
    floor = max(min(relative), _FLOOR)
    effective = min(_EFFECTIVE_POINTS, max(1, points))
    bits = [
        effective * math.log2(max(residual, floor) / floor) + form_bits(fit, floor)
        for fit, residual in zip(fits, relative, strict=True)
    ]
    return rank_by_description([fit.with_length(length) for fit, length in zip(fits, bits, strict=True)])


def rank_by_description(fits: Sequence[AffineFit]) -> list[AffineFit]:
    """Shortest description first; within a tenth of a bit the simpler form, then the library's order (sin before cos)."""
    return sorted(
        fits, key=lambda fit: (round(fit.description_length, 1), fit.complexity, _PLACE.get(fit.primitive, len(_PLACE)))
    )


def form_bits(fit: AffineFit, floor: float = _FLOOR) -> float:
    """Bits of the form and its constants, whatever the residual; an offset below `floor` counts as absent."""
    primitive = get_primitive(fit.primitive)
    bits = _BITS_PER_COMPLEXITY * fit.complexity
    if fit.c == 0.0:
        return bits
    bits += 2 * math.log2(1 + fit.extremeness)
    if primitive.free_a:
        bits += _BITS_PER_CONSTANT + math.log2(1 + abs(fit.a))
    if primitive.free_b:
        bits += min(_BITS_PER_CONSTANT, math.log2(1 + abs(fit.b) / floor))
    return bits
