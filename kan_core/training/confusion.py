"""Which classes a classifier takes for which: counts of rows by true and by predicted class.

Called by the server's metrics for held-out rows. It knows outputs and targets, no networks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.errors import DataError


def confusion(output: Tensor, targets: Tensor) -> Tensor:
    """C[i, j] = number of rows whose class is i and whose most probable class is j.

    The accuracy is tr C / Σ C. A row whose two logits tie goes to the first of them.

    Args:
        output: (batch, outputs) logits; a single one is that of the second of two classes against the first.
        targets: (batch, outputs) shares of the classes as `BinaryCrossEntropy` (one output) or `CrossEntropy` take them;
            the class of a row is its largest share.

    Returns:
        (classes, classes) int64, rows the true class, columns the predicted one.

    Raises:
        DataError: shapes that differ, or outputs that are not finite.
    """
    if output.shape != targets.shape or output.dim() != 2:
        raise DataError(f"outputs {tuple(output.shape)} and targets {tuple(targets.shape)} must be one matrix shape")
    if not bool(torch.isfinite(output).all()):
        raise DataError("an output is not finite: leave out the rows on which the network has no value")
    true, predicted, classes = _classes(output, targets)
    return torch.bincount(true * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def recall(counts: Tensor) -> Tensor:
    """C[i, i] / Σ_j C[i, j], the share of a class's rows that are recognised.

    Args:
        counts: (classes, classes) of `confusion`.

    Returns:
        (classes,) 0 … 1; NaN for a class without rows.
    """
    return counts.diagonal().double() / counts.sum(1).double()


def accuracy(counts: Tensor) -> float:
    """Σ_i C[i, i] / Σ C, the share of rows that are recognised, 0 … 1.

    Args:
        counts: (classes, classes) of `confusion`, of at least one row.
    """
    return float(counts.diagonal().sum() / counts.sum())


def _classes(output: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, int]:
    """(batch,) true classes, (batch,) predicted ones, and how many classes there are."""
    if output.shape[1] == 1:
        return (targets[:, 0] > 0.5).long(), (output[:, 0] > 0).long(), 2
    return targets.argmax(1), output.argmax(1), output.shape[1]
