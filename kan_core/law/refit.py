"""Fit the free constants of a law to rows; nothing else of it moves. How well the rows determine them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.fitting.descent import DescentOptions, Stop, descend
from kan_core.fitting.estimate import estimated
from kan_core.law.problem import LawProblem, LawRows

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Refitted:
    """A law with its free constants at their best.

    Attributes:
        law: never worse on the rows than the one before.
        loss: Σ of what was made small.
        converged: whether no constant can improve it any more.
        steps: that were taken.
    """

    law: Law
    loss: float
    converged: bool
    steps: int


def refit(law: Law, rows: LawRows, *, steps: int = DescentOptions().steps, stop: Stop = lambda: False) -> Refitted:
    """Move the free constants within their bounds from where they are.

    Args:
        law: to be fitted.
        rows: all that count.
        steps: at most.
        stop: asked between steps.

    Raises:
        FormulaError: the law has no value on any row.
    """
    # Steps lead where the law is not defined or too large; that is looked at, not announced.
    with np.errstate(all="ignore"):
        return _refitted(LawProblem(law, rows), law, steps, stop)


def _refitted(problem: LawProblem, law: Law, steps: int, stop: Stop) -> Refitted:
    residual = problem.residual(problem.start)
    before = float(residual @ residual)
    if not problem.names:
        return Refitted(law, before, converged=True, steps=0)
    found = descend(problem, problem.start, DescentOptions(steps=steps), problem.low, problem.high, stop)
    if not found.loss <= before:
        return Refitted(law, before, converged=False, steps=0)
    values = dict(zip(problem.names, found.values.tolist(), strict=True))
    return Refitted(law.with_values(values), found.loss, found.converged, found.steps)


@dataclass(frozen=True, eq=False)
class Judged:
    """What the rows say of the free constants.

    Attributes:
        names: of the free constants.
        errors: (free,) standard errors; NaN where the rows do not determine one, or none are to spare.
        correlation: (free, free).
    """

    names: tuple[str, ...]
    errors: Array
    correlation: Array

    def error(self, name: str) -> float:
        """Standard error; NaN for constants that are not free."""
        return float(self.errors[self.names.index(name)]) if name in self.names else float("nan")

    def moved(self, law: Law, name: str, value: float) -> Law:
        """The law with one constant at another value and the free others where they fit best then, to first order.

        θ_j ← θ_j + C_ji/C_ii·δ (Seber & Wild, Nonlinear Regression, 1989, sec. 5.2), exact for what is linear.
        """
        values = {name: value}
        if name in self.names:
            place = self.names.index(name)
            shift = value - law[name].value
            slopes = self.correlation[place] * self.errors / self.errors[place]
            values = {each: law[each].value + shift * slope for each, slope in zip(self.names, slopes.tolist(), strict=True)
                      if np.isfinite(slope)} | values  # fmt: skip
        return law.with_values(values)


def judge(law: Law, rows: LawRows) -> Judged:
    """Errors and correlation of the free constants at their present values; the law should be fitted to the rows.

    Raises:
        FormulaError: its slopes are not defined on the rows.
    """
    with np.errstate(all="ignore"):
        return _judged(LawProblem(law, rows), rows)


def _judged(problem: LawProblem, rows: LawRows) -> Judged:
    if not problem.names:
        return Judged((), np.zeros(0), np.zeros((0, 0)))
    residual, jacobian = problem.residual(problem.start), problem.information(problem.start)
    if not np.isfinite(np.einsum("ij,ij->j", jacobian, jacobian)).all():
        raise FormulaError("the slope of the formula is not defined on every training row; no error bars can be given")
    spare = problem.observations - len(problem.names)
    variance = float(residual @ residual) / spare if spare > 0 else float("nan")
    # A likelihood knows its own noise.
    variance = 1.0 if rows.loss is not None and rows.loss.is_likelihood else variance
    found = estimated(jacobian, variance if rows.variance is None or rows.loss is not None else rows.variance)
    return Judged(problem.names, found.errors, found.correlation)


def undetermined(law: Law, rows: LawRows) -> frozenset[str]:
    """Free constants that take part in a direction in which the law does not change on the rows."""
    with np.errstate(all="ignore"):
        problem = LawProblem(law, rows)
        if not problem.names:
            return frozenset()
        _, jacobian = problem.linearised(problem.start)
        # Squares as well, by which directions are weighed.
        if not np.isfinite(np.einsum("ij,ij->j", jacobian, jacobian)).all():
            return frozenset()
        lost = np.isnan(estimated(jacobian, 1.0).errors)
    return frozenset(name for name, gone in zip(problem.names, lost.tolist(), strict=True) if gone)
