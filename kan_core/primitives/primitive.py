"""What an edge can become: a formula of one column, with the values and derivatives that torch needs and all its facts.

Most are rows of the table of functions (`of_row`), the others powers (`powers`) and a person's own functions (`own`). Nobody
branches on names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sympy
import torch
from torch import Tensor

from kan_core.expression.domain import REAL_LINE, Domain
from kan_core.expression.functions import Function, Parity
from kan_core.expression.tree import Apply, Column, Expression

Elementwise = Callable[[Tensor], Tensor]


class Derivative(Protocol):
    """f′ or f″ at u; f(u) may be given where it is known already."""

    def __call__(self, u: Tensor, value: Tensor | None = None) -> Tensor: ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Primitive:
    """f(u), used on an edge as c·f(a·x + b) + d.

    Attributes:
        name: ASCII, as in files and on the wire.
        expression: f as a formula of column 0.
        evaluate: f, elementwise on a tensor of any shape; NaN outside the domain (nothing is hidden under an abs).
        derivative: f′, likewise; ±inf is possible on a closed end of the domain (√ at 0).
        second_derivative: f″, likewise. Where f is not differentiable (|u|, sgn at 0) the symmetric value is used.
        symbol: sympy argument → sympy expression.
        domain, complexity, parity, period, homogeneity, exponent, mirror, shift_is_factor, factor_is_shift, copies: as `Function`
            has them.
        row: of the table of functions, where it is one.
        slopes: sensible range of |a| on an edge whose x lies in [-1, 1], used as the search range;
            below it the function cannot be told from its Taylor polynomial, above it from noise.
    """

    name: str
    expression: Expression
    evaluate: Elementwise
    derivative: Derivative
    second_derivative: Derivative
    symbol: Callable[[sympy.Expr], sympy.Expr]
    complexity: int
    domain: Domain = REAL_LINE
    parity: Parity | None = None
    period: float | None = None
    homogeneity: float | None = None
    exponent: float | None = None
    mirror: float | None = None
    shift_is_factor: bool = False
    factor_is_shift: bool = False
    row: Function | None = None
    slopes: tuple[float, float] = (0.2, 20.0)
    copies: int = 1

    def latex(self, argument: str = "u") -> str:
        """LaTeX of f applied to a symbol called `argument`."""
        return str(sympy.latex(self.symbol(sympy.Symbol(argument, real=True))))


def of_row(row: Function) -> Primitive:
    """A function of one argument as an edge has it."""
    within = inside(row.domain)
    # What is defined at the ends is NaN beyond them by itself.
    value = (lambda u: row.value(torch, u)) if row.domain.closed else (lambda u: row.value(torch, within(u)))

    def derivative(u: Tensor, value: Tensor | None = None) -> Tensor:
        u = within(u)
        known = row.value(torch, u) if value is None and row.slopes_need_value else value
        return row.slopes(torch, known, u)[0]

    def second_derivative(u: Tensor, value: Tensor | None = None) -> Tensor:
        u = within(u)
        known = row.value(torch, u) if value is None and row.curvatures_need_value else value
        return row.curvatures(torch, known, u)[0]

    return Primitive(
        name=row.edge_name,
        expression=Apply(row.name, (Column(0),)),
        evaluate=value,
        derivative=derivative,
        second_derivative=second_derivative,
        symbol=row.symbol,
        complexity=row.complexity,
        domain=row.domain,
        parity=row.parity,
        period=row.period,
        homogeneity=row.homogeneity,
        exponent=row.exponent,
        mirror=row.mirror,
        shift_is_factor=row.shift_is_factor,
        factor_is_shift=row.factor_is_shift,
        row=row,
        slopes=Primitive.slopes if row.edge is None else (row.edge.low, row.edge.high),
        copies=row.copies,
    )


def inside(domain: Domain) -> Elementwise:
    """U where it lies in the domain, else NaN; poles at numbers that no double is are left out."""
    tests: list[Elementwise] = []
    low, high = domain.low, domain.high
    if math.isfinite(low):
        tests.append((lambda u: u >= low) if domain.closed else (lambda u: u > low))
    if math.isfinite(high):
        tests.append((lambda u: u <= high) if domain.closed else (lambda u: u < high))
    tests += [_away_from(pole) for pole in domain.poles if pole == 0 or domain.pole_period is None]
    if not tests:
        return lambda u: u

    def within(u: Tensor) -> Tensor:
        allowed = tests[0](u)
        for test in tests[1:]:
            allowed = allowed & test(u)
        return torch.where(allowed, u, torch.nan)

    return within


def _away_from(pole: float) -> Elementwise:
    return lambda u: u != pole
