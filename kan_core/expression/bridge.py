"""Tree ↔ sympy, the one place where the two meet: for heavy simplification, for exact arithmetic, and for people who use sympy.

An exact number is exact on both sides; decimals are `Float`s unless they are whole. A spline is an undefined function
phi_l_i_j, a hidden node's value a symbol h_l_j.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef, UndefinedFunction

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, recognised
from kan_core.expression.normal import NAN, merged_product, merged_sum, normal, raised
from kan_core.expression.numbers import spelled
from kan_core.expression.tree import (
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
    children,
)
from kan_core.expression.writing import hidden_name, spline_name
from kan_core.ids import EdgeId, NodeId

# Numbers in an exponent beyond which sympy would take them out of it as a factor that is no double.
_LARGEST_EXPONENT = 30.0
_WHOLE = 1e15


class _Bracket(sympy.UnevaluatedExpr):
    """A part that sympy neither multiplies out nor takes apart, and still differentiates, evaluates and rewrites inside."""

    def __new__(cls, inside: sympy.Expr) -> sympy.Expr:  # type: ignore[misc]
        """Numbers need no bracket."""
        return inside if inside.is_number else super().__new__(cls, inside)

    def _eval_derivative(self, s: sympy.Basic) -> sympy.Expr:
        inside: Any = self.args[0]
        return inside.diff(s)

    def doit(self, **hints: bool) -> sympy.Expr:
        """The bracket stays: what it keeps in would be no double outside."""
        inside: Any = self.args[0]
        return _Bracket(inside.doit(**hints))


def symbols_of(names: Sequence[str]) -> tuple[sympy.Symbol, ...]:
    """One symbol a column, called like it whatever its name is."""
    return tuple(sympy.Symbol(name) for name in names)


def to_sympy(node: Expression, columns: Sequence[sympy.Expr]) -> sympy.Expr:
    """The formula as a sympy expression.

    Args:
        node: of the formula.
        columns: what stands for each input.
    """
    parts = children(node)
    if not parts:
        return _leaf(node, columns)
    if isinstance(node, Apply) and node.function == "exp":
        return sympy.exp(_exponent(parts[0], columns))
    return _joined(node, [to_sympy(part, columns) for part in parts])


def _leaf(node: Expression, columns: Sequence[sympy.Expr]) -> sympy.Expr:
    match node:
        case Exact():
            return _number(node)
        case Column(index):
            return columns[index]
        case Hidden():
            return sympy.Symbol(hidden_name(node))
        case Constant(name):
            return sympy.Symbol(name)
        case _:
            raise TypeError(f"{node!r} is no leaf")


def _joined(node: Expression, parts: Sequence[sympy.Expr]) -> sympy.Expr:
    match node:
        case Sum():
            return sympy.Add(*parts)
        case Product():
            return sympy.Mul(*parts)
        case Power():
            return sympy.Pow(*parts)
        case Apply(function):
            return FUNCTIONS[function].symbol(*parts)
        case Spline():
            return UndefinedFunction(spline_name(node))(*parts)
        case _:
            raise TypeError(f"{node!r} has no parts")


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
        self._kinds: tuple[tuple[type[Any], Callable[[Any], Expression]], ...] = (
            (sympy.Symbol, self._symbol),
            (sympy.Add, lambda node: merged_sum(*map(self.tree, node.args))),
            (sympy.Mul, lambda node: merged_product(*map(self.tree, node.args))),
            (sympy.Pow, self._power),
            (sympy.UnevaluatedExpr, lambda node: self.tree(node.args[0])),
            (AppliedUndef, self._spline),
        )

    def tree(self, node: sympy.Basic) -> Expression:
        number = _exact(node)
        if number is not None:
            return number
        for kind, read in self._kinds:
            if isinstance(node, kind):
                return read(node)
        return self._applied(node)

    def _applied(self, node: sympy.Basic) -> Expression:
        found = recognised(node)
        if found is not None:
            row, arguments = found
            return normal(Apply(row.name, tuple(map(self.tree, arguments))))
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
    if isinstance(node, Exact) and not node.symbol:
        fraction = Fraction(repr(node.value))
        return sympy.Rational(fraction.numerator, fraction.denominator)
    parts = children(node)
    return _joined(node, [_rational(part) for part in parts]) if parts else _leaf(node, ())


def _exponent(node: Expression, columns: Sequence[sympy.Expr]) -> sympy.Expr:
    """An exponent whose large numbers stay in it: s·(A + k)."""
    factors = node.parts if isinstance(node, Product) else (node,)
    made = [to_sympy(factor, columns) for factor in factors]
    for place, factor in enumerate(factors):
        numbers = [part.value for part in factor.parts if isinstance(part, Exact)] if isinstance(factor, Sum) else []
        if any(abs(value) > _LARGEST_EXPONENT for value in numbers):
            made[place] = _Bracket(made[place])
    return sympy.Mul(*made)


def _double(number: sympy.Number) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _exact(node: sympy.Basic) -> Expression | None:
    """A number of sympy; None where it is none, or one made of several parts."""
    if node is sympy.nan or node in (sympy.zoo, sympy.oo, -sympy.oo):
        return NAN
    if isinstance(node, sympy.Rational) and node.q != 1:
        return Exact(float(node), f"{node.p}/{node.q}")
    if isinstance(node, sympy.Integer | sympy.Float):
        return Exact(_double(node)) if math.isfinite(_double(node)) else NAN
    if node == sympy.pi:
        return Exact(math.pi, "pi")
    return Exact(math.e, "e") if node == sympy.E else None
