"""What each column holds: numbers, gaps, text, a constant, a copy; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from server.contract.views import ColumnView
from server.tables.labels import text_labels, whole_number_classes
from server.tables.numbers import Numbers
from server.tables.statistics import statistics

_NAMED_ROWS = 3
_ROW_NUMBER_NAMES = frozenset({"index", "id", "row", "nr", "no", "no.", "number", "#", "n", "rownames"})


@dataclass(frozen=True, eq=False)
class Column:
    """One column on the way to a view.

    Attributes:
        values: (rows,) numbers of all rows of the file, NaN where there is none.
        kind: `text`, `labels` and `gaps` (mostly missing) columns take no part in deciding which rows are left out.
        note: what is wrong with single cells, None when nothing.
        labels: of a text column with a few labels in all rows; its values are their places.
    """

    name: str
    unit: str | None
    values: NDArray[np.float64]
    kind: Literal["numbers", "constant", "text", "labels", "gaps", "row_number"]
    missing: int
    note: str | None = None
    labels: tuple[str, ...] = ()


def classify(name: str, unit: str | None, numbers: Numbers, cells: pl.Series, lines: NDArray[np.int64]) -> Column:
    """Say what a column is, by all of its rows; single bad cells are named by their line in the file."""
    rows = len(numbers.values)
    missing = int(numbers.missing.sum())
    given = rows - missing
    unreadable = np.flatnonzero(numbers.unreadable)
    infinite = np.flatnonzero(~np.isfinite(numbers.values) & ~numbers.missing & ~numbers.unreadable)
    bad = len(unreadable) + len(infinite)
    if given == 0:
        return Column(name, unit, numbers.values, "gaps", missing, "empty: ignored")
    if len(unreadable) > 0.5 * given:
        found = text_labels(cells) if missing == 0 else None
        if found is not None:
            names, values = found
            return Column(
                name,
                unit,
                values,
                "labels",
                0,
                f"{len(names)} text labels: a target of classes, or categories as an input",
                names,
            )
        first = str(cells[int(unreadable[0])]).strip()[:30]
        note = f"text, for example ‘{first}’: ignored; write numbers to use it"
        return Column(name, unit, numbers.values, "text", missing, note)
    if missing + bad > 0.5 * rows:
        note = f"{missing + bad} of {rows} values missing: ignored, so that its rows can stay"
        return Column(name, unit, numbers.values, "gaps", missing, note)
    finite = numbers.values[np.isfinite(numbers.values)]
    kind = "constant" if finite.min() == finite.max() else "numbers"
    return Column(name, unit, numbers.values, kind, missing, _cell_note(missing, unreadable, infinite, cells, lines))


def _cell_note(
    missing: int,
    unreadable: NDArray[np.intp],
    infinite: NDArray[np.intp],
    cells: pl.Series,
    lines: NDArray[np.int64],
) -> str | None:
    parts: list[str] = []
    if missing:
        parts.append(f"{missing} missing value{'s' if missing > 1 else ''}")
    if len(infinite):
        parts.append(f"{len(infinite)} not finite ({_name_cells(infinite, cells, lines)})")
    if len(unreadable):
        parts.append(f"{len(unreadable)} not a number ({_name_cells(unreadable, cells, lines)})")
    return f"{', '.join(parts)}: rows left out" if parts else None


def _name_cells(places: NDArray[np.intp], cells: pl.Series, lines: NDArray[np.int64]) -> str:
    named = [f"line {lines[place]}: {str(cells[int(place)]).strip()[:20]}" for place in places[:_NAMED_ROWS]]
    return ", ".join(named) + (", …" if len(places) > _NAMED_ROWS else "")


def view_column(
    column: Column, kept: NDArray[np.float64], role: Literal["input", "target", "ignored"], copy_of: str | None
) -> ColumnView:
    """The column as the browser sees it; `kept` are its values in the rows that stay."""
    usable, note = True, column.note
    # A constant column does not decide which rows stay, so it may have gaps in them.
    whole = bool(np.isfinite(kept).all())
    kept = kept[np.isfinite(kept)]
    constant = bool(len(kept)) and kept.min() == kept.max()
    if column.kind == "labels":
        return ColumnView(name=column.name, role=role, usable=True, note=note, labels=list(column.labels))
    if column.kind in ("text", "gaps"):
        return ColumnView(name=column.name, unit=column.unit, role="ignored", usable=False, note=note, missing=column.missing)
    if constant:
        told = "ignored unless you choose it" if role == "ignored" else "there is nothing to explain"
        usable = whole
        note = f"constant ({kept[0]:.6g}): {told if whole else 'ignored, it cannot explain anything'}"
    elif copy_of is not None:
        usable, note = False, f"same values as ‘{copy_of}’: ignored"
    elif column.kind == "row_number":
        note = "looks like a row number: ignored unless you choose it"
    return ColumnView(
        name=column.name,
        unit=column.unit,
        role=role if usable else "ignored",
        usable=usable,
        note=note,
        missing=column.missing,
        labels=whole_number_classes(kept) if usable and not constant else [],
        **statistics(kept),
    )


def is_row_number(name: str, nameless: bool, values: NDArray[np.float64], first: bool) -> bool:
    """Whether a column only counts rows: rising by one from 0 or 1, or a first column without name of distinct whole numbers."""
    if len(values) < 3 or not np.isfinite(values).all() or np.abs(values).max() > 2**53:
        return False
    counts = bool((np.diff(values) == 1).all()) and values[0] in (0.0, 1.0)
    if counts and (nameless or (first and name.lower() in _ROW_NUMBER_NAMES)):
        return True
    whole = bool((values == np.round(values)).all())
    return first and nameless and whole and len(np.unique(values)) == len(values)
