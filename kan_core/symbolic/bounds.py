"""Limits of α and β in the search: the primitive's domain, and slopes at which a form is still that form.

Below a twentieth of the declared slopes a function is its own Taylor polynomial, far above it is a step; without
limits a fit would creep there for ever and imitate another form. Used by `variable_projection` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from kan_core.primitives.library import get_primitive

_OPEN_GAP = 1e-9
_BEYOND = 20.0
_FAR_OFFSET = 2_000.0


@dataclass(frozen=True, eq=False)
class Bounds:
    """Per primitive of a list, (primitives,) each.

    Attributes:
        low, high: ends of the domain, ±inf where there is none.
        gap: distance to keep from them, 0 for a closed domain.
        slope_low, slope_high: range of |α|.
        offset_free, offset_per_slope: |β| ≤ offset_free + offset_per_slope·|α|, for centres near the data.
    """

    low: Tensor
    high: Tensor
    gap: Tensor
    slope_low: Tensor
    slope_high: Tensor
    offset_free: Tensor
    offset_per_slope: Tensor

    def inside(self, kind: Tensor, theta: Tensor) -> Tensor:
        """(fits, 2) θ moved to the nearest allowed α, then the nearest allowed β; α keeps its sign."""
        size = theta[:, 0].abs().clamp(self.slope_low[kind], self.slope_high[kind])
        limit = self.offset_free[kind] + self.offset_per_slope[kind] * size
        beta = theta[:, 1].clamp(-limit, limit)
        beta = torch.maximum(beta, self.low[kind] + size + self.gap[kind])
        beta = torch.minimum(beta, self.high[kind] - size - self.gap[kind])
        return torch.stack([torch.copysign(size, theta[:, 0]), beta], dim=1)


@lru_cache(maxsize=32)
def bounds_of(names: tuple[str, ...]) -> Bounds:
    """The bounds of the primitives `names`, in that order."""
    return Bounds(*torch.tensor([_row(name) for name in names], dtype=torch.float64).unbind(dim=1))


def _row(name: str) -> tuple[float, ...]:
    primitive = get_primitive(name)
    domain = primitive.domain
    gap = 0.0 if domain.closed else _OPEN_GAP
    low, high = primitive.slopes
    if primitive.free_a:
        low, high = low / _BEYOND, min(high * _BEYOND, (domain.high - domain.low) / 2 - gap)
    far = not primitive.free_a or primitive.period is not None
    free, per_slope = (_FAR_OFFSET, 0.0) if far else (4.0, 8.0)
    if domain.bounded and primitive.free_a:
        per_slope *= 2
    return domain.low, domain.high, gap, low, high, free, per_slope
