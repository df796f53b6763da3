"""The numbers a revision carries: errors of the network, and of the formula, on rows held out from training."""

from __future__ import annotations

import math
from typing import TypedDict

import torch
from torch import Tensor

from kan_core.network.trace import evaluate
from kan_core.symbolic.fulfilment import Verdict
from kan_core.training.confusion import confusion, recall
from kan_core.training.objectives import is_classification
from kan_core.training.screen import some_rows
from server.contract.views import ConfusionView, Metrics
from server.work.asking import asking_of
from server.work.result import WorkError
from server.work.situation import Situation, joined
from server.work.views.error_measures import finite_rows, nrmse, r2, rmse, spread

# Held-out points at which equations are asked after every action.
_ASKED = 500
LEAST_JUDGED = 2
"""Held-out rows below which R² is not given: one row has no spread to compare with."""


def metrics(situation: Situation, formula_values: Tensor | None = None) -> Metrics:
    """Errors on training and held-out rows.

    Args:
        situation: network and rows.
        formula_values: (held-out rows, outputs) what the written formula gives there; None when it cannot be evaluated.

    Raises:
        WorkError: the network has no value on any row.
    """
    output, fitted = (evaluate(situation.network, part.inputs) for part in (situation.split.test, situation.split.train))
    if not bool(finite_rows(output).any()) or not bool(finite_rows(fitted).any()):
        raise WorkError(
            "The network has no value on these rows: an edge leaves the domain of its function.",
            hint="Undo, or choose a function that is defined on all rows.",
        )
    classes = is_classification(situation.rows.objective)
    of_task = _of_classes if classes else _of_numbers
    scale = situation.network.normalisation.target_scale
    return Metrics.model_validate(
        {
            "rows_train": situation.split.train.rows,
            "rows_test": situation.split.test.rows,
            "network_formula": None if formula_values is None else rmse(formula_values - output, scale),
            **of_task(situation, output, fitted, formula_values),
            **solution_metrics(situation),
        }
    )


def _of_numbers(situation: Situation, output: Tensor, fitted: Tensor, formula: Tensor | None) -> dict[str, float | None]:
    """Root mean squared errors, and R² where it means something: not of a single held-out row, nor where no target varies."""
    split, scale = situation.split, situation.network.normalisation.target_scale
    deviation, centre = spread(joined([split.train, split.test]).targets), split.train.targets.mean(0)
    difference = output - split.test.targets
    varies = bool((deviation > 0).any())
    judged = split.test.rows if split.test is not split.train else 0
    return {
        "train_rmse": rmse(fitted - split.train.targets, scale),
        "test_rmse": rmse(difference, scale),
        "test_nrmse": nrmse(difference, deviation),
        "r2_test": r2(difference, split.test.targets, centre, deviation) if judged >= LEAST_JUDGED and varies else None,
        "data_formula": None if formula is None else rmse(formula - split.test.targets, scale),
    }


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

    accuracy_train: float
    accuracy_test: float
    cross_entropy_train: float
    cross_entropy_test: float
    cross_entropy_formula: float
    confusion_test: ConfusionView


def _of_classes(situation: Situation, output: Tensor, fitted: Tensor, formula: Tensor | None) -> _OfClasses:
    """Accuracy and cross-entropy on rows with a value, and which classes are taken for which."""
    split = situation.split
    counts, entropy = _counted(situation, output, split.test.targets)
    of_train, entropy_train = _counted(situation, fitted, split.train.targets)
    made: _OfClasses = {
        "accuracy_train": _accuracy(of_train),
        "accuracy_test": _accuracy(counts),
        "cross_entropy_train": entropy_train,
        "cross_entropy_test": entropy,
        "confusion_test": ConfusionView(
            classes=list(situation.rows.classes),
            counts=counts.tolist(),
            recall=[None if math.isnan(share) else share for share in recall(counts).tolist()],
        ),
    }
    if formula is not None and bool(finite_rows(formula).any()):
        made["cross_entropy_formula"] = _counted(situation, formula, split.test.targets)[1]
    return made


def _counted(situation: Situation, logits: Tensor, targets: Tensor) -> tuple[Tensor, float]:
    """Confusion and cross-entropy on the rows with a value."""
    known, units = finite_rows(logits), situation.network.normalisation
    logits, targets = logits[known], targets[known]
    loss = situation.rows.objective.evaluate(units.targets(logits), targets, units)
    return confusion(logits, targets), float(loss.value)


def _accuracy(counts: Tensor) -> float:
    return float(counts.diagonal().sum() / counts.sum())


def rows_without_value(situation: Situation) -> int:
    """Rows, training and held-out, on which the network has no value."""
    split = situation.split
    parts = [evaluate(situation.network, table.inputs) for table in (split.train, split.test)]
    return int((~finite_rows(torch.cat(parts))).sum())
