"""The Cox-de Boor recursion on any knots: the oracle of `basis`, and the basis of non-uniform grids."""

from __future__ import annotations

import torch
from torch import Tensor


def cox_de_boor(knots: Tensor, degree: int, x: Tensor) -> Tensor:
    """B_{m,k}(x) by recursion (de Boor 1978, ch. X (4)-(5)); zero outside the knots.

    Args:
        knots: (inputs, M + k + 1) non-decreasing knots per input.
        degree: k ≥ 0.
        x: (batch, inputs).

    Returns:
        (batch, inputs, M) basis values; the last interval is closed, so the right border belongs to it.
    """
    points = x.unsqueeze(-1)
    left, right = knots[:, :-1], knots[:, 1:]
    last = knots.shape[-1] - 2 - degree
    closes = (points == knots[:, last + 1 : last + 2]) & (torch.arange(left.shape[-1], device=x.device) == last)
    basis = (((points >= left) & (points < right)) | closes).to(x.dtype)
    for k in range(1, degree + 1):
        span_left = knots[:, k:-1] - knots[:, : -k - 1]
        span_right = knots[:, k + 1 :] - knots[:, 1:-k]
        rise = torch.where(span_left > 0, (points - knots[:, : -k - 1]) / span_left, torch.zeros_like(basis[..., :-1]))
        fall = torch.where(span_right > 0, (knots[:, k + 1 :] - points) / span_right, torch.zeros_like(basis[..., :-1]))
        basis = rise * basis[..., :-1] + fall * basis[..., 1:]
    # the closed right border must not leak into the interval that starts there
    return basis
