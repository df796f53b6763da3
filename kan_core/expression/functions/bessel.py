"""Bessel functions of the first kind, J0 and J1, with derivatives, to a few units of rounding.

torch's own J0 and J1 are off by up to 5e-7 for 5 < |u| < 10 in float64, too much for a fit to 1e-12. Here

    J_n^(d)(u) = 1/(2π) ∫ ∂_u^d cos(n·θ - u·sin θ) dθ   over one turn           (Bessel's integral, DLMF 10.9.2),

by the midpoint rule with N points, whose error is 2·J_N(|u|) ≤ 2·(|u|/2)^N/N! and so below 1e-18 for |u| ≤ 25 and N = 64
(symmetry leaves N/4 points). No term is larger than 1: nothing cancels, near 0 or elsewhere. The integral is taken once,
at Chebyshev points of u² in a few bands of |u|: even functions are polynomials in u² there, odd ones u times a polynomial
(Trefethen, Approximation Theory and Approximation Practice, ch. 3), which costs a third. Beyond 25 torch's asymptotic
expansion is good to 2e-14.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from numpy.polynomial import chebyshev
from torch import Tensor

Elementwise = Callable[[Tensor], Tensor]

_BANDS = ((4.0, 11), (10.0, 15), (17.0, 18), (25.0, 21))
"""Upper ends of the bands of |u|, and the degree in u² that serves each: narrow enough that Horner's rule loses no digits."""
_QUARTER = 16


@dataclass(frozen=True)
class _Band:
    """f(u) or f(u)/u for low ≤ |u| ≤ high: Σ_i coefficients[i]·z^(n-i), z = (u² - middle)/half."""

    high: float
    middle: float
    half: float
    coefficients: tuple[float, ...]

    def value(self, square: Tensor) -> Tensor:
        """The polynomial at u², by Horner's rule."""
        z = (square - self.middle) / self.half
        first, *others = torch.tensor(self.coefficients, dtype=z.dtype, device=z.device)
        total = first.expand_as(z)
        for coefficient in others:
            total = torch.addcmul(coefficient, total, z)
        return total


def _integral(power: int, u: Tensor) -> Tensor:
    """Mean over θ of sin(u·s)·s^power (odd power) or cos(u·s)·s^power (even power), s = sin θ."""
    s = torch.sin((torch.arange(_QUARTER, dtype=torch.float64) + 0.5) * (math.pi / 2 / _QUARTER))
    phase = u[:, None] * s
    wave = torch.sin(phase) if power % 2 else torch.cos(phase)
    return wave @ (s**power / len(s))


def _band(power: int, low: float, high: float, degree: int) -> _Band:
    """The integral between two |u| as a polynomial, interpolated at Chebyshev points."""
    middle, half = (high**2 + low**2) / 2, (high**2 - low**2) / 2

    def values(z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        u = torch.from_numpy(middle + half * z).sqrt()
        return (_integral(power, u) / (u if power % 2 else 1.0)).numpy()

    series = chebyshev.Chebyshev.interpolate(values, degree)
    return _Band(high, middle, half, tuple(chebyshev.cheb2poly(series.coef)[::-1].tolist()))


def _bessel(power: int, far: Elementwise) -> Elementwise:
    """The integral up to the last end, `far` beyond; each band costs only where some point lies in it."""
    lows = [0.0, *(high for high, _ in _BANDS)]
    bands = [_band(power, low, high, degree) for low, (high, degree) in zip(lows, _BANDS, strict=False)]

    def value(u: Tensor) -> Tensor:
        result = _near(bands, u)
        if power % 2:
            result = result * u
        outside = u.abs() > bands[-1].high
        if bool(outside.any()):
            result[outside] = far(u[outside])
        return result

    return value


def _near(bands: Sequence[_Band], u: Tensor) -> Tensor:
    """The polynomial of each point's band; that of the last one beyond it."""
    size, square = u.detach().abs(), u.square()
    largest = float(torch.nan_to_num(size).amax()) if u.numel() else 0.0
    result = bands[0].value(square)
    for before, band in itertools.pairwise(bands):
        if largest > before.high:
            result = torch.where(size > before.high, band.value(square), result)
    return result


def _far_j1_slope(u: Tensor) -> Tensor:
    return torch.special.bessel_j0(u) - torch.special.bessel_j1(u) / u


def _far_j1_curvature(u: Tensor) -> Tensor:
    """From Bessel's equation u²J″ + uJ′ + (u² - 1)J = 0."""
    return -_far_j1_slope(u) / u - (1 - u.pow(-2)) * torch.special.bessel_j1(u)


def _far_j1_third(u: Tensor) -> Tensor:
    """From the derivative of Bessel's equation: u²J‴ + 3uJ″ + u²J′ + 2uJ = 0."""
    return -3 * _far_j1_curvature(u) / u - _far_j1_slope(u) - 2 * torch.special.bessel_j1(u) / u


_INTEGRALS: tuple[Elementwise, ...] = (
    _bessel(0, torch.special.bessel_j0),
    _bessel(1, torch.special.bessel_j1),
    _bessel(2, _far_j1_slope),
    _bessel(3, lambda u: -_far_j1_curvature(u)),
    _bessel(4, lambda u: -_far_j1_third(u)),
)
"""By the power of sin θ. Each is ± the slope of the one before."""


class _Integral(torch.autograd.Function):
    """One of these with its slope by the next, which saves torch to differentiate polynomials, and holds far away as well.

    What is mapped over rows (`torch.func.vmap`) is computed at once: inside, no value could be looked at.
    """

    @staticmethod
    def forward(u: Tensor, power: int) -> Tensor:
        return _INTEGRALS[power](u)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, int], output: Tensor) -> None:
        del output
        u, ctx.power = inputs
        ctx.save_for_backward(u)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0] * _slope(ctx.saved_tensors[0], ctx.power), None

    @staticmethod
    def vmap(info: object, in_dims: tuple[int | None, ...], *arguments: Any) -> tuple[Tensor, int | None]:
        del info
        return _integral_of(*arguments), in_dims[0]


def _integral_of(u: Tensor, power: int) -> Tensor:
    value: Tensor = _Integral.apply(u, power)
    return value


def _slope(u: Tensor, power: int) -> Tensor:
    following = _integral_of(u, power + 1)
    return following if power % 2 else -following


def j0(u: Tensor) -> Tensor:
    """J₀."""
    return _integral_of(u, 0)


def j1(u: Tensor) -> Tensor:
    """J₁ = -J₀′."""
    return _integral_of(u, 1)


def j1_slope(u: Tensor) -> Tensor:
    """J₁′."""
    return _integral_of(u, 2)


def minus_j1_curvature(u: Tensor) -> Tensor:
    """-J₁″."""
    return _integral_of(u, 3)
