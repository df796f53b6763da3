"""Laws of fewer quantities than columns: groups of columns take one quantity's place until none is left to group.

A plain factor is divided out first. What remains, often a function of one quantity, goes through the finders of simple laws; the
formula is written in the columns again and all its constants are fitted to the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

import numpy as np

from kan_core.expression.tree import Column, Expression
from kan_core.search.laws.apart import apart_laws
from kan_core.search.laws.candidates import Array, multiply, power, substituted
from kan_core.search.laws.canonical import pair_laws, single_laws
from kan_core.search.laws.grid import grid_laws
from kan_core.search.laws.groups import groups
from kan_core.search.laws.polynomial import polynomial_laws
from kan_core.search.laws.propose import EXACT, Proposal, best_of, fitted
from kan_core.search.laws.surface import Surface
from kan_core.search.laws.waves import wave_laws

# Rows that the finders see.
_FEW = 160
_KEPT = 3
# A factor's exponent is this near to a half or whole number, and the surface over the rest leaves at most so many times as much.
_NEAR = 0.05
_AS_GOOD = 1.1
_SMALL = 2e-5
Finder = Callable[[Array, Array, Sequence[int], int, int], list[Proposal]]
_ONE: tuple[Finder, ...] = (single_laws, polynomial_laws, wave_laws, grid_laws, pair_laws)
_SEVERAL: tuple[Finder, ...] = (single_laws, polynomial_laws, wave_laws, apart_laws, pair_laws)


@dataclass(frozen=True, eq=False)
class Reduced:
    """A table of fewer quantities.

    Attributes:
        nodes: each quantity in the columns of the table.
        columns: (rows, quantities).
        target: (rows,) divided by the factor.
        factor: what was divided out; None where nothing was.
    """

    nodes: tuple[Expression, ...]
    columns: Array
    target: Array
    factor: Expression | None


def grouped_laws(inputs: Array, target: Array, columns: Sequence[int], share: int, shares: int) -> list[Proposal]:
    """The best laws of fewer quantities for every `shares`-th response from `share` on, best first; none where nothing groups."""
    table = _cached(inputs.tobytes(), target.tobytes(), inputs.shape, tuple(columns))
    if table is None:
        return []
    rows = np.linspace(0, len(target) - 1, min(_FEW, len(target))).round().astype(np.intp)
    known, wanted = inputs[rows], target[rows]
    found: list[Proposal] = []
    for finder in _ONE if len(table.nodes) == 1 else _SEVERAL:
        inner = finder(table.columns[rows], table.target[rows], range(len(table.nodes)), share, shares)
        laws = (_in_columns(one.node, table) for one in inner[:_KEPT])
        found = best_of([*found, *(fitted(law, known, wanted, 40, 1e-9) for law in laws)], _KEPT)
        if found and found[0].error < EXACT:
            break
    return found


@lru_cache(maxsize=1)
def _cached(data: bytes, wanted: bytes, shape: tuple[int, int], columns: tuple[int, ...]) -> Reduced | None:
    inputs, target = np.frombuffer(data).reshape(shape), np.frombuffer(wanted)
    return reduced(inputs[:, list(columns)], target, columns)


def reduced(inputs: Array, target: Array, columns: Sequence[int]) -> Reduced | None:
    """The table with groups of columns replaced and plain factors divided out, as long as there are any; None if none are."""
    start = Reduced(tuple(Column(index) for index in columns), inputs, target, None)
    table = start
    while len(table.nodes) > 1:
        smaller = _without_factor(table) or _scaled(table) or _with_group(table)
        if smaller is None:
            break
        table = smaller
    return None if table is start else table


def _with_group(table: Reduced) -> Reduced | None:
    for group in groups(table.columns, table.target)[:1]:
        others = [place for place in range(len(table.nodes)) if place not in group.places]
        nodes = (substituted(group.node, table.nodes), *(table.nodes[place] for place in others))
        return replace(table, nodes=nodes, columns=np.column_stack([group.values, table.columns[:, others]]))
    return None


def _without_factor(table: Reduced) -> Reduced | None:
    """Y = x^p·h(others): p from x·∂y/∂x = p·y."""
    surface = Surface(table.columns, table.target)
    for place in range(len(table.nodes)):
        x = table.columns[:, place]
        exponent = _half(float((x * surface.slope(place)) @ table.target / (table.target @ table.target)))
        if exponent is None:
            continue
        with np.errstate(all="ignore"):
            wanted = table.target * x**-exponent
        others = np.delete(table.columns, place, axis=1)
        if np.isfinite(wanted).all() and _as_good(others, wanted, surface.error):
            own = power(table.nodes[place], exponent)
            factor = own if table.factor is None else multiply(table.factor, own)
            return Reduced(table.nodes[:place] + table.nodes[place + 1 :], others, wanted, factor)
    return None


def _scaled(table: Reduced) -> Reduced | None:
    """Y = x^a·g(z·x^b, others): a and b from x·∂y/∂x = a·y + b·z·∂y/∂z."""
    surface = Surface(table.columns, table.target)
    flow = [table.columns[:, place] * surface.slope(place) for place in range(len(table.nodes))]
    for i, j in permutations(range(len(table.nodes)), 2):
        a, b = (_half(c) for c in np.linalg.lstsq(np.column_stack([table.target, flow[j]]), flow[i], rcond=1e-9)[0].tolist())
        if a is None or b is None:
            continue
        x, z = table.columns[:, i], table.columns[:, j]
        with np.errstate(all="ignore"):
            wanted, group = table.target * x**-a, z * x**b
        others = [place for place in range(len(table.nodes)) if place not in (i, j)]
        columns = np.column_stack([group, table.columns[:, others]])
        if np.isfinite(wanted).all() and np.isfinite(group).all() and _as_good(columns, wanted, surface.error):
            own = power(table.nodes[i], a)
            nodes = (multiply(table.nodes[j], power(table.nodes[i], b)), *(table.nodes[place] for place in others))
            return Reduced(nodes, columns, wanted, own if table.factor is None else multiply(table.factor, own))
    return None


def _as_good(columns: Array, target: Array, error: float) -> bool:
    """A surface over these columns leaves about as little as one over all."""
    return Surface(columns, target).error <= max(_AS_GOOD * error, _SMALL)


def _half(exponent: float) -> float | None:
    """The half or whole number that it nearly is, but 0."""
    near = round(2 * exponent) / 2
    return near if near != 0 and math.isfinite(exponent) and abs(near - exponent) < _NEAR else None


def _in_columns(law: Expression, table: Reduced) -> Expression:
    written = substituted(law, table.nodes)
    return written if table.factor is None else multiply(written, table.factor)
