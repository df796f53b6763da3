"""The decimal numbers of a formula as constants, each with its standard error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.errors import FormulaError
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.numbers import named
from kan_core.expression.tree import Expression
from kan_core.law.problem import LawRows
from kan_core.law.refit import judge, undetermined
from kan_core.law.rows import law_rows
from kan_core.symbolic.formula import Formula
from kan_core.training.data import Split


@dataclass(frozen=True)
class Constant:
    """One number of the formula.

    Attributes:
        index: its place in the formula's list of constants.
        value: as written.
        stderr: standard error; inf where the data do not determine it, nan without spare rows (N ≤ p).
        relative: stderr / |value|; inf for a value of 0.
    """

    index: int
    value: float
    stderr: float
    relative: float

    @property
    def determined(self) -> bool:
        """Whether the data say anything about it."""
        return math.isfinite(self.stderr)


def decimals(expressions: Sequence[Expression]) -> Law:
    """The law whose free constants are the decimal numbers of expressions; equal ones are one constant."""
    trees, values = named(expressions)
    return Law((), tuple(LawConstant(name, value) for name, value in values.items())).with_expressions(trees)


def formula_constants(formula: Formula, split: Split) -> list[Constant]:
    """The constants of a formula with their standard errors; the formula should be fitted to `split.train`.

    Args:
        formula: without splines, written out.
        split: its training rows tell the errors.

    Raises:
        FormulaError: splines are left, or the formula is not defined on all training rows.
    """
    if not formula.symbolic or formula.hidden:
        raise FormulaError("only a formula without splines, written out, has constants with error bars")
    return law_constants(decimals(formula.expressions), law_rows(split.train))


def law_constants(law: Law, rows: LawRows) -> list[Constant]:
    """The free constants of a law that is fitted to the rows, with their standard errors.

    Raises:
        FormulaError: the law or its slope is not defined on all rows.
    """
    judged, lost = judge(law, rows), undetermined(law, rows)
    made: list[Constant] = []
    for index, constant in enumerate(law.free):
        error = math.inf if constant.name in lost else judged.error(constant.name)
        made.append(Constant(index, constant.value, error, error / abs(constant.value) if constant.value else math.inf))
    return made
