"""The formula as expressions whose constants can be spoken of: without splines, nothing hidden, not rearranged by sympy."""

from __future__ import annotations

from kan_core.expression.tree import Expression
from server.work.result import WorkError
from server.work.situation import Situation
from server.work.views.formula_view import write_of


def written_out(situation: Situation) -> tuple[Expression, ...]:
    """One expression a target; the same network always gives the same ones, so a constant keeps its place.

    Raises:
        WorkError: classes are learned, splines are left, or the formula was too long to write out.
    """
    if situation.rows.classes:
        raise WorkError(
            "Error bars and exact numbers are worked out for formulas of numbers, and this session learns classes.",
            hint="Refit the constants instead: that minimises the cross-entropy.",
        )
    formula = write_of(situation)
    if not formula.symbolic:
        raise WorkError(
            "Splines are left in the formula, so its constants cannot be judged one by one.",
            hint="Accept a function for every edge, or prune it.",
        )
    if formula.hidden:
        raise WorkError("The formula is too long to write out.", hint="Prune weak edges first.")
    return formula.expressions
