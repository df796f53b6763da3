"""Laws for a table: terms are chosen for every response, their constants fitted, the best formulas handed back.

T(y) = c₀ + Σ cₖ·Fₖ            a few terms for a function T of the target
T(y)·g = c₀ + c·F               quotients and products with a bracket
y = (c₀ + Σ cₖ·Fₖ)/(1 - Σ bₖ·Gₖ)   terms y·G among the F: rational laws
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kan_core.expression.tree import Column, Expression, columns_of
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, factors_of, multiply, number, power, size
from kan_core.search.laws.features import Features
from kan_core.search.laws.least_squares import error_of, fit
from kan_core.search.laws.regress import (
    BITS_PER_NODE,
    Choice,
    best_pairs,
    best_single,
    best_triples,
    bits_of,
    centred,
    extend,
    pair_table,
)
from kan_core.search.laws.responses import Response
from kan_core.training.halting import go_on

# Errors below this share of the target's spread are rounding.
EXACT = 1e-10
_FLOOR = 1e-11
# A constant term this small beside the others is none.
_ABSENT = 1e-9
# Responses that are looked at together, and bits above which a single term explains next to nothing.
_AT_ONCE = 64
_HOPEFUL = 0.0
# Beside the simplest terms, this many times fewer that explain most alone are paired.
_EXPLAINING = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A formula with fitted constants.

    Attributes:
        node: for the target itself.
        error: root mean square residual over the target's spread, on the rows it was fitted to.
        bits: description length; only differences mean anything.
    """

    node: Expression
    error: float
    bits: float


def proposal(node: Expression, inputs: Array, target: Array) -> Proposal:
    """A formula judged on rows."""
    go_on()
    error = error_of(node, inputs, target)
    bits = len(target) * math.log2(max(error, _FLOOR)) + BITS_PER_NODE * size(node) if math.isfinite(error) else math.inf
    return Proposal(node, error, bits)


def best_of(proposals: Iterable[Proposal], count: int) -> list[Proposal]:
    """Those with the shortest description."""
    usable = {one.node: one for one in proposals if math.isfinite(one.bits)}
    return sorted(usable.values(), key=lambda one: one.bits)[:count]


def fitted(node: Expression, inputs: Array, target: Array, steps: int = 30, tolerance: float = 1e-4) -> Proposal:
    """A formula with all its numbers fitted to the target itself, those inside functions too; see `least_squares.fit`."""
    return proposal(fit(node, inputs, target, steps, tolerance), inputs, target)


def refined(proposals: Sequence[Proposal], inputs: Array, target: Array, steps: int = 30) -> list[Proposal]:
    """The same with all constants fitted to the target itself, those inside functions too."""
    return [fitted(one.node, inputs, target, steps) for one in proposals]


class Proposer:
    """Terms and responses of one table."""

    def __init__(self, inputs: Array, target: Array, features: Features) -> None:
        """Features may use the column behind the inputs, which is the target: they end below the line."""
        self.inputs = inputs
        self.target = target
        self.known = np.column_stack([inputs, target])
        self.features = features
        self.units = centred(features.values)
        y = Column(inputs.shape[1])
        self._below = np.array([place for place, factors in enumerate(features.factors) if y in factors], dtype=np.intp)

    def singles(self, response: Response, multipliers: Sequence[Expression], count: int = 3) -> list[Proposal]:
        """T(y)·g = c₀ + c·F for every multiplier g, and for g = 1."""
        with np.errstate(all="ignore"):
            rows = np.stack([response.values, *(response.values * values_of(g, self.inputs) for g in multipliers)])
        usable = np.flatnonzero(np.isfinite(rows).all(axis=1))
        found: list[Proposal] = []
        for start in range(0, len(usable), _AT_ONCE):
            some = usable[start : start + _AT_ONCE].tolist()
            for place, choices in zip(
                some, best_single(self.units, self.features.sizes, centred(rows[some]), count), strict=True
            ):
                g = None if place == 0 else multipliers[place - 1]
                found += [self._written(response, choice, rows[place], g) for choice in choices if choice.bits < _HOPEFUL]
        return found

    def pairs(self, response: Response, most: int, count: int = 30) -> list[Choice]:
        """T(y) = c₀ + c₁·F₁ + c₂·F₂ among the simplest terms, those with y, and those that explain most alone."""
        r = centred(response.values)
        alone = bits_of(1 - (self.units @ r) ** 2, self.features.sizes, len(r))
        places = np.union1d(np.arange(min(most, len(alone))), np.argsort(alone, kind="stable")[: most // _EXPLAINING])
        places = np.union1d(places, self._below)
        table = pair_table(self.units[places], self.features.sizes[places])
        found = best_pairs(table, r, count)
        return [Choice(tuple(int(places[place]) for place in choice.places), choice.bits) for choice in found]

    def pairs_times(self, response: Response, multipliers: Sequence[Expression], most: int, count: int = 5) -> list[Proposal]:
        """T(y)·g = c₀ + c₁·F₁ + c₂·F₂ for every multiplier g, among the simplest terms."""
        table = pair_table(self.units[:most], self.features.sizes[:most])
        found: list[Proposal] = []
        for g in multipliers:
            with np.errstate(all="ignore"):
                wanted = response.values * values_of(g, self.inputs)
            if np.isfinite(wanted).all():
                found += [self._written(response, choice, wanted, g) for choice in best_pairs(table, centred(wanted), count)]
        return found

    def triples(self, response: Response, most: int, count: int = 20) -> list[Choice]:
        """T(y) = c₀ + c₁·F₁ + c₂·F₂ + c₃·F₃ among the simplest terms."""
        return best_triples(self.units[:most], self.features.sizes[:most], centred(response.values), count)

    def more(self, response: Response, choices: list[Choice], count: int = 20) -> list[Choice]:
        """One more term for each choice, of all terms."""
        return extend(self.units, self.features.sizes, centred(response.values), choices, count)

    def written(self, response: Response, choices: Iterable[Choice]) -> list[Proposal]:
        """The formulas of choices."""
        return [self._written(response, choice, response.values, None) for choice in choices]

    def _written(self, response: Response, choice: Choice, wanted: Array, multiplier: Expression | None) -> Proposal:
        terms = [self.features.node(place) for place in choice.places]
        total = self._linear(terms, wanted)
        if multiplier is not None:
            total = multiply(total, *(power(part, -1) for part in factors_of(multiplier)))
        return proposal(response.invert(total), self.inputs, self.target)

    def _linear(self, terms: Sequence[Expression], wanted: Array) -> Expression:
        """c₀ + Σ cₖ·Fₖ by least squares, c₀ left out where it is rounding; terms y·G go below the line."""
        columns = np.column_stack([np.ones(len(wanted)), *(values_of(term, self.known) for term in terms)])
        length = np.sqrt((columns**2).sum(axis=0))
        scaled = np.linalg.lstsq(columns / length, wanted, rcond=1e-14)[0]
        constants = (scaled / length).tolist()
        above: list[Expression] = [number(constants[0])] if abs(scaled[0]) > _ABSENT * np.abs(scaled).max() else []
        below: list[Expression] = []
        for c, term in zip(constants[1:], terms, strict=True):
            if self.inputs.shape[1] in columns_of(term):
                below.append(multiply(number(-c), *factors_of(term)[1:]))
            else:
                above.append(multiply(number(c), term))
        top = add(*above) if above else number(0.0)
        return multiply(top, power(add(number(1.0), *below), -1)) if below else top
