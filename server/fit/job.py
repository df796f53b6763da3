"""The whole job of `kanscope fit`: read the table, read the formula, fit, answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import KanError
from kan_core.expression.tree import columns_of
from kan_core.fitting.formula import Model, Setting, fit_formula, read_model
from server.discover.columns import named_column, number_column, read_file
from server.discover.failure import DiscoverError
from server.fit.answer import FitAnswer, answer_from
from server.fit.request import FitRequest, asked_of
from server.tables.read import ReadTable


def answer_to(request: FitRequest) -> FitAnswer:
    """The fitted formula, on all rows of the table.

    Raises:
        DiscoverError: wrong options, no table, a formula that cannot be read, or one that cannot be fitted.
    """
    settings = {name: Setting(each.start, each.low, each.high, each.fixed) for name, each in asked_of(request).items()}
    read = read_file(request.file)
    target = number_column(read, request.target)
    model = _model(request.model, read, target)
    try:
        fitted = fit_formula(
            model,
            read.table.select(model.columns),
            read.table.select([target])[:, 0],
            settings,
            sigma=_column(read, request.sigma),
            weights=_column(read, request.weights),
            seed=request.seed,
        )
    except KanError as error:
        raise DiscoverError("usage", _sentence(str(error))) from error
    return answer_from(fitted, request, read.facts)


def _model(text: str, read: ReadTable, target: str) -> Model:
    """The formula over the columns that it names.

    Raises:
        DiscoverError: it cannot be read, or has no constant.
    """
    usable = tuple(name for name in read.table.names if name != target)
    try:
        model = read_model(text, usable, target)
    except KanError as error:
        raise DiscoverError("usage", f"--model, {error}") from error
    for name in model.names:
        unusable = next((column for column in read.view.columns if column.name == name), None)
        if unusable is not None:
            named_column(read.view, name)
    for place in sorted(columns_of(model.right)):
        number_column(read, usable[place])
    if not columns_of(model.right) and not model.names:
        raise DiscoverError("usage", "--model has neither a column nor a constant.")
    return model


def _column(read: ReadTable, name: str | None) -> NDArray[np.float64] | None:
    return None if name is None else read.table.select([number_column(read, name)])[:, 0]


def _sentence(text: str) -> str:
    """As a sentence; a Greek letter, which is a quantity, keeps its case."""
    return f"{text[:1].upper() if text[:1].isascii() else text[:1]}{text[1:]}."
