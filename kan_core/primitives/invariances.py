"""Parity and homogeneity of a function given by text, found on samples.

f(-u) = ±f(u) and f(s·u) = s^p·f(u) make constants of c·f(a·x + b) + d redundant; a fit that does not know it has directions
without information, and no error bar. Used by `own`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from kan_core.expression.domain import Domain
from kan_core.expression.functions import Parity
from kan_core.primitives.primitive import Elementwise

_AGREEMENT = 1e-10


def invariances(f: Elementwise, domain: Domain) -> tuple[Parity | None, float | None]:
    """(parity, homogeneity) as `Primitive` states them; None where there is none.

    Args:
        f: elementwise, NaN outside the domain.
        domain: of f.
    """
    u = torch.linspace(0.11, 2.93, 41, dtype=torch.float64)
    return _parity(f, domain, u), _homogeneity(f, torch.cat([-u, u]))


def _parity(f: Elementwise, domain: Domain, u: Tensor) -> Parity | None:
    if not bool((domain.contains(u) == domain.contains(-u)).all()):
        return None
    right, left = f(u), f(-u)
    if _same(left, right):
        return "even"
    return "odd" if _same(left, -right) else None


def _homogeneity(f: Elementwise, u: Tensor) -> float | None:
    once, twice, thrice = f(u), f(2 * u), f(3 * u)
    known = torch.isfinite(once) & torch.isfinite(twice) & (once != 0)
    if not bool(known.any()):
        return None
    ratio = float((twice / once)[known][0])
    if ratio <= 0:
        return None
    power = round(math.log2(ratio), 12)
    same = _same(twice, 2**power * once) and _same(thrice, 3**power * once)
    return power if same else None


def _same(one: Tensor, other: Tensor) -> bool:
    """Equal to rounding where defined, defined at the same points, and somewhere at all."""
    defined = torch.isfinite(one)
    if not bool((defined == torch.isfinite(other)).all()) or not bool(defined.any()):
        return False
    gap = (one - other)[defined].abs()
    return bool((gap <= _AGREEMENT * (1e-300 + one[defined].abs())).all())
