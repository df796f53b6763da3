"""What changes of a law cost on held-out rows, told before they are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kan_core.errors import FormulaError
from kan_core.evidence.exact_numbers import ExactNumber, ExactOptions, exact_numbers
from kan_core.expression.law import Law
from kan_core.expression.law_text import law_complexity
from kan_core.expression.tree import Expression, Sum, constants_of, walk
from kan_core.law.edits import drop
from kan_core.law.places import is_number
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import Judged, refit
from kan_core.law.terms import without


@dataclass(frozen=True, slots=True)
class Price:
    """Held-out error (inf where there is no value) and complexity of a changed law."""

    error: float
    complexity: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exact number for a constant, with the held-out error when the others are at their best then, to first order."""

    number: ExactNumber
    error: float


def held_out_error(law: Law, rows: LawRows) -> float:
    """Root mean square over rows and targets, or the mean loss where rows have another; inf where the law has no value."""
    values = law_values(law, rows.inputs)
    if not np.isfinite(values).all():
        return math.inf
    if rows.loss is None:
        return float(np.sqrt(np.mean((rows.targets - values) ** 2)))
    return float(np.mean(rows.loss(values, rows.targets)[0].sum(axis=1)))


def proposals(law: Law, judged: Judged, name: str, held_out: LawRows, options: ExactOptions | None = None) -> list[Proposal]:
    """Exact numbers that a free constant may stand for."""
    numbers = exact_numbers(law[name].value, judged.error(name), options)
    inside = [each for each in numbers if law[name].low <= each.value <= law[name].high]
    return [Proposal(each, held_out_error(judged.moved(law, name, each.value), held_out)) for each in inside]


def drop_price(law: Law, names: Sequence[str], rows: LawRows, held_out: LawRows) -> Price | None:
    """What leaving constants out costs, the others refitted; None where nothing of the formula would be left.

    Args:
        law: as it is.
        names: of constants.
        rows: that the others are refitted on.
        held_out: that the error is measured on.
    """
    left = refitted_without(law, names, rows)
    return None if left is None else price(left, held_out)


def price(law: Law, held_out: LawRows) -> Price:
    """What a law that was changed and fitted is worth."""
    return Price(held_out_error(law, held_out), law_complexity(law))


def refitted_without(law: Law, names: Sequence[str], rows: LawRows, terms: Sequence[str] = ()) -> Law | None:
    """The law without constants and terms, the others at their best; None where nothing of the formula would be left."""
    try:
        left = without(law, tuple(terms)) if terms else law
        return refit(drop(left, names) if names else left, rows, steps=_STEPS).law
    except FormulaError:
        return None


_STEPS = 40
"""Of a fit that only tells a price; from the present values the others seldom need ten."""


def idle_offsets(law: Law, judged: Judged, options: ExactOptions | None = None) -> tuple[str, ...]:
    """Free constants that are added to something and are 0 within two standard errors, all of them jointly.

    Jointly: the χ² of all being 0, zᵀ·C⁻¹·z, is within what so many constants with that many errors each could have.
    """
    errors = (options or ExactOptions()).errors
    added = {name for tree in law.expressions for name in _added(tree)}
    found = [name for name in judged.names if name in added and abs(law[name].value) <= errors * judged.error(name)]
    while found:
        places = [judged.names.index(name) for name in found]
        ratio = np.array([law[name].value / judged.error(name) for name in found])
        chi2 = float(ratio @ np.linalg.pinv(judged.correlation[np.ix_(places, places)]) @ ratio)
        if chi2 <= errors**2 * len(found):
            break
        found.pop(int(np.abs(ratio).argmax()))
    return tuple(found)


def _added(tree: Expression) -> list[str]:
    sums = [node for node in walk(tree) if isinstance(node, Sum)]
    return [name for node in sums for part in node.parts if is_number(part) for name in constants_of(part)]
