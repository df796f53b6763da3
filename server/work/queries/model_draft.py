"""A formula of a person's own, held against all rows or fitted to them: constants, curve, rows, result."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import KanError
from kan_core.expression.names import constant_latex
from kan_core.fitting.begin import beginnings, slider_range
from kan_core.fitting.formula import fit_rows
from kan_core.fitting.model import Setting, settings_of
from kan_core.fitting.prices import price_of
from kan_core.fitting.residuals import count_without_value, deviation_of, residual_sum
from kan_core.fitting.result import FormulaFit
from kan_core.fitting.stopping import Stop
from server.contract.model_draft import DraftAnswer, DraftCategories, DraftConstant, ModelDraft
from server.contract.rows import RowRoles
from server.work.drafting import Drafted, Wanted, drafted
from server.work.handlers.sentences import plural
from server.work.own_model import settings_in
from server.work.query import ModelDraftQuery
from server.work.result import Material, TableData, WorkError
from server.work.views.draft_view import curves_view, price_view, profile_view, result_view, rows_view, still_of
from server.work.views.numbers import finite

Array = NDArray[np.floating[Any]]


def model_draft(query: ModelDraftQuery, material: Material) -> DraftAnswer:
    """What the formula does; half a formula is no failure, so what is wrong with it is part of the answer.

    Raises:
        WorkError: there is no such target, or no table.
    """
    began = time.monotonic()
    draft, table = query.draft, material.table
    if table is None:
        raise WorkError("There is no dataset.", hint="Choose a sample or upload a table first.")
    if draft.target >= len(table.targets):
        raise WorkError(f"There is no target {draft.target}; they are {', '.join(table.targets)}.", code="bad_request")
    try:
        # A slider leads where the formula is not defined or too large; that is looked at, not announced.
        with np.errstate(all="ignore"):
            made = _answer(draft, table, lambda: time.monotonic() - began > draft.seconds)
    except KanError as error:
        return _problem(draft, str(error), getattr(error, "position", None))
    return made.model_copy(update={"seconds": time.monotonic() - began})


def _problem(draft: ModelDraft, text: str, position: int | None) -> DraftAnswer:
    told = f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('?', '.')) else '.'}"
    return DraftAnswer(target=draft.target, problem=told, position=position)


def _answer(draft: ModelDraft, table: TableData, stop: Stop) -> DraftAnswer:
    among = drafted(table, _wanted(draft, table))
    settings = settings_of(among.model, settings_in(draft.constants))
    fitted = _fitted(among, draft, settings, stop) if draft.fit else None
    values = beginnings(among.model, among.few, settings) if fitted is None else fitted.values
    with np.errstate(all="ignore"):
        predicted = np.broadcast_to(among.program.values(np.array(list(values.values()))), among.rows.target.shape)
    x = among.columns.index(draft.x) if draft.x is not None else _first(among)
    curves = curves_view(among, draft, x, values, fitted)
    deviation = _deviation(among, predicted, fitted)
    return DraftAnswer(
        target=draft.target,
        latex=among.latex,
        formula=among.model.text(values),
        constants=_constants(among, settings, values, fitted),
        per=among.per,
        categories=[DraftCategories(column=each.column, labels=list(each.names)) for each in among.categories],
        columns=[name for name in among.columns if name not in among.labelled],
        x=among.columns[x] if among.columns else None,
        at={}
        if not among.columns
        else {
            name: float(value)
            for name, value in zip(among.columns, still_of(among, draft), strict=True)
            if name != among.columns[x] and name not in among.labelled
        },
        curves=curves,
        rows=rows_view(among, x, predicted, deviation, fitted),
        rows_without_value=count_without_value(predicted),
        loss=finite(residual_sum(among.rows, predicted)),
        result=None if fitted is None else result_view(fitted),
        path=[] if fitted is None else list(fitted.path),
        profiles=[]
        if fitted is None
        else [profile_view(fitted.profile(key, draft.level, stop)) for key in _profiled(draft, fitted)],
        prices=[] if fitted is None or not draft.prices else _prices(among, settings, fitted, stop),
        sigma=among.sigma_column,
        weights=among.weights_column,
        notes=[] if fitted is None else [*fitted.notes, *_kept_out(among)],
        takes=set(among.columns) <= set(table.inputs),
    )


def _wanted(draft: ModelDraft, table: TableData) -> Wanted:
    extra = [name for name in (draft.x, *draft.at) if name is not None]
    return Wanted(
        draft.formula,
        table.targets[draft.target],
        tuple(sorted(draft.per.items())),
        _roles(draft, table),
        draft.sigma_is == "absolute",
        tuple(extra or table.inputs[:1]),
    )


def _roles(draft: ModelDraft, table: TableData) -> RowRoles:
    """What the draft says of the rows; what the session says where the draft says nothing."""
    roles = table.roles or RowRoles()
    if draft.sigma is None and draft.weights is None and not draft.equal_rows:
        return roles
    return roles.model_copy(update={"sigma": draft.sigma, "weight": draft.weights})


def _fitted(among: Drafted, draft: ModelDraft, settings: Mapping[str, Setting], stop: Stop) -> FormulaFit:
    among.check_fit()
    return fit_rows(among.model, among.rows, settings, among.sigma, anywhere=draft.find_starts, seed=draft.seed, stop=stop)


def _kept_out(among: Drafted) -> list[str]:
    """That rows which judge, or weigh nothing, took no part."""
    out = among.of - len(among.kept)
    return [f"{plural(out, 'row')} of {among.of:,} took no part: they judge, or weigh nothing."] if out else []


def _first(among: Drafted) -> int:
    """The first column of the formula that is no category; else the first of all."""
    names = [name for name in among.columns if name not in among.per.values()]
    return among.columns.index(names[0]) if names else 0


def _deviation(among: Drafted, predicted: Array, fitted: FormulaFit | None) -> float:
    """Of a row of weight 1, for residuals in σ."""
    if among.sigma == "absolute":
        return 1.0
    if fitted is not None:
        return fitted.variance**0.5
    return deviation_of(among.rows, predicted, len(among.model.names))


def _constants(
    among: Drafted, settings: Mapping[str, Setting], values: Mapping[str, float], fitted: FormulaFit | None
) -> list[DraftConstant]:
    known = {} if fitted is None else {each.name: each for each in fitted.constants}
    made: list[DraftConstant] = []
    for key, value in values.items():
        setting = settings.get(key, Setting())
        name, bracket, category = key.partition("[")
        reach = slider_range(value, among.sizes[key], linear=key in among.linear, low=setting.low, high=setting.high)
        after = known.get(key)
        made.append(
            DraftConstant(
                key=key,
                name=name,
                category=category.removesuffix("]") if bracket else None,
                latex=constant_latex(key),
                unit=among.units.get(key),
                value=value,
                given=setting.start is not None,
                standard_error=None if after is None else after.standard_error,
                low=finite(setting.low),
                high=finite(setting.high),
                fixed=setting.fixed,
                at_bound=after is not None and after.at_bound,
                same_as=setting.same_as,
                slider_low=reach.low,
                slider_high=reach.high,
                logarithmic=reach.logarithmic,
            )
        )
    return made


def _profiled(draft: ModelDraft, fitted: FormulaFit) -> list[str]:
    """The wanted keys that are free; a name without category stands for all of its categories."""
    return [key for key in fitted.free if key in draft.profiles or key.partition("[")[0] in draft.profiles]


def _prices(among: Drafted, settings: Mapping[str, Setting], fitted: FormulaFit, stop: Stop) -> list[Any]:
    made: list[Any] = []
    names = dict.fromkeys(key.partition("[")[0] for key in fitted.free)
    for name in names:
        columns = (
            [among.per[name]] if name in among.per else [each.column for each in among.categories if each.column in among.columns]
        )
        for column in columns:
            if stop():
                return made
            price = price_of(fitted, name, column, settings, stop)
            if price is not None:
                made.append(price_view(price))
    return made
