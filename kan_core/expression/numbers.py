"""Exact numbers: how their symbols are read, and numbers that were typed or fitted as named constants."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from kan_core.expression.text import NUMBERS, parse
from kan_core.expression.tree import Column, Constant, Exact, Expression, Hidden, Spline, rebuilt, walk


@lru_cache(maxsize=1024)
def spelled(number: Exact) -> Expression:
    """The tree of an exact number's symbol: 2/3 is 2·3⁻¹. A number without symbol, or called by a name, is itself."""
    if not number.symbol or number.symbol in NUMBERS or number.value != number.value:
        return number
    return parse(number.symbol, ())


def is_number(node: Expression) -> bool:
    """Whether nothing in it varies."""
    return not any(isinstance(part, Column | Constant | Hidden | Spline) for part in walk(node))


def is_free(node: Expression) -> bool:
    """Whether a node is a number that the form does not fix: a decimal that is not whole and has no symbol."""
    return isinstance(node, Exact) and not node.symbol and not node.value.is_integer()


def free_numbers(expressions: Sequence[Expression]) -> list[float]:
    """The different decimals of the expressions, in order of appearance."""
    found = (part for expression in expressions for part in walk(expression))
    return list(dict.fromkeys(part.value for part in found if isinstance(part, Exact) and is_free(part)))


def named(
    expressions: Sequence[Expression], *, letter: str = "c", taken: Collection[str] = ()
) -> tuple[tuple[Expression, ...], dict[str, float]]:
    """The expressions with a constant for each different decimal, and the values; equal decimals are one constant.

    Args:
        expressions: of one formula.
        letter: constants are called c1, c2, …
        taken: names that mean something else.
    """
    names: dict[float, str] = {}
    number = 0
    for value in free_numbers(expressions):
        number += 1
        while f"{letter}{number}" in taken:
            number += 1
        names[value] = f"{letter}{number}"

    def constant(node: Expression) -> Expression | None:
        return Constant(names[node.value]) if isinstance(node, Exact) and is_free(node) else None

    made = tuple(rebuilt(expression, constant) for expression in expressions)
    return made, {name: value for value, name in names.items()}


def rounded(node: Expression, digits: int) -> Expression:
    """The formula with its decimals rounded to significant digits."""

    def short(part: Expression) -> Expression | None:
        return Exact(float(f"{part.value:.{digits}g}")) if isinstance(part, Exact) and is_free(part) else None

    return rebuilt(node, short)
