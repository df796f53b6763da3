"""A spline layer as one matrix product: local weights scattered into a dense basis, the base function as one more column.

y = F W with F (batch, inputs·columns), W (inputs·columns, targets), columns = G + k (+ 1 for the base function). Called by
`wide`. The cost grows with G; there is never a (batch, targets, inputs) tensor.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.layers.local_weights import LocalWeights


def flat_index(first: Tensor, columns: int) -> Tensor:
    """(batch·inputs,) place of each point's first non-zero basis function in the flattened (batch, inputs, columns)."""
    rows = first.numel()
    return torch.arange(0, rows * columns, columns, device=first.device).add_(first.reshape(-1))


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


def pick(through: Tensor, local: LocalWeights, base_slope: Tensor | None, index: Tensor) -> Tensor:
    """∂loss/∂p (batch, inputs) in knot units through the splines, and through the base function where there is one.

    Args:
        through: (batch, inputs·columns) ∂loss/∂F, the sensitivity of the outputs times Wᵀ.
        local: with slopes.
        base_slope: (batch, inputs) derivative of the base function in knot units.
        index: `flat_index`.
    """
    flat = through.view(-1)
    result = base_slope * through.view(*base_slope.shape, -1)[..., -1] if base_slope is not None else None
    for r, slope in enumerate(local.slopes):
        picked = flat[r:].index_select(0, index).view(slope.shape)
        result = picked.mul_(slope) if result is None else result.addcmul_(picked, slope)
    assert result is not None
    return result
