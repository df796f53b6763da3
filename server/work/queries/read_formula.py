"""A formula of one target, read and held against the rows: what a person sees while writing it down."""

from __future__ import annotations

from dataclasses import replace

from kan_core.errors import FormulaError
from kan_core.evidence.measures import rmse, rows_without_value
from kan_core.network.trace import evaluate
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.screen import some_rows
from server.contract.rest import FormulaReading
from server.work.query import ReadFormulaQuery
from server.work.result import Material, WorkError
from server.work.situation import rows_of

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
    # A law is fitted to all rows, and as written it is fitted to none: all of them judge.
    every = some_rows(rows.split.for_laws.every, most)
    every = replace(every, targets=every.targets[:, query.target : query.target + 1])
    try:
        network = from_formula([query.text], every, rows.inputs, [rows.targets[query.target]])
    except FormulaError as error:
        text = str(error)
        return FormulaReading(target=query.target, problem=f"{text[:1].upper()}{text[1:]}{'' if text.endswith('?') else '.'}")
    predicted = evaluate(network, every.inputs)
    return FormulaReading(
        target=query.target,
        test_rmse=rmse(predicted - every.targets, network.normalisation.target_scale, every.weights),
        rows_without_value=rows_without_value(predicted),
        rows=every.rows,
    )
