"""Exact numbers as text and back, and formulas in which a constant stands as the exact number it was snapped to.

The texts ('pi/2', '-1/3', 'sqrt(2)*pi') are formulas without columns: numbers, pi, e, + - * /, sqrt
and whole powers up to 12 of plain numbers. They travel with the network (`Network.exact`). A constant counts as one of them
while it agrees to 1e-9 of its size; training that moves it away makes it a decimal number again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import cast

import sympy

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Constant, Exact, Expression, Power, Product, Sum

AGREEMENT = 1e-9
_LARGEST_POWER = 12
_LARGEST = 1e15
# Fractions with a larger denominator are written as decimal numbers when those are as short as this.
_LONGEST_FRACTION, _SHORT = 24, 8
_MEND = "write a number such as 3, -1/3, 0.25, pi/2, 2*e or sqrt(2)"


def exact_value(text: str) -> sympy.Expr:
    """The number that a text names; decimal numbers are taken as the fractions they are.

    Raises:
        FormulaError: not an exact real number; the message says where and what to write.
    """
    try:
        value = _exact(parse(text, (), constants=True))
    except FormulaError as error:
        raise FormulaError(f"'{text[:80]}' is not an exact number: {error}; {_MEND}") from error
    if not value.is_real or not abs(float(value)) < _LARGEST:
        raise FormulaError(f"'{text[:80]}' is not a finite real number; {_MEND}")
    return value


def exact_text(value: sympy.Expr) -> str:
    """Text that `exact_value` reads as the same number; 981/100 as 9.81 and 100/981 as 1/9.81."""
    if isinstance(value, sympy.Rational) and value != 0:
        fraction = Fraction(int(value.p), int(value.q))
        for number, form in ((fraction, "{}"), (1 / fraction, "1/{}")):
            text = form.format(float(number))
            if number.denominator > _LONGEST_FRACTION and len(text) <= _SHORT and "e" not in text and exact_value(text) == value:
                return text
    return str(value).replace("E", "e").replace("**", "^")


def with_exact(expressions: Sequence[sympy.Expr], texts: Sequence[str]) -> tuple[sympy.Expr, ...]:
    """The expressions with each decimal number that agrees with an exact one written as that one.

    Args:
        expressions: of a formula.
        texts: exact numbers; those that occur nowhere do nothing.
    """
    known = [exact_value(text) for text in texts]
    floats = {node for expression in expressions for node in expression.atoms(sympy.Float)}
    table: dict[sympy.Basic, sympy.Basic] = {}
    for node in floats:
        value = float(node)
        near = [(abs(sign * float(exact) - value), sign * exact) for exact in known for sign in (1, -1)]
        distance, exact = min(near, key=lambda item: item[0], default=(math.inf, sympy.nan))
        if distance <= AGREEMENT * abs(value):
            table[node] = exact
    return tuple(cast("sympy.Expr", expression.xreplace(table)) if table else expression for expression in expressions)


def holds_exact(expressions: Sequence[sympy.Expr], texts: Sequence[str]) -> bool:
    """Whether any of the exact numbers still stands in the expressions; 0 and 1 leave no trace and count as standing."""
    values = [exact_value(text) for text in texts]
    return any(abs(value) in (0, 1) or occurs(value, expressions) for value in values)


def occurs(value: sympy.Expr, expressions: Sequence[sympy.Expr]) -> bool:
    """Whether the number or its opposite stands in a formula; factors of a product may lie apart there."""
    parts = {abs(part) for part in sympy.Mul.make_args(value) if part != -1} or {sympy.S.One}
    present: set[sympy.Basic] = set()
    for expression in expressions:
        present |= {abs(node) for node in expression.atoms(sympy.Number, sympy.NumberSymbol)} | expression.atoms(sympy.Pow)
    return parts <= present


def _exact(node: Expression) -> sympy.Expr:
    match node:
        case Exact():
            return _number(node)
        case Sum(parts):
            return sympy.Add(*map(_exact, parts))
        case Product(parts):
            return sympy.Mul(*map(_exact, parts))
        case Power(base, exponent):
            return _power(base, _exact(exponent))
        case Apply("sqrt", (argument,)):
            return sympy.sqrt(_exact(argument))
        case Apply(function):
            raise FormulaError(f"{function} is not allowed here")
        case Constant(name):
            raise FormulaError(f"{name} is not a number")
        case _:
            raise FormulaError("only numbers are allowed here")


def _number(node: Exact) -> sympy.Expr:
    if node.symbol:
        return sympy.pi if node.symbol == "pi" else sympy.E
    fraction = Fraction(repr(node.value))
    return sympy.Rational(fraction.numerator, fraction.denominator)


def _power(base: Expression, exponent: sympy.Expr) -> sympy.Expr:
    if exponent == -1:
        below = _exact(base)
        if below == 0:
            raise FormulaError("it divides by zero")
        return 1 / below
    # Nested or large powers would fill the memory with digits.
    if not isinstance(base, Exact) or not exponent.is_Integer or abs(int(exponent)) > _LARGEST_POWER:
        raise FormulaError(f"only whole powers up to {_LARGEST_POWER} of a plain number are allowed")
    return sympy.Pow(_exact(base), exponent)
