"""Powers, roots and their inverses, all homogeneous: f(s·u) = s^p·f(u) for s > 0."""

from __future__ import annotations

from fractions import Fraction

import sympy
import torch
from torch import Tensor

from kan_core.expression.domain import NOT_NEGATIVE, NOT_ZERO, POSITIVE, REAL_LINE, Domain
from kan_core.primitives.primitive import Elementwise, Parity, Primitive, unevaluated


def _constant() -> Primitive:
    """f(u) = 1; an edge with it is the number c + d."""
    return Primitive(
        name="constant",
        evaluate=torch.ones_like,
        derivative=torch.zeros_like,
        second_derivative=torch.zeros_like,
        symbol=lambda _: sympy.Integer(1),
        complexity=0,
        parity="even",
        homogeneity=0.0,
        slopes=(1.0, 1.0),
    )


def _integer_power(exponent: int, complexity: int, name: str) -> Primitive:
    """f(u) = u^n, n ≠ 0 an integer; f′ = n·u^(n-1), f″ = n(n-1)·u^(n-2)."""
    n = exponent

    def derivative_of(order: int) -> Elementwise:
        factor = 1.0
        for taken in range(order):
            factor *= n - taken
        return _monomial(factor, n - order)

    parity: Parity = "even" if n % 2 == 0 else "odd"
    return Primitive(
        name=name,
        evaluate=_monomial(1.0, n),
        derivative=derivative_of(1),
        second_derivative=derivative_of(2),
        symbol=lambda u: u**n,
        complexity=complexity,
        domain=REAL_LINE if n > 0 else NOT_ZERO,
        parity=parity,
        homogeneity=float(n),
        slopes=(1.0, 1.0),
    )


def _monomial(factor: float, n: int) -> Elementwise:
    """factor·u^n; a negative n gives NaN at 0 instead of an infinity."""

    def value(u: Tensor) -> Tensor:
        if factor == 0.0 or n == 0:
            return torch.full_like(u, factor)
        power = _multiplied(u if n > 0 else torch.where(u == 0, torch.nan, u), abs(n))
        if n < 0:
            return factor / power
        return power if factor == 1.0 else factor * power

    return value


def _multiplied(u: Tensor, n: int) -> Tensor:
    """u^n for n ≥ 1 by repeated multiplication, several times faster than a general power."""
    if n == 1:
        return u
    half = _multiplied(u, n // 2).square()
    return half if n % 2 == 0 else half * u


def _half_power(halves: int, complexity: int, name: str) -> Primitive:
    """f(u) = u^(h/2), h odd; defined for u ≥ 0 (u > 0 when h < 0)."""
    p = halves / 2
    domain: Domain = NOT_NEGATIVE if halves > 0 else POSITIVE
    exponent = sympy.Rational(Fraction(halves, 2))

    def power(factor: float, exponent: float) -> Elementwise:
        def value(u: Tensor) -> Tensor:
            if halves < 0:
                u = torch.where(u == 0, torch.nan, u)
            return factor * u**exponent

        return value

    return Primitive(
        name=name,
        evaluate=torch.sqrt if halves == 1 else power(1.0, p),
        derivative=power(p, p - 1),
        second_derivative=power(p * (p - 1), p - 2),
        symbol=lambda u: u**exponent,
        complexity=complexity,
        domain=domain,
        homogeneity=p,
        slopes=(1.0, 1.0),
    )


def _absolute() -> Primitive:
    """f(u) = |u|, f′ = sgn u."""
    return Primitive(
        name="abs",
        evaluate=torch.abs,
        derivative=torch.sign,
        second_derivative=_zero,
        symbol=unevaluated(sympy.Abs),
        complexity=3,
        parity="even",
        homogeneity=1.0,
        slopes=(1.0, 1.0),
    )


def _sign() -> Primitive:
    """f(u) = sgn u, f′ = 0."""
    return Primitive(
        name="sgn",
        evaluate=lambda u: torch.sign(u) + 0 * u,  # keeps NaN, which torch.sign turns into 0
        derivative=_zero,
        second_derivative=_zero,
        symbol=unevaluated(sympy.sign),
        complexity=3,
        parity="odd",
        homogeneity=0.0,
        slopes=(1.0, 1.0),
    )


def _zero(u: Tensor) -> Tensor:
    return torch.zeros_like(u)


POWERS: tuple[Primitive, ...] = (
    _constant(),
    _integer_power(1, 1, "x"),
    _integer_power(2, 2, "x^2"),
    _integer_power(3, 3, "x^3"),
    _integer_power(4, 3, "x^4"),
    _integer_power(5, 3, "x^5"),
    _integer_power(-1, 2, "1/x"),
    _integer_power(-2, 2, "1/x^2"),
    _integer_power(-3, 3, "1/x^3"),
    _integer_power(-4, 4, "1/x^4"),
    _integer_power(-5, 5, "1/x^5"),
    _half_power(1, 2, "sqrt"),
    _half_power(3, 4, "x^1.5"),
    _half_power(-1, 2, "1/sqrt"),
    _absolute(),
    _sign(),
)
