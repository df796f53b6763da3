"""A law brought to given values by moving its free constants and leaving out terms: what pruning an edge does to it.

A pruned edge leaves its mean behind, in whichever constant of the network; so while terms are tried, each sum they are taken
from may have a number more, which does not stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.tree import ONE, ZERO, Constant, Expression, Product, Sum, children, columns_of, with_children
from kan_core.law.problem import LawRows
from kan_core.law.refit import Refitted, refit

Array = NDArray[np.floating[Any]]

AGREEMENT = 1e-8
"""Root mean square difference, in spreads of the values, below which two functions are one: that of formula and network."""
_OFFSET = "_left{}"
_STEPS, _TERMS = 60, 40
"""Of a fit to values without noise, and what of a formula is tried without each of its terms; longer ones are written anew."""


def fitted_to(law: Law, inputs: Array, values: Array) -> Law | None:
    """The law at constants where it has the values, with as few terms less as it takes; None when there is no such law.

    Args:
        law: free constants move.
        inputs: (rows, inputs).
        values: (rows, targets).
    """
    rows = LawRows(inputs, values)
    known = np.isfinite(values).all(axis=1)
    spread = values[known].std(axis=0) if known.any() else np.zeros(0)
    allowed = float((known.sum() * (AGREEMENT * np.where(spread > 0, spread, 1.0)) ** 2).sum())
    best = _refitted(law, rows)
    if best is not None and best.loss > allowed and sum(1 for _ in _lessened(law)) > _TERMS:
        return None
    while best is not None:
        trials = [found for trial in _lessened(best.law) if (found := _refitted(trial, rows)) is not None]
        better = min(trials, key=lambda found: found.loss, default=None)
        # A term that adds nothing goes even where the law meets the values with it; else each step must come nearer.
        if better is None or not better.loss < max(best.loss, allowed):
            break
        best = better
    return None if best is None or best.loss > allowed else _without_offsets(best.law)


def _refitted(law: Law, rows: LawRows) -> Refitted | None:
    try:
        return refit(law, rows, steps=_STEPS)
    except FormulaError:
        return None


def _lessened(law: Law) -> Iterator[Law]:
    """Laws with one term or factor less, and a number in the place of it."""
    number = sum(each.name.startswith(_OFFSET[:-2]) for each in law.constants)
    offset = LawConstant(_OFFSET.format(number), 0.0)
    for place, tree in enumerate(law.expressions):
        for left in _without_one(tree, offset.name):
            shorter = folded(left)
            if columns_of(tree) and not columns_of(shorter):
                continue
            expressions = [shorter if place == other else each for other, each in enumerate(law.expressions)]
            yield Law(law.expressions, (*law.constants, offset)).with_expressions(expressions)


def _without_one(node: Expression, offset: str) -> Iterator[Expression]:
    parts = children(node)
    if isinstance(node, Sum):
        for place, part in enumerate(parts):
            if columns_of(part):
                yield Sum((*parts[:place], *parts[place + 1 :], Constant(offset)))
    for place, part in enumerate(parts):
        rest = (*parts[:place], *parts[place + 1 :])
        if isinstance(node, Product) and columns_of(part) and any(map(columns_of, rest)):
            yield Product((ONE, *rest))
        for less in _without_one(part, offset):
            yield with_children(node, (*parts[:place], less, *parts[place + 1 :]))


def _without_offsets(law: Law) -> Law:
    """Without the numbers that stood for terms while they were tried."""

    def plain(node: Expression) -> Expression:
        if isinstance(node, Constant) and node.name.startswith(_OFFSET[:-2]):
            return ZERO
        parts = children(node)
        return with_children(node, tuple(plain(part) for part in parts)) if parts else node

    return law.with_expressions([folded(plain(tree)) for tree in law.expressions])
