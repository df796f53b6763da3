"""A formula of the search as the estimator keeps it: in the names of the columns, with the network it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kan_core.errors import KanError
from kan_core.expression.bridge import symbols_of, to_sympy
from kan_core.expression.tree import Expression
from kan_core.network.snapshot import to_bytes
from kan_core.search.finding import Finding, best_finding, on_all_rows, pareto_front
from kan_core.symbolic.formula import Formula, python_texts
from kan_core.training.data import Split

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True)
class ParetoPoint:
    """One of the formulas that no simpler one equals in error.

    Attributes:
        formula: Python text with every digit; names that are no identifiers are replaced.
        complexity: as PySR counts.
        rmse: cross-validated, or on the held-out rows; unit of the target.
        tree: the formula over the columns by their places.
        names: of the columns.
        snapshot: the network, for `kan_core.from_bytes`.
    """

    formula: str
    complexity: int
    rmse: float
    tree: Expression
    names: tuple[str, ...]
    snapshot: bytes

    @property
    def expression(self) -> sympy.Expr:
        """For sympy, symbols named as the columns."""
        return to_sympy(self.tree, symbols_of(self.names))


def point_of(finding: Finding, names: Sequence[str]) -> ParetoPoint:
    """A finding of a search, whose columns are called x0, x1, …, in the names of the columns.

    Raises:
        KanError: no network can be made of the formula.
    """
    (tree,) = finding.formula.expressions
    return ParetoPoint(
        formula=python_texts([tree], names)[0],
        complexity=finding.complexity,
        rmse=finding.test_rmse,
        tree=tree,
        names=tuple(names),
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


def whole_point(formula: Formula, rmse: float, snapshot: bytes) -> ParetoPoint:
    """A network that is no finding, such as one of splines, as a point of its own."""
    return ParetoPoint(formula.sympy_text[0], formula.complexity, rmse, formula.expressions[0], formula.columns, snapshot)
