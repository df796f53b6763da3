"""The numbers a revision carries: errors of the network, and of the formula, on rows held out from training."""

from __future__ import annotations

import math
from typing import TypedDict

import torch
from torch import Tensor

from kan_core.network.trace import evaluate
from kan_core.symbolic.fulfilment import Verdict
from kan_core.training.confusion import confusion, recall
from kan_core.training.objectives import is_classification, predictions
from server.contract.views import ConfusionView, Metrics
from server.work.asking import asking_of
from server.work.result import WorkError
from server.work.situation import Situation, joined, some_rows
from server.work.views.error_measures import finite_rows, nrmse, r2, rmse, spread

# Held-out points at which equations are asked after every action.
_ASKED = 500


def metrics(situation: Situation, formula_values: Tensor | None = None) -> Metrics:
    """Errors on training and held-out rows.

    Args:
        situation: network and rows.
        formula_values: (held-out rows, outputs) what the written formula gives there; None when it cannot be evaluated.

    Raises:
        WorkError: the network has no value on any row.
    """
    split, objective = situation.split, situation.rows.objective
    everything = joined([split.train, split.test]).targets
    deviation, centre = spread(everything), split.train.targets.mean(0)
    units = situation.network.normalisation
    scale = torch.ones_like(units.target_scale) if is_classification(objective) else units.target_scale
    output = evaluate(situation.network, split.test.inputs)
    prediction = predictions(objective, output)
    fitted = predictions(objective, evaluate(situation.network, split.train.inputs))
    train, difference = rmse(fitted - split.train.targets, scale), prediction - split.test.targets
    test = rmse(difference, scale)
    if train is None or test is None:
        raise WorkError(
            "The network has no value on these rows: an edge leaves the domain of its function.",
            hint="Undo, or choose a function that is defined on all rows.",
        )
    formula = None if formula_values is None else predictions(objective, formula_values)
    return Metrics(
        train_rmse=train,
        test_rmse=test,
        test_nrmse=nrmse(difference, deviation),
        r2_test=r2(difference, split.test.targets, centre, deviation),
        rows_train=split.train.rows,
        rows_test=split.test.rows,
        network_formula=None if formula is None else rmse(formula - prediction, scale),
        data_formula=None if formula is None else rmse(formula - split.test.targets, scale),
        **_of_classes(situation, output),
        **solution_metrics(situation),
    )


class OfEquations(TypedDict, total=False):
    """The fields of `Metrics` that only sessions have which began with equations."""

    equation_rms: float
    condition_rms: float
    relative_residual: float
    verdict: Verdict


def solution_metrics(situation: Situation) -> OfEquations:
    """What is left of the equations the session began with; nothing in any other session, or where nothing has a value."""
    rows = situation.rows
    if not rows.equations:
        return {}
    asking = asking_of(rows)
    points = asking.judging_points(some_rows(rows.split.test, _ASKED).inputs)
    left, shares = asking.left(situation.network, points), asking.fulfilment(situation.network, points)
    made: OfEquations = {"relative_residual": shares.worst, "verdict": shares.verdict()}
    if math.isfinite(left.everywhere):
        made["equation_rms"] = left.everywhere
    if left.conditions is not None and math.isfinite(left.conditions):
        made["condition_rms"] = left.conditions
    return made


class _OfClasses(TypedDict, total=False):
    """The fields of `Metrics` that only classes have."""

    accuracy_test: float
    cross_entropy_test: float
    confusion_test: ConfusionView


def _of_classes(situation: Situation, output: Tensor) -> _OfClasses:
    """Confusion, accuracy and cross-entropy on held-out rows with a value; nothing when numbers are learned."""
    objective, targets = situation.rows.objective, situation.split.test.targets
    known = finite_rows(output)
    if not is_classification(objective) or not bool(known.any()):
        return {}
    output, targets, units = output[known], targets[known], situation.network.normalisation
    counts = confusion(output, targets)
    entropy = objective.evaluate(units.targets(output), targets, units).value
    return {
        "accuracy_test": float(counts.diagonal().sum() / counts.sum()),
        "cross_entropy_test": float(entropy),
        "confusion_test": ConfusionView(
            classes=list(situation.rows.classes),
            counts=counts.tolist(),
            recall=[None if math.isnan(share) else share for share in recall(counts).tolist()],
        ),
    }


def rows_without_value(situation: Situation) -> int:
    """Rows, training and held-out, on which the network has no value."""
    split = situation.split
    parts = [evaluate(situation.network, table.inputs) for table in (split.train, split.test)]
    return int((~finite_rows(torch.cat(parts))).sum())
