"""Several columns that act through one quantity only: y = g(u, z) with u = φ₁ + Σ cₖ·φₖ of some columns, g any smooth function.

For columns i and j of the group ∂ᵢy·∂ⱼu = ∂ⱼy·∂ᵢu whatever g is: linear in the constants of u, so the slopes of a surface through
the rows give them as a smallest singular vector. They are then refined by Gauss-Newton steps on what a surface over (u, z)
leaves. After "AI Feynman 2.0" (Udrescu et al., NeurIPS 2020), where pairs of inputs and fixed forms of u are tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations as subsets

import numpy as np

from kan_core.expression.tree import Column, Expression, Power, columns_of
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import Array, add, factors_of, multiply, number, power, size
from kan_core.search.laws.surface import Surface

# A surface over the group leaves less than this share of the spread.
_SMOOTH = 0.12
# A group is one when the surface over it leaves at most so many times what the surface over all columns leaves.
_AS_GOOD = 1.1
# … or so little of the spread that a law may well be behind it.
_SMALL = 2e-5
_STEPS = 8
# Constants this near to a half or whole number are tried as such, and taken when that leaves at most so many times as much.
_NEAR = 0.06
_NEARLY = 1.5
_LARGEST = 4.0
# Terms of u that move it less than this share of the others are left out.
_IDLE = 1e-3
_WILD = 60.0
# The first constant of a guess is at least this share of the others.
_LEAST = 1e-3
# A group whose error is a tenth may have so many nodes more, down to errors of rounding.
_TENTH = 4.0
_SMALLEST = 1e-6


@dataclass(frozen=True, eq=False)
class Group:
    """A quantity that takes the place of some columns.

    Attributes:
        node: u in those columns.
        places: of the columns.
        values: (rows,) of u.
        error: what a surface over u and the other columns leaves, over the spread of the target.
    """

    node: Expression
    places: tuple[int, ...]
    values: Array
    error: float


def groups(columns: Array, target: Array) -> list[Group]:
    """All groups of two or more columns, the best first: those that leave fewest columns, then the smallest error."""
    count = columns.shape[1]
    whole = Surface(columns, target)
    slopes = [whole.slope(place) for place in range(count)]
    allowed = min(_SMOOTH, max(_AS_GOOD * whole.error, _SMALL))
    sets = [places for many in sorted({2, count}) for places in subsets(range(count), many) if many > 1]
    found: list[Group] = []
    for places in sets:
        for terms in _libraries(places):
            group = _fitted(terms, places, columns, target, slopes, allowed)
            if group is not None:
                found.append(group)
        if len(places) == 2:
            found += [one for one in _monomials(places, columns, target, slopes) if one.error <= allowed]
    if count > 2:
        found += [one for one in _monomials(tuple(range(count)), columns, target, slopes) if one.error <= allowed]
    return sorted(found, key=_rank)


def _rank(group: Group) -> tuple[int, float, float]:
    return (-len(group.places), size(group.node) + _TENTH * math.log10(max(group.error, _SMALLEST)), group.error)


def _libraries(places: Sequence[int]) -> Iterator[list[Expression]]:
    """The terms of u, few first; the first one keeps the constant 1."""
    x: list[Expression] = [Column(place) for place in places]
    squares = [power(one, 2) for one in x]
    yield x
    yield squares
    yield [*squares, *x]
    if len(x) == 2:
        yield [multiply(*x), *x]
        yield [squares[0], x[1]]
        yield [squares[1], x[0]]
        yield [multiply(*x), x[0], squares[0]]
        yield [multiply(*x), x[1], squares[1]]


def _monomials(places: Sequence[int], columns: Array, target: Array, slopes: Sequence[Array]) -> Iterator[Group]:
    """U = Π x^a with a half or whole, from (xᵢ·∂ᵢy)·aⱼ = (xⱼ·∂ⱼy)·aᵢ."""
    flow = [columns[:, place] * slopes[place] for place in places]
    rows: list[Array] = []
    for i, j in subsets(range(len(places)), 2):
        block = np.zeros((len(target), len(places)))
        block[:, i], block[:, j] = -flow[j], flow[i]
        rows.append(block)
    guess = _null(np.concatenate(rows))
    if guess is None or np.abs(guess).min() < _NEAR * np.abs(guess).max():
        return
    least = int(np.abs(guess).argmin())
    for lead in dict.fromkeys((0, least)):
        for scale in (1.0, 2.0, 0.5):
            exponents = np.round(2 * scale * guess / guess[lead]) / 2
            if np.abs(exponents).min() == 0 or np.abs(exponents).max() > _LARGEST:
                continue
            node = multiply(*(power(Column(place), float(a)) for place, a in zip(places, exponents, strict=True)))
            values = _values(node, columns)
            if values is not None:
                yield Group(node, tuple(places), values, Surface(_with(values, places, columns), target).error)
                break


def _fitted(
    terms: Sequence[Expression], places: Sequence[int], columns: Array, target: Array, slopes: Sequence[Array], allowed: float
) -> Group | None:
    """U with its constants guessed from slopes, refined, and made round where that is as good."""
    phi = np.column_stack([values_of(term, columns) for term in terms])
    guess = _null(np.concatenate(list(_crossed(terms, places, columns, slopes))))
    starts: list[Array] = []
    if guess is not None and abs(guess[0]) > _LEAST * np.abs(guess).max():
        starts.append(guess / guess[0])
    if len(terms) == 2:
        starts += [np.array([1.0, sign]) for sign in (1.0, -1.0)]
    constants, error = starts[0] if starts else np.zeros(0), math.inf
    for start in starts:
        if not error < allowed:
            constants, error = min((_refined(start, phi, places, columns, target), (constants, error)), key=lambda one: one[1])
    if not error < allowed:
        return None
    constants, error = _rounded(constants, error, phi, places, columns, target)
    used = [place for place, c in enumerate(constants) if c != 0]
    node = add(*(terms[k] if constants[k] == 1 else multiply(number(constants[k]), terms[k]) for k in used))
    if not all(any(place in columns_of(terms[k]) for k in used) for place in places):
        return None
    return Group(node, tuple(places), phi @ constants, error)


def _crossed(terms: Sequence[Expression], places: Sequence[int], columns: Array, slopes: Sequence[Array]) -> Iterator[Array]:
    """(rows, terms) of ∂ᵢy·∂ⱼφ - ∂ⱼy·∂ᵢφ for every two columns of the group."""
    for i, j in subsets(places, 2):
        yield np.column_stack([slopes[i] * _slope(term, j, columns) - slopes[j] * _slope(term, i, columns) for term in terms])


def _slope(term: Expression, place: int, columns: Array) -> Array:
    """∂φ/∂x of a product of powers: its exponent times itself over x."""
    parts = factors_of(term)
    own = [part for part in parts if place in columns_of(part)]
    if not own:
        return np.zeros(len(columns))
    rest = [part for part in parts if part is not own[0]]
    inner = 2 * columns[:, place] if isinstance(own[0], Power) else np.ones(len(columns))
    return inner * np.prod([values_of(part, columns) for part in rest], axis=0) if rest else inner


def _null(matrix: Array) -> Array | None:
    """The smallest singular vector of the columns brought to unit length."""
    length = np.sqrt((matrix**2).sum(axis=0))
    if not (np.isfinite(length).all() and length.min() > 0):
        return None
    turned = np.linalg.svd(np.linalg.qr(matrix / length)[1])[2]
    return turned[-1] / length


def _refined(
    constants: Array, phi: Array, places: Sequence[int], columns: Array, target: Array, steps: int = _STEPS
) -> tuple[Array, float]:
    """Gauss-Newton on what the surface leaves (variable projection), the first constant fixed."""
    surface = Surface(_with(phi @ constants, places, columns), target)
    for _ in range(steps):
        jacobian = surface.slope(0)[:, None] * phi[:, 1:]
        jacobian = jacobian - surface.basis @ (surface.basis.T @ jacobian)
        step = np.linalg.lstsq(jacobian, surface.residual, rcond=1e-10)[0]
        better = False
        for share in (1.0, 0.3):
            trial = constants + share * np.concatenate([[0.0], step])
            if not np.isfinite(trial).all():
                break
            new = Surface(_with(phi @ trial, places, columns), target)
            if new.error < surface.error:
                better = new.error < 0.9 * surface.error
                constants, surface = trial, new
                break
        if not better:
            break
    return constants, surface.error


def _rounded(
    constants: Array, error: float, phi: Array, places: Sequence[int], columns: Array, target: Array
) -> tuple[Array, float]:
    """Small constants left out, those near a half or whole number made so, where the surface is as good."""
    size = np.abs(constants) * phi.std(axis=0)
    smaller = np.where(size < _IDLE * size.max(), 0.0, constants)
    round_ = np.where(np.abs(smaller - np.round(2 * smaller) / 2) < _NEAR * np.abs(smaller), np.round(2 * smaller) / 2, smaller)
    for trial in (round_, smaller):
        if (trial != constants).any():
            new = Surface(_with(phi @ trial, places, columns), target).error
            if new <= max(_NEARLY * error, 1e-9):
                return trial, new
    return constants, error


def _with(values: Array, places: Sequence[int], columns: Array) -> Array:
    """U and the columns that are not in the group."""
    return np.column_stack([values, *(columns[:, place] for place in range(columns.shape[1]) if place not in places)])


def _values(node: Expression, columns: Array) -> Array | None:
    """(rows,) where they are tame."""
    with np.errstate(all="ignore"):
        values = values_of(node, columns)
    return values if np.isfinite(values).all() and np.abs(values).max() < _WILD * np.abs(values).mean() else None
