"""A law on rows as a least-squares problem in its free constants, for whatever objective.

An objective Σ ℓ(f, y) with ℓ ≥ 0 is the sum of squares of r = ±√ℓ, one a row and output, or one a row where outputs share a
loss, with the slopes ∂r/∂f = ℓ′/(2r). So one loop serves them all: its steps are Gauss-Newton's in r, and it ends only where the
slope of the objective vanishes. For squared loss r is the residual itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.law import Law
from kan_core.expression.tree import Expression
from kan_core.expression.values import Program

Array = NDArray[np.floating[Any]]


class RowLoss(Protocol):
    """What a row of outputs costs."""

    @property
    def is_likelihood(self) -> bool:
        """Whether it is -log of a probability, so that its curvature alone tells how well rows determine constants."""
        ...

    def information(self, output: Array) -> Array:
        """(rows, k, outputs) R with RᵀR what is to be expected of the loss's curvature in the outputs."""
        ...

    def __call__(self, output: Array, target: Array) -> tuple[Array, Array]:
        """(rows, outputs) each → ℓ ≥ 0 (rows, k) and ∂ℓ/∂output; k is the number of outputs, or 1 where they share a loss."""
        ...


@dataclass(frozen=True, eq=False)
class LawRows:
    """What a law is fitted to.

    Attributes:
        inputs: (rows, inputs) raw units.
        targets: (rows, targets) raw units.
        weights: (rows,) ≥ 0; None for 1.
        loss: of a row; None for squared residuals.
        variance: of the noise of a row of weight 1, where it is known; else residuals estimate it.
    """

    inputs: Array
    targets: Array
    weights: Array | None = None
    loss: RowLoss | None = None
    variance: float | None = None


class LawProblem:
    """Residuals and slopes by the free constants; rows on which the law has no value now are left out.

    Args:
        law: with the values to begin at.
        rows: to be met.
        free: names of the constants that move; those that are free when absent.

    Raises:
        FormulaError: the law has no value on any row.
    """

    def __init__(self, law: Law, rows: LawRows, free: Sequence[str] | None = None) -> None:
        self.names = tuple(each.name for each in law.free) if free is None else tuple(free)
        still = [each for each in law.constants if each.name not in self.names]
        self._order = [*self.names, *(each.name for each in still)]
        self._still = np.array([each.value for each in still], dtype=np.float64)
        self.start = np.array([law[name].value for name in self.names], dtype=np.float64)
        self.low = np.array([law[name].low for name in self.names], dtype=np.float64)
        self.high = np.array([law[name].high for name in self.names], dtype=np.float64)
        inputs = np.asarray(rows.inputs, dtype=np.float64)
        values = self._outputs([Program(tree, inputs, self._order) for tree in law.expressions])
        known = np.isfinite(values).all(axis=1) & np.isfinite(rows.targets).all(axis=1)
        if rows.weights is not None:
            known &= np.asarray(rows.weights) > 0
        if not known.any():
            raise FormulaError("the formula has no value on any row; choose other numbers")
        self._targets = np.asarray(rows.targets, dtype=np.float64)[known]
        self._root = None if rows.weights is None else np.sqrt(np.asarray(rows.weights, dtype=np.float64))[known][:, None]
        self._programs = [Program(tree, inputs[known], self._order) for tree in law.expressions]
        self._loss = rows.loss
        self.observations = float(known.sum() if rows.weights is None else np.asarray(rows.weights)[known].sum())
        self.observations *= len(law.expressions)

    def residual(self, values: Array) -> Array:
        """(rows·outputs,) weighted data less law, or what its square is the objective of."""
        return self._costs(self._outputs(self._programs, values))[0].ravel()

    def linearised(self, values: Array) -> tuple[Array, Array]:
        """The same with slopes of the law by the free constants."""
        outputs, slopes = self._model(values)
        residual, outer = self._costs(outputs)
        if outer is None:
            carried = slopes
        elif residual.shape[1] == outer.shape[1]:
            carried = outer[:, :, None] * slopes
        else:
            carried = np.einsum("ij,ijk->ik", outer, slopes)[:, None, :]
        return residual.ravel(), _stacked(self._rooted(carried))

    def information(self, values: Array) -> Array:
        """(rows·k, free) J with JᵀJ the information on the free constants, that of a residual of variance 1 for squared loss."""
        outputs, slopes = self._model(values)
        carried = slopes if self._loss is None else np.einsum("ikj,ijc->ikc", self._loss.information(outputs), slopes)
        return _stacked(self._rooted(carried))

    def _model(self, values: Array) -> tuple[Array, Array]:
        """(rows, outputs) values and (rows, outputs, free) slopes."""
        constants = self._constants(values)
        parts = [program.linearised(constants) for program in self._programs]
        slopes = np.stack([jacobian[:, : len(self.names)] for _, jacobian in parts], axis=1)
        return np.stack([value for value, _ in parts], axis=1), slopes

    def _rooted(self, carried: Array) -> Array:
        return carried if self._root is None else carried * self._root[:, :, None]

    def _costs(self, outputs: Array) -> tuple[Array, Array | None]:
        """Residuals (rows, k), weighted, and the slopes of those that are no plain differences, not yet weighted."""
        if self._loss is None:
            residual: Array = self._targets - outputs
            return (residual if self._root is None else residual * self._root), None
        loss, slope = self._loss(outputs, self._targets)
        size = np.sqrt(np.maximum(loss, np.finfo(np.float64).tiny))
        sign = np.where(slope > 0, -1.0, 1.0) if loss.shape[1] == slope.shape[1] else np.ones_like(size)
        residual = sign * size
        # The loop takes slopes of the model, whose sign is opposite to the residual's.
        outer = -slope / (2 * residual)
        return (residual if self._root is None else residual * self._root), outer

    def _outputs(self, programs: Sequence[Program], values: Array | None = None) -> Array:
        constants = self._constants(self.start if values is None else values)
        return np.stack([np.broadcast_to(program.values(constants), (program.rows,)) for program in programs], axis=1)

    def _constants(self, values: Array) -> Array:
        return np.concatenate([np.asarray(values, dtype=np.float64), self._still])


def _stacked(slopes: Array) -> Array:
    """(rows, outputs, constants) → (rows·outputs, constants), of which there may be none."""
    return slopes.reshape(slopes.shape[0] * slopes.shape[1], slopes.shape[2])


def law_values(law: Law, inputs: Array) -> Array:
    """(rows, targets) what the law says."""
    return np.stack([_values(tree, law, np.asarray(inputs, dtype=np.float64)) for tree in law.expressions], axis=1)


def _values(tree: Expression, law: Law, inputs: Array) -> Array:
    program = Program(tree, inputs, law.names)
    constants = np.array([each.value for each in law.constants], dtype=np.float64)
    return np.broadcast_to(program.values(constants), (program.rows,))
