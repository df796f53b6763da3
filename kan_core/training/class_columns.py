"""A column of classes as what a network learns: one share for two classes, one a class for more."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, Objective


def class_shares(values: Tensor) -> tuple[list[float], Tensor, Objective]:
    """The numbers that stand for classes, rising; (rows, outputs) shares, 0 or 1; and the cross-entropy that goes with them.

    Of two classes there is one output, the share of the second, for one logit; of more, one output a class (`one-hot`). A single
    class is told as such, with one output for it.

    Args:
        values: (rows,) a number a class, finite.
    """
    found, places = values.unique(return_inverse=True)
    if found.numel() == 2:
        return found.tolist(), places.unsqueeze(1).to(values.dtype), BinaryCrossEntropy()
    shares = torch.nn.functional.one_hot(places, found.numel()).to(values.dtype)
    return found.tolist(), shares, CrossEntropy()


def count_classes(values: Tensor) -> int:
    """How many different numbers there are among (rows,) values."""
    return values.unique().numel()
