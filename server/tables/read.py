"""Bytes of an uploaded file → a stored table and what a person should know of it.

The worker process calls this for an upload. It knows nothing of networks or of the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from server.contract.views import ColumnView, DatasetView
from server.tables.cells import Cells, split_cells
from server.tables.decode import decode
from server.tables.dialect import Dialect, decimal_from, delimiter_from, sniff
from server.tables.errors import TableError
from server.tables.header import Header, find_header
from server.tables.limits import MAXIMUM_ROWS
from server.tables.lines import table_lines
from server.tables.numbers import to_numbers
from server.tables.profile import Column, classify, is_row_number, view_column
from server.tables.table import StoredTable

Role = Literal["input", "target", "ignored"]
_HEADER_SAMPLE = 40
_NEEDED = "A table needs an input and a target that vary over at least two rows."


@dataclass(frozen=True)
class Overrides:
    """What the person decided about the file; None leaves it to be found out."""

    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None


class ReadTable(NamedTuple):
    """A table to store, and its view.

    Attributes:
        table: to store.
        view: for the page; its notes are the facts and, after them, what they mean for training a network.
        facts: how the table was read and what was left out, whatever it is used for.
    """

    table: StoredTable
    view: DatasetView
    facts: tuple[str, ...]


def read_table(data: bytes, filename: str = "table", overrides: Overrides | None = None) -> ReadTable:
    """Read a text table in any usual dialect.

    Args:
        data: the file.
        filename: names the dataset.
        overrides: the person's decisions.

    Raises:
        TableError: the file is not a table, too large, or has fewer than two columns of numbers that vary.
    """
    chosen = overrides or Overrides()
    decoded = decode(data)
    lines = table_lines(decoded.text)
    dialect = sniff(lines.rows, delimiter_from(chosen.delimiter) or lines.separator, decimal_from(chosen.decimal))
    cells = split_cells(lines, dialect.delimiter)
    header = find_header(_first_rows(cells.frame), lines.comments, dialect.delimiter, chosen.header)
    body = Cells(cells.frame.slice(header.start), cells.numbers[header.start :], cells.ragged)
    if body.frame.height == 0:
        raise TableError("The file has a header but no rows.", "Add rows of numbers below the header.")
    if body.frame.height > MAXIMUM_ROWS:
        raise TableError(
            f"The file has {body.frame.height:,} rows; the limit is {MAXIMUM_ROWS:,}.", "Take every tenth row, for example."
        )
    columns = _columns(body, header, dialect, forced=chosen.decimal is not None)
    notes = [_how_read(decoded.encoding, dialect), *([dialect.note] if dialect.note else []), *header.notes]
    notes += _ragged_note(body.ragged)
    return _assemble(columns, body.numbers, PurePath(filename).stem[:120] or "table", notes)


def _first_rows(frame: pl.DataFrame) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in frame.head(_HEADER_SAMPLE).rows()]


def _how_read(encoding: str, dialect: Dialect) -> str:
    mark = "point" if dialect.decimal == "." else "comma"
    return f"Read as {encoding} text, fields separated by {dialect.delimiter_name}, decimal {mark}."


def _ragged_note(ragged: list[int]) -> list[str]:
    if not ragged:
        return []
    named = ", ".join(map(str, ragged[:5])) + (", …" if len(ragged) > 5 else "")
    return [f"{len(ragged)} line{'s have' if len(ragged) > 1 else ' has'} more fields than the header (line {named}): cut off."]


def _columns(body: Cells, header: Header, dialect: Dialect, *, forced: bool) -> list[Column]:
    columns: list[Column] = []
    for place, series in enumerate(body.frame.iter_columns()):
        numbers = to_numbers(series, dialect.decimal, forced=forced)
        column = classify(header.names[place], header.units[place], numbers, series, body.numbers)
        nameless = place in header.nameless
        if column.kind == "gaps" and nameless:
            continue
        if is_row_number(column.name, nameless, numbers.values, first=place == 0):
            column = Column(column.name, column.unit, column.values, "row_number", column.missing)
        columns.append(column)
    return columns


def _assemble(columns: list[Column], lines: NDArray[np.int64], name: str, notes: list[str]) -> ReadTable:
    deciding = [column for column in columns if column.kind in ("numbers", "row_number")]
    if not deciding:
        if len(lines) == 1 and any(column.kind == "constant" for column in columns):
            raise TableError("The table has only one row of numbers.", _NEEDED)
        raise TableError(
            "No column holds numbers that vary.", "Choose how columns are separated and the decimal sign, or check the file."
        )
    finite = np.logical_and.reduce([np.isfinite(column.values) for column in deciding])
    kept = {id(column): column.values[finite] for column in columns if column.kind != "text"}
    left_out = int((~finite).sum())
    if not finite.any():
        raise TableError("Each row has a missing value.", "Fill the gaps or leave out the columns that have them.")
    copies = _copies(columns, kept)
    roles = _roles(columns, kept, copies)
    views = [
        view_column(column, kept.get(id(column), column.values[:0]), roles[column.name], copies.get(column.name))
        for column in columns
    ]
    if sum(view.usable for view in views) < 2:
        raise TableError(_too_few(views), _NEEDED)
    table = _stored(columns, kept)
    facts = notes + _left_out_note(finite, lines)
    told = facts + _training_notes(table)
    view = DatasetView(id=table.content_hash(), name=name, rows=table.rows, rows_left_out=left_out, columns=views, notes=told)
    return ReadTable(table, view, tuple(facts))


def _too_few(views: list[ColumnView]) -> str:
    usable = [view.name for view in views if view.usable]
    if not usable:
        return "No column holds numbers that vary."
    others = [f" ‘{view.name}’: {view.note}." for view in views if not view.usable and view.note]
    return f"Only one column can be used: ‘{usable[0]}’.{''.join(others[:3])}"


def _copies(columns: list[Column], kept: dict[int, NDArray[np.float64]]) -> dict[str, str]:
    """Column name → name of the earlier column with the same values."""
    seen: dict[bytes, str] = {}
    copies: dict[str, str] = {}
    for column in columns:
        if column.kind in ("text", "labels", "gaps"):
            continue
        key = (kept[id(column)] + 0.0).tobytes()
        if key in seen:
            copies[column.name] = seen[key]
        else:
            seen[key] = column.name
    return copies


def _roles(columns: list[Column], kept: dict[int, NDArray[np.float64]], copies: dict[str, str]) -> dict[str, Role]:
    """The last usable column of numbers is the target, the others are inputs; a row number only when nothing else is left.

    Text labels are left out, but for two cases: a single column of them that stands last is the target, and so is the last of
    several when there is but one column of numbers. Beside a single column of numbers a constant one is the target.
    """
    usable = [
        column
        for column in columns
        if column.kind in ("numbers", "row_number")
        and column.name not in copies
        and kept[id(column)].min() != kept[id(column)].max()
    ]
    telling = [column for column in usable if column.kind == "numbers"]
    chosen = telling if len(telling) >= 2 else usable
    roles: dict[str, Role] = dict.fromkeys((column.name for column in columns), "ignored")
    for column in chosen:
        roles[column.name] = "target" if column is chosen[-1] else "input"
    texts = [column for column in columns if column.kind == "labels"]
    alone = len(texts) == 1 and texts[-1] is columns[-1]
    constants = [column for column in columns if column.kind == "constant" and np.isfinite(kept[id(column)]).all()]
    if texts and (len(chosen) == 1 or (alone and chosen)):
        roles[chosen[-1].name], roles[texts[-1].name] = "input", "target"
    elif len(chosen) == 1 and constants:
        roles[chosen[-1].name], roles[constants[-1].name] = "input", "target"
    return roles


def _stored(columns: list[Column], kept: dict[int, NDArray[np.float64]]) -> StoredTable:
    """Every column of numbers without gaps in the rows that stay."""
    whole = [column for column in columns if column.kind != "text" and np.isfinite(kept[id(column)]).all()]
    values = np.column_stack([kept[id(column)] for column in whole])
    labels = tuple(column.labels for column in whole) if any(column.labels for column in whole) else ()
    return StoredTable(tuple(column.name for column in whole), tuple(column.unit for column in whole), values, labels)


def _left_out_note(finite: NDArray[np.bool_], lines: NDArray[np.int64]) -> list[str]:
    gaps = lines[~finite]
    if not len(gaps):
        return []
    named = ", ".join(str(line) for line in gaps[:8]) + (", …" if len(gaps) > 8 else "")
    named = f"line{'s' if len(gaps) > 1 else ''} {named}"
    return [f"{len(gaps)} of {len(finite)} rows left out because a value is missing or not a number ({named})."]


def _training_notes(table: StoredTable) -> list[str]:
    """What matters where rows are held out and a network is chosen."""
    notes: list[str] = []
    frame = pl.DataFrame(table.values)
    copies = frame.height - frame.unique().height
    if copies:
        are = "rows are copies" if copies > 1 else "row is a copy"
        notes.append(f"{copies} {are} of another; copies may fall into both training and held-out rows.")
    if table.rows < 30:
        notes.append(f"Only {table.rows} rows: prefer a small network.")
    return notes
