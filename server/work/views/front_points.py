"""The Pareto front of a search as people see it, in the names of the columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sympy

from kan_core.search.finding import Finding
from kan_core.symbolic.formula import equations_latex, identifier_map
from kan_core.symbolic.typeset import expression_text
from server.contract.views import FrontPoint
from server.work.situation import Rows


def front_points(front: Sequence[Finding], rows: Rows) -> list[FrontPoint]:
    """One point a finding, simplest first."""
    expressions = [renamed(found, rows.inputs) for found in front]
    return [
        FrontPoint(
            index=index,
            sympy=text_of(expression, rows.inputs),
            latex=equations_latex(rows.targets, [expression], 4),
            complexity=found.complexity,
            test_rmse=found.test_rmse,
            noise_left=found.settled,
        )
        for index, (found, expression) in enumerate(zip(front, expressions, strict=True))
    ]


def renamed(finding: Finding, names: Sequence[str]) -> sympy.Expr:
    """Its expression in the columns' names."""
    columns = {sympy.Symbol(f"x{place}"): sympy.Symbol(name) for place, name in enumerate(names)}
    return cast(sympy.Expr, finding.formula.expressions[0].xreplace(columns))


def text_of(expression: sympy.Expr, names: Sequence[str]) -> str:
    """Python text with every digit; names that are no identifiers are replaced."""
    return expression_text(expression, identifier_map([expression], names))
