"""How well rows determine the constants of a fitted formula.

With J = ∂f/∂θ at the minimum, weighted residuals r, n rows and p free constants

    σ² = Σr²/(n - p),   Cov(θ) = σ²·(JᵀJ)⁻¹        (Seber & Wild, Nonlinear Regression, 1989, eq. 2.20)

and σ² = 1 where standard deviations of the rows are given as they are. JᵀJ is never formed: its inverse comes from the
singular values of J with columns of unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

SINGULAR = 1e-11
"""Singular values below this share of the largest carry no information: NIST's Filip-like designs reach 1e-9, rounding 1e-15."""
TAKES_PART = 1e-6
"""Share of a direction without information from which on a constant counts as part of it."""


@dataclass(frozen=True, eq=False)
class Estimated:
    """What rows say about constants.

    Attributes:
        errors: (p,) standard errors; NaN where the rows do not determine a constant, or none are to spare.
        correlation: (p, p), without the directions that the rows do not determine; NaN beside constants that they do not.
        condition: of the scaled Jacobian.
        root: (p, p) R with Cov = σ²·RᵀR, without the directions that the rows do not determine.
        lost: (k, p) those directions, in constants multiplied by `scale`.
        scale: (p,) lengths of the columns of the Jacobian.
    """

    errors: Array
    correlation: Array
    condition: float
    root: Array
    lost: Array
    scale: Array


def estimated(jacobian: Array, variance: float) -> Estimated:
    """Standard errors and correlation.

    Args:
        jacobian: (rows, p) weighted slopes at the minimum.
        variance: σ²; NaN when it cannot be known.
    """
    if jacobian.shape[1] == 0:
        none = np.zeros((0, 0))
        return Estimated(np.zeros(0), none, 1.0, none, none, np.zeros(0))
    norms = np.linalg.norm(jacobian, axis=0)
    scale = np.where(norms > 0, norms, 1.0)
    _, singular, directions = np.linalg.svd(np.linalg.qr(jacobian / scale, mode="r"), full_matrices=True)
    full = np.zeros(jacobian.shape[1])
    full[: len(singular)] = singular
    largest = float(full.max())
    weak = full <= SINGULAR * largest
    root = directions * np.where(weak, 0.0, 1 / np.where(weak, 1.0, full))[:, None] / scale
    # In units of each constant, whose square may be no double.
    unit = np.abs(root).max(axis=0)
    relative = root / np.where(unit > 0, unit, 1.0)
    lengths = np.linalg.norm(relative, axis=0)
    lost = (np.abs(directions[weak]) > TAKES_PART).any(axis=0)
    errors = np.where(lost, np.nan, np.sqrt(variance) * unit * lengths)
    with np.errstate(all="ignore"):
        correlation = (relative.T @ relative) / np.outer(lengths, lengths)
    unknown = ~np.isfinite(errors)
    correlation[unknown, :] = np.nan
    correlation[:, unknown] = np.nan
    smallest = float(full.min())
    condition = largest / smallest if smallest > 0 else float("inf")
    return Estimated(errors, correlation, condition, root, directions[weak], scale)
