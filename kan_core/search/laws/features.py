"""Terms of a law as columns of numbers: elementary functions of one input or of a combination, and their products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations as subsets

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.expression.values import values_of
from kan_core.search.laws.atoms import canonical, combinations, on_grid
from kan_core.search.laws.candidates import Array, apply, multiply, number, power, size
from kan_core.training.halting import go_on

# Values larger than this many times their mean are no help to a regression, and neither is what hardly varies.
_WILD = 100.0
_CONSTANT = 1e-6
# Most terms of a search, the simplest.
_MOST = 24_000
# Combinations of inputs meet fewer functions from this number of inputs on.
_MANY = 5


@dataclass(frozen=True, eq=False)
class Features:
    """Terms with their values.

    Attributes:
        factors: what each term is the product of, simplest first; the product is written out only when it is needed.
        values: (features, rows), each row of unit length.
        sizes: (features,) nodes of the product.
    """

    factors: tuple[tuple[Expression, ...], ...]
    values: Array
    sizes: Array

    def node(self, place: int) -> Expression:
        """One term written out."""
        return multiply(*self.factors[place])

    def first(self, count: int) -> Features:
        """The simplest ones."""
        return Features(self.factors[:count], self.values[:count], self.sizes[:count])


def gather(nodes: Iterable[Expression], inputs: Array) -> Features:
    """Those of the nodes that have a value on every row, none twice (up to a factor), none constant, simplest first."""
    ordered = sorted(nodes, key=size)
    with np.errstate(all="ignore"):
        rows = np.empty((len(ordered), len(inputs)))
        for place, node in enumerate(ordered):
            go_on()
            rows[place] = values_of(node, inputs)
        return _kept([(node,) for node in ordered], rows, np.array([size(node) for node in ordered], dtype=np.float64))


def _kept(factors: Sequence[tuple[Expression, ...]], rows: Array, sizes: Array) -> Features:
    places, unit = _usable(rows)
    return Features(tuple(factors[place] for place in places), unit, sizes[places])


def _usable(rows: Array) -> tuple[list[int], Array]:
    """Places of the rows that may stay, and these brought to unit length."""
    go_on()
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    usable = np.isfinite(length) & (length > 0)
    sizes = np.abs(rows[usable])
    usable[usable] = (sizes.max(axis=1) <= _WILD * sizes.mean(axis=1)) & (
        np.ptp(rows[usable], axis=1) > _CONSTANT * sizes.max(axis=1)
    )
    go_on()
    places = np.flatnonzero(usable)
    unit = rows[places] / length[places, None]
    probe = np.random.default_rng(0).standard_normal(rows.shape[1])
    _, first = np.unique(np.round(np.abs(unit @ probe), 9), return_index=True)
    first = np.sort(first)[:_MOST]
    return places[first].tolist(), unit[first]


def single_atoms(inputs: Array, columns: Sequence[int], *, full: bool = True) -> Features:
    """Canonical functions of each input."""
    return gather((atom for index in columns for atom in canonical(Column(index), full=full)), inputs)


def grid_atoms(inputs: Array, columns: Sequence[int]) -> Features:
    """Functions of each input with constants on a grid."""
    return gather((atom for index in columns for atom in on_grid(Column(index), inputs[:, index])), inputs)


def plain_terms(inputs: Array, columns: Sequence[int]) -> Features:
    """Powers of each input that stand before other functions."""
    return gather((atom for index in columns for atom in _plain(index)), inputs)


def atoms(inputs: Array, columns: Sequence[int]) -> Features:
    """Canonical functions of inputs and of their combinations."""
    return merged(single_atoms(inputs, columns, full=len(columns) < _MANY), combined_atoms(inputs, columns))


def combined_atoms(inputs: Array, columns: Sequence[int]) -> Features:
    """Canonical functions of the combinations of two inputs."""
    return gather((atom for z in combinations(columns) for atom in canonical(z, full=len(columns) == 2)), inputs)


def canonical_terms(inputs: Array, columns: Sequence[int]) -> Features:
    """Atoms of inputs and of their combinations, products of two, and of three plain ones."""
    singles = single_atoms(inputs, columns, full=len(columns) < _MANY)
    pairs = combined_atoms(inputs, columns)
    plain = plain_terms(inputs, columns)
    return merged(
        singles,
        pairs,
        products(singles, singles),
        products(pairs, plain),
        _triples(columns, inputs),
        products(products(singles, plain), plain) if len(columns) <= 2 else None,
    )


def products(first: Features, second: Features) -> Features:
    """Products of every one with every other, the values multiplied rather than computed anew."""
    one, other = np.divmod(np.arange(len(first.factors) * len(second.factors)), len(second.factors))
    sizes = first.sizes[one] + second.sizes[other] + 1
    if first is second:
        upper = one < other
        one, other, sizes = one[upper], other[upper], sizes[upper]
    order = np.argsort(sizes, kind="stable")[: 2 * _MOST]
    go_on()
    one, other, sizes = one[order], other[order], sizes[order]
    with np.errstate(all="ignore"):
        places, unit = _usable(first.values[one] * second.values[other])
    factors = tuple(
        first.factors[i] + second.factors[j] for i, j in zip(one[places].tolist(), other[places].tolist(), strict=True)
    )
    return Features(factors, unit, sizes[places])


def _plain(index: int) -> list[Expression]:
    x = Column(index)
    return [x, power(x, -1), power(x, 2), power(x, -2), power(x, 0.5)]


def _triples(columns: Sequence[int], inputs: Array) -> Features | None:
    """Products of plain functions of three inputs."""
    if len(columns) < 3:
        return None
    several = {index: [*_plain(index), *_curved(index)] for index in columns}
    made = [multiply(a, b, c) for i, j, k in subsets(columns, 3) for a in several[i] for b in several[j] for c in several[k]]
    return gather(made, inputs)


def _curved(index: int) -> list[Expression]:
    x = Column(index)
    return [
        apply("log", x),
        *(apply(name, multiply(number(1), x)) for name in ("exp", "sin", "cos")),
        apply("exp", multiply(number(-1), x)),
    ]


def merged(*parts: Features | None) -> Features:
    """All together, none twice, simplest first."""
    given = [part for part in parts if part is not None and part.factors]
    sizes = np.concatenate([part.sizes for part in given])
    order = np.argsort(sizes, kind="stable")
    go_on()
    factors = [factor for part in given for factor in part.factors]
    return _kept([factors[place] for place in order], np.concatenate([part.values for part in given])[order], sizes[order])


def with_target(features: Features, simple: Features, target: Array, index: int) -> Features:
    """The terms, and the target (column `index`) times each of `simple`: these end below the line of a quotient."""
    y = Features(((Column(index),),), target[None, :] / np.linalg.norm(target), np.array([1.0]))
    return merged(features, products(y, simple))
