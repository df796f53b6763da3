"""A law as formulas that are shown: exact numbers where constants are exact, and LaTeX in which each constant can be found."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.complexity import complexity
from kan_core.expression.exact import read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.own import written_out
from kan_core.expression.tree import Exact, Expression, negative, with_constants
from kan_core.expression.typeset import Style, typeset


def plain(law: Law) -> tuple[Expression, ...]:
    """The formulas with numbers in place of all constants, own functions written out."""
    numbers = {constant.name: number_of(constant) for constant in law.constants}
    return tuple(with_constants(written_out(expression), numbers) for expression in law.expressions)


def number_of(constant: LawConstant) -> Exact:
    """A constant as a leaf."""
    return Exact(constant.value, "" if constant.value.is_integer() else constant.symbol)


def law_complexity(law: Law) -> int:
    """Of all targets together; a constant counts as much as a number."""
    return sum(complexity(expression) for expression in plain(law))


def law_latex(law: Law, columns: Sequence[str], digits: int | None = 4, *, marked: bool = False) -> tuple[str, ...]:
    """LaTeX of each formula; `marked` with each constant's name beside it, for a page to find, else the same text without."""
    style = law_style(law, digits, marked=marked)
    return tuple(typeset(written_out(expression), columns, style) for expression in law.expressions)


def law_style(law: Law, digits: int | None = 4, *, marked: bool = False) -> Style:
    """How parts of a law are typeset: constants as their values, exact ones as their numbers."""
    values = {constant.name: constant.value for constant in law.constants}
    sizes = {each.name: _size(each) for each in law.constants if each.state == "exact"}
    return Style(digits, values=values, sizes=sizes, marked=marked)


def _size(constant: LawConstant) -> Expression:
    number = read_exact(constant.symbol)
    return folded(negative(number)) if constant.value < 0 else number
