"""Laws with waves whose phase no list has: y = P + Σ Aₖ·sin θₖ + Σ Bₖ·f, θ linear in x, in x and z, in x·z, x and z, and so on.

A periodogram, the size of Σ r·exp(-iθ) for what is left over r and all θ of a grid, shows where a wave may be; then all
constants are fitted, and the next wave or elementary function f is looked for in what is left (matching pursuit with refitting).
sin((x - 1)·(z - 1)) is such a wave, and so is exp(-b·x)·sin(a·x + c), whose amplitude fades. Proposed is what is exact, or
leaves nothing but noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations as subsets
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import Apply, Column, Expression, Product, Sum, children, with_children
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, apply, multiply, named, number, power
from kan_core.search.laws.features import Features, grid_atoms, merged, single_atoms
from kan_core.search.laws.least_squares import fit
from kan_core.search.laws.propose import EXACT, Proposal, best_of, fitted
from kan_core.search.laws.regress import best_pairs, best_single, centred, pair_table
from kan_core.search.noise import is_noise
from kan_core.training.halting import go_on

# Steps of the grid for one, two and three constants in a phase, each of half a turn over the range of its term.
_STEPS = {1: 60, 2: 20, 3: 16}
# Fading exp(-rate/width·x), in widths of the data.
_FADING = (1.0, 2.5, -1.0)
# Powers of the only input before a wave.
_RISING = (1, 2, 3)
# Peaks that are fitted for some steps, those that go on, waves at most, and inputs at most.
_PEAKS = 12
_GO_ON = 6
_HEAT = 8
# Functions looked at, and shapes of them that are fitted.
_LOOKED_AT = 150
_SHAPES = 12
# Functions among which pairs are tried, and pairs that go on.
_PAIRED = 700
_PAIRS_GO_ON = 4
_WAVES = 3
_STATES = 3
_KEPT = 2
_INPUTS = 4


@dataclass(frozen=True, eq=False)
class Family:
    """Waves of one kind.

    Attributes:
        terms: of the phase.
        values: (terms, rows).
        grid: coefficients for each term.
        envelope: factor before the sine, or None.
        weight: (rows,) of it.
    """

    terms: tuple[Expression, ...]
    values: Array
    grid: tuple[NDArray[np.floating], ...]
    envelope: Expression | None
    weight: Array


@dataclass(frozen=True, eq=False)
class Terms:
    """Waves, and functions with their centred values."""

    families: tuple[Family, ...]
    atoms: Features
    units: Array


def wave_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """Laws, exact or down to the noise, for every `shares`-th start from `share` on: a constant, or a polynomial."""
    if len(columns) > _INPUTS:
        return []
    terms = terms_of(inputs, columns)
    for start in starts(inputs, target, columns)[share::shares]:
        exact = pursued(start, terms, inputs, target, noise=True)
        if exact:
            return best_of((_pared(one, inputs, target) for one in exact[:_KEPT]), _KEPT)
    return []


def terms_of(inputs: Array, columns: Sequence[int]) -> Terms:
    """All that a law may be met by."""
    atoms = merged(single_atoms(inputs, columns), grid_atoms(inputs, columns))
    return Terms(tuple(_families(inputs, columns)), atoms, centred(atoms.values))


def starts(inputs: Array, target: Array, columns: Sequence[int]) -> list[Expression]:
    """A constant, and a polynomial of the second degree."""
    level = number(float(target.mean()))
    bent = add(level, *(multiply(number(0.0), term) for term in _plain(columns)))
    return [fit(start, inputs, target) for start in (level, bent)]


def pursued(
    start: Expression, terms: Terms, inputs: Array, target: Array, exact: float = EXACT, *, noise: bool = False
) -> list[Proposal]:
    """One wave or function more at a time until the error is below `exact`; empty when it never is."""
    states = [start]
    for turn in range(_WAVES):
        guesses = [law for state in states for law in _with_more(state, terms, inputs, target)]
        going_on = _unlike(guesses, inputs, target, _GO_ON)
        if turn == 0:
            going_on += _unlike(_with_pair(start, terms, inputs, target), inputs, target, _PAIRS_GO_ON)
        ends = best_of((fitted(one.node, inputs, target, 40, 1e-6) for one in going_on), len(going_on))
        found = [one for one in ends if one.error < exact]
        if noise and not found:
            spread = float(target.std())
            found = [one for one in ends[:1] if is_noise(target - values_of(one.node, inputs), inputs, spread)]
        if found:
            return found
        states = [one.node for one in ends[:_STATES]]
    return []


def _pared(law: Proposal, inputs: Array, target: Array) -> Proposal:
    """The law without terms, in the sum and in its phases, that are not worth their bits; the others fitted again."""
    kept = law
    tried: set[Expression] = set()
    while True:
        trials = [node for node in _shorter(kept.node) if node not in tried]
        tried.update(trials)
        better = best_of((fitted(node, inputs, target, _HEAT) for node in trials), 1)
        if not better or better[0].bits >= kept.bits:
            return kept
        kept = better[0]


def _shorter(node: Expression) -> Iterator[Expression]:
    """The formula less one part of one of its sums."""
    if not isinstance(node, Sum | Product) and not (isinstance(node, Apply) and node.function == "sin"):
        return
    parts = children(node)
    for place, part in enumerate(parts):
        before, after = parts[:place], parts[place + 1 :]
        if isinstance(node, Sum) and len(parts) > 1:
            yield add(*before, *after)
        for shorter in _shorter(part):
            yield with_children(node, (*before, shorter, *after))


def _unlike(guesses: Iterable[Expression], inputs: Array, target: Array, count: int) -> list[Proposal]:
    """The best of each shape after some steps, and of these the best few."""
    heats = best_of((fitted(law, inputs, target, _HEAT) for law in guesses), _LOOKED_AT)
    shapes: dict[Expression, Proposal] = {}
    for one in heats:
        shapes.setdefault(named(one.node)[0], one)
    return list(shapes.values())[:count]


def _plain(columns: Sequence[int]) -> list[Expression]:
    """What may stand beside the waves."""
    low = [Column(index) for index in columns]
    return [
        *low,
        *(
            multiply(Column(i), Column(j)) if i != j else power(Column(i), 2)
            for i, j in combinations_with_replacement(columns, 2)
        ),
    ]


def _families(inputs: Array, columns: Sequence[int]) -> Iterator[Family]:
    ones = np.ones(len(inputs))
    for index in columns:
        x = Column(index)
        yield _family((x,), inputs, None, ones)
        yield _family((power(x, 2), x), inputs, None, ones)
        for exponent in _RISING if len(columns) == 1 else ():
            for rate in (0.0, *_FADING):
                fading = apply("exp", multiply(number(-rate / max(float(np.ptp(inputs[:, index])), 1e-12)), x))
                envelope = multiply(power(x, exponent), fading) if rate else power(x, exponent)
                yield _family((x,), inputs, envelope, values_of(envelope, inputs))
        for other in columns:
            for rate in _FADING:
                width = float(np.ptp(inputs[:, other]))
                envelope = apply("exp", multiply(number(-rate / max(width, 1e-12)), Column(other)))
                yield _family((x,), inputs, envelope, values_of(envelope, inputs))
    for i, j in subsets(columns, 2):
        x, z = Column(i), Column(j)
        yield _family((x, z), inputs, None, ones)
        yield _family((multiply(x, z), x, z), inputs, None, ones)
        for first, second in ((x, z), (z, x)):
            yield _family((power(first, 2), second), inputs, None, ones)
            yield _family((first,), inputs, second, values_of(second, inputs))


def _family(terms: tuple[Expression, ...], inputs: Array, envelope: Expression | None, weight: Array) -> Family:
    values = np.stack([values_of(term, inputs) for term in terms])
    count = _STEPS[len(terms)]
    steps = [np.pi / max(float(np.ptp(row)), 1e-12) for row in values]
    first = steps[0] * np.arange(1, count + 1) / (2 if len(terms) == 1 else 1)
    rest = (step * np.arange(-count, count + 1) for step in steps[1:])
    return Family(terms, values, (first, *rest), envelope, weight)


def _with_more(law: Expression, terms: Terms, inputs: Array, target: Array) -> Iterator[Expression]:
    """The law and one more wave, at the peaks of the periodograms of what it leaves, or one more function."""
    residual = target - values_of(law, inputs)
    yield from _with_atom(law, terms, inputs, residual)
    peaks: list[tuple[float, int, tuple[float, ...]]] = []
    for place, family in enumerate(terms.families):
        peaks += [(gain, place, constants) for gain, constants in _peaks(family, residual)]
    for _, place, constants in sorted(peaks, key=lambda peak: -peak[0])[: 2 * _PEAKS]:
        yield _met(law, terms.families[place], constants, residual)


def _with_pair(law: Expression, terms: Terms, inputs: Array, target: Array) -> Iterator[Expression]:
    """The law and two more functions, the best two of each shape: exp(-2·x) + 3·exp(-x/2) has no best single one."""
    residual = target - values_of(law, inputs)
    units, sizes = terms.units[:_PAIRED], terms.atoms.sizes[:_PAIRED]
    shapes: set[Expression] = set()
    for choice in best_pairs(pair_table(units, sizes), centred(residual), _LOOKED_AT):
        nodes = [terms.atoms.node(place) for place in choice.places]
        shape = named(add(*nodes))[0]
        if shape in shapes or len(shapes) == _SHAPES:
            continue
        shapes.add(shape)
        matrix = np.column_stack([*(values_of(node, inputs) for node in nodes), np.ones(len(inputs))])
        *slopes, level = np.linalg.lstsq(matrix, residual, rcond=1e-12)[0].tolist()
        yield add(law, *(multiply(number(slope), node) for slope, node in zip(slopes, nodes, strict=True)), number(level))


def _with_atom(law: Expression, terms: Terms, inputs: Array, residual: Array) -> Iterator[Expression]:
    """The law and one more function, the best one of each shape."""
    shapes: set[Expression] = set()
    for choice in best_single(terms.units, terms.atoms.sizes, centred(residual)[None, :], _LOOKED_AT)[0]:
        term = terms.atoms.node(choice.places[0])
        shape = named(term)[0]
        if shape in shapes:
            continue
        shapes.add(shape)
        if len(shapes) > _SHAPES:
            return
        values = values_of(term, inputs)
        moved = values - values.mean()
        slope = float(moved @ residual) / float(moved @ moved)
        yield add(law, multiply(number(slope), term), number(-slope * float(values.mean())))


def _peaks(family: Family, residual: Array) -> Iterator[tuple[float, tuple[float, ...]]]:
    """The best phases of a family, no two of them neighbours on the grid, with what share of the residual each may explain."""
    go_on()
    weighed = residual * family.weight
    length = float(residual @ residual) * float(family.weight @ family.weight) / 2
    first = np.exp(-1j * np.outer(family.grid[0], family.values[0])) * weighed
    if len(family.grid) == 1:
        size = np.abs(first.sum(axis=1))
    else:
        waves = [np.exp(-1j * np.outer(grid, row)) for grid, row in zip(family.grid[1:], family.values[1:], strict=True)]
        last = waves[-1].T
        size = np.abs(first @ last if len(waves) == 1 else np.stack([(waves[0] * one) @ last for one in first]))
    size = size**2 / max(length, 1e-300)
    taken = np.zeros(size.shape, dtype=bool)
    given = 0
    for flat in np.argsort(-size, axis=None, kind="stable")[: 40 * _PEAKS].tolist():
        at = np.unravel_index(flat, size.shape)
        if taken[at]:
            continue
        taken[tuple(slice(max(0, int(i) - 1), int(i) + 2) for i in at)] = True
        yield float(size[at]), tuple(float(grid[int(i)]) for grid, i in zip(family.grid, at, strict=True))
        given += 1
        if given == _PEAKS // 2:
            return


def _met(law: Expression, family: Family, constants: Sequence[float], residual: Array) -> Expression:
    """Law + A·sin(θ + c), A and c by least squares on the residual."""
    theta = np.asarray(constants) @ family.values
    matrix = np.column_stack([family.weight * np.sin(theta), family.weight * np.cos(theta)])
    sine, cosine = np.linalg.lstsq(matrix, residual, rcond=1e-12)[0].tolist()
    parts = [multiply(number(c), term) for c, term in zip(constants, family.terms, strict=True)]
    wave = apply("sin", add(*parts, number(float(np.arctan2(cosine, sine)))))
    amplitude = number(float(np.hypot(sine, cosine)))
    return add(law, multiply(amplitude, wave) if family.envelope is None else multiply(amplitude, family.envelope, wave))
