"""One elementary function as a record: torch values and derivatives, sympy form, domain, invariances.

Everything that a fit, a formula or a layer must know about a function is declared here, so adding one is
adding a row to a family (`powers`, `exponentials`, `trigonometric`, `special`). Nobody branches on names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import sympy
from torch import Tensor

from kan_core.expression.domain import REAL_LINE, Domain

Elementwise = Callable[[Tensor], Tensor]
Parity = Literal["even", "odd"]


def unevaluated(function: type[sympy.Function]) -> Callable[[sympy.Expr], sympy.Expr]:
    """A builder that leaves the argument alone.

    sympy's own constructors look for signs and complex conjugates inside the argument, which takes long on deep
    formulas and may exceed the recursion limit; `gauge` has settled the signs already.
    """

    def build(argument: sympy.Expr) -> sympy.Expr:
        return cast("sympy.Expr", function(argument, evaluate=False))

    return build


@dataclass(frozen=True, eq=False)
class Primitive:
    """f(u), used on an edge as c·f(a·x + b) + d.

    Attributes:
        name: ASCII, as in files and on the wire.
        evaluate: f, elementwise on a tensor of any shape; NaN outside the domain (nothing is hidden under an abs).
        derivative: f′, likewise; ±inf is possible on a closed end of the domain (√ at 0).
        second_derivative: f″, likewise. Where f is not differentiable (|u|, sgn at 0) the symmetric value is used.
        symbol: sympy argument → sympy expression.
        domain: where f is defined.
        complexity: what the form costs in a ranking; pykan's values for pykan's functions.
        parity: f(-u) = ±f(u), None when neither.
        period: smallest p > 0 with f(u + p) = f(u), None when there is none.
        homogeneity: p with f(s·u) = s^p·f(u) for all s > 0, None when there is none.
        slopes: sensible range of |a| on an edge whose x lies in [-1, 1], used as the search range;
            below it the function cannot be told from its Taylor polynomial, above it from noise.
        copies: how often the argument stands in the sympy form, powers of a person's own function multiplied out.
    """

    name: str
    evaluate: Elementwise
    derivative: Elementwise
    second_derivative: Elementwise
    symbol: Callable[[sympy.Expr], sympy.Expr]
    complexity: int
    domain: Domain = REAL_LINE
    parity: Parity | None = None
    period: float | None = None
    homogeneity: float | None = None
    slopes: tuple[float, float] = (0.2, 20.0)
    copies: int = 1

    def latex(self, argument: str = "u") -> str:
        """LaTeX of f applied to a symbol called `argument`."""
        return str(sympy.latex(self.symbol(sympy.Symbol(argument, real=True))))
