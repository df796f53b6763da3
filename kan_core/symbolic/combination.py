"""Σ c_k·A_k + constant: what a node's value is while a formula is being built.

Keeping sums open lets the affine wrappers of neighbouring edges meet: an inner a·(Σ …) + b is distributed before a
function closes over it. Atoms A_k are sympy expressions without numeric factor; their values on sample rows are known,
so a term can be compared with what it is added to. Used by `gauge` and `expression` only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import sympy
from sympy.core.function import AppliedUndef

from kan_core.symbolic.numeric import Column, Functions, evaluate_expression


@dataclass(frozen=True)
class Combination:
    """An affine combination of atoms; `terms` keep the order in which they came."""

    constant: float = 0.0
    terms: tuple[tuple[sympy.Expr, float], ...] = ()

    def scaled(self, factor: float, offset: float = 0.0) -> Combination:
        """factor·self + offset."""
        scaled = tuple((atom, coefficient * factor) for atom, coefficient in self.terms)
        return Combination(self.constant * factor + offset, tuple(term for term in scaled if term[1] != 0))

    @property
    def single(self) -> tuple[sympy.Expr, float] | None:
        """The one term when there is no other and no constant."""
        return self.terms[0] if len(self.terms) == 1 and self.constant == 0 else None

    def expression(self) -> sympy.Expr:
        """The combination as a sympy expression; whole numbers without a decimal point."""
        parts = [_scaled(atom, coefficient) for atom, coefficient in self.terms]
        return sympy.Add(*parts, number(self.constant)) if self.constant != 0 or not parts else sympy.Add(*parts)


@dataclass(frozen=True, eq=False)
class Workspace:
    """The rows on which terms are measured.

    Attributes:
        columns: sample rows by column name.
        functions: values of the remaining splines by name.
        tolerance: what is below this share of the spread it is added to may be dropped or rounded; 0 keeps all.
        expand: write powers of sums out.
        cache: values of expressions seen so far.
        exponents: for atoms exp(v): v, so that a logarithm can open them again.
    """

    columns: Mapping[str, Column]
    functions: Functions
    tolerance: float
    expand: bool = False
    cache: dict[sympy.Basic, Column] = field(default_factory=dict)
    exponents: dict[sympy.Expr, Combination] = field(default_factory=dict)

    def values(self, expression: sympy.Expr) -> Column:
        """(rows,) of an expression."""
        return evaluate_expression(expression, self.columns, self.functions, self.cache)


def _scaled(atom: sympy.Expr, factor: float) -> sympy.Expr:
    """factor·atom; s·e^(c·(A + k)) as ±e^(c·(A + k + log|s|/c)), since no data could tell s and k apart."""
    if isinstance(atom, sympy.exp) and abs(factor) != 1 and math.isfinite(factor):
        exponent = cast("sympy.Expr", atom.args[0])
        kept = [part for part in sympy.Mul.make_args(exponent) if isinstance(part, sympy.UnevaluatedExpr)]
        if kept:
            share, _ = exponent.as_coeff_Mul()
            shift, rest = cast("sympy.Expr", kept[0].args[0]).as_coeff_Add()
            moved = float(shift) + math.log(abs(factor)) / float(share)
            inside = sympy.UnevaluatedExpr(sympy.Add(rest, number(moved)))
            return sympy.Mul(number(math.copysign(1.0, factor)), sympy.exp(sympy.Mul(share, inside)))
    return sympy.Mul(number(factor), atom)


def number(value: float) -> sympy.Expr:
    """The double as a sympy number, exactly."""
    if not math.isfinite(value):
        return sympy.nan
    return sympy.Integer(int(value)) if value == int(value) and abs(value) < 1e15 else sympy.Float(value)


def sum_of(parts: Iterable[Combination]) -> Combination:
    """Sum with like atoms collected."""
    constant, terms = 0.0, dict[sympy.Expr, float]()
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
    plain = all(isinstance(atom, AppliedUndef | sympy.Symbol) and coefficient == 1 for atom, coefficient in combination.terms)
    if work.tolerance <= 0 or not combination.terms or (plain and combination.constant == 0):
        return combination
    values = [work.values(atom) for atom, _ in combination.terms]
    whole: Column = np.full_like(values[0], combination.constant)
    with np.errstate(all="ignore"):
        for (_, coefficient), value in zip(combination.terms, values, strict=True):
            whole = whole + coefficient * value
    rows = np.isfinite(whole)
    if not rows.any():
        return combination
    spread = float(np.ptp(whole[rows])) / 2
    allowed = work.tolerance * (spread if spread > 0 else float(np.abs(whole[rows]).max()))
    constant = combination.constant
    kept: list[tuple[sympy.Expr, float]] = []
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
