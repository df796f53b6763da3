"""Coefficients → values."""

from __future__ import annotations

from torch import Tensor

from kan_core.splines.basis import dense_basis
from kan_core.splines.grid import Grid


def spline_values(grid: Grid, coefficients: Tensor, x: Tensor, derivative: int = 0) -> Tensor:
    """s_{j,i}(x_i) = Σ_m c_{j,i,m} B_{m,k}(x_i), or its first or second derivative.

    Args:
        grid: knots of each input.
        coefficients: (targets, inputs, basis).
        x: (batch, inputs).
        derivative: 0, 1 or 2.

    Returns:
        (batch, targets, inputs); for curves on the screen and regridding, not for training.
    """
    basis = dense_basis(grid, x, derivative)
    return (basis.transpose(0, 1) @ coefficients.permute(1, 2, 0)).permute(1, 2, 0)
