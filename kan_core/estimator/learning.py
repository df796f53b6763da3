"""What regressor and classifier share: rows as tables, and the training of one network of splines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from kan_core.estimator.validation import Array
from kan_core.evidence.choosing import Chosen, Judging, choose_rows, hashes_of, kept_back
from kan_core.network.constant import with_constant_outputs
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Split, make_table
from kan_core.training.objectives import Objective
from kan_core.training.trainer import TrainingOptions, train

# Steps without a smaller loss on the held-out rows after which training ends.
_PATIENCE = 20


def tensor_of(values: Array) -> torch.Tensor:
    """A copy that torch may own; arrays handed in may be read-only."""
    return torch.from_numpy(np.array(values, dtype=np.float64, order="C"))


def rows_of(
    inputs: Array, targets: Array, weights: Array | None, test_share: float | None, groups: Array | None = None
) -> Chosen:
    """(rows, inputs) and (rows, targets) raw units → rows to fit and rows that judge (`kan_core.evidence.choosing`).

    Equal rows become one row of their common weight, rows without weight disappear, and what judges depends on the distinct
    rows alone: so a row of weight 3 and the same row three times give the same network.
    """
    kinds = inputs[:, :0] if groups is None else groups[:, None]
    distinct, totals = _distinct(np.hstack([inputs, targets, kinds]), weights)
    count = inputs.shape[1]
    values = tensor_of(distinct[:, : count + targets.shape[1]])
    table = make_table(values[:, :count].contiguous(), values[:, count:].contiguous())
    if totals is not None:
        table = replace(table, weights=tensor_of(totals))
    judging = Judging() if test_share is None else Judging(kind="share", share=test_share)
    return choose_rows(table, judging, groups=None if groups is None else tensor_of(distinct[:, -1]))


def _distinct(rows: Array, weights: Array | None) -> tuple[Array, Array | None]:
    """Distinct rows of positive weight, and their weights, which sum to the number of rows.

    While all weigh the same, weights are None and rows stay in the order in which they first come. Else their order is that of
    their contents and does not depend on the one they come in; what looks at the first rows only still sees rows from everywhere.
    """
    given = np.ones(len(rows)) if weights is None else weights
    rows, given = rows[given > 0], given[given > 0]
    order = np.lexsort(rows.T[::-1])
    first = np.concatenate([[True], (rows[order][1:] != rows[order][:-1]).any(axis=1)])
    totals = np.add.reduceat(given[order] / given.mean(), np.flatnonzero(first))
    if np.allclose(totals, totals[0], rtol=1e-12, atol=0):
        return rows[np.sort(order[first])], None
    rows = rows[order[first]]
    drawn = np.argsort(hashes_of(rows), kind="stable")
    return rows[drawn], totals[drawn]


def untrained(split: Split, hidden: Sequence[int], intervals: int, degree: int, seed: int) -> Network:
    """A network of splines [inputs, *hidden, targets] for these rows."""
    split = kept_back(split)
    shape = [split.train.inputs.shape[1], *(int(width) for width in hidden), split.train.targets.shape[1]]
    generator = torch.Generator().manual_seed(seed)
    network = create_network(shape, split.train, generator=generator, intervals=intervals, degree=degree)
    return with_constant_outputs(network, split.train)


def trained(network: Network, split: Split, options: TrainingOptions) -> Network:
    """The network of the training whose loss on the held-out rows was the smallest; ends when that has not fallen for long.

    Where cross-validation judges formulas, a fifth of the rows is held out for this (`kept_back`).
    """
    split = kept_back(split)
    best, since = (held_out_loss(network, split, options.objective), network), 0
    for progress in train(network, split, options):
        loss = held_out_loss(progress.network, split, options.objective)
        since = 0 if loss < best[0] else since + 1
        if since == 0:
            best = (loss, progress.network)
        if since >= _PATIENCE:
            break
    return best[1]


def held_out_loss(network: Network, split: Split, objective: Objective) -> float:
    """The objective without its penalties."""
    test = split.test
    output = forward(network, network.normalisation.inputs(test.inputs)).output
    loss = float(objective.evaluate(output, test.targets, network.normalisation, test.weights).value)
    return loss if math.isfinite(loss) else math.inf
