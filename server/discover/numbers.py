"""The numbers of an answer: fitted ones, and those that were found to be exact, each with what the data say about it.

An exact number is a constant too: 2·π in sin(2·π·x) has an error bar, which is the evidence for its being 2·π. Exponents and the
numbers -1, 0 and 1 belong to the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import sympy

from kan_core.errors import KanError
from kan_core.symbolic.constants import expression_constants
from server.work.situation import Rows

# Decimals of at most so many digits are exact numbers: a fitted one has all its sixteen.
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the formula. `stderr` is absent where the data do not determine it."""

    value: float
    stderr: float | None
    snapped: bool


def constants(expression: sympy.Expr, rows: Rows) -> tuple[Constant, ...]:
    """Its numbers with their standard errors."""
    softened = _softened(expression)
    fitted = {float(number) for number in expression.atoms(sympy.Float) if not _short(float(number))}
    try:
        found = expression_constants([softened], rows.split.for_laws, rows.inputs)
    except KanError:
        return numbers_of(expression)
    return tuple(Constant(one.value, one.stderr if one.determined else None, one.value not in fitted) for one in found)


def numbers_of(expression: sympy.Expr) -> tuple[Constant, ...]:
    """Its numbers without errors."""
    fitted = {float(number) for number in expression.atoms(sympy.Float) if not _short(float(number))}
    numbers = sorted(_softened(expression).atoms(sympy.Float), key=float)
    return tuple(Constant(float(number), None, float(number) not in fitted) for number in numbers)


def _short(value: float) -> bool:
    return float(f"{value:.{_DIGITS}g}") == value


def _softened(node: sympy.Basic) -> sympy.Expr:
    """The expression with its exact coefficients and summands as decimals; products of numbers become one."""
    if not node.args or node.is_number:
        return cast("sympy.Expr", node)
    if isinstance(node, sympy.Pow):
        return node.func(_softened(node.base), node.exp if node.exp.is_number else _softened(node.exp))
    if isinstance(node, sympy.Add | sympy.Mul):
        numbers = [part for part in node.args if part.is_number]
        together = node.func(*numbers)
        rest = [_softened(part) for part in node.args if not part.is_number]
        if together in {sympy.S.Zero, sympy.S.One, sympy.S.NegativeOne} or together.has(sympy.Float):
            return node.func(*numbers, *rest)
        return node.func(sympy.Float(float(together)), *rest)
    return cast("sympy.Expr", node.func(*(_softened(part) for part in node.args)))
