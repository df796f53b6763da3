"""What regressor and classifier share: rows as tables, and the training of one network of splines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from kan_core.estimator.validation import Array
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.trainer import TrainingOptions, train

# With fewer rows than this none is held out.
_FEW = 10


def tensor_of(values: Array) -> torch.Tensor:
    """A copy that torch may own; arrays handed in may be read-only."""
    return torch.from_numpy(np.array(values, dtype=np.float64, order="C"))


def split_of(inputs: Array, targets: Array, test_share: float, seed: int) -> Split:
    """(rows, inputs) and (rows, targets) raw units → training rows and rows held out for judging.

    Tables of fewer than ten rows, and `test_share` 0, are judged on the rows they are trained on.
    """
    table: Table = make_table(tensor_of(inputs), tensor_of(targets))
    if table.rows < _FEW or test_share == 0:
        return Split(table, table)
    return split_rows(table, torch.Generator().manual_seed(seed), test_share)


def untrained(split: Split, hidden: Sequence[int], intervals: int, degree: int, seed: int) -> Network:
    """A network of splines [inputs, *hidden, targets] for these rows."""
    shape = [split.train.inputs.shape[1], *(int(width) for width in hidden), split.train.targets.shape[1]]
    generator = torch.Generator().manual_seed(seed)
    return create_network(shape, split.train, generator=generator, intervals=intervals, degree=degree)


def trained(network: Network, split: Split, options: TrainingOptions, *, judged: bool) -> Network:
    """The last network of a training; with `judged` the one whose held-out error was the smallest."""
    best, last = None, network
    for progress in train(network, split, options):
        last = progress.network
        if best is None or progress.test_rmse < best[0]:
            best = (progress.test_rmse, last)
    return best[1] if judged and best is not None else last
