"""Fitted constants as the numbers a person would have written, where the data allow it.

`kan_core.evidence` proposes the numbers. All are taken at once if the others, fitted again, leave as little as before; else one
after the other, and those that cost nothing stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kan_core.evidence.exact_numbers import ExactNumber, ExactOptions, exact_numbers
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

# Laws that are exact have numbers of more digits than measured ones.
_NUMBERS = ExactOptions(count=1, digits=5)
# Description that a snap may cost on the rows, in bits.
_PRICE = 3.0
# Steps of the last fits, and the relative decrease of Σr² that ends them.
_STEPS = 30
_TOLERANCE = 1e-9
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
    exact: Mapping[str, ExactNumber]


def with_exact_numbers(node: Expression, inputs: Array, target: Array) -> ExactLaw:
    """Snap what can be snapped, all at once if the whole survives it, else one number after the other."""
    rows = Rows(inputs, target)
    form, values, _ = _fitted(*_parted(small_phases(node)), {}, rows)
    form, values, loss = _fitted(*_parted(without_rounding(_joined(form, values), inputs)), {}, rows)
    least = (_FLOOR * float(target.std())) ** 2 * len(target)
    found = _proposed(form, values, inputs, max(loss, least))
    if not found:
        return ExactLaw(form, values, {})
    _, fitted, after = _fitted(form, values, found, rows)
    if _affordable(after, max(loss, least), len(target)):
        return ExactLaw(form, fitted, found)
    kept: dict[str, ExactNumber] = {}
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
    form: Expression, values: Mapping[str, float], exact: Mapping[str, ExactNumber], rows: Rows
) -> tuple[Expression, dict[str, float], float]:
    """The formula, all its constants with those that are not exact fitted to the end, and Σr²; inf where it is not defined."""
    fixed = {name: number.value for name, number in exact.items()}
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


def _proposed(form: Expression, values: Mapping[str, float], inputs: Array, loss: float) -> dict[str, ExactNumber]:
    """The simplest exact number for each constant that has one."""
    errors = _standard_errors(form, values, inputs, loss)
    found = {
        name: exact_numbers(value, error, _NUMBERS) for (name, value), error in zip(values.items(), errors.tolist(), strict=True)
    }
    return {name: numbers[0] for name, numbers in found.items() if numbers}


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
