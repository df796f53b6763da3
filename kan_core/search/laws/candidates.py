"""Candidates of a search: formulas whose numbers are free, at the values they have now.

In a candidate an `Exact` number without a symbol is a constant to be fitted; exponents of powers are not. Numbers are counted in
the order in which a walk from the root, parts from left to right, meets them. So a candidate is one tree, and two with the same
form and the same numbers are equal. Unlike `expression.tree.total` and `product`, sums and products keep zeros and ones: a 1 in
sin(1·x) is where the fit of a frequency starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    children,
    with_children,
)

Array = NDArray[np.float64]


def number(value: float) -> Expression:
    """A free number."""
    return Exact(float(value))


def add(*parts: Expression) -> Expression:
    """The sum of its parts, sums among them merged."""
    flat = tuple([inner for part in parts for inner in (part.parts if isinstance(part, Sum) else (part,))])
    return flat[0] if len(flat) == 1 else Sum(flat)


def multiply(*parts: Expression) -> Expression:
    """The product of its parts, products among them merged."""
    flat = tuple([inner for part in parts for inner in (part.parts if isinstance(part, Product) else (part,))])
    return flat[0] if len(flat) == 1 else Product(flat)


def power(base: Expression, exponent: float) -> Expression:
    """base^exponent with a fixed exponent."""
    if exponent == 1:
        return base
    if isinstance(base, Power) and isinstance(base.exponent, Exact) and _keeps_sign(base.exponent.value, exponent):
        return power(base.base, base.exponent.value * exponent)
    return Power(base, Exact(float(exponent)))


def apply(function: str, argument: Expression) -> Expression:
    """A function of one argument."""
    return Apply(function, (argument,))


def _keeps_sign(inner: float, outer: float) -> bool:
    """(u^inner)^outer = u^(inner·outer) for every real u where both are defined."""
    return float(outer).is_integer() or not (float(inner).is_integer() and inner % 2 == 0)


def factors_of(node: Expression) -> tuple[Expression, ...]:
    """Of a product, or the part itself."""
    return node.parts if isinstance(node, Product) else (node,)


def summands_of(node: Expression) -> tuple[Expression, ...]:
    """Of a sum, or the part itself."""
    return node.parts if isinstance(node, Sum) else (node,)


def size(node: Expression) -> int:
    """Nodes of the tree, n - 1 operators for n parts."""
    parts = children(node)
    own = len(parts) - 1 if isinstance(node, Sum | Product | Power) else 1
    return own + sum(map(size, parts))


def numbers_of(node: Expression) -> list[float]:
    """The free numbers in order."""
    if isinstance(node, Exact):
        return [] if node.symbol else [node.value]
    return [value for part in _with_numbers_within(node) for value in numbers_of(part)]


def with_numbers(node: Expression, values: Sequence[float]) -> Expression:
    """The same formula with other numbers."""
    return _with(node, map(Exact, values))


def named(node: Expression) -> tuple[Expression, tuple[str, ...]]:
    """The formula with named constants in place of its numbers, and their names in order: what candidates of one shape share."""
    names = tuple([f"c{place}" for place in range(len(numbers_of(node)))])
    return _with(node, map(Constant, names)), names


def _with(node: Expression, given: Iterator[Expression]) -> Expression:
    if isinstance(node, Exact):
        return node if node.symbol else next(given)
    if isinstance(node, Power):
        return Power(_with(node.base, given), node.exponent)
    parts = children(node)
    return with_children(node, tuple([_with(part, given) for part in parts])) if parts else node


def _with_numbers_within(node: Expression) -> tuple[Expression, ...]:
    """The parts whose numbers are free."""
    return (node.base,) if isinstance(node, Power) else children(node)


def substituted(node: Expression, quantities: Sequence[Expression]) -> Expression:
    """The formula with each column replaced by what it stands for."""
    match node:
        case Column(index):
            return quantities[index]
        case Sum(parts):
            return add(*(substituted(part, quantities) for part in parts))
        case Product(parts):
            return multiply(*(substituted(part, quantities) for part in parts))
        case Power(base, Exact(exponent)):
            return power(substituted(base, quantities), exponent)
        case _:
            return with_children(node, tuple(substituted(part, quantities) for part in children(node)))
