"""The free constants of a written formula and how well the data determine them.

The constants θ are the decimal numbers of the expression; whole and exact numbers belong to its form.
With J = ∂f/∂θ on the training rows, residuals r and p constants,

    σ² = Σr²/(N - p),   Cov(θ) = σ²·(JᵀJ)⁻¹   (Seber & Wild, Nonlinear Regression, 1989, eq. 2.20)

With row weights w, r and the rows of J are taken times √w, and N is Σw.
Derivatives are exact. A direction that the data do not determine gives the constants
that take part in it an infinite standard error. Called by actions and by `snap`; changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.numbers import named
from kan_core.expression.tree import Expression, with_constants
from kan_core.expression.values import Program
from kan_core.symbolic.formula import Formula
from kan_core.training.data import Split, Table

Matrix = NDArray[np.float64]
_SINGULAR = 1e-10
_TAKES_PART = 1e-6


@dataclass(frozen=True)
class Constant:
    """One number of the formula.

    Attributes:
        index: its place in the formula's list of constants.
        value: as written.
        stderr: standard error; inf where the data do not determine it, nan without spare rows (N ≤ p).
        relative: stderr / |value|; inf for a value of 0.
    """

    index: int
    value: float
    stderr: float
    relative: float

    @property
    def determined(self) -> bool:
        """Whether the data say anything about it."""
        return bool(np.isfinite(self.stderr))


@dataclass(frozen=True, eq=False)
class Estimate:
    """All constants with how they hang together.

    Attributes:
        constants: in the order of `parametrise`.
        inverse: (p, p) (JᵀJ)⁻¹, directions without information left out.
    """

    constants: tuple[Constant, ...]
    inverse: Matrix


@dataclass(frozen=True, eq=False)
class Parametrised:
    """Expressions with constants in place of their decimal numbers.

    Attributes:
        expressions: one a target.
        names: of θ in order of appearance.
        values: (p,).
    """

    expressions: tuple[Expression, ...]
    names: tuple[str, ...]
    values: Matrix

    def with_values(self, values: Sequence[Expression]) -> tuple[Expression, ...]:
        """The expressions with numbers again."""
        table = dict(zip(self.names, values, strict=True))
        return tuple(with_constants(expression, table) for expression in self.expressions)


def parametrise(expressions: Sequence[Expression]) -> Parametrised:
    """One constant for each distinct decimal number; equal numbers are one constant."""
    made, values = named(expressions)
    return Parametrised(made, tuple(values), np.array(list(values.values()), dtype=np.float64))


class Model:
    """Values and exact Jacobian of parametrised expressions."""

    def __init__(self, parametrised: Parametrised) -> None:
        self.parametrised = parametrised

    def residuals(self, values: Matrix, table: Table) -> Matrix:
        """(targets·rows,) data less formula, target after target."""
        wanted = table.targets.detach().cpu().double().numpy()
        parts = [one.residual(values, wanted[:, target]) for target, one in enumerate(self._programs(table))]
        return np.concatenate(parts, dtype=np.float64)

    def jacobian(self, values: Matrix, table: Table) -> Matrix:
        """(targets·rows, p) ∂f/∂θ."""
        return np.concatenate([program.linearised(values)[1] for program in self._programs(table)], dtype=np.float64)

    def _programs(self, table: Table) -> list[Program]:
        inputs = table.inputs.detach().cpu().double().numpy()
        return [Program(expression, inputs, self.parametrised.names) for expression in self.parametrised.expressions]


def formula_constants(formula: Formula, split: Split) -> list[Constant]:
    """The constants of a formula with their standard errors; the formula should be fitted to `split.train`.

    Args:
        formula: without splines, written out.
        split: σ² and J come from its training rows.

    Raises:
        FormulaError: splines are left, or the formula is not defined on all training rows.
    """
    if not formula.symbolic or formula.hidden:
        raise FormulaError("only a formula without splines, written out, has constants with error bars")
    return expression_constants(formula.expressions, split)


def expression_constants(expressions: Sequence[Expression], split: Split, weights: Matrix | None = None) -> list[Constant]:
    """The same for bare expressions; `weights` as in `estimate`."""
    return list(estimate(Model(parametrise(expressions)), split.train, weights).constants)


def estimate(model: Model, table: Table, weights: Matrix | None = None) -> Estimate:
    """The model's constants at their present values.

    Args:
        model: fitted to `table`.
        table: σ² and J come from its rows.
        weights: (rows,) > 0 that the fit used; their sum is taken as the number of observations.

    Raises:
        FormulaError: the formula is not defined on all rows.
    """
    values = model.parametrised.values
    if len(values) == 0:
        return Estimate((), np.zeros((0, 0)))
    residual, jacobian = model.residuals(values, table), model.jacobian(values, table)
    if not (np.isfinite(residual).all() and np.isfinite(jacobian).all()):
        raise FormulaError("the formula or its slope is not defined on every training row; no error bars can be given")
    observations = float(len(residual))
    if weights is not None:
        root = root_of(weights, model)
        residual, jacobian, observations = residual * root, jacobian * root[:, None], float(root @ root)
    spare = observations - len(values)
    variance = float(residual @ residual) / spare if spare > 0 else float("nan")
    inverse, lost = _inverse(jacobian)
    errors = np.where(lost, np.inf, np.sqrt(variance * np.diag(inverse)))
    constants = tuple(
        Constant(index, value, error, error / abs(value) if value else float("inf"))
        for index, (value, error) in enumerate(zip(values.tolist(), errors.tolist(), strict=True))
    )
    return Estimate(constants, inverse)


def root_of(weights: Matrix, model: Model) -> Matrix:
    """(targets·rows,) √w in the order of `Model.residuals`."""
    return np.tile(np.sqrt(weights), len(model.parametrised.expressions))


def _inverse(jacobian: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """(JᵀJ)⁻¹ by singular values of J with unit columns, and which constants take part in a direction without information."""
    size = np.linalg.norm(jacobian, axis=0)
    scale = np.where(size > 0, size, 1.0)
    _, singular, directions = np.linalg.svd(np.linalg.qr(jacobian / scale, mode="r"), full_matrices=True)
    full = np.zeros(jacobian.shape[1])
    full[: len(singular)] = singular
    weak = full <= _SINGULAR * full.max(initial=0.0)
    root = directions * np.where(weak, 0.0, 1 / np.where(weak, 1.0, full))[:, None] / scale
    return root.T @ root, np.asarray((np.abs(directions[weak]) > _TAKES_PART).any(axis=0), dtype=np.bool_)
