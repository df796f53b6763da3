"""Fits of the numbers of candidates to rows, by the least squares of `kan_core.fitting`.

Few rows and few numbers: a fit takes a millisecond, so thousands of candidates can be tried. The first one of a form only has to
show whether more steps are worth it, so it ends early.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from kan_core.expression.tree import Expression
from kan_core.expression.values import values_of
from kan_core.fitting.descent import DescentOptions, descend
from kan_core.fitting.problem import Rows, Whole
from kan_core.search.laws.candidates import Array, named, numbers_of, with_numbers
from kan_core.training.halting import go_on

# Candidates start near a minimum or are given up, so the damping may fall quickly.
_EASING = 0.1
# Residuals below this share of the spread are rounding, and far below what counts as exact.
_ROUNDING = 1e-13


def error_of(node: Expression, inputs: Array, target: Array) -> float:
    """Root mean square residual over the standard deviation of the target; inf where the formula is not defined."""
    with np.errstate(all="ignore"):
        residual = target - values_of(node, inputs)
        squares = float(residual @ residual)
    spread = float(target.std())
    return math.sqrt(squares / len(target)) / spread if math.isfinite(squares) and spread > 0 else math.inf


def fit(node: Expression, inputs: Array, target: Array, steps: int = 30, tolerance: float = 1e-4) -> Expression:
    """Least squares over all numbers from the present ones; never worse than the start.

    Args:
        node: the candidate.
        inputs: (rows, inputs).
        target: (rows,).
        steps: at most.
        tolerance: relative decrease of Σr² in a step below which it ends.
    """
    start = numbers_of(node)
    if not start or not target.std() > 0:
        return node
    form, names = named(node)
    return with_numbers(
        node, fit_named(form, Rows(inputs, target), dict(zip(names, start, strict=True)), {}, steps, tolerance)[0]
    )


def fit_named(
    form: Expression,
    rows: Rows,
    start: Mapping[str, float],
    fixed: Mapping[str, float],
    steps: int,
    tolerance: float,
    enough: float = 0.0,
) -> tuple[list[float], float]:
    """The values of the free constants of a formula, and its Σr²; inf where it is not defined.

    Args:
        form: with named constants.
        rows: to be met.
        start: values of the free ones.
        fixed: values of the others.
        steps: at most.
        tolerance: relative decrease of Σr² in a step below which it ends.
        enough: Σr² below which nothing is left.
    """
    options = DescentOptions(steps=steps, tolerance=tolerance, easing=_EASING, enough=enough)
    found = descend(Whole(form, rows, tuple(start), fixed), np.array(list(start.values())), options, stop=_halted)
    return found.values.tolist(), found.loss


def _halted() -> bool:
    """Asked between steps: a search that is not wanted any more ends as a whole, by `Halted`."""
    go_on()
    return False
