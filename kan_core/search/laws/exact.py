"""Fitted constants as the numbers a person would have written, where the data allow it, and the formula as a short expression.

A number within two standard errors (or 1e-9 of itself) is taken when hitting one as simple by chance is unlikely: when the
density of numbers of its simplicity times the reach is small. All others are then fitted again, and the whole must not become
longer to describe.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy

from kan_core.expression.tree import (
    Apply,
    Exact,
    Expression,
    Product,
    Sum,
    children,
    negative,
    with_children,
    with_constants,
)
from kan_core.expression.values import Program, values_of
from kan_core.fitting.problem import Rows
from kan_core.search.laws.candidates import Array, add, apply, multiply, named, number, numbers_of
from kan_core.search.laws.least_squares import fit_named

# A constant may be moved so far: standard errors, and a share of itself for data without noise.
_REACH = 2.0
_CLOSE = 1e-9
# Largest probability of hitting a number as simple by chance.
_CHANCE = 0.2
# Description that a snap may cost on the rows, in bits.
_PRICE = 3.0
# Steps of the last fits, and the relative decrease of Σr² that ends them.
_STEPS = 30
_TOLERANCE = 1e-9
_LARGEST_DENOMINATOR = 12
_DIGITS = 5
# Residuals below this share of the spread are rounding.
_FLOOR = 1e-12
# A part of a sum below this share of the largest is rounding.
_ROUNDING = 1e-11


@dataclass(frozen=True, eq=False)
class ExactLaw:
    """A formula with named constants.

    Attributes:
        form: the formula.
        values: of all constants.
        exact: the exact numbers that some of them are.
    """

    form: Expression
    values: Mapping[str, float]
    exact: Mapping[str, sympy.Expr]


def with_exact_numbers(node: Expression, inputs: Array, target: Array) -> ExactLaw:
    """Snap what can be snapped, all at once if the whole survives it, else one number after the other."""
    rows = Rows(inputs, target)
    form, values, _ = _fitted(*_parted(small_phases(node)), {}, rows)
    form, values, loss = _fitted(*_parted(without_rounding(_joined(form, values), inputs)), {}, rows)
    least = (_FLOOR * float(target.std())) ** 2 * len(target)
    found = _proposed(form, values, inputs, max(loss, least))
    _, fitted, after = _fitted(form, values, found, rows)
    if _affordable(after, max(loss, least), len(target)):
        return ExactLaw(form, fitted, found)
    kept: dict[str, sympy.Expr] = {}
    for name, value in found.items():
        _, fitted, after = _fitted(form, values, {**kept, name: value}, rows)
        if _affordable(after, max(loss, least), len(target)):
            kept[name] = value
            values = fitted
    return ExactLaw(form, values, kept)


def _parted(node: Expression) -> tuple[Expression, dict[str, float]]:
    """A candidate as a formula with named constants, and their values."""
    form, names = named(node)
    return form, dict(zip(names, numbers_of(node), strict=True))


def _joined(form: Expression, values: Mapping[str, float]) -> Expression:
    """The candidate again."""
    return with_constants(form, {name: number(value) for name, value in values.items()})


def _fitted(
    form: Expression, values: Mapping[str, float], exact: Mapping[str, sympy.Expr], rows: Rows
) -> tuple[Expression, dict[str, float], float]:
    """The formula, all its constants with those that are not exact fitted to the end, and Σr²; inf where it is not defined."""
    fixed = {name: float(number) for name, number in exact.items()}
    free = {name: value for name, value in values.items() if name not in fixed}
    found, loss = fit_named(form, rows, free, fixed, _STEPS, _TOLERANCE)
    moved = {**fixed, **dict(zip(free, found, strict=True))}
    return form, {name: moved[name] for name in values}, loss


def small_phases(node: Expression) -> Expression:
    """Phases of sines and cosines brought to (-π/2, π/2]: sin(u + φ) = (-1)^n·sin(u + φ - nπ)."""
    parts = tuple(small_phases(part) for part in children(node))
    if isinstance(node, Product):
        return _signed_product(parts)
    if isinstance(node, Sum):
        return add(*(_signed_product([part]) for part in parts))
    return with_children(node, parts) if parts else node


def without_rounding(node: Expression, inputs: Array) -> Expression:
    """The formula without the parts of sums that are rounding beside the others."""
    parts = tuple(without_rounding(part, inputs) for part in children(node))
    if isinstance(node, Product):
        return multiply(*parts)
    if not isinstance(node, Sum):
        return with_children(node, parts) if parts else node
    with np.errstate(all="ignore"):
        sizes = [float(np.abs(values_of(part, inputs)).max()) for part in parts]
    return add(*(part for part, own in zip(parts, sizes, strict=True) if not own < _ROUNDING * max(sizes)))


def _signed_product(factors: Sequence[Expression]) -> Expression:
    """A product whose sines have small phases, the sign taken up by its number, if need be by a new one."""
    turned = [_turned(factor) for factor in factors]
    made = [factor for factor, _ in turned]
    if sum(turns for _, turns in turned) % 2:
        place = next((place for place, factor in enumerate(made) if isinstance(factor, Exact)), None)
        if place is None:
            made = [number(-1.0), *made]
        else:
            made[place] = negative(made[place])
    return multiply(*made)


def _turned(factor: Expression) -> tuple[Expression, int]:
    """A sine or cosine with a small phase, and by how many half turns it was moved."""
    if not (isinstance(factor, Apply) and factor.function in {"sin", "cos"} and isinstance(factor.arguments[0], Sum)):
        return factor, 0
    inside = factor.arguments[0].parts
    phases = [part.value for part in inside if isinstance(part, Exact)]
    turns = round(sum(phases) / math.pi)
    if not phases or turns == 0:
        return factor, 0
    rest = [part for part in inside if not isinstance(part, Exact)]
    return apply(factor.function, add(*rest, number(sum(phases) - turns * math.pi))), turns


def _affordable(after: float, before: float, rows: int) -> bool:
    return math.isfinite(after) and (after <= before or rows / 2 * math.log2(after / before) <= _PRICE)


def _proposed(form: Expression, values: Mapping[str, float], inputs: Array, loss: float) -> dict[str, sympy.Expr]:
    """The simplest exact number for each constant that has one."""
    errors = _standard_errors(form, values, inputs, loss)
    found: dict[str, sympy.Expr] = {}
    for (name, value), error in zip(values.items(), errors.tolist(), strict=True):
        exact = simplest(value, max(_REACH * error, _CLOSE * abs(value)))
        if exact is not None:
            found[name] = exact
    return found


def _standard_errors(form: Expression, values: Mapping[str, float], inputs: Array, loss: float) -> Array:
    """√diag σ²(JᵀJ)⁻¹, 0 where the constants are not determined: nothing is snapped for lack of evidence."""
    _, jacobian = Program(form, inputs, tuple(values)).linearised(np.array(list(values.values())))
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
