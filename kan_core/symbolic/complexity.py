"""How long a formula is, counted as PySR counts by default: every constant, variable and operator is 1.

A number without variables is one constant however it is written: 0.333, 1/3, π/2 and √2 cost the same, so snapping a
constant never makes a formula longer. docs/complexity.md gives the rules with examples.
"""

from __future__ import annotations

from typing import cast

import sympy


def complexity(expression: sympy.Basic) -> int:
    """Nodes of the expression tree with binary +, -, *, /, ^ and unary functions.

    a - b and a / b are one operator each; -a, √a and every function are unary. exp(sin(3.14*x) + y**2) has 9.
    """
    if expression.is_number:
        return 1
    if isinstance(expression, sympy.Add):
        return sum(_without_minus(term) for term in expression.args) + len(expression.args) - 1
    if isinstance(expression, sympy.Mul):
        return _product(expression)
    if isinstance(expression, sympy.Pow):
        return _power(expression.base, expression.exp)
    if isinstance(expression, sympy.exp) and expression.args:
        return 1 + complexity(expression.args[0])
    if not expression.args:
        return 1
    if isinstance(expression, sympy.UnevaluatedExpr):  # a bracket
        return complexity(expression.args[0])
    named = 1 if expression.func is sympy.besselj else 0  # the order is part of the function's name
    return 1 - named + sum(complexity(argument) for argument in expression.args)


def _without_minus(term: sympy.Basic) -> int:
    """A term of a sum: its minus sign is the sum's operator."""
    if isinstance(term, sympy.Mul) and term.args[0] == -1:
        rest = list(term.args[1:])
        return complexity(sympy.Mul(*rest, evaluate=False) if len(rest) > 1 else rest[0])
    return complexity(term)


def _product(product: sympy.Mul) -> int:
    """Factors above and below the line; a leading -1 is one sign, all other numbers together are one constant."""
    sign = 0
    constant = 0
    above: list[int] = []
    below: list[int] = []
    for factor in product.args:
        if factor == -1:
            sign = 1
        elif factor.is_number:
            constant = 1
        elif isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(_power(factor.base, -factor.exp))
        else:
            above.append(complexity(factor))
    above += [1] * constant
    top = sum(above) + len(above) - 1 if above else 1
    bottom = sum(below) + len(below) - 1 + 1 if below else 0
    return sign + top + bottom


def _power(base: sympy.Basic, exponent: sympy.Basic) -> int:
    if exponent == 1:
        return complexity(base)
    if exponent == sympy.S.Half:
        return 1 + complexity(base)
    if exponent.is_Rational and exponent.is_negative:
        return 2 + _power(base, -cast("sympy.Rational", exponent))
    return 1 + complexity(base) + complexity(exponent)
