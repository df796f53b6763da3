"""Laws of many terms at once: T(y)·g as a polynomial of the inputs, and quotients of two polynomials.

All monomials up to a degree enter one least-squares problem; where the fit is exact, those that are not needed are taken away
again, the least needed first. Only for data without noise: with noise the fit is never exact and nothing is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

import numpy as np

from kan_core.expression.tree import Column, Exact, Expression, columns_of
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, apply, factors_of, multiply, number, power
from kan_core.search.laws.propose import EXACT, Proposal, best_of, proposal
from kan_core.search.laws.responses import responses
from kan_core.training.halting import go_on

# Monomials in one problem, at most, and rows for each.
_MOST = 45
_ROWS_EACH = 3
_DEGREE = 8
# A fit in the response's own space that is this good is worth paring down.
_FITS = 1e-10
# Coefficients below this share of the largest contribution are rounding.
_RESIDUE = 1e-8
# Laws of more terms than this must be exact to rounding: these shares of the spread, and of the largest value.
_FEW = 5
_ROUNDING = 1e-13
_ROUNDED = 4e-15
# Terms of a quotient of polynomials of one input.
_QUOTIENT = 8
_ENOUGH = 3


def polynomial_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """Exact laws whose response times a plain factor is a polynomial, best first; every `shares`-th response from `share` on."""
    count = inputs.shape[1]
    known = np.column_stack([inputs, target])
    monomials = list(_monomials(columns, min(_MOST, len(target) // _ROWS_EACH)))
    low = list(_monomials(columns, min(_MOST, len(target) // _ROWS_EACH) // 2))
    rational = [*low, *(multiply(Column(count), node) for node in low)]
    found: list[Proposal] = []
    for response in responses(target)[share::shares]:
        for g in (number(1.0), *_factors(columns), *(_roots(columns) if response.name == "y" else ())):
            go_on()
            with np.errstate(all="ignore"):
                wanted = response.values * values_of(g, inputs)
            law = _pared(monomials, known, wanted)
            if law is not None:
                found.append(proposal(response.invert(_divided(law, g)), inputs, target))
            if len(found) >= _ENOUGH:
                return best_of(found, _ENOUGH)
        if response.name == "y":
            chosen = _sparse(rational, known, target)
            law = None if chosen is None or (len(columns) == 1 and len(chosen) > _QUOTIENT) else _quotient(chosen, count)
            found += [proposal(law, inputs, target)] if law is not None else []
    return [one for one in best_of(found, _ENOUGH) if one.error < EXACT]


def _monomials(columns: Sequence[int], most: int) -> Iterator[Expression]:
    """Products of the inputs, degree after degree as long as a whole degree fits."""
    given = 0
    for degree in range(1, _DEGREE + 1):
        chosen = list(combinations_with_replacement(columns, degree))
        given += len(chosen)
        if given > most:
            return
        yield from (_monomial(places) for places in chosen)


def _monomial(places: Sequence[int]) -> Expression:
    return multiply(*(power(Column(index), places.count(index)) for index in sorted(set(places))))


def _factors(columns: Sequence[int]) -> list[Expression]:
    return [power(Column(index), exponent) for index in columns for exponent in (1, -1, 2, -2)]


def _roots(columns: Sequence[int]) -> list[Expression]:
    """Roots and exponentials that stand below the line, or above it, of a whole law."""
    found: list[Expression] = []
    for x in map(Column, columns):
        square = power(x, 2)
        bases = [x, add(number(1.0), square), add(number(1.0), multiply(number(-1.0), square))]
        found += [power(base, exponent) for base in bases for exponent in (0.5, -0.5)]
        found += [apply("exp", multiply(number(sign), x)) for sign in (1.0, -1.0)]
    return found


def _divided(law: Expression, g: Expression) -> Expression:
    return law if isinstance(g, Exact) else multiply(law, power(g, -1))


def _pared(terms: Sequence[Expression], known: Array, wanted: Array) -> Expression | None:
    """Σ of the needed terms, or None when all together do not fit exactly."""
    chosen = _sparse(terms, known, wanted)
    if chosen is None:
        return None
    return add(*(number(c) if term is None else multiply(number(c), term) for term, c in chosen))


def _sparse(terms: Sequence[Expression], known: Array, wanted: Array) -> list[tuple[Expression | None, float]] | None:
    """(term, coefficient) of an exact fit, None for the constant; the least needed taken away while it stays exact."""
    if not np.isfinite(wanted).all():
        return None
    columns = np.column_stack([np.ones(len(wanted)), *(values_of(term, known) for term in terms)])
    length = np.sqrt((columns**2).sum(axis=0))
    unit, kept = columns / length, np.arange(columns.shape[1])
    spread = float(wanted.std())
    found, error = _solved(unit, wanted)
    if not error < _FITS * spread:
        return None
    while len(kept) > 1:
        go_on()
        weak = np.abs(found) < _RESIDUE * np.abs(found).max()
        smaller = kept[~weak] if weak.any() else np.delete(kept, np.argmin(np.abs(found)))
        trial, error = _solved(unit[:, smaller], wanted)
        if not error < _FITS * spread:
            break
        kept, found = smaller, trial
    if len(kept) > _FEW and _solved(unit[:, kept], wanted)[1] > max(_ROUNDING * spread, _ROUNDED * float(np.abs(wanted).max())):
        # A smooth function of one input is nearly a polynomial of many terms, though none is the law.
        return None
    named: list[Expression | None] = [None, *terms]
    return [(named[place], float(c / length[place])) for place, c in zip(kept.tolist(), found.tolist(), strict=True)]


def _solved(unit: Array, wanted: Array) -> tuple[Array, float]:
    found: Array = np.linalg.lstsq(unit, wanted, rcond=1e-14)[0].astype(np.float64)
    return found, float(np.sqrt(np.mean((wanted - unit @ found) ** 2)))


def _quotient(chosen: list[tuple[Expression | None, float]] | None, target: int) -> Expression | None:
    """Terms with the target go below the line."""
    if chosen is None:
        return None
    above = [
        number(c) if term is None else multiply(number(c), term) for term, c in chosen if term is None or not _has(term, target)
    ]
    below = [multiply(number(-c), *factors_of(term)[1:]) for term, c in chosen if term is not None and _has(term, target)]
    return multiply(add(*above), power(add(number(1.0), *below), -1)) if above and below else None


def _has(term: Expression, target: int) -> bool:
    return target in columns_of(term)
