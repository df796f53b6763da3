"""Equations as a table: points in a box, with a first guess of the unknowns, and the equations written on it."""

from __future__ import annotations

import torch

from kan_core.errors import FormulaError
from kan_core.symbolic.asking import Asking
from kan_core.symbolic.equations import first_guess, scattered_points
from server.contract.rest import CreateEquations
from server.contract.views import ColumnView, DatasetView
from server.tables.statistics import statistics
from server.tables.table import StoredTable
from server.work.asking import box_of, said
from server.work.query import EquationTableQuery, TableAnswer
from server.work.result import Material, WorkError

_SEED = 0


def equation_table(query: EquationTableQuery, _material: Material) -> TableAnswer:
    """The table of points.

    Raises:
        WorkError: names that clash, a range that is empty, or equations that cannot be read or asked in the box.
    """
    problem = query.problem
    _check(problem)
    inputs = tuple(entry.name for entry in problem.inputs)
    box = box_of([entry.low for entry in problem.inputs], [entry.high for entry in problem.inputs], inputs)
    texts = [text.strip() for text in problem.equations if text.strip()]
    points = scattered_points(box, problem.points, _SEED)
    try:
        asking = Asking(texts, inputs, tuple(problem.unknowns), box)
        asking.task(points)
    except FormulaError as error:
        raise said(error) from None
    guess = first_guess(asking.equations, points, box, len(problem.unknowns))
    names = (*inputs, *problem.unknowns)
    table = StoredTable(names, (None,) * len(names), torch.cat([points, guess], 1).numpy(), equations=tuple(texts))
    columns = [_column(table, place, len(inputs)) for place in range(len(names))]
    view = DatasetView(
        id=table.content_hash(), name=_title(texts), rows=table.rows, columns=columns, notes=[_note(problem)], equations=texts
    )
    return TableAnswer(content=table.to_bytes(), view=view)


def _check(problem: CreateEquations) -> None:
    names = [*(entry.name for entry in problem.inputs), *problem.unknowns]
    for place, name in enumerate(names):
        if not name.strip() or "`" in name:
            raise WorkError(f"“{name}” is no name.", code="bad_request", hint="Give inputs and unknowns names such as x and u.")
        if name in names[:place]:
            raise WorkError(
                f"The name “{name}” is given twice.", code="bad_request", hint="Every input and unknown needs a name of its own."
            )


def _column(table: StoredTable, place: int, inputs: int) -> ColumnView:
    name, values = table.names[place], table.values[:, place]
    if place < inputs:
        return ColumnView(name=name, role="input", usable=True, **statistics(values))
    return ColumnView(
        name=name, role="target", usable=True, note="Unknown: a first guess until the equations are solved.", **statistics(values)
    )


def _title(texts: list[str]) -> str:
    title = " ".join(texts[0].split())
    return title if len(title) <= 60 else title[:59] + "…"


def _note(problem: CreateEquations) -> str:
    box = ", ".join(f"{entry.low:g} ≤ {entry.name} ≤ {entry.high:g}" for entry in problem.inputs)
    return f"{problem.points:,} points in {box}, at which the equations are asked."
