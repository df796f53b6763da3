"""The toy of pykan's first notebook, exp(sin(pi·x) + y²), with the same rows for every peer.

Used by the cases; knows numpy and sympy only, so that it loads in every peer's environment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

ROWS = 1000
EXACT_NRMSE = 1e-6
"""A formula counts as exact when its RMSE on fresh rows is below this share of the target's standard deviation."""


@dataclass(frozen=True)
class Toy:
    """Rows uniform in [-1, 1]²: inputs (rows, 2), targets (rows, 1)."""

    train_inputs: np.ndarray
    train_targets: np.ndarray
    test_inputs: np.ndarray
    test_targets: np.ndarray


def law(inputs: np.ndarray) -> np.ndarray:
    """exp(sin(pi·x) + y²) of inputs (rows, 2) as (rows, 1)."""
    return np.exp(np.sin(np.pi * inputs[:, :1]) + inputs[:, 1:] ** 2)


def make_toy(seed: int) -> Toy:
    """1000 rows to train and 1000 to test, the same for every peer."""
    generator = np.random.default_rng(seed)
    train, test = generator.uniform(-1, 1, (ROWS, 2)), generator.uniform(-1, 1, (ROWS, 2))
    return Toy(train, law(train), test, law(test))


def formula_rmse(formula: sympy.Expr, symbols: tuple[sympy.Symbol, ...], toy: Toy) -> float:
    """RMSE of a formula on the test rows; infinite when it cannot be evaluated there."""
    evaluate = sympy.lambdify(symbols, formula, modules=["numpy", "scipy"])
    with np.errstate(all="ignore"):
        values = np.broadcast_to(evaluate(toy.test_inputs[:, 0], toy.test_inputs[:, 1]), (ROWS,))
    error = float(np.sqrt(np.mean((np.real(values) - toy.test_targets[:, 0]) ** 2)))
    return error if np.isfinite(error) else float("inf")


def verdict(rmse: float, toy: Toy) -> dict[str, float | bool | None]:
    """The entries of a result that tell how good a formula is."""
    nrmse = rmse / float(np.std(toy.test_targets))
    return {
        "rmse": rmse if np.isfinite(rmse) else None,
        "nrmse": nrmse if np.isfinite(nrmse) else None,
        "exact": nrmse < EXACT_NRMSE,
    }


def rounded(formula: sympy.Expr, digits: int) -> str:
    """The formula as text with constants of few digits, to look at."""
    return str(formula.xreplace({number: sympy.Float(number, digits) for number in formula.atoms(sympy.Float)}))
