"""What regressor and classifier share: rows as tables, and the training of one network of splines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from kan_core.estimator.validation import Array
from kan_core.network.constant import with_constant_outputs
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Split, make_table, split_places
from kan_core.training.objectives import Objective
from kan_core.training.trainer import TrainingOptions, train

# With fewer rows than this none is held out.
_FEW = 10
# Steps without a smaller loss on the held-out rows after which training ends.
_PATIENCE = 20


def tensor_of(values: Array) -> torch.Tensor:
    """A copy that torch may own; arrays handed in may be read-only."""
    return torch.from_numpy(np.array(values, dtype=np.float64, order="C"))


@dataclass(frozen=True, eq=False)
class Rows:
    """Training rows and rows held out for judging, each with what its rows weigh.

    Attributes:
        split: distinct rows, raw units.
        train, test: (rows,) weights > 0; None when all weigh the same.
    """

    split: Split
    train: torch.Tensor | None
    test: torch.Tensor | None


def split_of(inputs: Array, targets: Array, weights: Array | None, test_share: float, seed: int) -> Rows:
    """(rows, inputs) and (rows, targets) raw units → training rows and rows held out for judging.

    Equal rows become one row of their common weight, rows without weight disappear, and what is held out depends on the
    distinct rows alone: so a row of weight 3 and the same row three times give the same network. Tables of fewer than ten
    such rows, and `test_share` 0, are judged on the rows they are trained on.
    """
    source = torch.Generator().manual_seed(seed)
    distinct, totals = _distinct(np.hstack([inputs, targets]), weights, source)
    table = make_table(tensor_of(distinct[:, : inputs.shape[1]]), tensor_of(distinct[:, inputs.shape[1] :]))
    share = None if totals is None else tensor_of(totals)
    if table.rows < _FEW or test_share == 0:
        return Rows(Split(table, table), share, share)
    train, test = split_places(table.rows, source, test_share)
    split = Split(table.take(train), table.take(test))
    return Rows(split, *((None, None) if share is None else (share[train], share[test])))


def _distinct(rows: Array, weights: Array | None, source: torch.Generator) -> tuple[Array, Array | None]:
    """Distinct rows of positive weight, and their weights, which sum to the number of rows.

    While all weigh the same, weights are None and rows stay in the order in which they first come. Else their order is
    drawn from `source` and does not depend on the one they come in; what looks at the first rows only, as parts of the
    search do, still sees rows from everywhere.
    """
    given = np.ones(len(rows)) if weights is None else weights
    rows, given = rows[given > 0], given[given > 0]
    order = np.lexsort(rows.T[::-1])
    first = np.concatenate([[True], (rows[order][1:] != rows[order][:-1]).any(axis=1)])
    totals = np.add.reduceat(given[order] / given.mean(), np.flatnonzero(first))
    if np.allclose(totals, totals[0], rtol=1e-12, atol=0):
        return rows[np.sort(order[first])], None
    drawn = torch.randperm(len(totals), generator=source).numpy()
    return rows[order[first][drawn]], totals[drawn]


def untrained(split: Split, hidden: Sequence[int], intervals: int, degree: int, seed: int) -> Network:
    """A network of splines [inputs, *hidden, targets] for these rows."""
    shape = [split.train.inputs.shape[1], *(int(width) for width in hidden), split.train.targets.shape[1]]
    generator = torch.Generator().manual_seed(seed)
    network = create_network(shape, split.train, generator=generator, intervals=intervals, degree=degree)
    return with_constant_outputs(network, split.train)


def trained(network: Network, rows: Rows, options: TrainingOptions) -> Network:
    """The network of the training whose loss on the held-out rows was the smallest; ends when that has not fallen for long."""
    best, since = (held_out_loss(network, rows, options.objective), network), 0
    for progress in train(network, rows.split, replace(options, weights=rows.train)):
        loss = held_out_loss(progress.network, rows, options.objective)
        since = 0 if loss < best[0] else since + 1
        if since == 0:
            best = (loss, progress.network)
        if since >= _PATIENCE:
            break
    return best[1]


def held_out_loss(network: Network, rows: Rows, objective: Objective) -> float:
    """The objective without its penalties."""
    test = rows.split.test
    output = forward(network, network.normalisation.inputs(test.inputs)).output
    loss = float(objective.evaluate(output, test.targets, network.normalisation, rows.test).value)
    return loss if math.isfinite(loss) else math.inf
