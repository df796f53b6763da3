"""The damped Gauss-Newton step by a dense normal matrix and Cholesky, in pieces that can be interrupted.

Called by Levenberg-Marquardt for networks of up to some thousand parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import Trace
from kan_core.training.linearise import OutputModel, normal_equations
from kan_core.training.options import Stop, never
from kan_core.training.parameters import Parameters
from kan_core.training.sparsity import PenaltyModel

# A matrix is factorised in columns of this width when it is at least twice as wide.
_BLOCK = 512


@dataclass(frozen=True, eq=False)
class DenseModel:
    """½ ∇² of loss and penalties as a matrix.

    Attributes:
        matrix: (params, params).
        gradient: (params,) the direction of descent.
        scaling: (params,) diagonal D of the damping (Marquardt 1963).
    """

    matrix: Tensor
    gradient: Tensor
    scaling: Tensor

    @property
    def long(self) -> bool:
        """Whether a step is worth an interruption."""
        return self.matrix.shape[0] >= 2 * _BLOCK

    def solve(self, damping: float, stop: Stop = never) -> Tensor | None:
        """(params,) p of (M + μD) p = g; None when the matrix is not positive definite, or when stopped."""
        factor = cholesky(self.matrix + torch.diag(damping * self.scaling), stop)
        if factor is None:
            return None
        direction = torch.cholesky_solve(self.gradient.unsqueeze(1), factor).squeeze(1)
        return direction if bool(torch.isfinite(direction).all()) else None


def dense_model(
    network: Network,
    parameters: Parameters,
    x: Tensor,
    outputs: OutputModel,
    penalty: PenaltyModel | None,
    trace: Trace | None = None,
    stop: Stop = never,
) -> DenseModel | None:
    """The model at a network; None when stopped."""
    equations = normal_equations(network, parameters, x, outputs, trace, stop)
    if equations is None:
        return None
    matrix, gradient = equations
    if penalty is not None:
        for blocks in penalty.blocks:
            blocks.add_to(matrix)
        gradient = gradient - penalty.gradient
    return DenseModel(matrix, gradient, scaling_of(matrix.diagonal()))


def scaling_of(diagonal: Tensor) -> Tensor:
    """D of the damping: the diagonal of the normal matrix, positive also where a parameter has no effect."""
    return diagonal.clamp(min=1e-12 * float(diagonal.amax()) + 1e-300)


def cholesky(matrix: Tensor, stop: Stop = never) -> Tensor | None:
    """Lower factor of a symmetric matrix (what is above its diagonal is void), block column by block column.

    Right-looking (Golub & Van Loan, algorithm 4.2.4 in blocks). None when not positive definite, or when stopped.
    """
    size = matrix.shape[0]
    if size < 2 * _BLOCK:
        factor, failed = torch.linalg.cholesky_ex(matrix)
        return None if bool(failed) else factor
    factor = matrix.clone()
    for start in range(0, size, _BLOCK):
        if stop():
            return None
        end = min(start + _BLOCK, size)
        corner, failed = torch.linalg.cholesky_ex(factor[start:end, start:end])
        if bool(failed):
            return None
        factor[start:end, start:end] = corner
        panel = torch.linalg.solve_triangular(corner, factor[end:, start:end].T, upper=False).T
        factor[end:, start:end] = panel
        for column in range(end, size, _BLOCK):
            below = panel[column - end :]
            factor[column:, column : column + _BLOCK] -= below @ below[:_BLOCK].T
    return factor
