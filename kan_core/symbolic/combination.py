"""Σ c_k·A_k + constant: what a node's value is while a formula is being built.

Keeping sums open lets the affine wrappers of neighbouring edges meet: an inner a·(Σ …) + b is distributed before a
function closes over it. Atoms A_k are trees without numeric factor; their values on sample rows are known, so a term can be
compared with what it is added to. Used by `gauge` and `expression` only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from kan_core.expression.normal import NAN, merged_product
from kan_core.expression.order import ordered_terms
from kan_core.expression.tree import ZERO, Apply, Column, Exact, Expression, Hidden, Product, Spline, Sum
from kan_core.expression.valuation import Valuation, Values


@dataclass(frozen=True)
class Combination:
    """An affine combination of atoms; `terms` keep the order in which they came."""

    constant: float = 0.0
    terms: tuple[tuple[Expression, float], ...] = ()

    def scaled(self, factor: float, offset: float = 0.0) -> Combination:
        """factor·self + offset."""
        scaled = tuple((atom, coefficient * factor) for atom, coefficient in self.terms)
        return Combination(self.constant * factor + offset, tuple(term for term in scaled if term[1] != 0))

    @property
    def single(self) -> tuple[Expression, float] | None:
        """The one term when there is no other and no constant."""
        return self.terms[0] if len(self.terms) == 1 and self.constant == 0 else None

    def expression(self) -> Expression:
        """The combination as a tree."""
        parts = [_scaled(atom, coefficient) for atom, coefficient in self.terms]
        if not math.isfinite(self.constant) or NAN in parts:
            return NAN
        if self.constant != 0:
            parts.append(Exact(self.constant))
        return Sum(ordered_terms(parts)) if len(parts) > 1 else parts[0] if parts else ZERO


@dataclass(frozen=True, eq=False)
class Workspace:
    """The rows on which terms are measured.

    Attributes:
        rows: sample rows with the values of the remaining splines.
        tolerance: what is below this share of the spread it is added to may be dropped or rounded; 0 keeps all.
        expand: write powers of sums out.
        exponents: for atoms exp(v): v, so that a logarithm can open them again.
    """

    rows: Valuation
    tolerance: float
    expand: bool = False
    exponents: dict[Expression, Combination] = field(default_factory=dict)


def kept_inside(exponent: Expression) -> tuple[float, Sum] | None:
    """(s, A + k) of an exponent s·(A + k) whose constant stayed in it; None where none did."""
    match exponent:
        case Product((Exact(share, ""), Sum() as inside)):
            return share, inside
        case Sum(parts) if any(isinstance(part, Exact) for part in parts):
            return 1.0, exponent
        case _:
            return None


def _scaled(atom: Expression, factor: float) -> Expression:
    """factor·atom; s·e^(c·(A + k)) as ±e^(c·(A + k + log|s|/c)), since no data could tell s and k apart."""
    if isinstance(atom, Apply) and atom.function == "exp" and abs(factor) != 1 and math.isfinite(factor):
        kept = kept_inside(atom.arguments[0])
        if kept is not None:
            share, inside = kept
            shift = sum(part.value for part in inside.parts if isinstance(part, Exact))
            moved = Exact(shift + math.log(abs(factor)) / share)
            parts = ordered_terms([*(part for part in inside.parts if not isinstance(part, Exact)), moved])
            return merged_product(Exact(math.copysign(1.0, factor)), Apply("exp", (merged_product(Exact(share), Sum(parts)),)))
    return merged_product(Exact(factor), atom)


def sum_of(parts: Iterable[Combination]) -> Combination:
    """Sum with like atoms collected."""
    constant, terms = 0.0, dict[Expression, float]()
    for part in parts:
        constant += part.constant
        for atom, coefficient in part.terms:
            terms[atom] = terms.get(atom, 0.0) + coefficient
    return Combination(constant, tuple((atom, coefficient) for atom, coefficient in terms.items() if coefficient != 0))


def tidy(work: Workspace, combination: Combination) -> Combination:
    """Drop and round what is numerically nothing compared with the spread of the whole.

    A term goes when it varies by at most tolerance·spread (its mean joins the constant); a number becomes a whole or
    4-digit number when that changes the values by at most tolerance·spread.
    """
    plain = all(isinstance(atom, Spline | Hidden | Column) and coefficient == 1 for atom, coefficient in combination.terms)
    if work.tolerance <= 0 or not combination.terms or (plain and combination.constant == 0):
        return combination
    values = [work.rows.values(atom) for atom, _ in combination.terms]
    whole: Values = np.full_like(values[0], combination.constant)
    with np.errstate(all="ignore"):
        for (_, coefficient), value in zip(combination.terms, values, strict=True):
            whole = whole + coefficient * value
    rows = np.isfinite(whole)
    if not rows.any():
        return combination
    spread = float(np.ptp(whole[rows])) / 2
    allowed = work.tolerance * (spread if spread > 0 else float(np.abs(whole[rows]).max()))
    constant = combination.constant
    kept: list[tuple[Expression, float]] = []
    for (atom, coefficient), value in zip(combination.terms, values, strict=True):
        inside = value[rows]
        if abs(coefficient) * float(np.ptp(inside)) / 2 <= allowed:
            constant += coefficient * float(inside.mean())
            continue
        largest = float(np.abs(inside).max())
        kept.append((atom, rounded(coefficient, min(allowed / largest, abs(coefficient) * work.tolerance))))
    constant = 0.0 if abs(constant) <= allowed else rounded(constant, allowed)
    return Combination(constant, tuple(kept))


def rounded(value: float, allowed: float) -> float:
    """The nearest whole number, else the nearest 4-digit number, when at most `allowed` away; else the value."""
    if not np.isfinite(value):
        return value
    for candidate in (float(round(value)), float(f"{value:.4g}")):
        if candidate != 0 and abs(candidate - value) <= allowed:
            return candidate
    return value
