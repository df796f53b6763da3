"""The constants of the formula: value, error bar, place, and the exact numbers they may stand for with their price."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
import sympy

from kan_core.expression.names import latex_name
from kan_core.expression.tree import Constant as Name
from kan_core.expression.tree import Exact, Expression, with_constants
from kan_core.expression.typeset import Style, typeset
from kan_core.symbolic.constants import Constant, Model, Parametrised, estimate, parametrise
from kan_core.symbolic.exact import exact_value, occurs
from kan_core.symbolic.places import place_of
from kan_core.symbolic.snap import Snap, held_out_rmse, proposals
from server.contract.rest import ConstantView, ExactNumber, FormulaConstants, SnapProposal
from server.work.query import ConstantsQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of
from server.work.views.written_out import written_out


def constants(_query: ConstantsQuery, material: Material) -> FormulaConstants:
    """Error bars from the covariance on the training rows, prices on the held-out ones.

    Raises:
        WorkError: splines are left, or the formula was too long to write out.
        FormulaError: it is not defined on all training rows.
    """
    began = time.monotonic()
    situation = situation_of(material.network, material.table)
    expressions = written_out(situation)
    rows = situation.rows
    model = Model(parametrise(expressions))
    with np.errstate(all="ignore"):
        found = estimate(model, rows.split.train)
        snaps = proposals(model, found, rows.split.test)
        before = held_out_rmse(model, model.parametrised.values, rows.split.test)
    shown = _Shown(rows.inputs, model.parametrised)
    return FormulaConstants(
        revision=material.revision or "",
        latex=[
            f"{latex_name(target)} = {shown.latex(expression)}"
            for target, expression in zip(rows.targets, model.parametrised.expressions, strict=True)
        ],
        constants=[_constant(constant, snaps, shown) for constant in found.constants],
        exact=[
            ExactNumber(value=text, latex=str(sympy.latex(value)))
            for text in situation.network.exact
            if occurs(value := exact_value(text), expressions)
        ],
        test_rmse=_finite(before),
        note=_note(situation, len(found.constants)),
        seconds=time.monotonic() - began,
    )


class _Shown:
    """The formula as LaTeX in which each constant is found by its number."""

    def __init__(self, inputs: Sequence[str], parametrised: Parametrised) -> None:
        self._inputs = inputs
        names = {name: str(place) for place, name in enumerate(parametrised.names)}
        numbered: dict[str, Expression] = {name: Name(number) for name, number in names.items()}
        self._expressions = [with_constants(expression, numbered) for expression in parametrised.expressions]
        self._values = dict(zip(names.values(), parametrised.values.tolist(), strict=True))
        self._numbered = numbered

    def latex(self, expression: Expression) -> str:
        """All constants marked."""
        style = Style(values=self._values, marked=True)
        return typeset(with_constants(expression, self._numbered), self._inputs, style)

    def place(self, number: int) -> str:
        """The smallest part around one of them, which alone is marked."""
        part = place_of(self._expressions, str(number)) or Name(str(number))
        others: dict[str, Expression] = {name: Exact(value) for name, value in self._values.items() if name != str(number)}
        return typeset(with_constants(part, others), self._inputs, Style(values=self._values, marked=True))


def _constant(constant: Constant, snaps: Sequence[Snap], shown: _Shown) -> ConstantView:
    return ConstantView(
        index=constant.index,
        value=constant.value,
        standard_error=_finite(constant.stderr),
        determined=constant.determined,
        place=shown.place(constant.index),
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
