"""The constants of the formula: value, error bar, place, and the exact numbers they may stand for with their price."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
import sympy

from kan_core.symbolic.constants import Constant, Model, estimate, parametrise
from kan_core.symbolic.exact import exact_value, occurs
from kan_core.symbolic.names import latex_name
from kan_core.symbolic.places import place_of
from kan_core.symbolic.snap import Snap, held_out_rmse, proposals
from kan_core.symbolic.typeset import expression_latex
from server.contract.rest import ConstantView, ExactNumber, FormulaConstants, SnapProposal
from server.work.query import ConstantsQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of
from server.work.views.written_out import written_out


def constants(_query: ConstantsQuery, material: Material) -> FormulaConstants:
    """Error bars from the covariance on the training rows, prices on those that judge.

    Raises:
        WorkError: splines are left, or the formula was too long to write out.
        FormulaError: it is not defined on all training rows.
    """
    began = time.monotonic()
    situation = situation_of(material.network, material.table)
    expressions = written_out(situation)
    rows, split = situation.rows, situation.split
    model = Model(parametrise(expressions), rows.inputs)
    with np.errstate(all="ignore"):
        found = estimate(model, split.train)
        snaps = proposals(model, found, split.test)
        before = held_out_rmse(model, model.parametrised.values, split.test)
    marks = {abs(constant.value): constant.index for constant in found.constants}
    return FormulaConstants(
        revision=material.revision or "",
        latex=[
            f"{latex_name(target)} = {expression_latex(expression, marks=marks)}"
            for target, expression in zip(rows.targets, expressions, strict=True)
        ],
        constants=[_constant(constant, snaps, expressions) for constant in found.constants],
        exact=[
            ExactNumber(value=text, latex=str(sympy.latex(value)))
            for text in situation.network.exact
            if occurs(value := exact_value(text), expressions)
        ],
        test_rmse=_finite(before),
        note=_note(situation, len(found.constants)),
        seconds=time.monotonic() - began,
    )


def _constant(constant: Constant, snaps: Sequence[Snap], expressions: Sequence[sympy.Expr]) -> ConstantView:
    place = place_of(expressions, constant.value)
    return ConstantView(
        index=constant.index,
        value=constant.value,
        standard_error=_finite(constant.stderr),
        determined=constant.determined,
        place=expression_latex(
            sympy.Float(constant.value) if place is None else place, marks={abs(constant.value): constant.index}
        ),
        proposals=[_proposal(snap) for snap in snaps if snap.constant.index == constant.index],
    )


def _proposal(snap: Snap) -> SnapProposal:
    constant = snap.constant
    distance = abs(float(snap.value) - constant.value)
    known = math.isfinite(constant.stderr) and constant.stderr > 0
    return SnapProposal(
        value=snap.text,
        latex=snap.latex,
        test_rmse_after=_finite(snap.rmse_after),
        deviations=_finite(distance / constant.stderr) if known else None,
    )


def _note(situation: Situation, count: int) -> str:
    if count == 0:
        return "Every number of this formula is exact."
    rows = situation.split.train.rows * len(situation.rows.targets)
    if rows <= count:
        return f"{count} constants on {rows} rows: too few rows for error bars."
    return f"One standard error, from {rows:,} training rows; it holds when what is left over is noise."


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
