"""A spline layer as one matrix product: local weights scattered into a dense basis, the base function as one more column.

y = F Wᵀ with F (batch, inputs·columns), W (targets, inputs·columns), columns = G + k (+ 1 for the base function). Called by
`wide`. The cost grows with G; there is never a (batch, targets, inputs) tensor.

Both products are formed with the targets as rows, W Fᵀ and Sᵀ F: libraries block the long side of a product in vectors of 16
numbers, and targets that fill no such vector are dear (MKL, one thread, 512 rows: F Wᵀ with 10 targets of 2304 features takes
four times as long as its transpose, with 100 targets of 9000 features 1.1 times).
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.layers.local_weights import LocalWeights


def flat_index(first: Tensor, columns: int) -> Tensor:
    """(batch·inputs,) int64 place of each point's first non-zero basis function in the flattened (batch, inputs, columns)."""
    points = first.numel()
    dtype = torch.int32 if points * columns < _INT32 else torch.int64
    return torch.arange(0, points * columns, columns, dtype=dtype, device=first.device).add_(first.view(-1)).long()


_INT32 = 2**31


def fill_features(local: LocalWeights, base: Tensor | None, index: Tensor, buffer: Tensor) -> None:
    """Fill F, or some rows of it.

    Args:
        local: non-zero basis functions.
        base: (batch, inputs) values of the base function for the last column, None without one.
        index: `flat_index`.
        buffer: (batch, inputs, columns) contiguous memory to fill.
    """
    flat = buffer.zero_().view(-1)
    for r, values in enumerate(local.values):
        # The r-th function lies r places after the first: shift the view, not the index.
        flat[r:].scatter_(0, index, values.view(-1))
    if base is not None:
        buffer[..., -1] = base


def multiply(features: Tensor, weight: Tensor) -> Tensor:
    """F Wᵀ as contiguous (batch, targets)."""
    return (weight @ features.T).T.contiguous()


def weight_gradient(features: Tensor, sensitivity: Tensor) -> Tensor:
    """Sᵀ F as (targets, inputs·columns)."""
    return sensitivity.T.contiguous() @ features


def pick(through: Tensor, local: LocalWeights, scale: Tensor, base_slope: Tensor | None, index: Tensor) -> Tensor:
    """∂loss/∂x (batch, inputs) through the splines, and through the base function where there is one.

    Args:
        through: (batch, inputs·columns) ∂loss/∂F, the sensitivity of the outputs times W.
        local: with slopes.
        scale: (inputs,) dp/dx.
        base_slope: (batch, inputs) derivative of the base function.
        index: `flat_index`.
    """
    flat = through.view(-1)
    result = flat.index_select(0, index).view(local.first.shape).mul_(local.slopes[0])
    for r, slope in enumerate(local.slopes[1:], 1):
        result.addcmul_(flat[r:].index_select(0, index).view(slope.shape), slope)
    result.mul_(scale)
    return result if base_slope is None else result.addcmul_(through.view(*base_slope.shape, -1)[..., -1], base_slope)
