"""Exact numbers as text and back, and formulas in which a constant stands as the exact number it was snapped to.

The texts ('pi/2', '-1/3', 'sqrt(2)*pi') are formulas without columns: numbers, pi, e, + - * /, sqrt
and whole powers up to 12 of plain numbers. They travel with the network (`Network.exact`). A constant counts as one of them
while it agrees to 1e-9 of its size; training that moves it away makes it a decimal number again.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy

from kan_core.errors import FormulaError
from kan_core.expression.numbers import is_free
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Constant, Exact, Expression, Power, Product, Sum, rebuilt, walk

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


def with_exact(expressions: Sequence[Expression], texts: Sequence[str]) -> tuple[Expression, ...]:
    """The expressions with each decimal number that agrees with an exact one written as that one.

    Args:
        expressions: of a formula.
        texts: exact numbers; those that occur nowhere do nothing.
    """
    known = [exact for text in texts for value in (exact_value(text),) for exact in (exact_number(value), exact_number(-value))]

    def exact(node: Expression) -> Expression | None:
        if not (isinstance(node, Exact) and is_free(node)):
            return None
        near = min(known, key=lambda one: abs(one.value - node.value), default=node)
        return near if abs(near.value - node.value) <= AGREEMENT * abs(node.value) else None

    return tuple(rebuilt(expression, exact) for expression in expressions)


def exact_number(value: sympy.Expr) -> Exact:
    """The number as a leaf of a tree."""
    text = exact_text(value)
    return Exact(float(value), "" if float(value).is_integer() else text)


def holds_exact(expressions: Sequence[Expression], texts: Sequence[str]) -> bool:
    """Whether any of the exact numbers still stands in the expressions; 0 and 1 leave no trace and count as standing."""
    values = [exact_value(text) for text in texts]
    return any(abs(value) in (0, 1) or occurs(value, expressions) for value in values)


def occurs(value: sympy.Expr, expressions: Sequence[Expression]) -> bool:
    """Whether the number or its opposite stands in a formula."""
    wanted = {exact_number(value), exact_number(-value)}
    return any(part in wanted for expression in expressions for part in walk(expression))


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
