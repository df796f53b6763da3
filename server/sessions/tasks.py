"""What a new session learns: numbers, or the classes of its target. Asked once, when the session is made."""

from __future__ import annotations

from server.contract.problems import ProblemError, problem
from server.contract.rest import CreateSession
from server.contract.views import DatasetView, Task


def task_of(wanted: CreateSession, dataset: DatasetView) -> Task:
    """The task asked for; left open, classes for a target with text labels or with two whole numbers, else numbers.

    Raises:
        ProblemError: text labels as numbers or beside other targets, or a target without classes.
    """
    columns = {column.name: column for column in dataset.columns}
    texts = {name for name, column in columns.items() if column.labels and column.minimum is None}
    target, textual = wanted.targets[0], bool(texts & set(wanted.targets))
    labels = columns[target].labels
    task = wanted.task
    if task == "auto":
        two = len(wanted.targets) == 1 and len(labels) == 2
        task = "classification" if textual or two else "regression"
    if task == "regression" and textual:
        raise _refusal("The target holds text labels, which are no numbers.", "Start the session with the task “classification”.")
    if task == "classification" and len(wanted.targets) > 1:
        raise _refusal("A classification has one target.", "Choose one column of classes.")
    if task == "classification" and not labels:
        detail = f"The target “{target}” has no classes: they are text labels or a few whole numbers."
        raise _refusal(detail, "Learn its numbers with the task “regression”.")
    return task


def _refusal(detail: str, hint: str) -> ProblemError:
    return ProblemError(problem("bad_request", detail, hint=hint))
