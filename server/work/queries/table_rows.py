"""A page of a table's rows."""

from __future__ import annotations

from typing import cast

from server.contract.rest import DatasetRows
from server.tables.table import StoredTable
from server.work.query import TableRowsQuery
from server.work.result import Material, WorkError


def table_rows(query: TableRowsQuery, material: Material) -> DatasetRows:
    """Rows `offset` … `offset + limit` as they are used for training."""
    if material.table is None:
        raise WorkError("There is no dataset.", hint="Choose a sample or upload a table first.")
    table = StoredTable.from_bytes(material.table.content)
    page = table.values[query.offset : query.offset + query.limit]
    rows = cast("list[list[float | None]]", page.tolist())
    return DatasetRows(offset=query.offset, total=table.rows, columns=list(table.names), rows=rows)
