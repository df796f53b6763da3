"""A law as sympy expressions: with its numbers, which stay as they were written, or with its constants as symbols."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from kan_core.expression.exact import read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.tree import Expression, with_constants
from kan_core.symbolic.bridge import to_sympy
from kan_core.symbolic.typeset import Marks, expression_latex


class Kept(sympy.UnevaluatedExpr):
    """A number that sympy leaves where it stands: L/9.81 stays a quotient."""

    is_commutative = True

    @classmethod
    def class_key(cls) -> tuple[int, int, str]:
        """Printed where numbers are, before everything else."""
        return 1, 0, cls.__name__


def shown(law: Law) -> tuple[Expression, ...]:
    """The formulas with exact numbers in the place of exact constants, without what 0 and 1 leave of them."""
    numbers = {constant.name: read_exact(constant.symbol) for constant in law.constants if constant.state == "exact"}
    return tuple(folded(with_constants(expression, numbers)) for expression in law.expressions)


def law_expressions(law: Law, columns: Sequence[str]) -> tuple[sympy.Expr, ...]:
    """One a target, each number where the law has it."""
    numbers = {each.name: _signed(each, Kept(sympy.Float(abs(each.value)))) for each in law.constants}
    return tuple(to_sympy(tree, columns, numbers) for tree in shown(law))


def law_latex(law: Law, columns: Sequence[str], digits: int | None = 4, *, marked: bool = False) -> tuple[str, ...]:
    """LaTeX of each formula; `marked` with each constant's name beside it, for a page to find, else the same text without."""
    symbols, marks = constant_symbols(law)
    return tuple(
        expression_latex(to_sympy(tree, columns, symbols), digits=digits, marks=marks, marked=marked) for tree in law.expressions
    )


def constant_symbols(law: Law) -> tuple[dict[str, sympy.Expr], Marks]:
    """Symbols for the constants, and what to print for each: a value, or an exact number."""
    symbols = {each.name: _signed(each, sympy.Symbol(each.name)) for each in law.constants}
    exact = {each.name: abs(to_sympy(read_exact(each.symbol), (), {})) for each in law.constants if each.state == "exact"}
    return symbols, {each.name: exact.get(each.name, abs(each.value)) for each in law.constants}


def _signed(constant: LawConstant, size: sympy.Expr) -> sympy.Expr:
    return -size if constant.value < 0 else size
