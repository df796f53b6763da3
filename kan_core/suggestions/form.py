"""A form c·f(a·x + b) + d on the curve of an edge: the constants outside for given ones inside, and how well it follows."""

from __future__ import annotations

import torch

from kan_core.primitives.library import get_primitive
from kan_core.suggestions.curve import EdgeCurve


def outer_constants(
    curve: EdgeCurve, primitive: str, inner: tuple[float, float], given: tuple[float | None, float | None]
) -> tuple[float, float] | None:
    """The c and d that make Σ wᵢ·(yᵢ - c·f(a·xᵢ + b) - d)² least; None where f has no value on the curve.

    Args:
        curve: of an edge, with weights w.
        primitive: the name of f.
        inner: a and b.
        given: c and d; one that is given stays.

    Raises:
        PrimitiveError: no such function.
    """
    f = get_primitive(primitive).evaluate(inner[0] * curve.x + inner[1])
    known = torch.isfinite(f) & torch.isfinite(curve.y)
    if not bool(torch.isfinite(f).all()) or not bool(known.any()):
        return None
    f, y, weight = f[known], curve.y[known], curve.weight[known] / curve.weight[known].sum()
    c, d = given
    if c is not None:
        return c, float((weight * (y - c * f)).sum()) if d is None else d
    shift = f * 0 if d is not None else (weight * f).sum()
    level = torch.as_tensor(d, dtype=y.dtype) if d is not None else (weight * y).sum()
    square = float((weight * (f - shift).square()).sum())
    c = float((weight * (f - shift) * (y - level)).sum()) / square if square > 0 else 0.0
    return c, float(level - c * (weight * f).sum()) if d is None else d


def form_r2(curve: EdgeCurve, primitive: str, constants: tuple[float, float, float, float]) -> float:
    """R² = 1 - Σ w·(y - c·f(a·x + b) - d)² / Σ w·(y - ȳ)², ȳ the weighted mean; 0 where the form has no value.

    On a curve that is constant it is 1 for a form that is, too, and else 0.

    Raises:
        PrimitiveError: no such function.
    """
    a, b, c, d = constants
    values = c * get_primitive(primitive).evaluate(a * curve.x + b) + d
    if not bool(torch.isfinite(values).all()) or not bool(torch.isfinite(curve.y).all()):
        return 0.0
    weight = curve.weight / curve.weight.sum()
    centred = curve.y - (weight * curve.y).sum()
    around = float((weight * centred.square()).sum())
    error = float((weight * (curve.y - values).square()).sum())
    if around <= 0:
        return 1.0 if error <= 1e-24 else 0.0
    return max(1 - error / around, -1e12)
