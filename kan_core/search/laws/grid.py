"""Laws with constants inside functions that no textbook lists: a coarse grid finds the form, least squares the constants.

The grid tells forms apart only roughly, so the best form of each shape (a formula without its numbers) is fitted, and the fits
decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kan_core.expression.tree import Column, Expression
from kan_core.expression.values import values_of
from kan_core.search.laws.atoms import combinations, on_grid
from kan_core.search.laws.candidates import Array, named, power
from kan_core.search.laws.features import Features, gather, grid_atoms, merged, plain_terms, products, single_atoms
from kan_core.search.laws.propose import EXACT, Proposal, Proposer, best_of, fitted
from kan_core.search.laws.responses import responses

# Terms among which pairs are tried, choices looked at for each response, and shapes of them that are fitted.
_PAIRED = 900
_CHOICES = 150
_SHAPES = 16
# Steps of the first fit of a shape, and how many go on to the end.
_HEAT = 6
_GO_ON = 6
_KEPT = 8
# Powers that multiply the target beside the plain ones, for one input.
_HIGH = (3, -3, 4, -4, 5, -5)


def grid_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The best laws for every `shares`-th response from `share` on, constants inside functions fitted, best first."""
    simple, terms = _terms(inputs, columns)
    proposer, apart = Proposer(inputs, target, terms), Proposer(inputs, target, simple)
    plain = plain_terms(inputs, columns)
    multipliers = [plain.node(place) for place in range(len(plain.factors))]
    if len(columns) == 1:
        multipliers += [power(Column(columns[0]), exponent) for exponent in _HIGH]
    found: list[Proposal] = []
    for response in responses(target)[share::shares]:
        singles = proposer.singles(response, multipliers, count=20)
        sums = apart.written(response, apart.pairs(response, _PAIRED, _CHOICES))
        pairs = proposer.pairs(response, _PAIRED, _CHOICES)
        triples = proposer.more(response, pairs[:12], _CHOICES // 4)
        for guesses in (singles, sums, proposer.written(response, pairs), proposer.written(response, triples)):
            found = best_of([*found, *fitted_shapes(guesses, inputs, target)], _KEPT)
            if found and found[0].error < EXACT:
                return [one for one in found if one.error < EXACT]
    return found


def fitted_shapes(guesses: Iterable[Proposal], inputs: Array, target: Array) -> list[Proposal]:
    """The best guess of each shape fitted for some steps, the best of these to the end."""
    shapes: dict[Expression, Proposal] = {}
    for one in best_of(guesses, _CHOICES):
        shapes.setdefault(named(one.node)[0], one)
    chosen = list(shapes.values())[:_SHAPES]
    heats = best_of((fitted(one.node, inputs, target, _HEAT) for one in chosen), _GO_ON)
    return [fitted(one.node, inputs, target, 40, 1e-3) for one in heats]


def _terms(inputs: Array, columns: Sequence[int]) -> tuple[Features, Features]:
    """Functions on the grid of inputs and, for few inputs, of their combinations; alone, and times other functions too."""
    singles, grid, plain = single_atoms(inputs, columns), grid_atoms(inputs, columns), plain_terms(inputs, columns)
    together = combinations(columns) if len(columns) <= 3 else []
    wider = gather((atom for z in together for atom in on_grid(z, values_of(z, inputs))), inputs)
    both = products(grid, grid) if len(columns) <= 2 else products(grid, single_atoms(inputs, columns, full=False))
    alone = merged(singles, grid, wider)
    return alone, merged(alone, products(grid, plain), both)
