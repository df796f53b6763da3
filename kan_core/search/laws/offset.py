"""Laws of two terms one of which has a constant inside its function: x/(z - 0.35) - 1.3/z².

The constant runs over a fine grid, each F_c beside every simple term G; the best c of every pair of forms is where least squares
starts. For data without noise only: nothing but an exact law is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, apply, multiply, number, power, size
from kan_core.search.laws.features import Features, merged, plain_terms, products, single_atoms
from kan_core.search.laws.propose import EXACT, Proposal, best_of, fitted, proposal
from kan_core.search.laws.regress import bits_of, centred
from kan_core.search.laws.responses import Response, responses

_RESPONSES = {"y", "1/y", "log", "y^2"}
# Distances of the singular point from the data, and rates, in widths of the data.
_DISTANCES = np.geomspace(0.02, 3.0, 40)
_RATES = np.geomspace(0.2, 20.0, 60)
# Simple terms beside the one with a constant.
_SIMPLE = 300
# Pairs of forms that are fitted for some steps, and those of them that are fitted to the end.
_STARTS = 60
_STEPS = 10
_GO_ON = 8
# Two terms closer than this to being the same curve are not told apart.
_COLLINEAR = 1e-9


def offset_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """Exact laws for every `shares`-th response from `share` on, best first."""
    singles, plain = single_atoms(inputs, columns, full=False), plain_terms(inputs, columns)
    simple = merged(singles, products(plain, plain)).first(_SIMPLE)
    families = list(_families(inputs, columns))
    for response in [one for one in responses(target) if one.name in _RESPONSES][share::shares]:
        starts = _starts(families, simple, inputs, target, response)
        heats = best_of((fitted(one.node, inputs, target, _STEPS) for one in starts), _GO_ON)
        ends = [fitted(one.node, inputs, target, 40, 1e-9) for one in heats]
        exact = [one for one in ends if one.error < EXACT]
        if exact:
            return best_of(exact, 2)
    return []


def _starts(
    families: Sequence[list[Expression]], simple: Features, inputs: Array, target: Array, response: Response
) -> list[Proposal]:
    """The best c for every F_c and G, the best pairs written out."""
    r, units = centred(response.values), centred(simple.values)
    ranked: list[tuple[float, int, Expression]] = []
    for members in families:
        with np.errstate(all="ignore"):
            rows = np.stack([np.broadcast_to(values_of(node, inputs), (len(inputs),)) for node in members])
        usable = np.flatnonzero(np.isfinite(rows).all(axis=1))
        if len(usable):
            bits = bits_of(_unexplained(centred(rows[usable]), units, r), simple.sizes + size(members[0]), len(r))
            best = bits.argmin(axis=0)
            few = np.argsort(bits.min(axis=0), kind="stable")[:_STARTS].tolist()
            ranked += [(float(bits[best[place], place]), place, members[usable[best[place]]]) for place in few]
    ranked.sort(key=lambda one: one[0])
    return [_written(node, simple.node(place), inputs, target, response) for _, place, node in ranked[:_STARTS]]


def _unexplained(first: Array, second: Array, response: Array) -> Array:
    """1 - R² for every term of one list beside every one of the other."""
    a, b, gram = first @ response, second @ response, first @ second.T
    apart = 1 - gram**2
    explained = (a[:, None] ** 2 + b**2 - 2 * a[:, None] * b * gram) / np.maximum(apart, _COLLINEAR)
    result: Array = np.where(apart > _COLLINEAR, 1 - explained, 1.0)
    return result


def _written(first: Expression, second: Expression, inputs: Array, target: Array, response: Response) -> Proposal:
    """T(y) = c₁·F + c₂·G + c₀ by least squares."""
    terms = [first, second]
    matrix = np.column_stack([*(values_of(term, inputs) for term in terms), np.ones(len(inputs))])
    constants = np.linalg.lstsq(matrix, response.values, rcond=1e-14)[0].tolist()
    parts = [multiply(number(c), term) for c, term in zip(constants, terms, strict=False)]
    return proposal(response.invert(add(*parts, number(constants[2]))), inputs, target)


def _families(inputs: Array, columns: Sequence[int]) -> Iterator[list[Expression]]:
    """Each function with the constants of the grid, alone and times a power of an input."""
    factors = [power(Column(index), exponent) for index in columns for exponent in (1, -1, 2)]
    for index in columns:
        for members in _members(Column(index), inputs[:, index]):
            yield members
            yield from ([multiply(factor, member) for member in members] for factor in factors)


def _members(x: Expression, values: Array) -> Iterator[list[Expression]]:
    """Powers and the logarithm of x beside a point outside the data, and exponentials and waves of many rates."""
    low, width = float(values.min()), float(np.ptp(values))
    below = [add(x, number(share * width - low)) for share in _DISTANCES.tolist()]
    above = [add(number(share * width + low + width), multiply(number(-1), x)) for share in _DISTANCES.tolist()]
    for bases in (below, above):
        yield from ([power(base, exponent) for base in bases] for exponent in (-1, -2, 0.5))
        yield [apply("log", base) for base in bases]
    rates = (_RATES / width).tolist()
    yield from ([apply("exp", multiply(number(sign * rate), x)) for rate in rates] for sign in (1, -1))
    yield from ([apply(name, multiply(number(rate), x)) for rate in rates] for name in ("sin", "cos"))
