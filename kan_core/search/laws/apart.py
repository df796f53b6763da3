"""Laws whose columns act apart: T(y) = c + Σ fᵢ(xᵢ), so also products Π fᵢ(xᵢ) and 1/y = Σ 1/xᵢ.

One polynomial for each column, all by one least-squares problem, shows for which function T of the target that is so. Each
curve is then a table of one column, for which sums of a few functions are looked for; all constants are fitted together in the
end. For data without noise only: nothing but an exact law is proposed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.polynomial import chebyshev

from kan_core.expression.tree import Column, Expression, columns_of
from kan_core.search.laws.candidates import Array, add, apply, number, size, substituted, summands_of
from kan_core.search.laws.propose import EXACT, Proposal, fitted
from kan_core.search.laws.responses import Response, responses
from kan_core.search.laws.waves import pursued, starts, terms_of
from kan_core.training.halting import go_on

# Degree of a curve at most, and rows for each of its coefficients.
_DEGREE = 16
_ROWS_EACH = 3
# Curves together leave less than this share of the spread, and a law for one so many times what they leave.
_SMOOTH = 5e-3
_SLACK = 3.0
_LEAST = 1e-9
# Rows a law is fitted on, responses looked at, laws for each curve, and combinations of them.
_FEW = 160
_RESPONSES = 2
_EACH = 3
_TRIED = 12


def apart_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """Exact laws for every `shares`-th of the most promising responses from `share` on, best first."""
    if len(columns) < 2:
        return []
    rows = np.linspace(0, len(target) - 1, min(_FEW, len(target))).round().astype(np.intp)
    known, wanted = inputs[rows], target[rows]
    ranked = sorted(((*_curves(inputs[:, list(columns)], one.values), one) for one in responses(target)), key=lambda one: one[0])
    for error, curves, response in ranked[share : _RESPONSES * shares : shares]:
        if error > _SMOOTH:
            break
        own = [
            _laws_of(inputs[rows][:, [place]], curve[rows], error, response) for place, curve in zip(columns, curves, strict=True)
        ]
        found: list[Proposal] = []
        for chosen in sorted(product(*own), key=lambda parts: sum(map(size, parts)))[:_TRIED]:
            terms = [substituted(law, [Column(place)] * (place + 1)) for place, law in zip(columns, chosen, strict=True)]
            law = response.invert(
                add(number(float(response.values.mean())), *(part for term in terms for part in _summands(term)))
            )
            found.append(fitted(law, known, wanted, 60, 1e-9))
            if found[-1].error < EXACT:
                return [found[-1]]
    return []


def _curves(columns: Array, values: Array) -> tuple[float, list[Array]]:
    """What curves of single columns leave of the values, over their spread, and these curves, each of mean 0."""
    spread = float(values.std())
    degree = min(_DEGREE, max(1, len(values) // (_ROWS_EACH * columns.shape[1])))
    if not (np.isfinite(values).all() and spread > 0):
        return math.inf, []
    low, width = columns.min(axis=0), np.ptp(columns, axis=0)
    go_on()
    blocks = [chebyshev.chebvander(one, degree)[:, 1:] for one in ((columns - low) * 2 / np.where(width > 0, width, 1) - 1).T]
    moved = [block - block.mean(axis=0) for block in blocks]
    matrix = np.concatenate(moved, axis=1)
    wanted = values - values.mean()
    found = np.linalg.lstsq(matrix, wanted, rcond=1e-12)[0]
    freedom = max(1, len(values) - matrix.shape[1])
    error = math.sqrt(float(((wanted - matrix @ found) ** 2).sum()) / freedom) / spread
    return error, [block @ part for block, part in zip(moved, np.split(found, len(moved)), strict=True)]


def _laws_of(x: Array, curve: Array, error: float, response: Response) -> list[Expression]:
    """The simplest laws for one curve, without their constant term; for a factor also the logarithm of laws for it."""
    spread = float(curve.std())
    bound = max(_SLACK * error * float(response.values.std()) / max(spread, 1e-300), _LEAST)
    if bound > 1:
        return [number(0.0)]
    terms = terms_of(x, [0])
    level, bent = starts(x, curve, [0])
    found = pursued(level, terms, x, curve, bound) or pursued(bent, terms, x, curve, bound)
    simple = sorted((one.node for one in found), key=size)[:_EACH]
    if response.name != "log":
        return simple
    factor = np.exp(curve)
    of_factor = [one.node for one in pursued(starts(x, factor, [0])[0], terms, x, factor, bound * spread)]
    return [*simple, *(apply("log", law) for law in sorted(of_factor, key=size)[:_EACH])]


def _summands(term: Expression) -> Iterator[Expression]:
    """Parts of a sum that are not mere numbers."""
    return (part for part in summands_of(term) if columns_of(part))
