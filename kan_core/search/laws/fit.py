"""Fit all constants of a formula at once: damped Gauss-Newton steps (Levenberg-Marquardt) on exact slopes.

Few rows, few constants, no allocation worth a word: a fit takes milliseconds, so hundreds of formulas can be tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kan_core.search.laws.node import Array, Node, numbers_of, values_and_slopes, values_of, with_numbers
from kan_core.training.halting import go_on

Places = NDArray[np.intp]
_DAMPING = 1e-3
_LEAST_DAMPING = 1e-14
_GIVE_UP = 1e8


@dataclass(frozen=True, slots=True)
class Fitted:
    """A formula with fitted constants and its root mean square residual over the spread of the target; inf if undefined."""

    node: Node
    error: float


def error_of(node: Node, inputs: Array, target: Array) -> float:
    """Root mean square residual over the standard deviation of the target; inf where the formula is not defined."""
    with np.errstate(all="ignore"):
        residual = target - values_of(node, inputs)
        mean = float(np.mean(residual * residual))
    spread = float(target.std())
    return math.sqrt(mean) / spread if math.isfinite(mean) and spread > 0 else math.inf


def fit(node: Node, inputs: Array, target: Array, steps: int = 30, tolerance: float = 1e-4) -> Fitted:
    """Least squares over all constants from the present ones; never worse than the start.

    Args:
        node: the formula.
        inputs: (rows, inputs).
        target: (rows,).
        steps: at most.
        tolerance: relative decrease of Σr² in a step below which it ends.
    """
    values = np.array(numbers_of(node))
    spread = float(target.std())
    if len(values) == 0 or spread <= 0:
        return Fitted(node, error_of(node, inputs, target))
    with np.errstate(all="ignore"):
        values, loss = _minimise(node, values, inputs, target, steps, tolerance)
    error = math.sqrt(loss / len(target)) / spread if math.isfinite(loss) else math.inf
    return Fitted(with_numbers(node, values.tolist()), error)


def fit_free(node: Node, inputs: Array, target: Array, fixed: frozenset[int], steps: int = 30) -> tuple[Node, float]:
    """The formula with all constants but the fixed ones fitted to the end, and its Σr²; inf where it is not defined."""
    values = np.array(numbers_of(node))
    free = np.array([place for place in range(len(values)) if place not in fixed], dtype=np.intp)
    with np.errstate(all="ignore"):
        values, loss = _minimise(node, values, inputs, target, steps, 1e-9, free)
    return with_numbers(node, values.tolist()), loss


def _minimise(
    node: Node, values: Array, inputs: Array, target: Array, steps: int, tolerance: float, free: Places | None = None
) -> tuple[Array, float]:
    """Constants and Σr²; only those at the places `free` move, all when none are given."""
    chosen = np.arange(len(values)) if free is None else free
    residual, jacobian = _linearised(node, values, inputs, target)
    loss = float(residual @ residual)
    if not math.isfinite(loss):
        return values, math.inf
    damping = _DAMPING
    for _ in range(steps if len(chosen) and np.isfinite(jacobian).all() else 0):
        go_on()
        trial = values.copy()
        trial[chosen] += _step(jacobian[:, chosen], residual, damping)
        new_residual, new_jacobian = _linearised(node, trial, inputs, target)
        new_loss = float(new_residual @ new_residual)
        if not (new_loss < loss and np.isfinite(new_jacobian).all()):
            damping *= 8
            if damping > _GIVE_UP:
                break
            continue
        gain = (loss - new_loss) / loss
        values, residual, jacobian, loss = trial, new_residual, new_jacobian, new_loss
        damping = max(damping * 0.1, _LEAST_DAMPING)
        if gain < tolerance:
            break
    return values, loss


def _linearised(node: Node, values: Array, inputs: Array, target: Array) -> tuple[Array, Array]:
    """Residuals (rows,) and ∂f/∂θ (rows, constants)."""
    value, slopes = values_and_slopes(with_numbers(node, values.tolist()), inputs)
    jacobian = np.empty((len(target), len(slopes)))
    for place, slope in enumerate(slopes):
        jacobian[:, place] = slope
    return target - value, jacobian


def _step(jacobian: Array, residual: Array, damping: float) -> Array:
    """Solve (JᵀJ + μ·I) p = Jᵀr with columns of unit length, by QR of the stacked system near the end, else by Cholesky."""
    size = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
    scale = np.where(size > 0, size, 1.0)
    unit = jacobian / scale
    stacked = np.vstack([unit, math.sqrt(damping) * np.eye(len(scale))])
    wanted = np.concatenate([residual, np.zeros(len(scale))])
    q, r = np.linalg.qr(stacked)
    step: Array = np.linalg.lstsq(r, q.T @ wanted, rcond=None)[0] / scale
    return step
