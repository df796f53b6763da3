"""sympy → tree and back; constants of the tree are symbols, so that nothing is computed out of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import cast

import sympy

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    product,
    quotient,
    total,
)


def from_sympy(expression: sympy.Basic, columns: Sequence[str], decimal: Callable[[float], Expression] = Exact) -> Expression:
    """The tree of a sympy expression.

    Args:
        expression: symbols named as the columns.
        columns: in order.
        decimal: what stands for a decimal number.

    Raises:
        FormulaError: a function that has no row in `functions.FUNCTIONS`, or a spline.
    """
    places = {name: Column(index) for index, name in enumerate(columns)}
    return _tree(expression, places, decimal)


def _tree(node: sympy.Basic, places: Mapping[str, Column], decimal: Callable[[float], Expression]) -> Expression:
    if isinstance(node, sympy.UnevaluatedExpr):
        return _tree(node.args[0], places, decimal)
    if not node.args:
        return _leaf(node, places, decimal)
    if isinstance(node, sympy.Pow) and isinstance(node.exp, sympy.Rational):
        return Power(_tree(node.base, places, decimal), Exact(float(node.exp)))
    parts = tuple(_tree(part, places, decimal) for part in node.args)
    match node:
        case sympy.Add():
            return total(*parts)
        case sympy.Mul():
            return product(*parts)
        case sympy.Pow():
            return Power(*parts)
        case _:
            return _applied(node, parts)


def _leaf(node: sympy.Basic, places: Mapping[str, Column], decimal: Callable[[float], Expression]) -> Expression:
    match node:
        case sympy.Float():
            return decimal(float(node))
        case sympy.Rational():
            whole = Exact(float(node.p))
            return whole if node.q == 1 else quotient(whole, Exact(float(node.q)))
        case sympy.Symbol() if node.name in places:
            return places[node.name]
        case sympy.pi | sympy.E:
            return Exact(float(cast("sympy.Expr", node)), "pi" if node == sympy.pi else "e")
        case _:
            raise FormulaError(f"'{node}' cannot be part of a law")


def _applied(node: sympy.Basic, parts: tuple[Expression, ...]) -> Expression:
    name = _function_names().get(node.func)
    if name is None or FUNCTIONS[name].arguments != len(parts):
        raise FormulaError(f"the function {node.func.__name__} cannot be part of a law")
    return Apply(name, parts)


@lru_cache(maxsize=1)
def _function_names() -> Mapping[type[sympy.Basic], str]:
    """Row by sympy class, where the class says all of the row."""
    found: dict[type[sympy.Basic], str] = {}
    for row in FUNCTIONS.values():
        arguments = [sympy.Symbol(f"u{place}", real=True) for place in range(row.arguments)]
        made = row.symbol(*arguments)
        if isinstance(made, sympy.Function) and list(made.args) == arguments:
            found.setdefault(made.func, row.name)
    return found


def to_sympy(tree: Expression, columns: Sequence[str], constants: Mapping[str, sympy.Expr]) -> sympy.Expr:
    """The sympy expression of a tree.

    Args:
        tree: a formula.
        columns: names of the inputs.
        constants: what stands for each constant.
    """
    match tree:
        case Exact(value, symbol):
            return sympy.pi if symbol == "pi" else sympy.E if symbol == "e" else _number(value)
        case Constant(name):
            return constants[name]
        case Column(index):
            return sympy.Symbol(columns[index])
        case Sum(parts):
            return sympy.Add(*(to_sympy(part, columns, constants) for part in parts))
        case Product(parts):
            return sympy.Mul(*(to_sympy(part, columns, constants) for part in parts))
        case Power(base, exponent):
            return sympy.Pow(to_sympy(base, columns, constants), to_sympy(exponent, columns, constants))
        case Apply(function, arguments):
            made = FUNCTIONS[function].symbol(*(to_sympy(part, columns, constants) for part in arguments))
            return cast("sympy.Expr", made)


_DYADIC = 64
"""Denominators up to which a double is shown as the fraction that it is: 0.5 is 1/2, 0.125 is 1/8."""


def _number(value: float) -> sympy.Expr:
    above, below = value.as_integer_ratio() if abs(value) < 1e15 else (0, 2 * _DYADIC)
    return sympy.Rational(above, below) if below <= _DYADIC else sympy.Float(value)
