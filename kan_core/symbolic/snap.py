"""Exact numbers for the constants of a formula, and what each costs on held-out rows.

Candidates are n, 1/n, p/q (q ≤ 12, and q ≤ 24 with p ≤ 12), multiples and parts of π, e, square roots of small integers and
products of these such as 1/√(2π), and numbers of three digits with their reciprocals such as 1/9.81, within
reach = max(2·standard error, 1e-9·|value|), unless numbers as long as they are lie that dense anyway. A candidate's price
is the held-out RMSE with the others moved to where they fit best then, to first order (exact for what is linear; inside
two standard errors nothing is far from it): with C = (JᵀJ)⁻¹ and δ = exact - θ_i,

    θ_j ← θ_j + C_ji/C_ii·δ   (Seber & Wild, Nonlinear Regression, 1989, sec. 5.2)

`snap_constants` refits them by Levenberg-Marquardt with exact derivatives. Called by actions and queries; changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import cast

import numpy as np
import sympy

from kan_core.errors import FormulaError
from kan_core.expression.tree import Exact, Expression
from kan_core.symbolic.constants import Constant, Estimate, Matrix, Model, estimate, parametrise, root_of
from kan_core.symbolic.exact import exact_number, exact_text
from kan_core.training.data import Split, Table

_LARGEST_DENOMINATOR = 12
_LARGEST_NUMERATOR = 24
# Digits of a number such as 9.81; it says no more than any other of its length, so it must be that much nearer than those.
_DIGITS = 3
_DECIMAL = 5.0
_PER_CONSTANT = 3
_STEPS = 60
_CLOSE = 1e-9
# No reciprocals and numbers of three digits beyond this size, and below its reciprocal.
_LARGEST = 1e12
# So short a number is worth proposing however wide the error bar is.
_SHORT = 2.0


@dataclass(frozen=True, eq=False)
class Snap:
    """One proposal.

    Attributes:
        constant: what is replaced.
        value: exact.
        text, latex: of the value.
        rmse_before, rmse_after: held-out, over all targets; before and after with the others moved to their best.
        simplicity: smaller is simpler; 1 for 0 and ±1.
    """

    constant: Constant
    value: sympy.Expr
    text: str
    latex: str
    rmse_before: float
    rmse_after: float
    simplicity: float


def refit(model: Model, start: Matrix, table: Table, fixed: Sequence[int] = (), weights: Matrix | None = None) -> Matrix:
    """(p,) constants that minimise Σw·r² from `start`, those in `fixed` held; never worse than the start."""
    values = start.copy()
    root = np.ones(1) if weights is None else root_of(weights, model)
    free = np.array([place for place in range(len(values)) if place not in set(fixed)], dtype=np.intp)
    residual = root * model.residuals(values, table)
    loss, damping = float(residual @ residual), 1e-6
    if len(free) == 0 or not math.isfinite(loss):
        return values
    for _ in range(_STEPS):
        jacobian = root[:, None] * model.jacobian(values, table)[:, free]
        if not np.isfinite(jacobian).all():
            return values
        trial = values.copy()
        trial[free] += _step(jacobian, residual, damping)
        trial_residual = root * model.residuals(trial, table)
        trial_loss = float(trial_residual @ trial_residual)
        if not trial_loss < loss:
            damping *= 10
            if damping > 1e6:
                break
            continue
        gain = (loss - trial_loss) / loss
        values, residual, loss, damping = trial, trial_residual, trial_loss, max(damping * 0.1, 1e-15)
        if gain < 1e-13:
            break
    return values


def _step(jacobian: Matrix, residual: Matrix, damping: float) -> Matrix:
    """Damped Gauss-Newton step, columns brought to unit length, as one least-squares problem."""
    size = np.linalg.norm(jacobian, axis=0)
    scale = np.where(size > 0, size, 1.0)
    stacked = np.vstack([jacobian / scale, math.sqrt(damping) * np.eye(len(scale))])
    wanted = np.concatenate([residual, np.zeros(len(scale))])
    return np.linalg.lstsq(stacked, wanted, rcond=None)[0] / scale


def held_out_rmse(model: Model, values: Matrix, table: Table) -> float:
    """Root mean square over rows and targets; inf where the formula is not defined."""
    residual = model.residuals(values, table)
    return float(np.sqrt(np.mean(residual**2))) if np.isfinite(residual).all() else math.inf


def propose_snaps(expressions: Sequence[Expression], split: Split) -> list[Snap]:
    """Up to three exact values a constant, simplest first, then cheapest.

    Raises:
        FormulaError: the formula is not defined on the rows.
    """
    model = Model(parametrise(expressions))
    return proposals(model, estimate(model, split.train), split.test)


def proposals(model: Model, found: Estimate, held_out: Table) -> list[Snap]:
    """The same for constants that are estimated already."""
    values = model.parametrised.values
    before = held_out_rmse(model, values, held_out)
    snaps: list[Snap] = []
    for constant in found.constants:
        for simplicity, exact in candidates(constant):
            after = held_out_rmse(model, _moved(values, found.inverse, constant.index, float(exact)), held_out)
            snaps.append(Snap(constant, exact, exact_text(exact), str(sympy.latex(exact)), before, after, simplicity))
    return sorted(snaps, key=lambda snap: (snap.simplicity, snap.rmse_after, snap.constant.index))


def _moved(values: Matrix, inverse: Matrix, index: int, exact: float) -> Matrix:
    """(p,) the constants with one of them exact and the others where they then fit best, to first order."""
    shift = exact - values[index]
    own = inverse[index, index]
    moved = values + (inverse[:, index] / own * shift if own > 0 else 0.0)
    moved[index] = exact
    return moved


def apply_snaps(expressions: Sequence[Expression], snaps: Sequence[Snap], split: Split) -> tuple[Expression, ...]:
    """The expressions with the snapped constants exact and the others refitted on the training rows.

    Raises:
        FormulaError: two snaps of one constant, or a snap made for another formula.
    """
    values = parametrise(expressions).values
    exact: dict[int, sympy.Expr] = {}
    for snap in snaps:
        place = snap.constant.index
        if place in exact:
            raise FormulaError(f"constant {place} is snapped twice; keep one of the two")
        if place >= len(values) or values[place] != snap.constant.value:
            raise FormulaError(f"constant {place} is not {snap.constant.value:g} in this formula; ask for proposals again")
        exact[place] = snap.value
    return snap_constants(expressions, exact, split)


def snap_constants(expressions: Sequence[Expression], exact: Mapping[int, sympy.Expr], split: Split) -> tuple[Expression, ...]:
    """The expressions with constants replaced by exact numbers and the others refitted on the training rows.

    Args:
        expressions: of a formula without splines, written out.
        exact: by place among the constants; none only refits.
        split: its training rows count.

    Raises:
        FormulaError: no such constant.
    """
    parametrised = parametrise(expressions)
    values = parametrised.values.copy()
    for place, value in exact.items():
        if not 0 <= place < len(values):
            raise FormulaError(f"there is no constant {place}: the formula has {len(values)}, numbered from 0")
        values[place] = float(value)
    fitted = refit(Model(parametrised), values, split.train, list(exact))
    numbers = [exact_number(exact[place]) if place in exact else Exact(value) for place, value in enumerate(fitted.tolist())]
    return parametrised.with_values(numbers)


def candidates(constant: Constant) -> list[tuple[float, sympy.Expr]]:
    """(simplicity, value) of the simplest exact numbers within the allowed distance."""
    error = constant.stderr if math.isfinite(constant.stderr) else 0.0
    reach = max(2 * error, _CLOSE * abs(constant.value))
    longest = max(_SHORT, math.log2(abs(constant.value) / reach) if reach > 0 and constant.value != 0 else 0.0)
    near: list[tuple[float, float, Fraction, sympy.Expr]] = []
    for price, size, unit in _units():
        near += [
            (price + _simplicity(number), abs(float(number) * size - constant.value), number, unit)
            for number in _rationals(constant.value / size, reach / size)
        ]
    near += [
        (price, abs(float(number) - constant.value), number, sympy.S.One) for number, price in _decimals(constant.value, reach)
    ]
    distinct: dict[sympy.Expr, float] = {}
    for price, _, number, unit in sorted(near, key=lambda item: item[:2]):
        # Exact values are slow to make, and few of those that are near are wanted.
        if price > longest or len(distinct) == _PER_CONSTANT:
            break
        distinct.setdefault(cast("sympy.Expr", sympy.Rational(number.numerator, number.denominator) * unit), price)
    return [(price, exact) for exact, price in distinct.items()]


def _rationals(value: float, reach: float) -> list[Fraction]:
    """p/q within reach; both are bounded except in n and 1/n, which are the nearest ones; 0 only once, as an integer."""
    found: set[Fraction] = set()
    inverse = round(1 / value) if value != 0 and abs(1 / value) < _LARGEST else 1
    for q in {*range(1, _LARGEST_NUMERATOR + 1), abs(inverse) or 1}:
        p = round(value * q)
        bound = _LARGEST_NUMERATOR if q <= _LARGEST_DENOMINATOR else _LARGEST_DENOMINATOR if q <= _LARGEST_NUMERATOR else 1
        if abs(p / q - value) <= reach and (q == 1 or abs(p) <= bound) and (p != 0 or q == 1):
            found.add(Fraction(p, q))
    return sorted(found)


def _decimals(value: float, reach: float) -> list[tuple[Fraction, float]]:
    """Numbers of three digits and reciprocals of such numbers within reach, with their simplicity."""
    found: list[tuple[Fraction, float]] = []
    if value == 0 or not 1 / _LARGEST < abs(value) < _LARGEST:
        return found
    for upside_down in (False, True):
        digits = Fraction(f"{1 / value if upside_down else value:.{_DIGITS - 1}e}")
        exact = 1 / digits if upside_down else digits
        if abs(float(exact) - value) <= reach:
            mantissa = int(f"{abs(float(digits)):.{_DIGITS - 1}e}".split("e")[0].replace(".", "").rstrip("0"))
            found.append((exact, _DECIMAL + math.log2(mantissa) + upside_down))
    return found


def _simplicity(number: Fraction) -> float:
    return 1 + math.log2(max(1, abs(number.numerator))) + 1.5 * math.log2(number.denominator)


@lru_cache(maxsize=1)
def _units() -> tuple[tuple[float, float, sympy.Expr], ...]:
    """1, π, π², 1/π, e, √n and π·√n, √π, √(2π) and reciprocals: what each adds to the simplicity, its value, itself."""
    roots = [sympy.sqrt(n) for n in (2, 3, 5, 6, 7, 10)]
    single: list[tuple[float, sympy.Expr]] = [(0.0, sympy.S.One), (1.0, sympy.pi), (2.0, sympy.E)]
    single += [(2.0 + 0.2 * place, root) for place, root in enumerate(roots)]
    products = [sympy.pi**2, 1 / sympy.pi, sympy.sqrt(sympy.pi), sympy.pi * roots[0], sympy.pi * roots[1], sympy.pi * sympy.E]
    root = sympy.sqrt(sympy.pi)
    rare = [1 / root, 1 / sympy.pi**2, roots[0] * root, roots[0] / root]
    priced = [*single, *((3.5, unit) for unit in products), *((4.5, unit) for unit in rare)]
    return tuple((price, float(unit), unit) for price, unit in priced)
