"""The free constants of a written formula and how well the data determine them.

The constants θ are the decimal numbers (`sympy.Float`) of the expression; integers and rationals belong to its form.
With J = ∂f/∂θ on the training rows, residuals r and p constants,

    σ² = Σr²/(N - p),   Cov(θ) = σ²·(JᵀJ)⁻¹   (Seber & Wild, Nonlinear Regression, 1989, eq. 2.20)

With row weights w, r and the rows of J are taken times √w, and N is Σw.
Derivatives are exact (sympy, evaluated by `numeric`). A direction that the data do not determine gives the constants
that take part in it an infinite standard error. Called by actions and by `snap`; changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.symbolic.formula import Formula
from kan_core.symbolic.numeric import Column, evaluate_expression
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
    """Expressions with their decimal numbers replaced by symbols.

    Attributes:
        expressions: one a target.
        symbols: θ in order of appearance.
        values: (p,).
    """

    expressions: tuple[sympy.Expr, ...]
    symbols: tuple[sympy.Dummy, ...]
    values: Matrix

    def with_values(self, values: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        """The expressions with numbers again."""
        table: dict[sympy.Basic, sympy.Basic] = dict(zip(self.symbols, values, strict=True))
        return tuple(_replaced(expression, table) for expression in self.expressions)


def parametrise(expressions: Sequence[sympy.Expr]) -> Parametrised:
    """Put one symbol for each distinct decimal number; equal numbers are one constant."""
    numbers: dict[sympy.Basic, sympy.Dummy] = {}
    for expression in expressions:
        for node in sympy.preorder_traversal(expression):
            if isinstance(node, sympy.Float) and node not in numbers:
                numbers[node] = sympy.Dummy(f"theta{len(numbers)}", real=True)
    values = np.array([float(number) for number in numbers], dtype=np.float64)  # type: ignore[arg-type]
    return Parametrised(tuple(_replaced(expression, numbers) for expression in expressions), tuple(numbers.values()), values)


def _replaced(node: sympy.Basic, table: Mapping[sympy.Basic, sympy.Basic]) -> sympy.Expr:
    found = table.get(node)
    if found is not None:
        return found  # type: ignore[return-value]
    if not node.args:
        return node  # type: ignore[return-value]
    return node.func(*(_replaced(argument, table) for argument in node.args))  # type: ignore[return-value]


def _opened(node: sympy.Basic) -> sympy.Expr:
    """The expression without the marks that keep an exponent from being taken apart."""
    if not node.args:
        return node  # type: ignore[return-value]
    arguments = [_opened(argument) for argument in node.args]
    return arguments[0] if isinstance(node, sympy.UnevaluatedExpr) else node.func(*arguments)  # type: ignore[return-value]


class Model:
    """Values and exact Jacobian of parametrised expressions on columns named as the inputs."""

    def __init__(self, parametrised: Parametrised, input_names: Sequence[str]) -> None:
        self.parametrised = parametrised
        self.input_names = tuple(input_names)
        # sympy has no derivative of what it must not evaluate; without decimal numbers it leaves the exponents alone anyway.
        opened = [_opened(expression) for expression in parametrised.expressions]
        self.slopes = [[sympy.diff(expression, symbol) for symbol in parametrised.symbols] for expression in opened]

    def residuals(self, values: Matrix, table: Table) -> Matrix:
        """(targets·rows,) data less formula, target after target."""
        columns, cache = self._columns(values, table), {}
        wanted = table.targets.detach().cpu().double().numpy()
        parts = [
            wanted[:, target] - evaluate_expression(expression, columns, cache=cache)
            for target, expression in enumerate(self.parametrised.expressions)
        ]
        return np.concatenate(parts)

    def jacobian(self, values: Matrix, table: Table) -> Matrix:
        """(targets·rows, p) ∂f/∂θ."""
        columns = self._columns(values, table)
        cache: dict[sympy.Basic, Column] = {}
        blocks = [
            np.stack([evaluate_expression(slope, columns, cache=cache) for slope in slopes], axis=1) for slopes in self.slopes
        ]
        return np.concatenate(blocks)

    def _columns(self, values: Matrix, table: Table) -> dict[str, Column]:
        inputs = table.inputs.detach().cpu().double().numpy()
        columns: dict[str, Column] = {name: inputs[:, place].copy() for place, name in enumerate(self.input_names)}
        rows = table.rows
        names = [symbol.name for symbol in self.parametrised.symbols]
        if set(names) & set(columns):
            raise FormulaError("a column is called like one of the formula's constants; rename columns theta0, theta1, …")
        return columns | {name: np.full(rows, value) for name, value in zip(names, values.tolist(), strict=True)}


def formula_constants(formula: Formula, split: Split, input_names: Sequence[str]) -> list[Constant]:
    """The constants of a formula with their standard errors; the formula should be fitted to `split.train`.

    Args:
        formula: without splines, written out.
        split: σ² and J come from its training rows.
        input_names: the names the formula was written with, one a column.

    Raises:
        FormulaError: splines are left, or the formula is not defined on all training rows.
    """
    if not formula.symbolic or formula.hidden:
        raise FormulaError("only a formula without splines, written out, has constants with error bars")
    return expression_constants(formula.expressions, split, input_names)


def expression_constants(expressions: Sequence[sympy.Expr], split: Split, input_names: Sequence[str]) -> list[Constant]:
    """The same for bare expressions."""
    return list(estimate(Model(parametrise(expressions), input_names), split.train).constants)


def estimate(model: Model, table: Table) -> Estimate:
    """The model's constants at their present values.

    Args:
        model: fitted to `table`.
        table: σ² and J come from its rows and weights, whose sum is the number of observations; σ² is its own where it is known.

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
    if table.weights is not None:
        root = root_of(table, model)
        residual, jacobian, observations = residual * root, jacobian * root[:, None], float(root @ root)
    spare = observations - len(values)
    variance = float(residual @ residual) / spare if spare > 0 else float("nan")
    if table.variance is not None:
        variance = table.variance
    inverse, lost = _inverse(jacobian)
    errors = np.where(lost, np.inf, np.sqrt(variance * np.diag(inverse)))
    constants = tuple(
        Constant(index, value, error, error / abs(value) if value else float("inf"))
        for index, (value, error) in enumerate(zip(values.tolist(), errors.tolist(), strict=True))
    )
    return Estimate(constants, inverse)


def root_of(table: Table, model: Model) -> Matrix:
    """(targets·rows,) √w in the order of `Model.residuals`; ones without weights."""
    if table.weights is None:
        return np.ones(table.rows * len(model.parametrised.expressions))
    return np.tile(np.sqrt(table.weights.detach().cpu().double().numpy()), len(model.parametrised.expressions))


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
