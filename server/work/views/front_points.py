"""The Pareto front of a search as people see it, in the names of the columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict, cast

import sympy

from kan_core.search.finding import Finding
from kan_core.symbolic.formula import equations_latex, identifier_map
from kan_core.symbolic.fulfilment import Fulfilment, Verdict
from kan_core.symbolic.typeset import expression_text
from server.contract.views import FrontPoint
from server.work.situation import Rows

Judge = Callable[[Finding], Fulfilment | None]
"""What a formula leaves of the equations that the session began with; None where that cannot be said."""


def front_points(front: Sequence[Finding], rows: Rows, judge: Judge | None = None) -> list[FrontPoint]:
    """One point a finding, simplest first; `judge` where the session began with equations."""
    expressions = [renamed(found, rows.inputs) for found in front]
    return [
        FrontPoint(
            index=index,
            sympy=text_of(expression, rows.inputs),
            latex=equations_latex(rows.targets, [expression], 4),
            complexity=found.complexity,
            test_rmse=found.test_rmse,
            noise_left=found.settled,
            **_of_equations(None if judge is None else judge(found)),
        )
        for index, (found, expression) in enumerate(zip(front, expressions, strict=True))
    ]


class _OfEquations(TypedDict, total=False):
    """The fields of `FrontPoint` that only sessions have which began with equations."""

    relative_residual: float
    verdict: Verdict


def _of_equations(found: Fulfilment | None) -> _OfEquations:
    return {} if found is None else {"relative_residual": found.worst, "verdict": found.verdict()}


def renamed(finding: Finding, names: Sequence[str]) -> sympy.Expr:
    """Its expression in the columns' names."""
    columns = {sympy.Symbol(f"x{place}"): sympy.Symbol(name) for place, name in enumerate(names)}
    return cast(sympy.Expr, finding.formula.expressions[0].xreplace(columns))


def text_of(expression: sympy.Expr, names: Sequence[str]) -> str:
    """Python text with every digit; names that are no identifiers are replaced."""
    return expression_text(expression, identifier_map([expression], names))
