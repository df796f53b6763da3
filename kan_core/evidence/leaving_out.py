"""What a least-squares fit would have left of a row without that row: exact where the model is linear in its constants.

With r̃ and J̃ the residuals and slopes times √w, Q an orthonormal basis of the columns of J̃, and Q_u its rows that are left out
together, r̃_u becomes (I - Q_u Q_uᵀ)⁻¹ r̃_u (Allen, Technometrics 16, 1974; for single rows r/(1 - h)). Where constants enter
otherwise this is right to first order in what they move by.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

# Singular values below this share of the largest belong to constants that do the same as others: those cost nothing.
_SINGULAR = 1e-9
# With less than this left of a direction, the rows alone decide a constant, and nothing predicts them without it.
_ALONE = 1e-8
# Numbers of a piece of the Jacobian (32 MB).
_PIECE = 4_000_000

Slopes = Callable[[slice], Tensor]
"""(rows, outputs, constants) slopes of some rows."""


def left_out(
    residuals: Tensor, slopes: Tensor | Slopes, units: Tensor | None = None, weights: Tensor | None = None
) -> Tensor | None:
    """(rows, outputs) residuals of each row by the fit without its unit.

    Args:
        residuals: (rows, outputs) target less prediction, in units that make outputs comparable.
        slopes: (rows, outputs, constants) ∂prediction/∂constant, or what gives them piece by piece.
        units: (rows,) rows of one number are left out together; each by itself when absent.
        weights: (rows,) > 0 of the fit.

    Returns:
        None where rows decide a constant alone, so that no fit without them says anything about them.
    """
    residuals = residuals.double()
    root = residuals.new_ones(len(residuals), 1) if weights is None else weights.to(residuals).sqrt().unsqueeze(1)
    asked = slopes if callable(slopes) else lambda taken: slopes[taken]
    basis = _basis(asked, root, residuals.shape[1])
    if basis is None:
        return residuals
    scaled = residuals * root
    if units is None:
        units = torch.arange(len(residuals))
    made = torch.empty_like(scaled)
    _, places, counts = torch.unique(units.to(residuals.device), return_inverse=True, return_counts=True)
    order = torch.argsort(places, stable=True)
    ends = counts.cumsum(0)
    for size in counts.unique().tolist():
        of_size = torch.nonzero(counts == size)[:, 0]
        rows = order[(ends[of_size] - size).unsqueeze(1) + torch.arange(size, device=order.device)]
        # (units, size·outputs, rank) and what is left of the identity without it.
        q = basis[rows].flatten(1, 2)
        left = torch.eye(q.shape[1], dtype=q.dtype, device=q.device) - q @ q.transpose(1, 2)
        if float(torch.linalg.eigvalsh(left)[:, 0].amin()) < _ALONE:
            return None
        made[rows.flatten()] = torch.linalg.solve(left, scaled[rows].flatten(1).unsqueeze(2)).reshape(-1, scaled.shape[1])
    return made / root


def _basis(slopes: Slopes, root: Tensor, outputs: int) -> Tensor | None:
    """(rows, outputs, rank) orthonormal columns that span those of √w·J; None when there is no constant."""
    count = slopes(slice(0, 1)).shape[2]
    if count == 0:
        return None
    rows = len(root)
    step = max(1, _PIECE // (count * outputs))
    pieces = [slice(start, min(start + step, rows)) for start in range(0, rows, step)]

    def weighed(taken: slice) -> Tensor:
        return (slopes(taken) * root[taken].unsqueeze(2)).flatten(0, 1).to(root.dtype)

    size = torch.stack([weighed(taken).square().sum(0) for taken in pieces]).sum(0).sqrt()
    scale = torch.where(size > 0, size, torch.ones_like(size))
    triangle = root.new_zeros((0, count))
    for taken in pieces:
        triangle = torch.linalg.qr(torch.cat([triangle, weighed(taken) / scale]), mode="r").R
    _, singular, directions = torch.linalg.svd(triangle, full_matrices=False)
    kept = singular > _SINGULAR * singular.amax()
    turn = (directions[kept] / singular[kept].unsqueeze(1)).T / scale.unsqueeze(1)
    return torch.cat([(weighed(taken) @ turn).reshape(-1, outputs, int(kept.sum())) for taken in pieces])
