"""How long a formula is, counted as PySR counts by default: every constant, variable and operator is 1.

A number without variables is one constant however it is written: 0.333, 1/3, π/2 and √2 cost the same, so snapping a
constant never makes a formula longer. docs/complexity.md gives the rules with examples.
"""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.numbers import is_number
from kan_core.expression.tree import MINUS_ONE, Apply, Exact, Expression, Power, Product, Spline, Sum


def complexity(node: Expression) -> int:
    """Nodes of the tree with binary +, -, *, /, ^ and the functions of the table.

    a - b and a / b are one operator each; -a, √a and every function are one. exp(sin(3.14*x) + y**2) has 9.
    """
    if is_number(node):
        return 1
    match node:
        case Sum(parts):
            return sum(_without_minus(term) for term in parts) + len(parts) - 1
        case Product(parts):
            return _product(parts)
        case Power(base, exponent):
            return _power(base, exponent)
        case Apply(_, arguments):
            return 1 + sum(complexity(argument) for argument in arguments)
        case Spline(_, argument):
            return 1 + complexity(argument)
        case _:
            return 1


def _without_minus(term: Expression) -> int:
    """A term of a sum: its minus sign is the sum's operator."""
    if isinstance(term, Product) and term.parts[0] == MINUS_ONE:
        return _product(term.parts[1:])
    return complexity(term)


def _product(factors: Sequence[Expression]) -> int:
    """Factors above and below the line; a leading -1 is one sign, all other numbers together are one constant."""
    sign = constant = 0
    above: list[int] = []
    below: list[int] = []
    for factor in factors:
        if factor == MINUS_ONE:
            sign = 1
        elif is_number(factor):
            constant = 1
        elif isinstance(factor, Power) and isinstance(factor.exponent, Exact) and _divides(factor.exponent):
            below.append(_power(factor.base, Exact(-factor.exponent.value)))
        else:
            above.append(complexity(factor))
    above += [1] * constant
    top = sum(above) + len(above) - 1 if above else 1
    return sign + top + (sum(below) + len(below) if below else 0)


def _power(base: Expression, exponent: Expression) -> int:
    if isinstance(exponent, Exact):
        if exponent.value == 1:
            return complexity(base)
        if exponent.value == 0.5:
            return 1 + complexity(base)
        if _divides(exponent):
            return 2 + _power(base, Exact(-exponent.value))
    return 1 + complexity(base) + complexity(exponent)


def _divides(exponent: Exact) -> bool:
    """Whether a power is written below a line: its exponent is negative and belongs to the form."""
    return exponent.value < 0 and (exponent.value.is_integer() or bool(exponent.symbol))
