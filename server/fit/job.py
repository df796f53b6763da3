"""The whole job of `kanscope fit`: read the table, read the formula, fit, answer."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import KanError
from kan_core.expression.tree import columns_of
from kan_core.fitting.formula import FormulaFit, Model, Setting, fit_formula, read_model
from kan_core.fitting.prices import price_of
from server.discover.columns import named_column, number_column, read_file
from server.discover.failure import DiscoverError
from server.fit.answer import FitAnswer, answer_from
from server.fit.request import FitRequest, asked_of, per_of
from server.tables.read import ReadTable


def answer_to(request: FitRequest) -> FitAnswer:
    """The fitted formula, on all rows of the table.

    Raises:
        DiscoverError: wrong options, no table, a formula that cannot be read, or one that cannot be fitted.
    """
    began = time.monotonic()

    def over() -> bool:
        return time.monotonic() - began > request.seconds

    settings = {
        name: Setting(each.start, each.low, each.high, each.fixed, each.same_as) for name, each in asked_of(request).items()
    }
    read = read_file(request.file)
    target = number_column(read, request.target)
    model = _model(request, read, target)
    try:
        fitted = fit_formula(
            model,
            read.table.select(model.columns),
            read.table.select([target])[:, 0],
            settings,
            sigma=_column(read, request.sigma),
            absolute=not request.relative,
            weights=_column(read, request.weights),
            seed=request.seed,
            stop=over,
        )
        profiles = [fitted.profile(name, stop=over) for name in _profiled(request, fitted)]
        prices = [price_of(fitted, each.name, each.categories.column, settings, over) for each in fitted.model.families]
    except KanError as error:
        raise DiscoverError("usage", _sentence(str(error))) from error
    notes = (*_codes(fitted), *read.facts)
    return answer_from(fitted, request, notes, profiles, [price for price in prices if price is not None])


def _profiled(request: FitRequest, fitted: FormulaFit) -> list[str]:
    """The free constants that are asked for; a name without category stands for all of its categories.

    Raises:
        DiscoverError: a name that is no free constant.
    """
    for name in request.profile:
        if name != "all" and not any(name in (key, key.partition("[")[0]) for key in fitted.free):
            known = ", ".join(fitted.free) or "none"
            raise DiscoverError("usage", f"--profile: there is no free constant “{name}”; there are {known}.")
    return [key for key in fitted.free if {"all", key, key.partition("[")[0]} & set(request.profile)]


def _codes(fitted: FormulaFit) -> tuple[str, ...]:
    """What stands for labels in the formula."""
    labelled = {family.categories.column: family.categories for family in fitted.model.families}
    told: list[str] = []
    for column, each in labelled.items():
        if column in fitted.model.labels:
            pairs = ", ".join(f"{value:g} for {name}" for value, name in zip(each.values, each.names, strict=True))
            told.append(f"In the formula {column} is {pairs}.")
    return tuple(told)


def _model(request: FitRequest, read: ReadTable, target: str) -> Model:
    """The formula over the columns that it names.

    Raises:
        DiscoverError: it cannot be read, or has no constant.
    """
    usable = tuple(name for name in read.table.names if name != target)
    try:
        model = read_model(request.model, usable, target, per=per_of(request))
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
    return replace(model, labels={name: labels for name in usable if (labels := read.table.labels_of(name))})


def _column(read: ReadTable, name: str | None) -> NDArray[np.float64] | None:
    return None if name is None else read.table.select([number_column(read, name)])[:, 0]


def _sentence(text: str) -> str:
    """As a sentence; a Greek letter, which is a quantity, keeps its case."""
    return f"{text[:1].upper() if text[:1].isascii() else text[:1]}{text[1:]}."
