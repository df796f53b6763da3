"""A formula of one target, read and held against the rows: what a person sees while writing it down."""

from __future__ import annotations

import torch

from kan_core.errors import FormulaError
from kan_core.network.trace import evaluate
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Table
from server.contract.rest import FormulaReading
from server.work.query import ReadFormulaQuery
from server.work.result import Material, WorkError
from server.work.situation import rows_of, some_rows
from server.work.views.error_measures import finite_rows, rmse

# A formula is read again with every key that is pressed. A letter stands for at most five edges, each of which takes some
# 10 ns and 8 bytes a row: tenths of a second at the most, and all rows of most tables.
_LETTERS_TIMES_ROWS = 10_000_000


def read_formula(query: ReadFormulaQuery, material: Material) -> FormulaReading:
    """Its error as written, and the rows it has no value on; half a formula is no failure, so what is wrong is the answer.

    Raises:
        WorkError: there is no such target.
    """
    rows = rows_of(material.table)
    if query.target >= len(rows.targets):
        raise WorkError(f"There is no target {query.target}; they are {', '.join(rows.targets)}.", code="bad_request")
    most = _LETTERS_TIMES_ROWS // len(query.text)
    train, test = (
        some_rows(Table(part.inputs, part.targets[:, query.target : query.target + 1]), most)
        for part in (rows.split.train, rows.split.test)
    )
    try:
        network = from_formula([query.text], train, rows.inputs, [rows.targets[query.target]])
    except FormulaError as error:
        text = str(error)
        return FormulaReading(target=query.target, problem=f"{text[:1].upper()}{text[1:]}{'' if text.endswith('?') else '.'}")
    predictions = [evaluate(network, part.inputs) for part in (train, test)]
    return FormulaReading(
        target=query.target,
        test_rmse=rmse(predictions[1] - test.targets, network.normalisation.target_scale),
        rows_without_value=int((~finite_rows(torch.cat(predictions))).sum()),
        rows=train.rows + test.rows,
    )
