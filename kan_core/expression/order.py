"""In which order the parts of a sum and of a product are written: one that does not depend on how they came about.

Factors: numbers, inputs by their place, brackets, functions. Terms: as monomials of these, the highest power of the first one
first, so that x² stands before x, x before sin x, and a number behind all; poles and decays come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kan_core.expression.functions import FUNCTIONS
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

Key = tuple[Any, ...]
"""(kind, parts, exponent, factor): comparable with every other key."""


def split_coefficient(term: Expression) -> tuple[float, Expression | None]:
    """The decimal or whole number in front of a term, and the rest; None where it is nothing but the number."""
    if isinstance(term, Exact) and not term.symbol:
        return term.value, None
    if isinstance(term, Product) and isinstance(first := term.parts[0], Exact) and not first.symbol:
        rest = term.parts[1:]
        return first.value, rest[0] if len(rest) == 1 else Product(rest)
    return 1.0, term


def as_power(node: Expression) -> tuple[Expression, float]:
    """(base, number) with node = base^number; (node, 1) for what is no power with a number as exponent."""
    match node:
        case Apply("sqrt", (base,)):
            return base, 0.5
        case Power(Apply("sqrt", (base,)), Exact(exponent)):
            return base, exponent / 2
        case Power(base, Exact(exponent)):
            return base, exponent
        case _:
            return node, 1.0


def factors_of(node: Expression) -> tuple[Expression, ...]:
    """Its factors; the node itself where it is no product."""
    return node.parts if isinstance(node, Product) else (node,)


def ordered_factors(factors: Sequence[Expression]) -> tuple[Expression, ...]:
    """Factors as they are written."""
    return tuple(sorted(factors, key=_key))


def ordered_terms(terms: Sequence[Expression]) -> tuple[Expression, ...]:
    """Terms as they are written; of two the positive number stands before what is subtracted from it."""
    if len(terms) < 2:
        return tuple(terms)
    monomials = [_monomial(term) for term in terms]
    bases = sorted({base for monomial in monomials for base in monomial})
    powers = [(tuple(-monomial.get(base, 0.0) for base in bases), place) for place, monomial in enumerate(monomials)]
    written = tuple(terms[place] for _, place in sorted(powers))
    if len(written) == 2:
        taken, number = written
        if isinstance(number, Exact) and number.value > 0 and split_coefficient(taken)[0] < 0:
            return number, taken
    return written


@lru_cache(maxsize=8192)
def _key(node: Expression) -> Key:
    coefficient, rest = split_coefficient(node) if isinstance(node, Product) else (1.0, node)
    base, exponent = (node, 1.0) if rest is None else as_power(rest)
    raised: Key = (exponent, ())
    if isinstance(base, Power):
        raised = (float("inf"), _key(base.exponent))
        base = base.base
    kind, parts = _kind(base)
    return kind, tuple(_key(part) for part in parts), raised, coefficient


def _kind(node: Expression) -> tuple[Key, tuple[Expression, ...]]:
    match node:
        case Product(parts):
            return (4, len(parts), ""), parts
        case Sum(parts):
            return (5, len(parts), ""), parts
        case Spline(edge, argument):
            return (6, 0, ".".join(str(number).zfill(9) for number in edge)), (argument,)
        case Apply(function, arguments):
            return (6, _rank(function), function), arguments
        case Power():
            return (4, 0, ""), children(node)
        case _:
            return _leaf(node), ()


def _leaf(node: Expression) -> Key:
    match node:
        case Exact(value):
            return 0, value, ""
        case Constant(name):
            return 1, 0, name
        case Column(index):
            return 2, index, ""
        case Hidden(place):
            return 3, place.layer, str(place.index).zfill(9)
        case _:
            raise TypeError(f"{node!r} is no leaf")


@lru_cache(maxsize=8192)
def _monomial(term: Expression) -> dict[Key, float]:
    """Powers by the key of what is raised."""
    powers: dict[Key, float] = {}
    for factor in factors_of(term):
        if isinstance(factor, Exact):
            continue
        base, power = as_power(factor)
        if isinstance(factor, Apply) and factor.function == "exp":
            coefficient, rest = split_coefficient(factor.arguments[0])
            power = coefficient if coefficient.is_integer() else -1.0 if coefficient < 0 else 1.0
            kind: Key = ((6, 2, "exp"), () if rest is None else (_key(rest),), (1.0, ()), abs(coefficient / power))
        elif power.is_integer():
            kind = _key(base)
        elif (2 * power).is_integer():
            kind, power = (*_key(base)[:2], (0.5, ()), 1.0), 2 * power
        else:
            kind, power = _key(factor), 1.0
        powers[kind] = powers.get(kind, 0.0) + power
    return powers


def _rank(function: str) -> int:
    row = FUNCTIONS.get(function)
    return 1 if row is None or row.rank is None else row.rank
