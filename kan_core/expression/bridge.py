"""Tree ↔ sympy, the one place where the two meet: for heavy simplification, for exact arithmetic, and for people who use sympy.

An exact number is exact on both sides; decimals are `Float`s unless they are whole. A spline is an undefined function
phi_l_i_j, a hidden node's value a symbol h_l_j.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

import sympy
from sympy.core.function import AppliedUndef, UndefinedFunction

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, recognised
from kan_core.expression.normal import NAN, merged_product, merged_sum, raised
from kan_core.expression.numbers import spelled
from kan_core.expression.tree import (
    ONE,
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Hidden,
    Power,
    Product,
    Spline,
    Sum,
    quotient,
)
from kan_core.expression.writing import hidden_name, spline_name
from kan_core.ids import EdgeId, NodeId

# Numbers in an exponent beyond which sympy would take them out of it as a factor that is no double.
_LARGEST_EXPONENT = 30.0
_WHOLE = 1e15
_RECIPROCALS = {
    sympy.sec: "cos", sympy.csc: "sin", sympy.cot: "tan", sympy.sech: "cosh", sympy.csch: "sinh", sympy.coth: "tanh",
}  # fmt: skip


def symbols_of(names: Sequence[str]) -> tuple[sympy.Symbol, ...]:
    """One symbol a column, called like it whatever its name is."""
    return tuple(sympy.Symbol(name) for name in names)


def to_sympy(node: Expression, columns: Sequence[sympy.Expr]) -> sympy.Expr:
    """The formula as a sympy expression.

    Args:
        node: of the formula.
        columns: what stands for each input.
    """
    match node:
        case Exact():
            return _number(node)
        case Constant(name):
            return sympy.Symbol(name)
        case Column(index):
            return columns[index]
        case Hidden():
            return sympy.Symbol(hidden_name(node))
        case Sum(parts):
            return sympy.Add(*(to_sympy(part, columns) for part in parts))
        case Product(parts):
            return sympy.Mul(*(to_sympy(part, columns) for part in parts))
        case Power(base, exponent):
            return cast("sympy.Expr", sympy.Pow(to_sympy(base, columns), to_sympy(exponent, columns)))
        case Apply("exp", (exponent,)):
            return cast("sympy.Expr", sympy.exp(_exponent(exponent, columns)))
        case Apply(function, arguments):
            return cast("sympy.Expr", FUNCTIONS[function].symbol(*(to_sympy(argument, columns) for argument in arguments)))
        case Spline(_, argument):
            return cast("sympy.Expr", UndefinedFunction(spline_name(node))(to_sympy(argument, columns)))


def from_sympy(expression: sympy.Basic, columns: Sequence[sympy.Symbol]) -> Expression:
    """The tree of a sympy expression.

    Args:
        expression: of the functions of the table.
        columns: the symbol of each input; any other one is a constant, or a hidden node's value when it is called so.

    Raises:
        FormulaError: a function that no row of the table is.
    """
    return _Reader(columns).tree(expression)


class _Reader:
    """Knows what the symbols are."""

    def __init__(self, columns: Sequence[sympy.Symbol]) -> None:
        self._columns = {symbol: place for place, symbol in enumerate(columns)}

    def tree(self, node: sympy.Basic) -> Expression:
        if isinstance(node, sympy.Symbol):
            return self._symbol(node)
        number = _exact(node)
        if number is not None:
            return number
        if isinstance(node, sympy.Pow):
            return self._power(node)
        if isinstance(node, AppliedUndef):
            return self._spline(node)
        found = recognised(node)
        if found is not None:
            row, arguments = found
            return Apply(row.name, tuple(self.tree(argument) for argument in arguments))
        parts = [self.tree(part) for part in node.args]
        if isinstance(node, sympy.Add):
            return merged_sum(*parts)
        if isinstance(node, sympy.Mul):
            return merged_product(*parts)
        if isinstance(node, sympy.UnevaluatedExpr):
            return parts[0]
        if node.func in _RECIPROCALS:
            return quotient(ONE, Apply(_RECIPROCALS[node.func], (parts[0],)))
        raise FormulaError(f"{node.func.__name__} is not among the functions a formula is made of")

    def _symbol(self, symbol: sympy.Symbol) -> Expression:
        place = self._columns.get(symbol)
        if place is not None:
            return Column(place)
        kind, *numbers = symbol.name.split("_")
        if kind == "h" and len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            return Hidden(NodeId(*map(int, numbers)))
        return Constant(symbol.name)

    def _power(self, node: sympy.Pow) -> Expression:
        base, exponent = self.tree(node.base), self.tree(node.exp)
        if isinstance(exponent, Exact) and (not exponent.symbol or (2 * exponent.value).is_integer()):
            return raised(base, exponent.value)
        return Power(base, exponent)

    def _spline(self, node: AppliedUndef) -> Expression:
        kind, *numbers = str(node.func.__name__).split("_")
        if kind != "phi" or len(numbers) != 3 or not all(number.isdecimal() for number in numbers):
            raise FormulaError(f"{node.func.__name__} is not among the functions a formula is made of")
        return Spline(EdgeId(*map(int, numbers)), self.tree(node.args[0]))


def _number(number: Exact) -> sympy.Expr:
    value = number.value
    if value - value != 0:
        return sympy.nan
    if number.symbol:
        known = {"pi": sympy.pi, "e": sympy.E}.get(number.symbol)
        return _rational(spelled(number)) if known is None else known
    return sympy.Integer(int(value)) if value.is_integer() and abs(value) < _WHOLE else sympy.Float(value)


def _rational(node: Expression) -> sympy.Expr:
    """An exact number's tree, decimals as the fractions they are."""
    match node:
        case Exact(value, ""):
            fraction = Fraction(repr(value))
            return sympy.Rational(fraction.numerator, fraction.denominator)
        case Sum(parts):
            return sympy.Add(*map(_rational, parts))
        case Product(parts):
            return sympy.Mul(*map(_rational, parts))
        case Power(base, exponent):
            return cast("sympy.Expr", sympy.Pow(_rational(base), _rational(exponent)))
        case Apply(function, arguments):
            return cast("sympy.Expr", FUNCTIONS[function].symbol(*map(_rational, arguments)))
        case _:
            return to_sympy(node, ())


def _exponent(node: Expression, columns: Sequence[sympy.Expr]) -> sympy.Expr:
    """An exponent whose large numbers stay in it: s·(A + k)."""
    factors = node.parts if isinstance(node, Product) else (node,)
    made = [to_sympy(factor, columns) for factor in factors]
    for place, factor in enumerate(factors):
        numbers = [part.value for part in factor.parts if isinstance(part, Exact)] if isinstance(factor, Sum) else []
        if any(abs(value) > _LARGEST_EXPONENT for value in numbers):
            made[place] = cast("sympy.Expr", sympy.UnevaluatedExpr(made[place]))
    return sympy.Mul(*made)


def _exact(node: Any) -> Expression | None:
    """A number of sympy; None where it is none, or one made of several parts."""
    if node is sympy.nan or node in (sympy.zoo, sympy.oo, -sympy.oo):
        return NAN
    if isinstance(node, sympy.Rational) and node.q != 1:
        return Exact(float(node), f"{node.p}/{node.q}")
    if isinstance(node, sympy.Integer | sympy.Float):
        return Exact(float(node)) if abs(node) < float("1.7e308") else NAN
    known = {sympy.pi: "pi", sympy.E: "e"}.get(node)
    return Exact(float(node), known) if known is not None else None
