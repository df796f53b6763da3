"""What actions say of themselves: numbers as people read them, and warnings that data or network call for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from kan_core.training.data import constant_of
from server.contract.views import Metrics
from server.work.handlers.fitted import Fitted
from server.work.situation import Rows

FEW_ROWS = 50


def digits(value: float) -> str:
    """Three significant digits."""
    return f"{value:.3g}"


def plural(count: int, noun: str) -> str:
    """`1 edge`, `3 edges`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rows_sentence(rows: Rows) -> str:
    """How many rows are learned from and how many are held out, with a warning when they are few."""
    train, test = rows.split.train.rows, rows.split.test.rows
    if rows.split.train is rows.split.test:
        return "One row: nothing can be held out, so no error here says anything about new data."
    counted = f"{train + test:,} {'points' if rows.equations else 'rows'}: {test:,} held out"
    return f"{counted}; with so few rows prefer a small network." if train + test < FEW_ROWS else f"{counted}."


def constant_sentence(rows: Rows) -> str:
    """Which targets are one number on all rows, where nothing is to be learned."""
    targets = torch.cat([rows.split.train.targets, rows.split.test.targets])
    constants = [(name, constant_of(column)) for name, column in zip(rows.targets, targets.T, strict=True)]
    return sentences(*(f"{name} is {value:.6g} on every row." for name, value in constants if value is not None))


def fit_sentence(fitted: Fitted, trainer: str = "", grids: int = 0) -> str:
    """How training ended, who trained, on how many finer grids as well, and what was spent on telling starts apart."""
    by = f" by {trainer}" if trainer else ""
    on = f" on {plural(1 + grids, 'grid')}" if grids else ""
    if fitted.cancelled and fitted.steps == 0:
        return "Stopped while starts still competed; the best state so far is kept."
    if fitted.cancelled:
        return sentences(f"Stopped after {plural(fitted.steps, 'step')}{by}; the best state so far is kept.", _competed(fitted))
    if fitted.steps == 0:
        return "Nothing to fit."
    ended = "Converged" if fitted.converged else "Ended"
    return sentences(f"{ended} after {plural(fitted.steps, 'step')}{on}{by}.", _competed(fitted))


def _competed(fitted: Fitted) -> str:
    """That starts competed; the steps of those that lost are none of the training's."""
    spent = fitted.competed
    if spent is None:
        return ""
    most = "" if spent.taken == spent.starts * spent.steps else "at most "
    return f"{plural(spent.starts, 'start')} competed for {most}{plural(spent.steps, 'step')} each."


def stopped_sentence(*, cancelled: bool) -> str:
    """That a person ended the action early; for actions whose message does not count steps."""
    return "Stopped early." if cancelled else ""


def change_sentence(before: Metrics | None, after: Metrics) -> str:
    """What became of the error on held-out rows, of classes of accuracy and cross-entropy; nothing without a before."""
    if before is None:
        return ""
    if after.accuracy_test is None:
        return _change("Error on held-out rows", before.test_rmse, after.test_rmse, digits)
    accuracy = _change("Accuracy on held-out rows", before.accuracy_test, after.accuracy_test, percent)
    return sentences(accuracy, _change("Cross-entropy there", before.cross_entropy_test, after.cross_entropy_test, digits))


def _change(what: str, before: float | None, after: float | None, written: Callable[[float], str]) -> str:
    return "" if before is None or after is None else f"{what} {written(before)} → {written(after)}."


def listed(names: Sequence[str], most: int) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def percent(share: float) -> str:
    """A share as people read it: 97.5 %."""
    return f"{100 * share:.3g} %"


def overfit_sentence(after: Metrics, spread: float) -> str:
    """A warning when held-out rows fare much worse than training rows."""
    train, test, least = after.train_rmse, after.test_rmse, 1e-3 * spread
    if after.accuracy_test is not None:
        # A tenth of a nat: below it nearly every row is told with confidence, on whichever side.
        train, test, least = after.cross_entropy_train, after.cross_entropy_test, 0.1
    if train is not None and test is not None and test > 3 * train and test > least:
        return (
            "Held-out rows fare much worse than training rows: fewer nodes or intervals, more sparsity or more rows would help."
        )
    return ""


def sentences(*parts: str) -> str:
    """One text of those that say something."""
    return " ".join(part for part in parts if part)
