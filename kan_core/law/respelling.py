"""Terms of a law that was written anew as a former law spelled them, where they are the same on the rows.

A network knows 2.018·√L where a person wrote 2·π·√(L/g) and fixed g; accepting a form on another edge must not lose that.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.tree import Expression, Sum, columns_of, constants_of, total
from kan_core.law.bounds import with_bounds_of, without_bounds
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import refit

Array = NDArray[np.floating[Any]]

SAME = 1e-8
"""Root mean square difference, in sizes of the term, below which two terms are one: that of formula and network."""


def respelled(law: Law, former: Law, inputs: Array) -> Law:
    """The law with terms of its outermost sums as the former law has them.

    Args:
        law: written anew; its own constants have other names than those of the former one, or are the same.
        former: of the same targets.
        inputs: (rows, inputs) on which terms are compared.
    """
    for place, (tree, old) in enumerate(zip(law.expressions, former.expressions, strict=True)):
        left = [term for term in _terms(old) if columns_of(term)]
        terms = _terms(tree)
        for number, term in enumerate(terms):
            for candidate in left:
                spelled = _as(term, law, candidate, former, inputs)
                made = [*terms[:number], candidate, *terms[number + 1 :]]
                trial = None if spelled is None else _with(law, place, made, spelled)
                if trial is not None:
                    law, terms = trial, made
                    left.remove(candidate)
                    break
    return law


def _terms(tree: Expression) -> list[Expression]:
    return list(tree.parts) if isinstance(tree, Sum) else [tree]


def _as(term: Expression, law: Law, candidate: Expression, former: Law, inputs: Array) -> Law | None:
    """The former law's term at constants where it is this term; None when there are none."""
    if columns_of(term) != columns_of(candidate):
        return None
    values = law_values(law.with_expressions([term]), inputs)
    own = former.with_expressions([candidate])
    try:
        found = refit(without_bounds(own), LawRows(inputs, values))
    except FormulaError:
        return None
    known = values[np.isfinite(values)]
    allowed = float(known @ known) * SAME**2
    return with_bounds_of(found.law, own) if found.loss <= allowed else None


def _with(law: Law, place: int, terms: list[Expression], spelled: Law) -> Law | None:
    """The law with these terms; None where a constant that both have would need two values."""
    every: dict[str, LawConstant] = {each.name: each for each in law.constants}
    expressions = [total(*terms) if place == other else each for other, each in enumerate(law.expressions)]
    used = {name for tree in expressions for name in constants_of(tree)}
    for constant in spelled.constants:
        mine = every.get(constant.name)
        kept = {name for number, tree in enumerate(expressions) for name in constants_of(tree) if number != place}
        kept |= {name for term in terms if term not in spelled.expressions for name in constants_of(term)}
        if mine is not None and constant.name in kept and not math.isclose(mine.value, constant.value, rel_tol=SAME):
            return None
        every[constant.name] = constant
    return Law((), tuple(each for each in every.values() if each.name in used)).with_expressions(expressions)
