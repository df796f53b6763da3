"""The Pareto front of a search as people see it, in the names of the columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict

from kan_core.search.finding import Finding
from kan_core.symbolic.formula import equations_latex, python_texts
from kan_core.symbolic.fulfilment import Fulfilment, Verdict
from server.contract.views import FrontPoint
from server.work.situation import Rows

Judge = Callable[[Finding], Fulfilment | None]
"""What a formula leaves of the equations that the session began with; None where that cannot be said."""


def front_points(front: Sequence[Finding], rows: Rows, judge: Judge | None = None) -> list[FrontPoint]:
    """One point a finding, simplest first; `judge` where the session began with equations."""
    return [
        FrontPoint(
            index=index,
            sympy=python_texts(found.formula.expressions, rows.inputs)[0],
            latex=equations_latex(rows.targets, found.formula.expressions, rows.inputs),
            complexity=found.complexity,
            test_rmse=found.test_rmse,
            noise_left=found.settled,
            **_of_equations(None if judge is None else judge(found)),
        )
        for index, found in enumerate(front)
    ]


class _OfEquations(TypedDict, total=False):
    """The fields of `FrontPoint` that only sessions have which began with equations."""

    relative_residual: float
    verdict: Verdict


def _of_equations(found: Fulfilment | None) -> _OfEquations:
    return {} if found is None else {"relative_residual": found.worst, "verdict": found.verdict()}
