"""What regressor and classifier share: rows as tables, and the training of one network of splines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from kan_core.estimator.validation import Array
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.trainer import TrainingOptions, train

# With fewer rows than this none is held out.
_FEW = 10
# Steps without a smaller loss on the held-out rows after which training ends.
_PATIENCE = 20


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


def trained(network: Network, split: Split, options: TrainingOptions) -> Network:
    """The network of the training whose loss on the held-out rows was the smallest; ends when that has not fallen for long."""
    best, since = (_held_out(network, split, options), network), 0
    for progress in train(network, split, options):
        loss = _held_out(progress.network, split, options)
        since = 0 if loss < best[0] else since + 1
        if since == 0:
            best = (loss, progress.network)
        if since >= _PATIENCE:
            break
    return best[1]


def _held_out(network: Network, split: Split, options: TrainingOptions) -> float:
    """The objective without its penalties."""
    output = forward(network, network.normalisation.inputs(split.test.inputs)).output
    loss = float(options.objective.evaluate(output, split.test.targets, network.normalisation).value)
    return loss if math.isfinite(loss) else math.inf
