"""Which one, two or a few terms explain a response: exhaustive for one and two, a beam from there.

With centred columns of unit length, a response r and its correlations ρ_ir, two terms explain the share
R² = (ρ_ir² + ρ_jr² - 2·ρ_ir·ρ_jr·ρ_ij)/(1 - ρ_ij²), so all pairs of thousands of terms are a few matrix operations. Choices are
ordered by description length: rows/2·log2(1 - R²) + bits for the size of the terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kan_core.search.laws.candidates import Array
from kan_core.training.halting import go_on

BITS_PER_NODE = 2.0
# 1 - R² below this is rounding.
_EXACT = 1e-22
# Two terms closer than this to being the same curve are not told apart.
_COLLINEAR = 1e-9
_APART = 1e-4
# Pairs looked at for each first term of a triple.
_EACH = 2
# States of a beam that are met by a term together, and the best terms for each.
_STATES_AT_ONCE = 50
_CHILDREN = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """Places of the chosen terms and the bits they cost together; smaller is better."""

    places: tuple[int, ...]
    bits: float


def centred(rows: Array) -> Array:
    """Rows less their mean, of unit length."""
    moved = rows - rows.mean(axis=-1, keepdims=True)
    length = np.sqrt(np.einsum("...j,...j->...", moved, moved))[..., None]
    result: Array = moved / np.where(length > 0, length, 1.0)
    return result


def bits_of(unexplained: Array, sizes: Array | float, rows: int) -> Array:
    """rows/2·log2(1 - R²) + 2 bits a node."""
    result: Array = rows / 2 * np.log2(np.maximum(unexplained, _EXACT)) + BITS_PER_NODE * np.asarray(sizes)
    return result


def best_single(units: Array, sizes: Array, responses: Array, count: int) -> list[list[Choice]]:
    """The best terms for each response.

    Args:
        units: (features, rows) centred.
        sizes: (features,).
        responses: (responses, rows) centred.
        count: choices kept for each.
    """
    go_on()
    correlation = responses @ units.T
    bits = bits_of(1 - correlation**2, sizes, units.shape[1])
    return [_least(row, count) for row in bits]


@dataclass(frozen=True, eq=False)
class PairTable:
    """What all responses share in the search over pairs.

    Attributes:
        units: (features, rows) centred.
        gram: ρ_ij.
        rest: 1 / (1 - ρ_ij²), 0 where two terms are one curve.
        price: 2^(2·bits of the size/rows), infinite below the diagonal, where pairs come a second time.
    """

    units: Array
    gram: Array
    rest: Array
    price: Array


def pair_table(units: Array, sizes: Array) -> PairTable:
    """Products of all pairs."""
    go_on()
    gram = units @ units.T
    go_on()
    apart = 1 - gram**2
    rest = np.where(apart > _COLLINEAR, 1 / np.maximum(apart, _COLLINEAR), 0.0)
    price = np.exp2(2 * BITS_PER_NODE / units.shape[1] * (sizes[:, None] + sizes))
    price[np.tril_indices(len(units))] = np.inf
    return PairTable(units, gram, rest, price)


def best_pairs(table: PairTable, response: Array, count: int) -> list[Choice]:
    """The best pairs of terms for one response."""
    go_on()
    r = table.units @ response
    square = r**2
    unexplained = table.gram * r
    unexplained *= -2 * r[:, None]
    unexplained += square[:, None]
    unexplained += square
    unexplained *= table.rest
    np.subtract(1, unexplained, out=unexplained)
    np.maximum(unexplained, _EXACT, out=unexplained)
    unexplained *= table.price
    flat = unexplained.ravel()
    few = min(count, len(flat))
    near = np.argpartition(flat, few - 1)[:few]
    ordered = near[np.lexsort((near, flat[near]))]
    bits = table.units.shape[1] / 2 * np.log2(flat[ordered])
    places = zip(*np.divmod(ordered, len(r)), strict=True)
    return [Choice((int(i), int(j)), float(bit)) for (i, j), bit in zip(places, bits, strict=True) if np.isfinite(bit)]


def best_triples(units: Array, sizes: Array, response: Array, count: int) -> list[Choice]:
    """The best triples of terms for one response: with each term taken out of all others, the best pairs of what is left."""
    found: list[Choice] = []
    for first in range(len(units) - 2):
        go_on()
        unit = units[first]
        later = units[first + 1 :] - np.outer(units[first + 1 :] @ unit, unit)
        length = np.sqrt(np.einsum("ij,ij->i", later, later))
        kept = np.flatnonzero(length > _APART)
        left = response - (response @ unit) * unit
        share = float(left @ left)
        if len(kept) < 2 or share < _EXACT:
            continue
        table = pair_table(later[kept] / length[kept, None], sizes[first + 1 :][kept])
        base = float(bits_of(np.array(share), float(sizes[first]), len(response)))
        for choice in best_pairs(table, left / np.sqrt(share), _EACH):
            places = (first, *(first + 1 + int(kept[place]) for place in choice.places))
            found.append(Choice(places, choice.bits + base))
    return sorted(found, key=lambda choice: (choice.bits, choice.places))[:count]


def extend(units: Array, sizes: Array, response: Array, states: list[Choice], count: int) -> list[Choice]:
    """Each state met by one more term, the best of all kept."""
    found: dict[tuple[int, ...], float] = {}
    rows = units.shape[1]
    for state in states:
        go_on()
        basis = np.linalg.qr(units[list(state.places)].T)[0]
        residual = response - basis @ (basis.T @ response)
        left = float(residual @ residual)
        apart = 1 - np.einsum("ij,ij->i", units @ basis, units @ basis)
        gain = (units @ residual) ** 2 / np.maximum(apart, _COLLINEAR)
        unexplained = np.where(apart > _COLLINEAR, left - gain, left)
        bits = bits_of(unexplained, sizes + float(sizes[list(state.places)].sum()), rows)
        for choice in _least(bits, count):
            places = tuple(sorted({*state.places, *choice.places}))
            if len(places) > len(state.places):
                found[places] = min(choice.bits, found.get(places, np.inf))
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return [Choice(places, bits) for places, bits in ordered[:count]]


def _least(bits: Array, count: int) -> list[Choice]:
    """The single terms with the fewest bits, in order."""
    few = min(count, len(bits))
    near = np.argpartition(bits, few - 1)[:few] if few else np.array([], dtype=np.intp)
    ordered = near[np.lexsort((near, bits[near]))]
    return [Choice((int(place),), float(bits[place])) for place in ordered]


def beam_step(
    units: Array, sizes: Array, response: Array, states: Sequence[Choice], count: int, also: Sequence[Choice] = ()
) -> list[Choice]:
    """As `extend`, for many states at once; the best of the new ones and of `also`."""
    found = {one.places: one.bits for one in also}
    for start in range(0, len(states), _STATES_AT_ONCE):
        go_on()
        for state, bits in zip(*_met(units, sizes, response, states[start : start + _STATES_AT_ONCE]), strict=True):
            for choice in _least(bits, _CHILDREN):
                places = tuple(sorted({*state.places, *choice.places}))
                if len(places) > len(state.places):
                    found[places] = min(choice.bits, found.get(places, np.inf))
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return [Choice(places, bits) for places, bits in ordered[:count]]


def _met(units: Array, sizes: Array, response: Array, states: Sequence[Choice]) -> tuple[Sequence[Choice], Array]:
    """(states, features) bits of each state met by each term."""
    bases = [np.linalg.qr(units[list(state.places)].T)[0] for state in states]
    residuals = np.stack([response - basis @ (basis.T @ response) for basis in bases])
    left = np.einsum("ij,ij->i", residuals, residuals)
    taken = (np.concatenate(bases, axis=1).T @ units.T) ** 2
    ends = np.cumsum([0, *(basis.shape[1] for basis in bases[:-1])])
    apart = 1 - np.add.reduceat(taken, ends, axis=0)
    gain = (residuals @ units.T) ** 2 / np.maximum(apart, _COLLINEAR)
    unexplained = left[:, None] - np.where(apart > _COLLINEAR, gain, 0.0)
    own = np.array([float(sizes[list(state.places)].sum()) for state in states])
    return states, bits_of(unexplained, sizes + own[:, None], len(response))


def without_one(states: Sequence[Choice]) -> list[Choice]:
    """Each state less each of its terms."""
    fewer = (state.places[:place] + state.places[place + 1 :] for state in states for place in range(len(state.places)))
    return [Choice(places, 0.0) for places in dict.fromkeys(fewer) if places]
