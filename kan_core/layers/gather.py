"""A spline layer as a weighted gather-sum: each point adds k + 1 rows of W, whatever the number of intervals.

Called by `wide` for fine grids. Forward and the weights' derivatives are `embedding_bag` with per-sample weights; the
gradient of W, whose built-in version is slow on a CPU, is an `embedding_bag` too: points sorted by interval become bags
over the rows of the sensitivity, one pass for each of the k + 1 functions of an interval.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from kan_core.layers.local_weights import KnotMap, LocalWeights


class Gathered(NamedTuple):
    """A forward pass that can be differentiated in its per-sample weights.

    Attributes:
        output: (batch, targets).
        weights: (batch, inputs·entries) leaf of torch's graph of `output`.
    """

    output: Tensor
    weights: Tensor


def gather_sum(local: LocalWeights, base: Tensor | None, weight: Tensor, columns: int) -> Gathered:
    """y_n = Σ_i Σ_r B_{m+r}(x_{n,i}) W[i, m+r] + Σ_i b(x_{n,i}) W[i, last].

    Args:
        local: non-zero basis functions.
        base: (batch, inputs) values of the base function, None without one.
        weight: (inputs·columns, targets) contiguous.
        columns: G + k, one more with a base function.
    """
    inputs = local.first.shape[1]
    start = local.first + torch.arange(0, inputs * columns, columns, device=local.first.device)
    places = [start + r for r in range(len(local.values))]
    values = list(local.values)
    if base is not None:
        last = torch.arange(columns - 1, inputs * columns, columns, device=local.first.device)
        places.append(last.expand_as(start))
        values.append(base)
    weights = torch.stack(values, -1).flatten(1).requires_grad_()
    with torch.enable_grad():
        output = embedding_bag(torch.stack(places, -1).flatten(1), weight.detach(), mode="sum", per_sample_weights=weights)
    return Gathered(output, weights)


def source_sensitivity(
    gathered: Gathered, sensitivity: Tensor, local: LocalWeights, scale: Tensor, base_slope: Tensor | None
) -> Tensor:
    """∂loss/∂x (batch, inputs); see `gemm.pick`."""
    (through,) = torch.autograd.grad(gathered.output, gathered.weights, sensitivity, retain_graph=True)
    through = through.view(*local.first.shape, -1)
    result = through[..., 0] * local.slopes[0]
    for r, slope in enumerate(local.slopes[1:], 1):
        result.addcmul_(through[..., r], slope)
    result.mul_(scale)
    return result if base_slope is None else result.addcmul_(through[..., -1], base_slope)


def weight_gradient(knots: KnotMap, local: LocalWeights, base: Tensor | None, sensitivity: Tensor) -> Tensor:
    """∂loss/∂W (inputs·columns, targets) for (batch, targets) ∂loss/∂y."""
    inputs, targets = local.first.shape[1], sensitivity.shape[1]
    columns = knots.basis + (base is not None)
    gradient = sensitivity.new_zeros((inputs, columns, targets))
    spans = local.first.T.contiguous()
    keys = spans + torch.arange(0, inputs * knots.intervals, knots.intervals, dtype=spans.dtype, device=spans.device).unsqueeze(1)
    counts = torch.bincount(keys.view(-1), minlength=inputs * knots.intervals)
    ends = counts.cumsum(0)
    order = _order(spans, knots.intervals)
    rows = order.view(-1)
    for r, values in enumerate(local.values):
        weights = values.T.gather(1, order).view(-1)
        part = embedding_bag(rows, sensitivity, ends - counts, mode="sum", per_sample_weights=weights)
        gradient[:, r : r + knots.intervals] += part.view(inputs, knots.intervals, targets)
    if base is not None:
        gradient[:, -1] = base.T @ sensitivity
    return gradient.view(inputs * columns, targets)


def _order(spans: Tensor, intervals: int) -> Tensor:
    """Order that sorts each row of (inputs, batch) interval numbers; on a CPU by counting, ten times as fast as comparing."""
    if spans.device.type == "cpu" and intervals <= _SHORT:
        return torch.from_numpy(np.argsort(spans.numpy().astype(np.int16), axis=1, kind="stable"))
    return spans.argsort(dim=1)


_SHORT = 2**15
"""NumPy sorts 16-bit numbers by counting."""
