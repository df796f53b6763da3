"""Where a primitive is defined: one interval less isolated or periodic poles.

Primitives, fits and honesty checks ask a `Domain`; it knows nothing of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Domain:
    """An interval of the real line without its poles.

    Attributes:
        low, high: the ends, ±inf where there is none.
        closed: whether finite ends belong to the domain (√ at 0, arcsin at ±1); the slope may be infinite there.
        poles: excluded points.
        pole_period: when given, every pole repeats at this distance (tan).
    """

    low: float = -math.inf
    high: float = math.inf
    closed: bool = False
    poles: tuple[float, ...] = ()
    pole_period: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether there is any border at all."""
        return math.isfinite(self.low) or math.isfinite(self.high) or bool(self.poles)

    def margin(self, u: Tensor) -> Tensor:
        """Signed distance to the nearest border: > 0 inside, 0 on it, < 0 outside, inf where there is none.

        Poles have no outside, so the distance to them is never negative.

        Args:
            u: any shape, arguments of the primitive.

        Returns:
            The shape of u; NaN where u is NaN.
        """
        distance = torch.full_like(u, math.inf)
        if math.isfinite(self.low):
            distance = torch.minimum(distance, u - self.low)
        if math.isfinite(self.high):
            distance = torch.minimum(distance, self.high - u)
        for pole in self.poles:
            distance = torch.minimum(distance, self._pole_distance(u, pole))
        return torch.where(torch.isnan(u), u, distance)

    def contains(self, u: Tensor) -> Tensor:
        """Elementwise membership, bool, the shape of u; false for NaN."""
        inside = (u >= self.low) & (u <= self.high) if self.closed else (u > self.low) & (u < self.high)
        for pole in self.poles:
            inside = inside & (self._pole_distance(u, pole) > 0)
        return inside

    def contains_interval(self, low: Tensor, high: Tensor) -> Tensor:
        """Whether the whole of [low, high] lies inside, with no pole in between.

        Args:
            low: lower ends, any shape.
            high: upper ends, same shape, low ≤ high elementwise.

        Returns:
            bool, the shape of low.
        """
        inside = self.contains(low) & self.contains(high)
        for pole in self.poles:
            if self.pole_period is None:
                inside = inside & ((low > pole) | (high < pole))
            else:
                period = self.pole_period
                inside = inside & (torch.floor((low - pole) / period) == torch.floor((high - pole) / period))
        return inside

    def describe(self, argument: str = "u") -> str:
        """The domain in words for people, for example 'u ≥ 0'; `argument` is what the argument is called."""
        parts: list[str] = []
        at_least, at_most = ("≥", "≤") if self.closed else (">", "<")
        if math.isfinite(self.low):
            parts.append(f"{argument} {at_least} {self.low:g}")
        if math.isfinite(self.high):
            parts.append(f"{argument} {at_most} {self.high:g}")
        for pole in self.poles:
            repeated = "" if self.pole_period is None else f" + {self.pole_period:.4g}·n"
            parts.append(f"{argument} ≠ {pole:.4g}{repeated}")
        return ", ".join(parts) if parts else "all real numbers"

    def _pole_distance(self, u: Tensor, pole: float) -> Tensor:
        if self.pole_period is None:
            return (u - pole).abs()
        period = self.pole_period
        turns = (u - pole) / period
        return (turns - torch.round(turns)).abs() * period


REAL_LINE = Domain()
POSITIVE = Domain(low=0.0)
NOT_NEGATIVE = Domain(low=0.0, closed=True)
NOT_ZERO = Domain(poles=(0.0,))
UNIT_CLOSED = Domain(low=-1.0, high=1.0, closed=True)
UNIT_OPEN = Domain(low=-1.0, high=1.0)
