"""A sample of the gallery as a table."""

from __future__ import annotations

from kan_core.errors import DataError
from kan_core.science.gallery import GALLERY, get_sample
from server.contract.views import ColumnView, DatasetView
from server.tables.statistics import Statistics, statistics
from server.tables.table import StoredTable
from server.work.query import SampleQuery, TableAnswer
from server.work.result import Material, WorkError


def sample(query: SampleQuery, _material: Material) -> TableAnswer:
    """One sample with its roles.

    Raises:
        WorkError: there is no sample of that name.
    """
    try:
        found = get_sample(query.name)
    except DataError as error:
        names = f"The samples are: {', '.join(GALLERY)}."
        raise WorkError(f"There is no sample named '{query.name[:80]}'.", code="not_found", hint=names) from error
    values = found.values()
    labels = tuple(column.labels for column in found.columns)
    table = StoredTable(
        tuple(column.name for column in found.columns),
        tuple(column.unit for column in found.columns),
        values,
        labels if any(labels) else (),
    )
    columns = [
        ColumnView(
            name=column.name,
            unit=column.unit,
            role="target" if column in found.targets else "input",
            usable=True,
            labels=list(column.labels),
            **(Statistics() if column.labels else statistics(values[:, place])),
        )
        for place, column in enumerate(found.columns)
    ]
    view = DatasetView(
        id=table.content_hash(),
        name=found.title,
        rows=table.rows,
        columns=columns,
        notes=[found.summary],
        source=found.source,
        licence=found.licence,
    )
    return TableAnswer(content=table.to_bytes(), view=view)
