"""The law's constants: value, error bar, place, what they may be exactly, and what leaving them out costs."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kan_core.expression.exact import read_exact
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.law_text import law_complexity, law_style, number_of
from kan_core.expression.names import latex_name
from kan_core.expression.tree import Expression, columns_of, with_constants
from kan_core.expression.typeset import Style, typeset
from kan_core.expression.writing import written
from kan_core.law.law_edges import LawEdges
from kan_core.law.places import around_with_columns, place_of, share_of
from kan_core.law.prices import Proposal, held_out_error, idle_offsets, price, proposals, refitted_without
from kan_core.law.problem import LawRows
from kan_core.law.refit import judge
from kan_core.law.terms import Term, around, marks, share_of_term, terms_of
from server.contract.rest import (
    ConstantGain,
    ConstantView,
    DroppableOffsets,
    DropPrice,
    ExactProposal,
    FormulaConstants,
    TermView,
)
from server.work.lawful import law_of, law_rows, lawful
from server.work.query import ConstantsQuery
from server.work.result import Material
from server.work.situation import Situation, situation_of
from server.work.views.network_view import edge_of


def constants(_query: ConstantsQuery, material: Material) -> FormulaConstants:
    """Error bars from the training rows, prices on those that judge.

    Raises:
        WorkError: splines are left, or the formula was too long to write out.
        FormulaError: it is not defined on all training rows.
    """
    began = time.monotonic()
    situation = lawful(situation_of(material.network, material.table))
    with np.errstate(all="ignore"):
        view = _View(situation, law_of(situation))
        law = view.law
        return FormulaConstants(
            revision=material.revision or "",
            latex=view.lines(),
            named=view.lines(names=True),
            formulas=view.formulas(),
            constants=[view.constant(each) for each in law.constants],
            terms=[view.term(each) for each in view.terms[:_MOST_TERMS]],
            offsets=view.offsets(),
            complexity=law_complexity(law),
            test_rmse=_finite(held_out_error(law, view.test)),
            note=_note(situation, len(law.free)),
            seconds=time.monotonic() - began,
        )


# Each is refitted without it, and more than these nobody clicks through.
_MOST_TERMS = 30


class _View:
    """A law among the rows of its session."""

    def __init__(self, situation: Situation, law: Law) -> None:
        self.law = law
        self.terms = terms_of(law)
        self._rows = situation.rows
        self._columns = situation.rows.inputs
        self._train = law_rows(situation, situation.split.train)
        self.test = law_rows(situation, situation.split.test, held=False)
        self._judged = judge(law, self._train)
        self._edges = LawEdges(situation.network, situation.split.train)

    def lines(self, *, names: bool = False) -> list[str]:
        """'target = formula' of each target, marked."""
        style = replace(self._style(names=names), terms=marks(self.terms[:_MOST_TERMS]))
        pairs = zip(self._rows.targets, self.law.expressions, strict=True)
        return [f"{latex_name(target)} = {typeset(tree, self._columns, style)}" for target, tree in pairs]

    def formulas(self) -> list[str]:
        """As a draft reads them: exact numbers belong to the form."""
        exact = {each.name: number_of(each) for each in self.law.constants if each.state == "exact"}
        return [written(with_constants(tree, exact), self._columns) for tree in self.law.expressions]

    def constant(self, constant: LawConstant) -> ConstantView:
        """Everything of one constant."""
        name, error = constant.name, self._judged.error(constant.name)
        free = constant.state == "free"
        offers = proposals(self.law, self._judged, name, self.test) if free else []
        target, place = self._place(name)
        wider = around_with_columns(self.law.expressions[target], name)
        term = around(self.terms, name)
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
            place=typeset(place if columns_of(place) or not wider else wider[0], self._columns, self._style()),
            share=share_of(self.law, name, self._train.inputs),
            proposals=[_proposal(each, constant, error) for each in offers],
            drop=self._price([name]),
            term="" if term is None else term.name,
            target=target,
            columns=_named(self._columns, wider[0]) if wider else [],
            edges=[edge_of(edge) for edge in self._edges.of(self.law, wider)],
        )

    def term(self, term: Term) -> TermView:
        """Everything of one term."""
        return TermView(
            name=term.name,
            target=term.target,
            latex=typeset(term.tree, self._columns, replace(self._style(), marked=False)),
            factor=term.factor,
            constants=list(term.constants),
            columns=_named(self._columns, term.tree),
            edges=[edge_of(edge) for edge in self._edges.of(self.law, [term.tree])],
            share=share_of_term(self.law, term, self._train.inputs),
            drop=self._price([], [term.name]),
        )

    def offsets(self) -> DroppableOffsets | None:
        """Those that may go together, and how well the rows know the others then."""
        names = list(idle_offsets(self.law, self._judged))
        left = refitted_without(self.law, names, self._train) if names else None
        if left is None:
            return None
        judged = judge(left, self._train)
        gained = [
            ConstantGain(name=each.name, value=each.value, standard_error=_finite(judged.error(each.name))) for each in left.free
        ]
        return DroppableOffsets(names=names, price=_priced(left, self.test), left=gained)

    def _price(self, names: Sequence[str], terms: Sequence[str] = ()) -> DropPrice | None:
        left = refitted_without(self.law, names, self._train, terms)
        return None if left is None else _priced(left, self.test)

    def _place(self, name: str) -> tuple[int, Expression]:
        found = ((target, place_of(tree, name)) for target, tree in enumerate(self.law.expressions))
        return next((target, part) for target, part in found if part is not None)

    def _style(self, *, names: bool = False) -> Style:
        errors = {name: error for name in self._judged.names if math.isfinite(error := self._judged.error(name))}
        return law_style(self.law, errors=errors, marked=True, names=names)


def _priced(left: Law, held_out: LawRows) -> DropPrice:
    made = price(left, held_out)
    return DropPrice(test_rmse_after=_finite(made.error), complexity_after=made.complexity)


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


def _named(columns: Sequence[str], part: Expression) -> list[str]:
    """Names of the columns of a part."""
    return [columns[place] for place in sorted(columns_of(part))]
