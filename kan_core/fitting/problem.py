"""A formula, its rows and its free constants as residuals: all constants, or with the linear ones projected out.

With Φ(θ) the slopes by the linear constants c and f₀ the formula at c = 0, the best c for given θ is that of min |y - f₀ - Φc|.
The reduced residual r = (1 - QQᵀ)(y - f₀), Q a basis of the columns of Φ, depends on θ alone; its Jacobian is taken as
(1 - QQᵀ)·∂f/∂θ (Kaufman 1975), which leaves out a term that vanishes with r.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import Expression
from kan_core.expression.values import Program
from kan_core.fitting.linear import linear_constants

Array = NDArray[np.floating[Any]]

ROUNDINGS = 12.0
"""Roundings of a row's value in a formula of usual length."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What a formula is fitted to.

    Attributes:
        inputs: (rows, inputs).
        target: (rows,).
        root: (rows,) what each residual is multiplied by: 1/σ or √weight; None for 1.
    """

    inputs: Array
    target: Array
    root: Array | None = None

    def take(self, places: NDArray[np.intp] | slice) -> Rows:
        """Some of the rows."""
        return Rows(self.inputs[places], self.target[places], None if self.root is None else self.root[places])


class Whole:
    """All free constants at once.

    Args:
        expression: the formula.
        rows: to be met.
        names: free constants in order.
        fixed: values of all others.
    """

    def __init__(
        self, expression: Expression, rows: Rows, names: Sequence[str], fixed: Mapping[str, float], *, precise: bool = False
    ) -> None:
        self.names = tuple(names)
        self._fixed = np.array(list(fixed.values()), dtype=np.float64)
        precision: type[np.floating[Any]] = np.longdouble if precise else np.float64
        self._program = Program(expression, rows.inputs, [*self.names, *fixed], precision)
        self._target = np.asarray(rows.target, dtype=precision)
        self._root = rows.root

    def residual(self, values: Array) -> Array:
        """(rows,) weighted data less formula."""
        return self._weighted(self._program.residual(self._all(values), self._target))

    def linearised(self, values: Array) -> tuple[Array, Array]:
        """Residual and slopes by the free constants, both weighted."""
        fitted, jacobian = self._program.linearised(self._all(values))
        jacobian = jacobian[:, : len(self.names)]
        if self._root is not None:
            jacobian = jacobian * self._root[:, None]
        return self._weighted(self._target - fitted), jacobian

    def values(self, values: Array) -> Array:
        """(rows,) the formula."""
        fitted: Array = np.broadcast_to(self._program.values(self._all(values)), self._target.shape)
        return fitted

    def _all(self, values: Array) -> Array:
        return np.concatenate([np.asarray(values), self._fixed])

    def _weighted(self, residual: Array) -> Array:
        return residual if self._root is None else residual * self._root


class Projected:
    """The constants that bend the formula; the linear ones follow.

    Args:
        whole: the problem.
        linear: names of jointly linear constants.
    """

    def __init__(self, whole: Whole, linear: Sequence[str]) -> None:
        self._whole = whole
        self._linear = [whole.names.index(name) for name in linear]
        self._bent = [place for place, name in enumerate(whole.names) if name not in set(linear)]
        self.names = tuple(whole.names[place] for place in self._bent)

    def residual(self, values: Array) -> Array:
        """(rows,) what no choice of the linear constants explains."""
        start, residual, jacobian = self._at_zero(values)
        coefficients = solved(jacobian[:, self._linear], residual)
        return (
            self._whole.residual(self._with(start, coefficients)) if coefficients is not None else np.full(len(residual), np.nan)
        )

    def linearised(self, values: Array) -> tuple[Array, Array]:
        """Reduced residual and Kaufman's Jacobian."""
        start, residual, jacobian = self._at_zero(values)
        coefficients = solved(jacobian[:, self._linear], residual)
        if coefficients is None:
            return np.full(len(residual), np.nan), np.zeros((len(residual), len(self._bent)))
        left, slopes = self._whole.linearised(self._with(start, coefficients))
        basis = np.linalg.qr(slopes[:, self._linear])[0]
        bent = slopes[:, self._bent]
        return left, bent - basis @ (basis.T @ bent)

    def expanded(self, values: Array) -> Array:
        """All constants, with the best linear ones; not finite where the formula is not defined."""
        start, residual, jacobian = self._at_zero(values)
        coefficients = solved(jacobian[:, self._linear], residual)
        return self._with(start, np.full(len(self._linear), np.nan) if coefficients is None else coefficients)

    def reduced(self, values: Array) -> Array:
        """The bent ones of all constants."""
        return np.asarray(values)[self._bent]

    def _at_zero(self, values: Array) -> tuple[Array, Array, Array]:
        start = np.zeros(len(self._whole.names))
        start[self._bent] = values
        residual, jacobian = self._whole.linearised(start)
        return start, residual, jacobian

    def _with(self, start: Array, coefficients: Array) -> Array:
        made = start.copy()
        made[self._linear] = coefficients
        return made


def solved(features: Array, wanted: Array) -> Array | None:
    """The c of min |Φc - y| by singular values of unit columns; None where something is not finite."""
    if not (np.isfinite(features).all() and np.isfinite(wanted).all()):
        return None
    norms = np.sqrt(np.einsum("ij,ij->j", features, features))
    if not np.isfinite(norms).all():
        return None
    scale = np.where(norms > 0, norms, 1.0)
    try:
        answer = np.linalg.lstsq(features / scale, wanted, rcond=1e-14)[0]
    except np.linalg.LinAlgError:
        return None
    made: Array = answer / scale
    return made


@dataclass(frozen=True, eq=False)
class Posed:
    """A formula on rows, whole and reduced.

    Attributes:
        expression: the formula.
        rows: to be met.
        fixed: values of the constants that do not move.
        bounded: free constants that may not be projected out, since they have bounds.
        whole: all free constants.
        reduced: those that bend the formula.
    """

    expression: Expression
    rows: Rows
    fixed: Mapping[str, float]
    bounded: frozenset[str]
    whole: Whole
    reduced: Projected

    @property
    def rounding(self) -> float:
        """Σr² that arithmetic in doubles leaves of an exact formula: a dozen roundings of the target a row."""
        target = self.rows.target if self.rows.root is None else self.rows.target * self.rows.root
        return float(((ROUNDINGS * np.finfo(np.float64).eps * target) ** 2).sum())


def pose(expression: Expression, rows: Rows, names: Sequence[str], fixed: Mapping[str, float], bounded: frozenset[str]) -> Posed:
    """The least-squares problem of a formula with these free constants."""
    whole = Whole(expression, rows, names, fixed)
    linear = linear_constants(expression, frozenset(names) - bounded)
    return Posed(expression, rows, fixed, bounded, whole, Projected(whole, linear))
