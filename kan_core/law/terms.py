"""The terms of a law that a person can point at: what they carry of the target's variance, and the law without one of them.

A term is a part with columns that is added to others, or multiplied with others that have other columns. Terms have terms of
their own; where only one column is left, those that have constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.folding import folded
from kan_core.expression.law import Law
from kan_core.expression.tree import (
    MINUS_ONE,
    ONE,
    ZERO,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    children,
    columns_of,
    constants_of,
    with_children,
)
from kan_core.law.problem import law_values

Array = NDArray[np.floating[Any]]
Place = tuple[int, ...]
"""Which part of which part: places among the children, from the root."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes:
        name: distinct within its law, and the same for the same law: t1, t2 … in reading order.
        target: place of the formula that it stands in.
        place: where in that formula.
        tree: itself.
        factor: whether it multiplies; else it is added.
    """

    name: str
    target: int
    place: Place
    tree: Expression
    factor: bool

    @property
    def constants(self) -> tuple[str, ...]:
        """Names, in order of appearance."""
        return tuple(dict.fromkeys(constants_of(self.tree)))


def terms_of(law: Law) -> tuple[Term, ...]:
    """All terms, outer ones before those within them."""
    found = [(target, *each) for target, tree in enumerate(law.expressions) for each in _walked(tree, ())]
    return tuple(Term(f"t{number}", *each) for number, each in enumerate(found, start=1))


def _walked(node: Expression, place: Place) -> Iterator[tuple[Place, Expression, bool]]:
    parts = children(node)
    several = sum(bool(columns_of(part)) for part in parts) > 1
    single = len(columns_of(node)) == 1
    for at, part in enumerate(parts):
        if not columns_of(part):
            continue
        here = (*place, at)
        added = isinstance(node, Sum) and not (single and place and not constants_of(part))
        if added or (isinstance(node, Product) and several and not single):
            yield here, part, isinstance(node, Product)
        yield from _walked(part, here)


def term_named(law: Law, name: str) -> Term:
    """The term of a name.

    Raises:
        FormulaError: there is none; says which there are.
    """
    terms = terms_of(law)
    for term in terms:
        if term.name == name:
            return term
    known = ", ".join(term.name for term in terms) or "none"
    raise FormulaError(f"the formula has no term called '{name[:40]}'; its terms are: {known}")


def around(terms: tuple[Term, ...], constant: str) -> Term | None:
    """The smallest term that a constant stands in."""
    return next((term for term in reversed(terms) if constant in term.constants), None)


def marks(terms: tuple[Term, ...]) -> Mapping[int, str]:
    """What is marked where the law is typeset; a factor that divides is shown below a line, as its inverse."""
    found = {id(term.tree): term.name for term in terms}
    for term in terms:
        if isinstance(term.tree, Power) and term.tree.exponent == MINUS_ONE:
            found.setdefault(id(term.tree.base), term.name)
    return found


def without(law: Law, names: tuple[str, ...]) -> Law:
    """The law without terms: one that is added becomes 0, one that multiplies becomes 1.

    Raises:
        FormulaError: no such term, or nothing of a formula would be left.
    """
    expressions = list(law.expressions)
    for term in (term_named(law, name) for name in names):
        expressions[term.target] = _replaced(expressions[term.target], term.place, ONE if term.factor else ZERO)
    left = [folded(tree) for tree in expressions]
    for before, after in zip(law.expressions, left, strict=True):
        if columns_of(before) and not columns_of(after):
            raise FormulaError(f"without {', '.join(names)} nothing of the formula is left; drop fewer terms")
    return law.with_expressions(left)


def _replaced(node: Expression, place: Place, by: Expression) -> Expression:
    if not place:
        return by
    parts = children(node)
    if place[0] >= len(parts):
        return node  # What it stood in is dropped already.
    return with_children(node, tuple(_replaced(part, place[1:], by) if at == place[0] else part for at, part in enumerate(parts)))


def term_values(law: Law, term: Term, inputs: Array) -> Array:
    """(rows,) of the term alone."""
    values: Array = law_values(Law((term.tree,), law.constants), inputs)[:, 0]
    return values


def share_of_term(law: Law, term: Term, inputs: Array) -> float | None:
    """What of the formula's variance is due to a term: Var(f − f with the term held at its mean)/Var(f), at most 1.

    The shares of independent terms of a sum add up to 1. None where the formula does not vary, or has no value.
    """
    own = term_values(law, term, inputs)
    own = own[np.isfinite(own)]
    if not own.size:
        return None
    tree = law.expressions[term.target]
    held = _replaced(tree, term.place, Exact(float(own.mean())))
    values = law_values(Law((tree, held), law.constants), inputs)
    values = values[np.isfinite(values).all(axis=1)]
    whole = float(values[:, 0].var()) if len(values) else 0.0
    return min(1.0, float((values[:, 0] - values[:, 1]).var()) / whole) if whole > 0 else None
