"""A formula of the search as the estimator keeps it: in the names of the columns, with the network it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

import sympy

from kan_core.errors import KanError
from kan_core.network.snapshot import to_bytes
from kan_core.search.finding import Finding, best_finding, on_all_rows, pareto_front
from kan_core.symbolic.formula import Formula, identifier_map
from kan_core.symbolic.typeset import expression_text
from kan_core.training.data import Split


@dataclass(frozen=True)
class ParetoPoint:
    """One of the formulas that no simpler one equals in error.

    Attributes:
        formula: Python text with every digit; names that are no identifiers are replaced.
        complexity: as PySR counts.
        rmse: cross-validated, or on the held-out rows; unit of the target.
        expression: sympy, symbols named as the columns.
        snapshot: the network, for `kan_core.from_bytes`.
    """

    formula: str
    complexity: int
    rmse: float
    expression: sympy.Expr
    snapshot: bytes


def point_of(finding: Finding, names: Sequence[str]) -> ParetoPoint:
    """A finding of a search, whose columns are called x0, x1, …, in the names of the columns.

    Raises:
        KanError: no network can be made of the formula.
    """
    columns = {sympy.Symbol(f"x{place}"): sympy.Symbol(name) for place, name in enumerate(names)}
    expression = cast("sympy.Expr", finding.formula.expressions[0].xreplace(columns))
    return ParetoPoint(
        formula=text_of(expression, names),
        complexity=finding.complexity,
        rmse=finding.test_rmse,
        expression=expression,
        snapshot=to_bytes(finding.network),
    )


def front_of(findings: Iterable[Finding], names: Sequence[str], split: Split) -> list[ParetoPoint]:
    """The Pareto front, simplest first, without formulas that no network can be made of; constants fitted to all rows."""
    fitted = (on_all_rows(finding, split) for finding in pareto_front(findings))
    return [point for finding in fitted if (point := _point_or_none(finding, names)) is not None]


def best_of(findings: Iterable[Finding], names: Sequence[str], split: Split) -> ParetoPoint | None:
    """The one with the shortest description, of those that a network can be made of; its constants fitted to all rows."""
    left = list(findings)
    while (best := best_finding(left, split.test.rows)) is not None:
        point = _point_or_none(on_all_rows(best, split), names)
        if point is not None:
            return point
        left.remove(best)
    return None


def _point_or_none(finding: Finding, names: Sequence[str]) -> ParetoPoint | None:
    try:
        return point_of(finding, names)
    except KanError:
        return None


def text_of(expression: sympy.Expr, names: Sequence[str]) -> str:
    """Python text with every digit."""
    return expression_text(expression, identifier_map([expression], names))


def whole_point(formula: Formula, rmse: float, snapshot: bytes) -> ParetoPoint:
    """A network that is no finding, such as one of splines, as a point of its own."""
    return ParetoPoint(formula.sympy_text[0], formula.complexity, rmse, formula.expressions[0], snapshot)
