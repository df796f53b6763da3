"""The numbers of an answer: fitted ones, and those that were found to be exact, each with what the data say about it.

An exact number is a constant too: 2·π in sin(2·π·x) has an error bar, which is the evidence for its being 2·π. Exponents and the
numbers -1, 0 and 1 belong to the form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kan_core.errors import KanError
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.numbers import free_numbers, is_number, named
from kan_core.expression.tree import Constant as Name
from kan_core.expression.tree import Expression, Power, Product, Sum, children, product, total, with_children
from kan_core.expression.values import values_of
from kan_core.law.constants import law_constants
from kan_core.law.rows import law_rows
from server.work.situation import Rows

# Decimals of at most so many digits are exact numbers: a fitted one has all its sixteen.
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the formula. `stderr` is absent where the data do not determine it."""

    value: float
    stderr: float | None
    snapped: bool


def constants(expression: Expression, rows: Rows) -> tuple[Constant, ...]:
    """Its numbers with their standard errors."""
    fitted = _fitted(expression)
    try:
        found = law_constants(_softened(expression), law_rows(rows.split.for_laws.train))
    except KanError:
        return numbers_of(expression)
    return tuple(Constant(one.value, one.stderr if one.determined else None, one.value not in fitted) for one in found)


def numbers_of(expression: Expression) -> tuple[Constant, ...]:
    """Its numbers without errors."""
    fitted = _fitted(expression)
    return tuple(
        Constant(value, None, value not in fitted) for value in sorted(each.value for each in _softened(expression).constants)
    )


def _fitted(expression: Expression) -> set[float]:
    """Decimals that are not short."""
    return {value for value in free_numbers([expression]) if float(f"{value:.{_DIGITS}g}") != value}


def _softened(expression: Expression) -> Law:
    """The formula with its decimals, exact coefficients and summands as constants; products of numbers are one."""
    soft: dict[float, Expression] = {}
    made, decimals = named([_soft(expression, soft)], letter="fitted")
    values = {constant.name: value for value, constant in soft.items() if isinstance(constant, Name)} | decimals
    return Law((), tuple(LawConstant(name, value) for name, value in values.items())).with_expressions(made)


def _soft(node: Expression, soft: dict[float, Expression]) -> Expression:
    parts = children(node)
    if not parts or is_number(node):
        return node
    if isinstance(node, Power):
        return Power(_soft(node.base, soft), node.exponent if is_number(node.exponent) else _soft(node.exponent, soft))
    if isinstance(node, Sum | Product):
        return _joined(node, soft)
    return with_children(node, tuple(_soft(part, soft) for part in parts))


def _joined(node: Sum | Product, soft: dict[float, Expression]) -> Expression:
    join = total if isinstance(node, Sum) else product
    numbers = [part for part in node.parts if is_number(part)]
    rest = [_soft(part, soft) for part in node.parts if not is_number(part)]
    together = join(*numbers)
    value = float(values_of(together, np.zeros((1, 1)))[0])
    if value in (0.0, 1.0, -1.0) or free_numbers([together]):
        return join(*numbers, *rest)
    return join(soft.setdefault(value, Name(f"exact{len(soft)}")), *rest)
