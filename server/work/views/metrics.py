"""The numbers a revision carries: errors of the network, and of the formula, on rows that the fit has not seen."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TypedDict

from torch import Tensor

from kan_core.evidence.measures import finite_rows, nrmse, rmse, rows_without_value
from kan_core.evidence.r2 import r_squared
from kan_core.network.trace import evaluate
from kan_core.symbolic.fulfilment import Verdict
from kan_core.training.confusion import accuracy, confusion, recall
from kan_core.training.data import Table, weighted_spread
from kan_core.training.objectives import is_classification
from kan_core.training.screen import some_rows
from server.contract.rows import JudgedView
from server.contract.views import ConfusionView, Metrics
from server.work.asking import asking_of
from server.work.result import WorkError
from server.work.situation import Situation

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
    split, judged = situation.split, situation.judged
    plain, fitted = (evaluate(situation.network, part.inputs) for part in (split.test, split.train))
    if not bool(finite_rows(plain).any()) or not bool(finite_rows(fitted).any()):
        raise WorkError(
            "The network has no value on these rows: an edge leaves the domain of its function.",
            hint="Undo, or choose a function that is defined on all rows.",
        )
    of_task = _of_classes if is_classification(situation.rows.objective) else _of_numbers
    scale = situation.network.normalisation.target_scale
    # Without a row, the formula would change by what the network does.
    formula = None if formula_values is None else formula_values + (judged.outputs - plain)
    return Metrics.model_validate(
        {
            "rows_train": split.train.rows,
            "rows_test": split.test.rows,
            "judged": judged_view(situation),
            "network_formula": None if formula_values is None else rmse(formula_values - plain, scale, split.test.weights),
            **of_task(situation, judged.outputs, fitted, formula),
            **solution_metrics(situation),
        }
    )


def judged_view(situation: Situation) -> JudgedView:
    """What the errors rest on."""
    told = situation.told
    return JudgedView.model_validate({**asdict(told), "text": told.text})


def _of_numbers(situation: Situation, output: Tensor, fitted: Tensor, formula: Tensor | None) -> dict[str, float | None]:
    """Root mean squared errors by the weights of the rows, and R² where there are rows enough that vary."""
    split, scale = situation.split, situation.network.normalisation.target_scale
    test, train = split.test, split.train
    difference = output - test.targets
    # On the rows of the fit R² says nothing of others.
    told = None if situation.judged.method == "fitted" else r_squared(difference, test.targets, test.weights)
    return {
        "train_rmse": rmse(fitted - train.targets, scale, train.weights),
        "test_rmse": rmse(difference, scale, test.weights),
        "test_nrmse": nrmse(difference, weighted_spread(split.every), test.weights),
        "r2_test": told,
        "data_formula": None if formula is None else rmse(formula - test.targets, scale, test.weights),
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
    counts, entropy = _counted(situation, output, split.test)
    of_train, entropy_train = _counted(situation, fitted, split.train)
    made: _OfClasses = {
        "accuracy_train": accuracy(of_train),
        "accuracy_test": accuracy(counts),
        "cross_entropy_train": entropy_train,
        "cross_entropy_test": entropy,
        "confusion_test": ConfusionView(
            classes=list(situation.rows.classes),
            counts=counts.tolist(),
            recall=[None if math.isnan(share) else share for share in recall(counts).tolist()],
        ),
    }
    if formula is not None and bool(finite_rows(formula).any()):
        made["cross_entropy_formula"] = _counted(situation, formula, split.test)[1]
    return made


def _counted(situation: Situation, logits: Tensor, table: Table) -> tuple[Tensor, float]:
    """Confusion and cross-entropy on the rows with a value."""
    known, units = finite_rows(logits), situation.network.normalisation
    logits, targets = logits[known], table.targets[known]
    weights = None if table.weights is None else table.weights[known]
    loss = situation.rows.objective.evaluate(units.targets(logits), targets, units, weights)
    return confusion(logits, targets), float(loss.value)


def without_value(situation: Situation) -> int:
    """Rows on which the network has no value."""
    return rows_without_value(evaluate(situation.network, situation.split.every.inputs))
