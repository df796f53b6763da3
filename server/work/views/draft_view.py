"""A draft's curve, rows and result as messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.values import Program
from kan_core.fitting.along import axis_of, points_along, spread_along
from kan_core.fitting.bands import Band
from kan_core.fitting.prices import Price
from kan_core.fitting.profile import Profile
from kan_core.fitting.residuals import row_deviations, weighted_residuals
from kan_core.fitting.result import FormulaFit
from server.contract.model_draft import DraftCurve, DraftPrice, DraftProfile, DraftResult, DraftRows, ModelDraft
from server.work.drafting import Drafted
from server.work.views.numbers import finite, finite_list

Array = NDArray[np.floating[Any]]


def curves_view(
    among: Drafted, draft: ModelDraft, x: int, values: Mapping[str, float], fitted: FormulaFit | None
) -> list[DraftCurve]:
    """The formula along a column, for each combination of categories; with bands after a fit."""
    if not among.columns:
        return []
    along = axis_of(among.rows.inputs[:, x], draft.points, draft.x_scale, draft.x_low, draft.x_high)
    still = still_of(among, draft)
    numbers = np.array(list(values.values()))
    made: list[DraftCurve] = []
    for place, (categories, codes) in enumerate(zip(among.lines.categories, among.lines.codes, strict=True)):
        points = points_along(x, along, still, codes)
        with np.errstate(all="ignore"):
            y = np.broadcast_to(Program(among.model.right, points, among.model.names).values(numbers), along.shape)
            band = None if fitted is None else fitted.band(points, draft.level, _spread(among, fitted, place, x, along))
        made.append(_curve(categories, along, y, band))
    return made


def still_of(among: Drafted, draft: ModelDraft) -> Array:
    """(inputs,) where the columns stand that a curve does not run along."""
    still = among.still.copy()
    for name, value in draft.at.items():
        still[among.columns.index(name)] = value
    return still


def _curve(categories: Mapping[str, str], along: Array, y: Array, band: Band | None) -> DraftCurve:
    drawn = DraftCurve(categories=dict(categories), x=along.tolist(), y=finite_list(y))
    if band is None:
        return drawn
    return drawn.model_copy(
        update={
            "confidence_low": finite_list(band.confidence[0]),
            "confidence_high": finite_list(band.confidence[1]),
            "prediction_low": finite_list(band.prediction[0]),
            "prediction_high": finite_list(band.prediction[1]),
        }
    )


def _spread(among: Drafted, fitted: FormulaFit, place: int, x: int, along: Array) -> Array | None:
    """Standard deviations of new rows along a curve, where rows have different ones."""
    deviations = row_deviations(among.rows, fitted.variance)
    if deviations is None:
        return None
    own = among.lines.of_rows == place
    return spread_along(among.rows.inputs[own, x], deviations[own], along)


def rows_view(among: Drafted, x: int, predicted: Array, deviation: float, fitted: FormulaFit | None) -> DraftRows:
    """The rows that are drawn."""
    drawn = among.drawn
    rows, predicted = among.rows.take(drawn), predicted[drawn]
    errors = row_deviations(rows, 1.0) if among.sigma == "absolute" else None
    influence = None if fitted is None else fitted.influence
    with np.errstate(all="ignore"):
        residual = weighted_residuals(rows, predicted) / deviation
    return DraftRows(
        total=len(among.rows.target),
        row=(among.kept[drawn] + 1).tolist(),
        curve=among.lines.of_rows[drawn].tolist(),
        x=rows.inputs[:, x].tolist() if among.columns else [0.0] * len(drawn),
        y=finite_list(rows.target),
        error=[] if errors is None else errors.tolist(),
        predicted=finite_list(predicted),
        values={name: rows.inputs[:, place].tolist() for place, name in enumerate(among.columns) if place != x},
        residual=finite_list(residual),
        leverage=[] if influence is None else finite_list(influence.leverage[drawn]),
        influence=[] if influence is None else finite_list(influence.distances[drawn]),
    )


def result_view(fitted: FormulaFit) -> DraftResult:
    """How good the fit is."""
    reduced = fitted.reduced_chi2
    return DraftResult(
        rows=fitted.rows,
        chi2=fitted.chi2,
        rss=fitted.rss,
        plain_rss=fitted.plain_rss,
        degrees_of_freedom=fitted.degrees_of_freedom,
        reduced_chi2=reduced,
        p=fitted.p,
        r2=fitted.r2,
        aic=fitted.aic,
        bic=fitted.bic,
        free=list(fitted.free),
        correlation=[finite_list(row) for row in fitted.correlation],
        converged=fitted.converged,
        ended_early=fitted.ended_early,
        error_factor=None if reduced is None else reduced**0.5,
    )


def profile_view(profile: Profile) -> DraftProfile:
    """A profile likelihood."""
    return DraftProfile(
        key=profile.name,
        values=profile.values.tolist(),
        above=finite_list(profile.above),
        threshold=finite(profile.threshold),
        low=profile.low,
        high=profile.high,
        note=" ".join(profile.notes),
    )


def price_view(price: Price) -> DraftPrice:
    """One value against one each."""
    return DraftPrice(
        name=price.name,
        column=price.column,
        now=price.now,
        loss_one=price.one.rss,
        loss_each=price.each.rss,
        constants_one=len(price.one.free),
        constants_each=len(price.each.free),
        aic_one=price.one.aic,
        aic_each=price.each.aic,
        called_for=price.called_for,
    )
