"""Powers that edges are offered, made from their exponents: f(s·u) = s^p·f(u) for s > 0."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy
import torch

from kan_core.expression.domain import NOT_NEGATIVE, NOT_ZERO, POSITIVE, REAL_LINE, Domain
from kan_core.expression.functions import Parity
from kan_core.expression.operations import powered
from kan_core.expression.tree import ONE, Column, Exact, Power
from kan_core.primitives.primitive import Derivative, Elementwise, Primitive, kept_inside, slope_inside

_OFFERED = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 3), (-1, 2), (-2, 2), (-3, 3), (-4, 4), (-5, 5), (1.5, 4), (-0.5, 2))
"""Exponent and what the form costs; the square root is a row of the table of functions."""
_ONLY_SLOPE = (1.0, 1.0)
"""|a| of a homogeneous function is its coefficient."""


def power_name(exponent: float) -> str:
    """How a power is called on edges, in files and on the wire."""
    if exponent == 0:
        return "constant"
    size = "" if abs(exponent) == 1 else f"^{abs(exponent):g}"
    if abs(exponent) == 0.5:
        return "sqrt" if exponent > 0 else "1/sqrt"
    return f"x{size}" if exponent > 0 else f"1/x{size}"


def _power(exponent: float, complexity: int) -> Primitive:
    """f(u) = u^p for a whole or half p; f′ = p·u^(p-1), f″ = p(p-1)·u^(p-2)."""
    p = float(exponent)
    domain, parity = _facts(p)
    return Primitive(
        name=power_name(p),
        expression=ONE if p == 0 else Column(0) if p == 1 else Power(Column(0), Exact(p)),
        evaluate=kept_inside(domain, _monomial(1.0, p)),
        derivative=slope_inside(domain, _derivative(p, p - 1)),
        second_derivative=slope_inside(domain, _derivative(p * (p - 1), p - 2)),
        symbol=_symbol(p),
        complexity=complexity,
        domain=domain,
        parity=parity,
        homogeneity=p,
        exponent=p,
        slopes=_ONLY_SLOPE,
    )


def _facts(p: float) -> tuple[Domain, Parity | None]:
    if not p.is_integer():
        return (NOT_NEGATIVE if p > 0 else POSITIVE), None
    return (REAL_LINE if p >= 0 else NOT_ZERO), ("even" if p % 2 == 0 else "odd")


def _monomial(factor: float, p: float) -> Elementwise:
    """factor·u^p."""
    if factor == 0 or p == 0:
        return lambda u: torch.full_like(u, factor)
    if factor == 1:
        return lambda u: powered(torch, u, p)
    if p < 0 and p.is_integer():
        return lambda u: factor / powered(torch, u, -p)
    return lambda u: factor * powered(torch, u, p)


def _derivative(factor: float, p: float) -> Derivative:
    monomial = _monomial(factor, p)
    return lambda u, value=None: monomial(u)  # noqa: ARG005, f(u) does not help


def _symbol(p: float) -> Callable[[sympy.Expr], sympy.Expr]:
    exponent = sympy.Rational(Fraction(p))
    return lambda u: u**exponent


POWERS: tuple[Primitive, ...] = tuple(_power(exponent, complexity) for exponent, complexity in _OFFERED)
