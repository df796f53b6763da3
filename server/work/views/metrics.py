"""The numbers a revision carries: errors of the network, and of the formula, on rows held out from training."""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.network.trace import evaluate
from server.contract.views import Metrics
from server.work.result import WorkError
from server.work.situation import Situation, joined
from server.work.views.error_measures import finite_rows, nrmse, r2, rmse, spread


def metrics(situation: Situation, formula_values: Tensor | None = None) -> Metrics:
    """Errors on training and held-out rows.

    Args:
        situation: network and rows.
        formula_values: (held-out rows, outputs) what the written formula gives there; None when it cannot be evaluated.

    Raises:
        WorkError: the network has no value on any row.
    """
    split = situation.split
    everything = joined([split.train, split.test]).targets
    deviation, centre = spread(everything), split.train.targets.mean(0)
    scale = situation.network.normalisation.target_scale
    prediction = evaluate(situation.network, split.test.inputs)
    train = rmse(evaluate(situation.network, split.train.inputs) - split.train.targets, scale)
    difference = prediction - split.test.targets
    test = rmse(difference, scale)
    if train is None or test is None:
        raise WorkError(
            "The network has no value on these rows: an edge leaves the domain of its function.",
            hint="Undo, or choose a function that is defined on all rows.",
        )
    return Metrics(
        train_rmse=train,
        test_rmse=test,
        test_nrmse=nrmse(difference, deviation),
        r2_test=r2(difference, split.test.targets, centre, deviation),
        rows_train=split.train.rows,
        rows_test=split.test.rows,
        network_formula=None if formula_values is None else rmse(formula_values - prediction, scale),
        data_formula=None if formula_values is None else rmse(formula_values - split.test.targets, scale),
    )


def rows_without_value(situation: Situation) -> int:
    """Rows, training and held-out, on which the network has no value."""
    split = situation.split
    parts = [evaluate(situation.network, table.inputs) for table in (split.train, split.test)]
    return int((~finite_rows(torch.cat(parts))).sum())
