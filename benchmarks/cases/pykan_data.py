"""Rows as pykan's `fit` takes them."""

from __future__ import annotations

import numpy as np
import torch


def dataset(
    train_inputs: np.ndarray, train_targets: np.ndarray, test_inputs: np.ndarray, test_targets: np.ndarray
) -> dict[str, torch.Tensor]:
    """(rows, inputs) and (rows, outputs) of both parts under pykan's names."""
    named = {"train_input": train_inputs, "train_label": train_targets, "test_input": test_inputs, "test_label": test_targets}
    return {name: torch.from_numpy(values) for name, values in named.items()}
