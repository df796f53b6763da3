"""The law's constants: value, error bar, place, what they may be exactly, and what leaving them out costs."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from kan_core.expression.exact import read_exact
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.law_text import law_complexity, law_latex, law_style
from kan_core.expression.names import latex_name
from kan_core.expression.tree import Expression
from kan_core.expression.typeset import typeset
from kan_core.law.places import place_of, share_of
from kan_core.law.prices import Price, Proposal, drop_price, held_out_error, idle_offsets, proposals
from kan_core.law.refit import judge
from server.contract.rest import ConstantView, DroppableOffsets, DropPrice, ExactProposal, FormulaConstants
from server.work.lawful import law_of, law_rows
from server.work.query import ConstantsQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of


def constants(_query: ConstantsQuery, material: Material) -> FormulaConstants:
    """Error bars from the training rows, prices on those that judge.

    Raises:
        WorkError: splines are left, or the formula was too long to write out.
        FormulaError: it is not defined on all training rows.
    """
    began = time.monotonic()
    situation = situation_of(material.network, material.table)
    with np.errstate(all="ignore"):
        view = _View(situation, law_of(situation))
        law, rows = view.law, situation.rows
        return FormulaConstants(
            revision=material.revision or "",
            latex=[
                f"{latex_name(target)} = {latex}"
                for target, latex in zip(rows.targets, law_latex(law, rows.inputs, marked=True), strict=True)
            ],
            constants=[view.constant(each) for each in law.constants],
            offsets=view.offsets(),
            complexity=law_complexity(law),
            test_rmse=_finite(held_out_error(law, view.test)),
            note=_note(situation, len(law.free)),
            seconds=time.monotonic() - began,
        )


class _View:
    """A law among the rows of its session."""

    def __init__(self, situation: Situation, law: Law) -> None:
        self.law = law
        self._columns = situation.rows.inputs
        self._train = law_rows(situation, situation.split.train)
        self.test = law_rows(situation, situation.split.test, held=False)
        self._judged = judge(law, self._train)

    def constant(self, constant: LawConstant) -> ConstantView:
        """Everything of one constant."""
        name, error = constant.name, self._judged.error(constant.name)
        free = constant.state == "free"
        offers = proposals(self.law, self._judged, name, self.test) if free else []
        return ConstantView(
            name=name,
            latex=latex_name(name),
            value=constant.value,
            standard_error=_finite(error),
            determined=not free or math.isfinite(error),
            state=constant.state,
            symbol=constant.symbol,
            symbol_latex=_number_latex(constant.symbol) if constant.symbol else "",
            low=_finite(constant.low),
            high=_finite(constant.high),
            unit=constant.unit,
            place=self._place(name),
            share=share_of(self.law, name, self._train.inputs),
            proposals=[_proposal(each, constant, error) for each in offers],
            drop=self._price([name]),
        )

    def offsets(self) -> DroppableOffsets | None:
        """Those that may go together."""
        names = list(idle_offsets(self.law, self._judged))
        price = self._price(names) if names else None
        return None if price is None else DroppableOffsets(names=names, price=price)

    def _price(self, names: Sequence[str]) -> DropPrice | None:
        price: Price | None = drop_price(self.law, names, self._train, self.test)
        return None if price is None else DropPrice(test_rmse_after=_finite(price.error), complexity_after=price.complexity)

    def _place(self, name: str) -> str:
        found: list[Expression] = [part for tree in self.law.expressions if (part := place_of(tree, name)) is not None]
        return typeset(found[0], self._columns, law_style(self.law, marked=True)) if found else ""


def _proposal(offer: Proposal, constant: LawConstant, error: float) -> ExactProposal:
    number = offer.number
    return ExactProposal(
        value=number.text,
        latex=_number_latex(number.text),
        test_rmse_after=_finite(offer.error),
        deviations=_finite(abs(number.value - constant.value) / error) if error > 0 else None,
        rivals=number.rivals,
    )


def _number_latex(text: str) -> str:
    return typeset(read_exact(text), ())


def _note(situation: Situation, count: int) -> str:
    if count == 0:
        return "No number of this formula is free."
    rows = situation.split.train.rows * len(situation.rows.targets)
    if rows <= count:
        return f"{count} constants on {rows} rows: too few rows for error bars."
    return f"One standard error, from {rows:,} training rows; it holds when what is left over is noise."


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
