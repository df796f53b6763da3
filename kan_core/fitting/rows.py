"""The rows that a formula is fitted to: its left side applied to the target, standard deviations carried through it.

For a left side g(y) the standard deviation of a row becomes σ·|g′(y)| (propagation to first order, GUM 2008, 5.1.2).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import DataError
from kan_core.expression.tree import Column, Constant, Expression, rebuilt
from kan_core.expression.values import Program, values_of
from kan_core.fitting.problem import Rows

Array = NDArray[np.floating[Any]]


def rows_of(left: Expression, inputs: Array, target: Array, sigma: Array | None, weights: Array | None) -> Rows:
    """Rows that count, with the left side applied.

    Args:
        left: of the target, which is its only column.
        inputs: (rows, inputs).
        target: (rows,).
        sigma: (rows,) standard deviations of the target.
        weights: (rows,) relative weights of the residuals.

    Raises:
        DataError: values, σ or weights that cannot be used; says which rows.
    """
    if sigma is not None and weights is not None:
        raise DataError("give σ or weights, not both")
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(target, dtype=np.float64)
    used = np.ones(len(y), dtype=np.bool_)
    root: Array | None = None
    _refuse(~(np.isfinite(y) & np.isfinite(x).all(axis=1)), "the rows must be numbers")
    applied = values_of(left, y[:, None])
    _refuse(~np.isfinite(applied), "the left side of the formula is not defined")
    if sigma is not None:
        given = np.asarray(sigma, dtype=np.float64)
        _refuse(~(np.isfinite(given) & (given > 0)), "σ must be a positive number")
        carried = given * np.abs(_slope(left, y))
        _refuse(~(np.isfinite(carried) & (carried > 0)), "σ of the left side of the formula is zero or not defined")
        root = 1 / carried
    if weights is not None:
        _refuse(~(np.isfinite(weights) & (np.asarray(weights) >= 0)), "a weight must be a number from 0 on")
        used = np.asarray(weights) > 0
        root = np.sqrt(np.asarray(weights, dtype=np.float64))[used]
    rows = Rows(x[used], applied[used], root)
    _check_size(rows)
    return rows


def _slope(left: Expression, y: Array) -> Array:
    """(rows,) g′(y): the slope by a constant that has each row's own value."""
    if isinstance(left, Column):
        return np.ones(len(y))
    moving = rebuilt(left, lambda node: Constant("y") if isinstance(node, Column) else None)
    return Program(moving, np.zeros((len(y), 0)), ("y",)).linearised(y[None, :])[1][:, 0]


def _refuse(bad: NDArray[np.bool_], reason: str) -> None:
    if bad.any():
        raise DataError(f"{reason}: look at row {named_rows(bad)}")


def named_rows(chosen: NDArray[np.bool_]) -> str:
    """The first of the chosen rows, counted from 1."""
    places = ", ".join(str(place + 1) for place in np.flatnonzero(chosen)[:5])
    return places + (f" and {int(chosen.sum()) - 5} more" if chosen.sum() > 5 else "")


def _check_size(rows: Rows) -> None:
    """Squares of the target must be numbers, and keep their digits."""
    target = rows.target if rows.root is None else rows.target * rows.root
    largest, numbers = float(np.abs(target).max(initial=0.0)), np.finfo(np.float64)
    most = math.sqrt(float(numbers.max) / max(1, len(target)))
    least = math.sqrt(float(numbers.tiny)) / float(numbers.eps)
    if largest > most or 0 < largest < least:
        relative = "" if rows.root is None else " in units of σ or weight"
        raise DataError(
            f"the target reaches {largest:.1e}{relative}, whose square is too {'large' if largest > most else 'small'} a number: "
            "write it in another unit"
        )
