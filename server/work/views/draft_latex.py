"""A formula of one's own as LaTeX, its constants by their names."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from kan_core.symbolic.typeset import expression_latex

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, Power, Product, Sum


def tree_latex(node: Expression, columns: Sequence[str]) -> str:
    """LaTeX of a tree."""
    return expression_latex(_expression(node, [sympy.Symbol(name) for name in columns]))


def _expression(node: Expression, columns: Sequence[sympy.Symbol]) -> sympy.Expr:
    match node:
        case Exact(value, symbol):
            number = sympy.nsimplify(value) if value == int(value) else sympy.Float(value)
            return {"pi": sympy.pi, "e": sympy.E}.get(symbol, number)
        case Constant(name):
            return sympy.Symbol(name)
        case Column(index):
            return columns[index]
        case Sum(parts):
            return sympy.Add(*(_expression(part, columns) for part in parts))
        case Product(parts):
            return sympy.Mul(*(_expression(part, columns) for part in parts))
        case Power(base, exponent):
            return sympy.Pow(_expression(base, columns), _expression(exponent, columns))
        case Apply(function, arguments):
            made: sympy.Expr = FUNCTIONS[function].symbol(*(_expression(part, columns) for part in arguments))
            return made
