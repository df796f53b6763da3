"""The first, cheap look: laws whose inner constants are those of textbooks. Solves most formulas of physics in a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.search.laws.atoms import canonical, combinations
from kan_core.search.laws.candidates import Array, apply, multiply, number, power
from kan_core.search.laws.features import Features, atoms, canonical_terms, gather, single_atoms, with_target
from kan_core.search.laws.propose import EXACT, Proposal, Proposer, best_of, refined
from kan_core.search.laws.responses import Response, responses

# Terms among which all pairs are tried, and how many of them may meet the target.
_PAIRED = 1400
_BELOW = 250
# Terms a law may have.
_LONGEST = 4
# Responses that a plain factor may multiply, and terms among which pairs are tried then.
_BRACKETED = {"y", "1/y", "y^2", "1/y^2"}
_BRACKETS = 900
# Combinations of inputs multiply the target up to this many inputs.
_COMBINED_INPUTS = 4
# Functions of single inputs among which all triples are tried.
_TRIPLES = 150
_KEPT = 12
_EXACT_KEPT = 3


def single_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The best laws T(y)·g = c₀ + c·F for every `shares`-th response T from `share` on, best first.

    Args:
        inputs: (rows, inputs), a few hundred rows.
        target: (rows,).
        columns: inputs that may occur.
        share: which part of the work this is.
        shares: parts in all.
    """
    terms, simple = _terms(inputs, columns)
    multipliers = [simple.node(place) for place in range(len(simple.factors))]
    proposer = Proposer(inputs, target, terms)
    found: list[Proposal] = []
    for response in responses(target)[share::shares]:
        found = best_of([*found, *proposer.singles(response, multipliers)], _KEPT)
    return _finished(found, inputs, target)


def pair_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The same for laws of two terms, quotients included."""
    found: list[Proposal] = []
    for proposer, response in _ways(inputs, target, columns, share, shares):
        found = best_of([*found, *proposer.written(response, proposer.pairs(response, _PAIRED))], _KEPT)
    return _finished(found, inputs, target)


def several_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The same for laws of up to four terms, or two in a bracket."""
    found: list[Proposal] = []
    for proposer, response in _ways(inputs, target, columns, share, shares):
        found = best_of([*found, *_several(proposer, response)], _KEPT)
    return _finished(found, inputs, target)


def _ways(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> Iterator[tuple[Proposer, Response]]:
    """Every `shares`-th response with the terms for it; the target itself may also stand below the line."""
    terms, simple = _terms(inputs, columns)
    plain = Proposer(inputs, target, terms)
    for response in responses(target)[share::shares]:
        if response.name != "y":
            yield plain, response
            continue
        below = gather(
            [*(simple.node(place) for place in range(len(simple.factors))), *_curved(columns), *_mixed(columns)], inputs
        )
        yield Proposer(inputs, target, with_target(terms, below.first(_BELOW), target, inputs.shape[1])), response


def _finished(found: list[Proposal], inputs: Array, target: Array) -> list[Proposal]:
    """The exact ones where there are any, else all with their inner constants fitted too."""
    exact = [one for one in found if one.error < EXACT]
    return best_of(exact[:_EXACT_KEPT] or refined(found, inputs, target), _KEPT)


def _terms(inputs: Array, columns: Sequence[int]) -> tuple[Features, Features]:
    """All terms, and the plain ones that multiply the target."""
    return _cached_terms(inputs.tobytes(), inputs.shape, tuple(columns))


@lru_cache(maxsize=2)
def _cached_terms(data: bytes, shape: tuple[int, int], columns: tuple[int, ...]) -> tuple[Features, Features]:
    inputs = np.frombuffer(data).reshape(shape)
    return canonical_terms(inputs, columns), gather([*_plain(columns), *combinations(columns)], inputs)


def _several(proposer: Proposer, response: Response) -> list[Proposal]:
    """Laws in a bracket and of three functions of single inputs, then one term more at a time until one is exact."""
    found = _bracketed(proposer, response)
    apart = Proposer(proposer.inputs, proposer.target, single_atoms(proposer.inputs, range(proposer.inputs.shape[1])))
    found += apart.written(response, apart.triples(response, _TRIPLES))
    choices = proposer.pairs(response, _PAIRED)
    for _ in range(_LONGEST - 2):
        if _exact(found):
            break
        choices = proposer.more(response, choices)
        found += proposer.written(response, choices)
    return found


def _bracketed(proposer: Proposer, response: Response) -> list[Proposal]:
    """T(y)·g = c₀ + c₁·F₁ + c₂·F₂ for plain factors g and the simplest F."""
    if response.name not in _BRACKETED:
        return []
    columns = range(proposer.inputs.shape[1])
    inside = Proposer(proposer.inputs, proposer.target, atoms(proposer.inputs, columns))
    found = inside.pairs_times(response, _plain(columns), _BRACKETS)
    if response.name == "y" and len(columns) <= _COMBINED_INPUTS:
        found += inside.singles(response, _combined(columns), count=1)
    return found


def _combined(columns: Sequence[int]) -> list[Expression]:
    """Powers of combinations, times an input or divided by one: (x - y)²/z."""
    powers = [power(z, exponent) for z in combinations(columns) for exponent in (1, -1, 2, -2)]
    return [multiply(part, power(Column(index), exponent)) for part in powers for index in columns for exponent in (1, -1)]


def _exact(found: Sequence[Proposal]) -> bool:
    return any(one.error < EXACT for one in found)


def _plain(columns: Sequence[int]) -> list[Expression]:
    return [power(Column(index), exponent) for index in columns for exponent in (1, -1, 2, -2)]


def _curved(columns: Sequence[int]) -> list[Expression]:
    """Functions that occur below the line: exponentials and cosines."""
    return [node for index in columns for node in canonical(Column(index), full=False)]


def _mixed(columns: Sequence[int]) -> list[Expression]:
    """One input times a function of another one, below the line: 1 + x·cos z."""
    if len(columns) > _COMBINED_INPUTS - 1:
        return []
    found: list[Expression] = []
    for i, j in permutations(columns, 2):
        curved = [*(apply(name, multiply(number(1), Column(j))) for name in ("cos", "sin", "exp")), apply("log", Column(j))]
        found += [multiply(power(Column(i), exponent), node) for exponent in (1, 2, -1) for node in curved]
    return found
