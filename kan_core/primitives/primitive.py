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

from kan_core.expression.bridge import from_sympy
from kan_core.expression.domain import REAL_LINE, Domain
from kan_core.expression.functions import Function, Parity
from kan_core.expression.normal import normal
from kan_core.expression.tree import Apply, Column, Expression
from kan_core.expression.typeset import typeset

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

    @property
    def free_a(self) -> bool:
        """Whether a of c·f(a·x + b) + d says anything: c absorbs it where f(s·u) = s^p·f(u), d where f(s·u) = f(u) + f(s)."""
        return self.homogeneity is None and not self.factor_is_shift

    @property
    def free_b(self) -> bool:
        """Whether b does: c absorbs it where f(u + s) = f(s)·f(u), d where f is a straight line."""
        return self.exponent not in (0.0, 1.0) and not self.shift_is_factor

    @property
    def form(self) -> Expression:
        """Of column 0 in familiar functions: a bell is e^(-x²)."""
        if self.row is None:
            return normal(self.expression)
        x = sympy.Symbol("x", real=True)
        return from_sympy(self.symbol(x), (x,))

    def latex(self, argument: str = "u") -> str:
        """LaTeX of f applied to a quantity called `argument`."""
        return typeset(self.form, [argument])


def of_row(row: Function) -> Primitive:
    """A function of one argument as an edge has it."""

    def derivative(u: Tensor, value: Tensor | None = None) -> Tensor:
        known = row.value(torch, u) if value is None and row.slopes_need_value else value
        return row.slopes(torch, known, u)[0]

    def second_derivative(u: Tensor, value: Tensor | None = None) -> Tensor:
        known = row.value(torch, u) if value is None and row.curvatures_need_value else value
        return row.curvatures(torch, known, u)[0]

    return Primitive(
        name=row.edge_name,
        expression=Apply(row.name, (Column(0),)),
        evaluate=kept_inside(row.domain, lambda u: row.value(torch, u)),
        derivative=slope_inside(row.domain, derivative),
        second_derivative=slope_inside(row.domain, second_derivative),
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


def kept_inside(domain: Domain, f: Elementwise) -> Elementwise:
    """The function, NaN outside the domain; it is left alone when it is that by itself."""
    within = _within(domain)
    return f if bool(torch.isnan(f(_outside(domain))).all()) else lambda u: f(within(u))


def slope_inside(domain: Domain, f: Derivative) -> Derivative:
    """The same for a derivative."""
    within = _within(domain)
    if bool(torch.isnan(f(_outside(domain))).all()):
        return f
    return lambda u, value=None: f(within(u), value)


def _outside(domain: Domain) -> Tensor:
    """Points that do not belong to the domain, on its border and far from it."""
    points: list[float] = [pole for pole in domain.poles if _is_met(domain, pole)]
    for end, way in ((domain.low, -1.0), (domain.high, 1.0)):
        if math.isfinite(end):
            points += [end + way * distance for distance in (1e-9, 0.1, 1.0, 2.5, 1e3)] + ([] if domain.closed else [end])
    return torch.tensor(points, dtype=torch.float64)


def _is_met(domain: Domain, pole: float) -> bool:
    """Whether a double can lie on the pole: multiples of π are none."""
    return pole == 0 or domain.pole_period is None


def _within(domain: Domain) -> Elementwise:
    """U where it lies in the domain, else NaN."""
    tests: list[Elementwise] = []
    low, high = domain.low, domain.high
    if math.isfinite(low):
        tests.append((lambda u: u >= low) if domain.closed else (lambda u: u > low))
    if math.isfinite(high):
        tests.append((lambda u: u <= high) if domain.closed else (lambda u: u < high))
    tests += [_away_from(pole) for pole in domain.poles if _is_met(domain, pole)]

    def within(u: Tensor) -> Tensor:
        allowed = tests[0](u)
        for test in tests[1:]:
            allowed = allowed & test(u)
        return torch.where(allowed, u, torch.nan)

    return within


def _away_from(pole: float) -> Elementwise:
    return lambda u: u != pole
