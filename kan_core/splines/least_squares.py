"""Values → coefficients."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.splines.basis import dense_basis
from kan_core.splines.grid import Grid

# Weight of the curvature rows relative to the data rows: decides coefficients that no data reach, and costs
# others less than rounding (its square is what enters the normal equations).
_CURVATURE = 1e-9


def fit_coefficients(grid: Grid, x: Tensor, y: Tensor) -> Tensor:
    """Least-squares spline through points, one problem per input and target.

    Minimises Σ_n (s_{j,i}(x_{n,i}) - y_{n,j,i})² + ε²‖Δ²c‖², ε = 1e-9: where points leave coefficients open, the
    second differences of the coefficients decide (the straightest continuation; Eilers & Marx 1996).

    Args:
        grid: knots of each input; base function and finer grids take no part.
        x: (batch, inputs).
        y: (batch, targets, inputs).

    Returns:
        (targets, inputs, splines), of x's element type; solved in double precision where the device has it.
    """
    dtype, double = x.dtype, torch.float32 if x.device.type == "mps" else torch.float64
    grid, x, y = grid.plain.to(double), x.to(double), y.to(double)
    basis = dense_basis(grid, x).transpose(0, 1)
    scale = basis.abs().amax().clamp(min=1.0)
    smooth = _second_differences(grid.basis, basis) * (_CURVATURE * scale * x.shape[0] ** 0.5)
    rows = torch.cat([basis, smooth.expand(grid.inputs, -1, -1)], dim=1)
    values = y.permute(2, 0, 1)
    padding = values.new_zeros((grid.inputs, smooth.shape[0], values.shape[2]))
    orthogonal, triangular = torch.linalg.qr(rows)
    right = orthogonal.transpose(1, 2) @ torch.cat([values, padding], dim=1)
    return torch.linalg.solve_triangular(_regular(triangular), right, upper=True).permute(2, 0, 1).to(dtype).contiguous()


def _second_differences(count: int, like: Tensor) -> Tensor:
    """(count, count) rows Δ², and for the two directions they leave open, the coefficients themselves, much weaker."""
    rows = torch.zeros((count, count), dtype=like.dtype, device=like.device)
    for row in range(count - 2):
        rows[row, row : row + 3] = torch.tensor([1.0, -2.0, 1.0], dtype=like.dtype, device=like.device)
    for row in range(max(count - 2, 0), count):
        rows[row, row] = 1e-2
    return rows


def _regular(triangular: Tensor) -> Tensor:
    """R with vanishing pivots lifted, so that a rank-deficient problem gives finite coefficients."""
    pivots = triangular.diagonal(dim1=1, dim2=2)
    floor = 1e-14 * pivots.abs().amax(dim=1, keepdim=True)
    lifted = torch.where(pivots.abs() < floor, floor, pivots)
    return triangular - torch.diag_embed(pivots) + torch.diag_embed(lifted)
