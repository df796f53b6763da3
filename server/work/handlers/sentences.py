"""What actions say of themselves: numbers as people read them, and warnings that data or network call for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    """How many rows there are and which of them judge, with a warning when they are few, and how many are copies."""
    split, count = rows.split, rows.split.every.rows
    few = "; with so few rows prefer a small network" if count < FEW_ROWS else ""
    kind = "points" if rows.equations else "rows"
    if split.units is not None:
        return sentences(f"{count:,} {kind}: cross-validation judges{few}.", _copies(rows))
    if split.train is split.test:
        what = "One row" if count == 1 else "One group" if rows.roles is not None and rows.roles.group else "Copies of one row"
        return f"{what}: nothing can be held out, so no error here says anything about new data."
    return sentences(f"{count:,} {kind}: {split.test.rows:,} held out{few}.", _copies(rows))


def _copies(rows: Rows) -> str:
    """That copies are together: a model would else be judged by rows that it has seen."""
    count = rows.chosen.copies
    if not count:
        return ""
    many = f"{count:,} rows are copies of others" if count > 1 else "1 row is a copy of another"
    return f"{many} and stay{'' if count > 1 else 's'} on {'their' if count > 1 else 'its'} side."


def constant_sentence(rows: Rows) -> str:
    """Which targets are one number on all rows, where nothing is to be learned."""
    targets = rows.split.every.targets
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
    """What became of the error on rows that judge, of classes of accuracy and cross-entropy; nothing without a before."""
    if before is None:
        return ""
    where = _judged(after)
    other = before.judged is not None and after.judged is not None and before.judged.method != after.judged.method
    if other and before.judged is not None and after.judged is not None:
        where = f"{where} (before, {before.judged.text}; now {after.judged.text})"
    if after.accuracy_test is None:
        return _change(f"Error {where}", before.test_rmse, after.test_rmse, digits)
    accuracy = _change(f"Accuracy {where}", before.accuracy_test, after.accuracy_test, percent)
    return sentences(accuracy, _change("Cross-entropy there", before.cross_entropy_test, after.cross_entropy_test, digits))


def _judged(after: Metrics) -> str:
    """Where an error is measured."""
    method = "held_out" if after.judged is None else after.judged.method
    if method == "fitted":
        return "on the rows of the fit"
    return "on held-out rows" if method == "held_out" else "on all rows" if method == "unfitted" else "by cross-validation"


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
            f"{_seen(after)} fare much worse than training rows: fewer nodes or intervals, more sparsity or more rows would help."
        )
    return ""


def _seen(after: Metrics) -> str:
    return "Held-out rows" if after.judged is None or after.judged.method == "held_out" else "Rows left out of the fit"


def sentences(*parts: str) -> str:
    """One text of those that say something."""
    return " ".join(part for part in parts if part)
