"""An uploaded file as a table."""

from __future__ import annotations

from server.tables.errors import TableError
from server.work.query import ReadTableQuery, TableAnswer
from server.work.result import Material, WorkError


def read_table(query: ReadTableQuery, material: Material) -> TableAnswer:
    """Read the upload.

    Raises:
        WorkError: it is not a table; the hint says what to do.
    """
    if material.upload is None:
        raise WorkError("There is no file.", code="bad_request", hint="Send the file as the form field 'file'.")
    # Only uploads need polars, which takes a quarter of a second to load.
    from server.tables.read import Overrides
    from server.tables.read import read_table as read_text

    overrides = Overrides(delimiter=query.delimiter, decimal=query.decimal, header=query.header)
    try:
        read = read_text(material.upload, query.filename, overrides)
    except TableError as error:
        raise WorkError(error.detail, code="bad_table", hint=error.hint) from error
    return TableAnswer(content=read.table.to_bytes(), view=read.view)
