"""What actions say of themselves: numbers as people read them, and warnings that data or network call for."""

from __future__ import annotations

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


def change_sentence(before: float | None, after: float | None) -> str:
    """What became of the held-out error."""
    if before is None or after is None:
        return ""
    return f"Error on held-out rows {digits(before)} → {digits(after)}."


def overfit_sentence(train_rmse: float, test_rmse: float, spread: float) -> str:
    """A warning when held-out rows fare much worse than training rows."""
    if test_rmse > 3 * train_rmse and test_rmse > 1e-3 * spread:
        return (
            "Held-out rows fare much worse than training rows: fewer nodes or intervals, more sparsity or more rows would help."
        )
    return ""


def sentences(*parts: str) -> str:
    """One text of those that say something."""
    return " ".join(part for part in parts if part)
