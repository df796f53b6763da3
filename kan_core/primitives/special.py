"""Error function and sinc; the Bessel functions have their own module.

Near 0 the derivatives of sin(u)/u lose digits, so |u| < 1 uses the power series (converged to below 1e-17 there).
"""

from __future__ import annotations

import math

import sympy
import torch
from torch import Tensor

from kan_core.expression.functions.bessel import j0, j1, j1_slope, minus_j1_curvature
from kan_core.primitives.primitive import Elementwise, Primitive, unevaluated

_TERMS = 11


def _series(coefficients: list[float], odd: bool) -> Elementwise:
    """Σ_n coefficients[n]·u^(2n), times u when `odd`, by Horner's rule."""

    def value(u: Tensor) -> Tensor:
        square = u.square()
        total = torch.full_like(u, coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            total = total * square + coefficient
        return total * u if odd else total

    return value


def _near_zero(series: Elementwise, elsewhere: Elementwise) -> Elementwise:
    """`series` for |u| < 1, `elsewhere` for the rest (never evaluated near 0)."""

    def value(u: Tensor) -> Tensor:
        small = u.abs() < 1
        return torch.where(small, series(u), elsewhere(torch.where(small, torch.ones_like(u), u)))

    return value


def _sinc(u: Tensor) -> Tensor:
    """sin(u)/u, 1 at 0."""
    return torch.sinc(u / math.pi)


def _sinc_first_far(u: Tensor) -> Tensor:
    return (torch.cos(u) - torch.sin(u) / u) / u


def _sinc_second_far(u: Tensor) -> Tensor:
    return -torch.sin(u) / u - 2 * _sinc_first_far(u) / u


_sinc_first = _near_zero(
    _series([(-1) ** (n + 1) * (2 * n + 2) / math.factorial(2 * n + 3) for n in range(_TERMS)], odd=True), _sinc_first_far
)
_sinc_second = _near_zero(
    _series([(-1) ** (n + 1) * (2 * n + 2) * (2 * n + 1) / math.factorial(2 * n + 3) for n in range(_TERMS)], odd=False),
    _sinc_second_far,
)


def _bell(u: Tensor) -> Tensor:
    return 2 / math.sqrt(math.pi) * torch.exp(-u.square())


SPECIAL: tuple[Primitive, ...] = (
    Primitive(
        "erf",
        torch.erf,
        _bell,
        lambda u: -2 * u * _bell(u),
        unevaluated(sympy.erf),
        complexity=4,
        parity="odd",
        slopes=(0.3, 50.0),
    ),
    Primitive("sinc", _sinc, _sinc_first, _sinc_second, unevaluated(sympy.sinc), complexity=4, parity="even", slopes=(1.0, 40.0)),
    Primitive(
        "J0",
        j0,
        lambda u: -j1(u),
        lambda u: -j1_slope(u),
        lambda u: sympy.besselj(0, u, evaluate=False),
        complexity=5,
        parity="even",
        slopes=(1.0, 40.0),
    ),
    Primitive(
        "J1",
        j1,
        j1_slope,
        lambda u: -minus_j1_curvature(u),
        lambda u: sympy.besselj(1, u, evaluate=False),
        complexity=5,
        parity="odd",
        slopes=(1.0, 40.0),
    ),
)
