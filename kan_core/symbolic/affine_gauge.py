"""From a fit in the normalised coordinate t to the constants a, b, c, d of an edge, each redundancy removed.

One curve has many (a, b, c, d). The one chosen: homogeneous f and log have a = ±1, exp has b = 0, odd and even f have
a > 0, periodic f has the smallest |b|. Used by `affine_fit` only.
"""

from __future__ import annotations

import math

from kan_core.primitives.primitive import Primitive

_LARGEST_EXPONENT = 30.0


def inner_constants(primitive: Primitive, alpha: float, beta: float, centre: float, half: float) -> tuple[float, float]:
    """Constants a and b in the edge's own coordinate x = centre + half·t, in canonical form."""
    if not primitive.free_a and not primitive.free_b:
        return 1.0, 0.0
    if not primitive.free_a:
        a = math.copysign(1.0, alpha)
        return _signed(primitive, a, beta * half - a * centre)
    a, b = alpha / half, beta - alpha * centre / half
    if not primitive.free_b and abs(b) < _LARGEST_EXPONENT:
        b = 0.0
    return _signed(primitive, a, _smallest_phase(primitive, b) if a > 0 else b)


def _signed(primitive: Primitive, a: float, b: float) -> tuple[float, float]:
    if a < 0 and primitive.parity is not None:
        a, b = -a, -b
    return a, _smallest_phase(primitive, b)


def _smallest_phase(primitive: Primitive, b: float) -> float:
    """The phase modulo the shift that at most changes the sign of f: half a period of sin and cos, a period of tan."""
    if primitive.period is None:
        return b
    shift = primitive.period if primitive.domain.poles else primitive.period / 2
    return math.remainder(b, shift)
