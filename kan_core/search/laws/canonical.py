"""The first, cheap look: laws whose inner constants are those of textbooks. Solves most formulas of physics in a second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from kan_core.search.laws.atoms import canonical, combinations
from kan_core.search.laws.features import Features, canonical_terms, gather, with_target
from kan_core.search.laws.node import Array, Node, column, power
from kan_core.search.laws.propose import EXACT, Proposal, Proposer, best_of, refined
from kan_core.search.laws.regress import Choice
from kan_core.search.laws.responses import Response, responses

# Terms among which all pairs are tried, and how many of them may meet the target.
_PAIRED = 1600
_BELOW = 250
# Terms a law may have.
_LONGEST = 4
# Responses that a plain factor may multiply, and terms among which pairs are tried then.
_BRACKETED = {"y", "1/y", "y^2", "1/y^2"}
_BRACKETS = 700
_KEPT = 12
_EXACT_KEPT = 3


def single_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The best laws T(y)·g = c₀ + c·F for every `shares`-th response T from `share` on, best first.

    Args:
        inputs, target: (rows, inputs) and (rows,), a few hundred rows.
        columns: inputs that may occur.
        share, shares: which part of the work this is.
    """
    terms, simple = _terms(inputs, columns)
    multipliers = [simple.node(place) for place in range(len(simple.factors))]
    proposer = Proposer(inputs, target, terms)
    found: list[Proposal] = []
    for response in responses(target)[share::shares]:
        found = best_of([*found, *proposer.singles(response, multipliers)], _KEPT)
    return _finished(found, inputs, target)


def several_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The same for laws of two terms and more, quotients included."""
    terms, simple = _terms(inputs, columns)
    chosen = responses(target)[share::shares]
    found: list[Proposal] = []
    if share == 0:
        below = gather([*(simple.node(place) for place in range(len(simple.factors))), *_curved(columns)], inputs)
        rational = with_target(terms, below.first(_BELOW), target, inputs.shape[1])
        found = _several(Proposer(inputs, target, rational), chosen[:1])
        chosen = chosen[1:]
    if chosen and not _exact(found):
        found += _several(Proposer(inputs, target, terms), chosen)
    return _finished(best_of(found, _KEPT), inputs, target)


def _finished(found: list[Proposal], inputs: Array, target: Array) -> list[Proposal]:
    """The exact ones where there are any, else all with their inner constants fitted too."""
    exact = [one for one in found if one.error < EXACT]
    return best_of(exact[:_EXACT_KEPT] or refined(found, inputs, target), _KEPT)


def _terms(inputs: Array, columns: Sequence[int]) -> tuple[Features, Features]:
    """All terms, and the plain ones that multiply the target."""
    return _cached_terms(inputs.tobytes(), inputs.shape, tuple(columns))


@lru_cache(maxsize=1)
def _cached_terms(data: bytes, shape: tuple[int, int], columns: tuple[int, ...]) -> tuple[Features, Features]:
    inputs = np.frombuffer(data).reshape(shape)
    return canonical_terms(inputs, columns), gather([*_plain(columns), *combinations(columns)], inputs)


def _several(proposer: Proposer, chosen: Sequence[Response]) -> list[Proposal]:
    """Laws of two terms and more, one term more at a time until one is exact."""
    states: list[tuple[Response, list[Choice]]] = []
    found: list[Proposal] = []
    for response in chosen:
        states.append((response, proposer.pairs(response, _PAIRED)))
        found += proposer.written(*states[-1])
        if _exact(found):
            return found
    found += _bracketed(proposer, chosen)
    for _ in range(0 if _exact(found) else _LONGEST - 2):
        states = [(response, proposer.more(response, choices)) for response, choices in states]
        found += [one for state in states for one in proposer.written(*state)]
        if _exact(found):
            break
    return found


def _bracketed(proposer: Proposer, chosen: Sequence[Response]) -> list[Proposal]:
    """T(y)·g = c₀ + c₁·F₁ + c₂·F₂ for plain factors g and the simplest F."""
    found: list[Proposal] = []
    for response in chosen:
        if response.name in _BRACKETED:
            found += proposer.pairs_times(response, _plain(range(proposer.inputs.shape[1])), _BRACKETS)
    return found


def _exact(found: Sequence[Proposal]) -> bool:
    return any(one.error < EXACT for one in found)


def _plain(columns: Sequence[int]) -> list[Node]:
    return [power(column(index), exponent) for index in columns for exponent in (1, -1, 2, -2)]


def _curved(columns: Sequence[int]) -> list[Node]:
    """Functions that occur below the line: exponentials and cosines."""
    return [node for index in columns for node in canonical(column(index), full=False)]
