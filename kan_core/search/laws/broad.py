"""Laws of up to five terms, each a product of functions of several inputs: y² = x² + z² - 2·x·z·cos w.

Too many terms for all pairs, so a beam of choices grows term by term among all of them; after each step every choice also gives
up one of its terms for a better one, which mends what an early step could not know. For data without noise only: nothing but an
exact law is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations as subsets
from itertools import product

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.search.laws.atoms import combinations
from kan_core.search.laws.candidates import Array, add, apply, multiply, number, power
from kan_core.search.laws.features import Features, gather, merged, plain_terms, products, with_target
from kan_core.search.laws.propose import EXACT, Proposal, Proposer, best_of
from kan_core.search.laws.regress import Choice, beam_step, best_single, centred, without_one
from kan_core.search.laws.responses import responses

_RESPONSES = {"y", "y^2", "1/y", "log", "1/y^2", "sqrt"}
# Choices that live on after a step, and those of them that give up a term.
_BEAM = 100
_MENDED = 12
_LONGEST = 5
# Best choices of each step that are written out and judged.
_WRITTEN = 3
# Products of so many functions at most, for three factors and for four.
_PRODUCTS = 16_000
_ENOUGH = 3
# Up to this many inputs, one of them meets the squares of the others inside a function.
_MIXED = 3
# A choice with fewer bits for each row fits exactly, or near enough to be judged: 1 - R² below 2^-50.
_EXACT_BITS_A_ROW = -25.0


def broad_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """Exact laws for every `shares`-th response from `share` on, best first."""
    terms = _cached_terms(inputs.tobytes(), inputs.shape, tuple(columns))
    found: list[Proposal] = []
    for response in [one for one in responses(target) if one.name in _RESPONSES][share::shares]:
        ways = [terms]
        if response.name == "y":
            ways.append(with_target(terms, plain_terms(inputs, columns), target, inputs.shape[1]))
        for features in ways:
            proposer = Proposer(inputs, target, features)
            exact = _grown(proposer, centred(response.values))
            found += [one for one in proposer.written(response, exact) if one.error < EXACT]
            if found:
                return best_of(found, _ENOUGH)
    return found


def _grown(proposer: Proposer, response: Array) -> list[Choice]:
    """Choices that fit exactly, of as few terms as there are."""
    units, sizes = proposer.units, proposer.features.sizes
    states = best_single(units, sizes, response[None, :], _BEAM)[0]
    for _ in range(_LONGEST - 1):
        states = beam_step(units, sizes, response, states, _BEAM)
        if not _exact(states, response):
            states = beam_step(units, sizes, response, without_one(states[:_MENDED]), _BEAM, also=states)
        if _exact(states, response):
            break
    return [one for one in states[:_WRITTEN] if one.bits < _EXACT_BITS_A_ROW * len(response)]


def _exact(states: Sequence[Choice], response: Array) -> bool:
    return bool(states) and states[0].bits < _EXACT_BITS_A_ROW * len(response)


@lru_cache(maxsize=1)
def _cached_terms(data: bytes, shape: tuple[int, int], columns: tuple[int, ...]) -> Features:
    inputs = np.frombuffer(data).reshape(shape)
    singles = gather((atom for index in columns for atom in _atoms(index)), inputs)
    together = gather(_together(columns), inputs)
    plain = gather((Column(index) for index in columns), inputs)
    two = products(plain, plain) if len(columns) > 1 else None
    return merged(
        singles,
        together,
        products(singles, singles),
        products(together, plain),
        products(together, two) if two is not None else None,
        *(_of(columns, inputs, factors) for factors in (3, 4) if factors <= len(columns)),
    )


def _atoms(index: int) -> list[Expression]:
    x = Column(index)
    return [x, *(power(x, p) for p in (2, -1, 0.5, 3, -2, -0.5, -3)), *_curved(x), power(apply("sin", _once(x)), 2)]


def _together(columns: Sequence[int]) -> Iterator[Expression]:
    """Functions of combinations of two inputs, of x ± x², and of x ± z² where inputs are few."""
    squared = columns if len(columns) <= _MIXED else []
    bent = (
        add(Column(index), multiply(number(s), power(Column(other), 2)))
        for index in columns
        for other in (squared or [index])
        for s in (1, -1)
    )
    for z in [*combinations(columns), *bent]:
        yield from _curved(z)
        yield from (power(z, p) for p in (-1, 0.5, -0.5, 2, -2))


def _curved(z: Expression) -> list[Expression]:
    return [*(apply(name, _once(z)) for name in ("sin", "cos", "exp")), apply("exp", multiply(number(-1), z)), apply("log", z)]


def _once(z: Expression) -> Expression:
    return multiply(number(1), z)


def _of(columns: Sequence[int], inputs: Array, factors: int) -> Features:
    """Products of functions of so many different inputs, the fewer functions the more products there are."""
    chosen = list(subsets(columns, factors))
    each = max(2, int((_PRODUCTS / len(chosen)) ** (1 / factors)))
    made = (multiply(*parts) for places in chosen for parts in product(*(_in_order(index)[:each] for index in places)))
    return gather(made, inputs)


def _in_order(index: int) -> list[Expression]:
    """Functions of an input, the most usual first."""
    x = Column(index)
    sine, cosine, growth = (apply(name, _once(x)) for name in ("sin", "cos", "exp"))
    decay = apply("exp", multiply(number(-1), x))
    return [x, sine, cosine, power(x, 2), power(x, -1), decay, power(x, 0.5), apply("log", x), growth, power(x, -2)]
