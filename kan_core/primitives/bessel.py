"""Bessel functions of the first kind, J0 and J1, with derivatives, to rounding.

torch's own J0 and J1 are off by up to 5e-7 for 5 < |u| < 10 in float64, too much for a fit to 1e-12. Here

    J_n^(d)(u) = 1/(2π) ∫ ∂_u^d cos(n·θ - u·sin θ) dθ   over one turn           (Bessel's integral, DLMF 10.9.2),

by the midpoint rule with N points, whose error is 2·J_N(|u|) ≤ 2·(|u|/2)^N/N! and so below 1e-18 for |u| ≤ 25 and N = 64.
Symmetry leaves N/4 points, and arguments that are all smaller need fewer. No term is larger than 1: nothing cancels, near 0
or elsewhere. Beyond 25 torch's asymptotic expansion is good to 2e-14.
"""

from __future__ import annotations

import math

import sympy
import torch
from torch import Tensor

from kan_core.primitives.primitive import Elementwise, Primitive

_LIMIT = 25.0
_QUARTERS = ((3.4, 6), (7.0, 8), (15.0, 12), (math.inf, 16))
"""Largest |u| and the N/4 that serves it."""


def _midpoint_sines(u: Tensor) -> Tensor:
    """(N/4,) sin θ at the midpoints of the first quarter turn, as many as the largest |u| needs."""
    largest = float(torch.nan_to_num(u.detach()).abs().amax()) if u.numel() else 0.0
    quarter = next(count for limit, count in _QUARTERS if largest <= limit)
    steps = torch.arange(quarter, dtype=u.dtype, device=u.device) + 0.5
    return torch.sin(steps * (math.pi / 2 / quarter))


def _integral(power: int, odd: bool, u: Tensor) -> Tensor:
    """Mean over θ of sin(u·s)·s^power (odd) or cos(u·s)·s^power (even), s = sin θ."""
    s = _midpoint_sines(u)
    phase = torch.clamp(u, -_LIMIT, _LIMIT)[..., None] * s
    wave = torch.sin(phase) if odd else torch.cos(phase)
    return wave @ (s**power / len(s))


def _joined(near: Elementwise, far: Elementwise) -> Elementwise:
    """`near` up to the limit, `far` beyond; `far` costs nothing when no point is there."""

    def value(u: Tensor) -> Tensor:
        result = near(u)
        outside = u.abs() > _LIMIT
        return torch.where(outside, far(torch.where(outside, u, 2 * _LIMIT)), result) if bool(outside.any()) else result

    return value


def _far_j1_slope(u: Tensor) -> Tensor:
    return torch.special.bessel_j0(u) - torch.special.bessel_j1(u) / u


def _far_j1_curvature(u: Tensor) -> Tensor:
    """From Bessel's equation u²J″ + uJ′ + (u² - 1)J = 0."""
    return -_far_j1_slope(u) / u - (1 - u.pow(-2)) * torch.special.bessel_j1(u)


_j0 = _joined(lambda u: _integral(0, odd=False, u=u), torch.special.bessel_j0)
_j1 = _joined(lambda u: _integral(1, odd=True, u=u), torch.special.bessel_j1)
_j1_slope = _joined(lambda u: _integral(2, odd=False, u=u), _far_j1_slope)
_j1_curvature = _joined(lambda u: -_integral(3, odd=True, u=u), _far_j1_curvature)


BESSEL: tuple[Primitive, ...] = (
    Primitive(
        "J0",
        _j0,
        lambda u: -_j1(u),
        lambda u: -_j1_slope(u),
        lambda u: sympy.besselj(0, u, evaluate=False),
        complexity=5,
        parity="even",
        slopes=(1.0, 40.0),
    ),
    Primitive(
        "J1",
        _j1,
        _j1_slope,
        _j1_curvature,
        lambda u: sympy.besselj(1, u, evaluate=False),
        complexity=5,
        parity="odd",
        slopes=(1.0, 40.0),
    ),
)
