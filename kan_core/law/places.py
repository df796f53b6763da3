"""Where a constant stands in its law, and how much of the target's variance the term around it carries."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.law import Law
from kan_core.expression.tree import (
    MINUS_ONE,
    Apply,
    Constant,
    Expression,
    Power,
    Product,
    Sum,
    children,
    columns_of,
    constants_of,
)
from kan_core.law.problem import law_values

Array = NDArray[np.floating[Any]]


def place_of(tree: Expression, name: str) -> Expression | None:
    """The smallest function, power or term around a constant; the constant itself where it is a term; None without it."""
    return _place(tree, name, tree)


def _place(node: Expression, name: str, around: Expression) -> Expression | None:
    if isinstance(node, Constant):
        return around if node.name == name else None
    for part in children(node):
        term = isinstance(node, Sum) and (around is node or not is_number(part))
        found = _place(part, name, part if term or isinstance(part, Apply | Power) else around)
        if found is not None:
            return found
    return None


def around_with_columns(tree: Expression, name: str) -> list[Expression]:
    """The parts around a constant that have columns, from the smallest to the whole formula; none where it does not occur."""
    for part in children(tree):
        if name in constants_of(part):
            inner = around_with_columns(part, name)
            return [*inner, tree] if inner or columns_of(tree) else []
    return []


def is_number(part: Expression) -> bool:
    """Whether a term is a constant, or one with a minus sign."""
    return isinstance(part, Constant) or (isinstance(part, Product) and part.parts[0] == MINUS_ONE and len(part.parts) == 2
                                          and isinstance(part.parts[1], Constant))  # fmt: skip


def share_of(law: Law, name: str, inputs: Array) -> float | None:
    """Cov(term, formula)/Var(formula) of the terms of the outermost sum that a constant stands in, 0 … 1.

    The shares of all terms add up to 1. None where the formula is no sum, or the constant stands in all of it.
    """
    shares: list[float] = []
    for tree in law.expressions:
        if name not in constants_of(tree):
            continue
        terms = tree.parts if isinstance(tree, Sum) else (tree,)
        own = [term for term in terms if name in constants_of(term)]
        if len(own) == len(terms):
            return None
        parts = Law((Sum(tuple(own)) if len(own) > 1 else own[0], tree), law.constants)
        values = law_values(parts, inputs)
        values = values[np.isfinite(values).all(axis=1)]
        whole = float(values[:, 1].var()) if len(values) else 0.0
        if whole > 0:
            shares.append(float(np.cov(values.T, bias=True)[0, 1]) / whole)
    return min(1.0, max(0.0, *shares)) if shares else None
