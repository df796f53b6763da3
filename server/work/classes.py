"""A column of classes as targets of a network: one logit for two classes, one a class for more."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from kan_core.training.class_columns import class_shares, count_classes
from kan_core.training.objectives import Objective
from server.tables.labels import MOST_CLASSES, class_names
from server.tables.table import StoredTable
from server.work.result import WorkError


@dataclass(frozen=True, eq=False)
class ClassTargets:
    """Classes as numbers.

    Attributes:
        names: of the classes, in order.
        outputs: names of the logits.
        shares: (rows, outputs) 0 or 1.
        objective: the cross-entropy that goes with them.
    """

    names: tuple[str, ...]
    outputs: tuple[str, ...]
    shares: Tensor
    objective: Objective


def class_targets(stored: StoredTable, values: Tensor, targets: tuple[str, ...]) -> ClassTargets:
    """The classes of one target.

    Args:
        stored: the table, which knows the labels.
        values: (rows, targets) its numbers.
        targets: names of the columns.

    Raises:
        WorkError: several targets, a single class, or more than `MOST_CLASSES`.
    """
    if len(targets) != 1:
        raise WorkError("A classification has one target.", code="bad_request", hint="Choose a single column of classes.")
    count = count_classes(values[:, 0])
    if not 2 <= count <= MOST_CLASSES:
        raise WorkError(
            f"The column '{targets[0]}' has {count:,} different values; classes are 2 to {MOST_CLASSES}.",
            code="bad_request",
            hint="Choose a column with a few labels or whole numbers, or learn its numbers with the task “regression”.",
        )
    found, shares, objective = class_shares(values[:, 0])
    names = class_names(stored.labels_of(targets[0]), found)
    logits = names[1:] if len(names) == 2 else names
    return ClassTargets(names, tuple(f"logit {name}" for name in logits), shares, objective)
