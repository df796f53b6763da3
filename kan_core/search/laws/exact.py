"""Fitted constants as the numbers a person would have written, where the data allow it, and the formula as a short expression.

A number within two standard errors (or 1e-9 of itself) is taken when hitting one as simple by chance is unlikely: when the
density of numbers of its simplicity times the reach is small. All others are then fitted again, and the whole must not become
longer to describe.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import sympy

from kan_core.search.laws.fit import fit_free
from kan_core.search.laws.node import (
    Array,
    Node,
    add,
    apply,
    multiply,
    number,
    numbers_of,
    values_and_slopes,
    values_of,
    with_numbers,
)

# A constant may be moved so far: standard errors, and a share of itself for data without noise.
_REACH = 2.0
_CLOSE = 1e-9
# Largest probability of hitting a number as simple by chance.
_CHANCE = 0.2
# Description that a snap may cost on the rows, in bits.
_PRICE = 3.0
_LARGEST_DENOMINATOR = 12
_DIGITS = 5
# Residuals below this share of the spread are rounding.
_FLOOR = 1e-12
# A part of a sum below this share of the largest is rounding.
_ROUNDING = 1e-11


@dataclass(frozen=True, eq=False)
class ExactLaw:
    """A formula whose numbers are exact where `exact` has one for them (by place), fitted elsewhere."""

    node: Node
    exact: Mapping[int, sympy.Expr]


def with_exact_numbers(node: Node, inputs: Array, target: Array) -> ExactLaw:
    """Snap what can be snapped, all at once if the whole survives it, else one number after the other."""
    node, _ = fit_free(small_phases(node), inputs, target, frozenset())
    node, loss = fit_free(without_rounding(node, inputs), inputs, target, frozenset())
    floor = (_FLOOR * float(target.std())) ** 2 * len(target)
    found = _proposed(node, inputs, max(loss, floor))
    together = _placed(node, found)
    fitted, after = fit_free(together, inputs, target, frozenset(found))
    if _affordable(after, max(loss, floor), len(target)):
        return ExactLaw(fitted, found)
    kept: dict[int, sympy.Expr] = {}
    for place, value in found.items():
        trial, after = fit_free(_placed(node, {place: value}), inputs, target, frozenset({*kept, place}))
        if _affordable(after, max(loss, floor), len(target)):
            kept[place] = value
            node = trial
    return ExactLaw(node, kept)


def small_phases(node: Node) -> Node:
    """Phases of sines and cosines brought to (-π/2, π/2]: sin(u + φ) = (-1)^n·sin(u + φ - nπ)."""
    if not node.parts:
        return node
    parts = [small_phases(part) for part in node.parts]
    if node.kind == "product":
        return _signed_product(parts)
    if node.kind == "sum":
        return add(*(_signed_product([part]) for part in parts))
    return replace(node, parts=tuple(parts))


def without_rounding(node: Node, inputs: Array) -> Node:
    """The formula without the parts of sums that are rounding beside the others."""
    if not node.parts:
        return node
    parts = [without_rounding(part, inputs) for part in node.parts]
    if node.kind == "product":
        return multiply(*parts)
    if node.kind != "sum":
        return replace(node, parts=tuple(parts))
    with np.errstate(all="ignore"):
        sizes = [float(np.abs(values_of(part, inputs)).max()) for part in parts]
    return add(*(part for part, own in zip(parts, sizes, strict=True) if not own < _ROUNDING * max(sizes)))


def _signed_product(factors: list[Node]) -> Node:
    """A product whose sines have small phases, the sign taken up by its number, if need be by a new one."""
    turned = [_turned(factor) for factor in factors]
    made = [factor for factor, _ in turned]
    if sum(turns for _, turns in turned) % 2:
        place = next((place for place, factor in enumerate(made) if factor.kind == "number"), None)
        made = (
            [number(-1.0), *made]
            if place is None
            else [number(-factor.value) if index == place else factor for index, factor in enumerate(made)]
        )
    return multiply(*made)


def _turned(factor: Node) -> tuple[Node, int]:
    """A sine or cosine with a small phase, and by how many half turns it was moved."""
    inside = factor.parts[0] if factor.kind in {"sin", "cos"} else None
    if inside is None or inside.kind != "sum":
        return factor, 0
    phases = [part.value for part in inside.parts if part.kind == "number"]
    turns = round(sum(phases) / math.pi)
    if not phases or turns == 0:
        return factor, 0
    rest = [part for part in inside.parts if part.kind != "number"]
    return apply(factor.kind, add(*rest, number(sum(phases) - turns * math.pi))), turns


def _affordable(after: float, before: float, rows: int) -> bool:
    return math.isfinite(after) and (after <= before or rows / 2 * math.log2(after / before) <= _PRICE)


def _placed(node: Node, exact: Mapping[int, sympy.Expr]) -> Node:
    values = numbers_of(node)
    return with_numbers(node, [float(exact[place]) if place in exact else value for place, value in enumerate(values)])


def _proposed(node: Node, inputs: Array, loss: float) -> dict[int, sympy.Expr]:
    """The simplest exact number for each constant that has one."""
    errors = _standard_errors(node, inputs, loss)
    found: dict[int, sympy.Expr] = {}
    for place, (value, error) in enumerate(zip(numbers_of(node), errors.tolist(), strict=True)):
        exact = simplest(value, max(_REACH * error, _CLOSE * abs(value)))
        if exact is not None:
            found[place] = exact
    return found


def _standard_errors(node: Node, inputs: Array, loss: float) -> Array:
    """√diag σ²(JᵀJ)⁻¹, 0 where the constants are not determined: nothing is snapped for lack of evidence."""
    with np.errstate(all="ignore"):
        _, slopes = values_and_slopes(node, inputs)
        jacobian = np.column_stack([np.broadcast_to(slope, (len(inputs),)) for slope in slopes]) if slopes else np.zeros((1, 0))
    if not np.isfinite(jacobian).all() or jacobian.shape[1] == 0:
        return np.zeros(jacobian.shape[1])
    length = np.sqrt((jacobian**2).sum(axis=0))
    inverse = np.linalg.pinv(jacobian / np.where(length > 0, length, 1.0), rcond=1e-9)
    variance = loss / max(1, len(inputs) - jacobian.shape[1])
    errors: Array = np.sqrt(variance * (inverse**2).sum(axis=1)) / np.where(length > 0, length, 1.0)
    return errors


def simplest(value: float, reach: float) -> sympy.Expr | None:
    """The simplest exact number within reach whose simplicity is not an accident; None when there is none."""
    if abs(value) <= reach:
        return sympy.S.Zero
    likely = [(bits, exact) for bits, exact in _candidates(value, reach) if 2**bits * reach / abs(value) < _CHANCE]
    return min(likely, key=lambda item: item[0])[1] if likely else None


def _candidates(value: float, reach: float) -> Iterator[tuple[float, sympy.Expr]]:
    sign = 1 if value > 0 else -1
    size = abs(value)
    for bits, unit, exact in _UNITS:
        for share in _fractions(size / unit, reach / unit):
            yield bits + _bits(share), sign * sympy.Rational(share.numerator, share.denominator) * exact
    for bits, unit, exact in _SQUARED_UNITS:
        for share in _fractions(size**2 / unit, 2 * size * reach / unit):
            yield bits + _bits(share), sign * sympy.sqrt(sympy.Rational(share.numerator, share.denominator) * exact)
    for digits in range(1, _DIGITS + 1):
        short = float(f"{size:.{digits}g}")
        if abs(short - size) <= reach:
            yield digits * math.log2(10), sympy.Float(sign * short)
            return


def _fractions(size: float, reach: float) -> list[Fraction]:
    if size > 1e6:
        return []
    near = ((round(size * q), q) for q in range(1, _LARGEST_DENOMINATOR + 1))
    return [Fraction(p, q) for p, q in near if p > 0 and abs(p / q - size) <= reach and math.gcd(p, q) == 1]


def _bits(share: Fraction) -> float:
    return 1 + math.log2(share.numerator) + 1.5 * math.log2(share.denominator)


_UNITS: Sequence[tuple[float, float, sympy.Expr]] = (
    (0.0, 1.0, sympy.S.One),
    (1.0, math.pi, sympy.pi),
    (3.0, 1 / math.pi, 1 / sympy.pi),
    (3.5, math.pi**2, sympy.pi**2),
    (4.0, math.e, sympy.E),
)
_SQUARED_UNITS: Sequence[tuple[float, float, sympy.Expr]] = (
    (2.0, 1.0, sympy.S.One),
    (3.0, math.pi, sympy.pi),
    (3.0, 1 / math.pi, 1 / sympy.pi),
)
