"""The file as a table, and the columns that the person means."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from server.contract.rows import Judging, RowRoles
from server.contract.views import ColumnView, DatasetView
from server.discover.failure import DiscoverError
from server.discover.rows import RowOptions, judging_of, roles_of
from server.tables.errors import TableError
from server.tables.limits import MAXIMUM_BYTES
from server.tables.read import ReadTable, read_table
from server.tables.table import StoredTable
from server.work.result import TableData


def read_columns(file: Path, target: str, inputs: str | None, rows: RowOptions | None = None) -> TableData:
    """The table with the chosen columns; those that say something about the rows are no inputs unless that is said too.

    Raises:
        DiscoverError: no such file or column, or it is not a table of numbers.
    """
    rows = rows or RowOptions()
    read = read_file(file)
    wanted = number_column(read, target)
    roles = _roles(read, rows)
    if inputs is None:
        offered = [column.name for column in read.view.columns if column.role != "ignored"]
        others = {wanted, *roles.columns()}
        names = [name for name in offered if name not in others and not _words(read, name)]
    else:
        names = [number_column(read, name) for name in _separated(inputs)]
    _check(names, wanted, roles)
    table = read.table
    if rows.test is not None:
        needed = [*names, wanted, *roles.columns()]
        table, named = with_second_table(table, read_file(rows.test).table, needed, str(rows.test))
        roles = roles.model_copy(update={"judging": Judging(kind="column", column=named)})
    return TableData(table.content_hash(), table.to_bytes(), tuple(names), (wanted,), rows=roles.model_dump_json())


def with_second_table(first: StoredTable, second: StoredTable, needed: list[str], told: str) -> tuple[StoredTable, str]:
    """The needed columns of both tables one below the other, and the name of a column that is 1 in the second one.

    Raises:
        DiscoverError: a column is missing in the second, or holds other words.
    """
    missing = [name for name in needed if name not in second.names]
    if missing:
        raise DiscoverError("bad_table", f"{told} has no usable column “{missing[0]}”.")
    for name in needed:
        if first.labels_of(name) != second.labels_of(name):
            raise DiscoverError("bad_table", f"The column “{name}” of {told} holds other words than that of the first table.")
    named = "judges"
    while named in needed:
        named += "_"
    values = np.vstack([first.select(needed), second.select(needed)])
    mark = np.repeat([0.0, 1.0], [first.rows, second.rows])[:, None]
    units = tuple(first.units[first.names.index(name)] for name in needed)
    labels = (*(first.labels_of(name) for name in needed), ())
    made = StoredTable((*needed, named), (*units, None), np.hstack([values, mark]), labels if any(labels) else ())
    return made, named


def _roles(read: ReadTable, rows: RowOptions) -> RowRoles:
    """By the names that the table gives its columns."""

    def own(name: str | None) -> str | None:
        return None if name is None else named_column(read.view, name).name

    judging = judging_of(rows)
    if judging.column is not None:
        judging = judging.model_copy(update={"column": own(judging.column)})
    made = roles_of(rows, judging)
    numbers = {
        name: None if column is None else number_column(read, column)
        for name, column in (("weight", made.weight), ("sigma", made.sigma))
    }
    return made.model_copy(update={**numbers, "group": own(made.group)})


def read_file(file: Path) -> ReadTable:
    """The file as a table of numbers, with what was found.

    Raises:
        DiscoverError: no such file, or it is not a table of numbers.
    """
    try:
        with file.open("rb") as source:
            # Not the size the system tells: a pipe or device has none, and may never end.
            data = source.read(MAXIMUM_BYTES + 1)
        if len(data) > MAXIMUM_BYTES:
            raise DiscoverError("bad_table", f"{file} is larger than {MAXIMUM_BYTES // 2**20} MB; take fewer rows.")
        return read_table(data, file.name)
    except OSError as error:
        raise DiscoverError("usage", f"{file} cannot be read: {error.strerror or error}.") from error
    except TableError as error:
        raise DiscoverError("bad_table", f"{file}: {error}") from error


def _separated(text: str) -> list[str]:
    """Names between commas; a name with a comma stands in double quotes."""
    try:
        names = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise DiscoverError("usage", f"--inputs cannot be split into names ({error}); put commas between them.") from error
    return [name.strip() for name in names if name.strip()]


def named_column(view: DatasetView, name: str) -> ColumnView:
    """A column by its name, or by its heading with the unit as the file has it.

    Raises:
        DiscoverError: no such column, or one that holds no numbers.
    """
    by_name = {column.name: column for column in view.columns}
    by_heading = {_plain(f"{column.name}{column.unit or ''}"): column for column in view.columns}
    column = by_name.get(name) or by_heading.get(_plain(name))
    if column is None:
        known = ", ".join(column.name for column in view.columns if column.usable)
        raise DiscoverError("usage", f"There is no column “{name}”. The columns are: {known}.")
    if not column.usable:
        raise DiscoverError("bad_table", f"The column “{column.name}” cannot be used: {column.note or 'it holds no numbers'}.")
    return column


def number_column(read: ReadTable, name: str) -> str:
    """The name of a column whose numbers are numbers, and do not stand for words.

    Raises:
        DiscoverError: no such column, or none of numbers.
    """
    column = named_column(read.view, name).name
    labels = _words(read, column)
    if labels:
        words = ", ".join(f"‘{label[:30]}’" for label in labels[:3])
        raise DiscoverError(
            "bad_table",
            f"The column “{column}” holds words ({words}), and a formula explains numbers: write numbers to use it, or learn its "
            "classes on the page.",
        )
    return column


def _words(read: ReadTable, name: str) -> tuple[str, ...]:
    """The words that a column's numbers stand for; empty where they are numbers."""
    return dict(zip(read.table.names, read.table.labels, strict=True)).get(name, ()) if read.table.labels else ()


def _plain(heading: str) -> str:
    return re.sub(r"[\s()\[\]{}/,_]+", "", heading)


def _check(names: list[str], target: str, roles: RowRoles) -> None:
    if not names:
        raise DiscoverError("usage", "There is no column left to explain the target with. Name some with --inputs.")
    every = [target, *names, *roles.columns()]
    twice = [name for place, name in enumerate(every) if name in every[:place]]
    if twice:
        raise DiscoverError("usage", f"The column “{twice[0]}” is chosen twice; a column has one role.")
