"""The damped Gauss-Newton step by preconditioned conjugate gradients, without a normal matrix.

Called by Levenberg-Marquardt beyond some thousand parameters P: time and memory of an inner iteration are those of a
pass forward and a pass backward, not P². The preconditioner is the exact block of each spline, (basis, basis), which
takes away what makes splines ill-conditioned: neighbouring basis functions look alike. Any iterate p of conjugate
gradients from 0 has pᵀ(M + μD)p = pᵀg, so that the gain ratio of the dense step holds for a truncated one as well
(Nocedal & Wright, 2nd ed., §7.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.training.blocks import diagonal_of, spline_blocks
from kan_core.training.dense import scaling_of
from kan_core.training.linearise import OutputModel
from kan_core.training.options import Stop, never
from kan_core.training.parameters import Parameters
from kan_core.training.products import jacobian_times, times_jacobian
from kan_core.training.sparsity import PenaltyModel, SplineBlocks, pad

# Inner iterations of a solution, and the share of the gradient (in the preconditioner's norm) that it may leave.
_ITERATIONS = 30
_RESIDUAL = 0.1
# Traces of all rows are kept during a step while they hold no more numbers than this; else they are made again.
_KEEP = 40_000_000
# Rows of a piece, by the numbers of its trace.
_PIECE = 4_000_000


@dataclass(frozen=True, eq=False)
class MatrixFreeModel:
    """½ ∇² of loss and penalties as a product.

    Attributes:
        product: (params,) → (params,) M v.
        gradient: (params,) the direction of descent.
        scaling: (params,) diagonal D of the damping.
        blocks: of each layer with free splines, penalties included.
    """

    product: Callable[[Tensor], Tensor]
    gradient: Tensor
    scaling: Tensor
    blocks: tuple[SplineBlocks, ...]
    long: bool = True

    def solve(self, damping: float, stop: Stop = never) -> Tensor | None:
        """(params,) p with (M + μD) p ≈ g; None when stopped or not finite."""
        precondition = self._preconditioner(damping)
        solution, residual = torch.zeros_like(self.gradient), self.gradient
        direction = conditioned = precondition(residual)
        size = start = float(residual @ conditioned)
        for _ in range(_ITERATIONS):
            if stop():
                return None
            pushed = self.product(direction) + damping * self.scaling * direction
            bend = float(direction @ pushed)
            if not bend > 0:
                break
            solution = solution + (size / bend) * direction
            residual = residual - (size / bend) * pushed
            conditioned = precondition(residual)
            before, size = size, float(residual @ conditioned)
            if not size > _RESIDUAL**2 * start:
                break
            direction = conditioned + (size / before) * direction
        return solution if bool(torch.isfinite(solution).all()) else None

    def _preconditioner(self, damping: float) -> Callable[[Tensor], Tensor]:
        padded = torch.cat([self.scaling, self.scaling.new_ones(1)])
        factors: list[tuple[Tensor, Tensor]] = []
        for where, values in self.blocks:
            damped = values + torch.diag_embed((damping + 1e-10) * padded[where])
            factor, failed = torch.linalg.cholesky_ex(damped)
            diagonal = torch.diag_embed(damped.diagonal(dim1=1, dim2=2).sqrt())
            factors.append((where, torch.where((failed > 0)[:, None, None], diagonal, factor)))
        plain = 1 / (self.scaling * (1 + damping))

        def precondition(vector: Tensor) -> Tensor:
            made, given = pad(vector * plain), pad(vector)
            for where, factor in factors:
                made[where] = torch.cholesky_solve(given[where].unsqueeze(-1), factor).squeeze(-1)
            return made[:-1]

        return precondition


class Pieces:
    """The rows of a step with their traces; kept when they fit, else made again each time."""

    def __init__(self, network: Network, x: Tensor, trace: Trace | None = None) -> None:
        self._network = network
        self._x = x
        width = 2 * sum(layer.inputs * layer.grid.basis for layer in network.layers)
        self._rows = max(1, _PIECE // width)
        self._kept: list[tuple[slice, Trace]] | None = None
        if trace is not None:
            self._kept = [(slice(0, x.shape[0]), trace)]
        elif x.shape[0] * width <= _KEEP:
            self._kept = list(self._made())

    def __iter__(self) -> Iterator[tuple[slice, Trace]]:
        """The rows of each piece and their trace with slopes."""
        return iter(self._kept) if self._kept is not None else self._made()

    def _made(self) -> Iterator[tuple[slice, Trace]]:
        for start in range(0, self._x.shape[0], self._rows):
            rows = slice(start, min(start + self._rows, self._x.shape[0]))
            yield rows, forward(self._network, self._x[rows], slopes=True)


def matrix_free_model(
    network: Network,
    parameters: Parameters,
    x: Tensor,
    outputs: OutputModel,
    penalty: PenaltyModel,
    trace: Trace | None = None,
    stop: Stop = never,
) -> MatrixFreeModel | None:
    """The model at a network on (batch, inputs) in the network's units, with a trace with slopes if there is one.

    None when stopped.
    """
    pieces = Pieces(network, x, trace)
    gradient = -penalty.gradient
    diagonal = torch.zeros_like(gradient)
    for rows, piece in pieces:
        if stop():
            return None
        part = outputs.rows(rows)
        gradient = gradient - times_jacobian(network, parameters, piece, part.sensitivity) / 2
        diagonal += diagonal_of(network, parameters, piece, part.curvature)
    padded = pad(diagonal)
    for where, values in penalty.blocks:
        padded[where] += values.diagonal(dim1=1, dim2=2)

    def product(vector: Tensor) -> Tensor:
        made, given = vector.new_zeros(vector.shape[0] + 1), pad(vector)
        for rows, piece in pieces:
            tangent = jacobian_times(network, parameters, piece, vector)
            made[:-1] += times_jacobian(network, parameters, piece, outputs.curvature.rows(rows).product(tangent))
        for blocks in penalty.blocks:
            made[blocks.places] += blocks.times(given)
        return made[:-1]

    measured = spline_blocks(network, parameters, x, outputs.curvature)
    blocks = tuple(SplineBlocks(where, values + own) for (where, values), own in zip(penalty.blocks, measured, strict=True))
    return MatrixFreeModel(product, gradient, scaling_of(padded[:-1]), blocks)
