"""Formulas as text → tree, in the grammar of `grammar`.

A name is a column, pi, e, or a function when a parenthesis follows; where constants are allowed, any other name is one, and
name[column] one for each category of that column. The target and "=" may stand before a formula whose target is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kan_core.expression.grammar import NUMBERS, Reader
from kan_core.expression.limits import FORMULA
from kan_core.expression.tokens import Token, tokens_of
from kan_core.expression.tree import Column, Constant, Exact, Expression

__all__ = ["NUMBERS", "parse", "parse_sides"]


def parse(
    text: str,
    columns: Sequence[str],
    *,
    constants: bool = False,
    target: str | None = None,
    functions: Mapping[str, str] | None = None,
) -> Expression:
    """Read one formula.

    Args:
        text: in the grammar above.
        columns: names of the inputs in order.
        constants: whether other names are constants to be fitted; otherwise they are errors.
        target: name that may stand before "=".
        functions: own functions, from the word that calls them to their full name, such as "bump(x) = exp(-x^2)".

    Raises:
        FormulaError: not in the grammar, or a name that stands for nothing; says where (positions from 1) and how to mend it.
    """
    reader = _WithConstants if constants else _OfColumns
    return reader(tokens_of(text, FORMULA), columns, functions, FORMULA).formula(target)


def parse_sides(
    text: str, columns: Sequence[str], target: str, functions: Mapping[str, str] | None = None
) -> tuple[Expression, Expression]:
    """Read "right" or "left = right" with constants on the right.

    Args:
        text: in the grammar above.
        columns: names of the inputs, which stand on the right.
        target: the only name that may stand on the left.
        functions: own functions, from the word that calls them to their full name.

    Returns:
        left, whose one column is the target, and that column itself where no "=" stands; right, of the inputs and constants.

    Raises:
        FormulaError: not in the grammar, or a name that stands for nothing; says where (positions from 1) and how to mend it.
    """
    tokens = tokens_of(text, FORMULA)
    place = max((place for place, token in enumerate(tokens) if token.is_sign("=", "==")), default=-1)
    right = _WithConstants(tokens[place + 1 :], columns, functions, FORMULA).whole()
    if place < 0:
        return Column(0), right
    before = [*tokens[:place], Token("end", "", tokens[place].position)]
    return _OfColumns(before, [target], functions, FORMULA).whole(), right


class _Formula(Reader):
    """With or without constants."""

    def formula(self, target: str | None) -> Expression:
        """All of the text, less the target and "=" before it."""
        first = self.next
        if first.kind in ("name", "quoted") and target is not None and self.after.is_sign("="):
            if first.text != target:
                raise self.error(f"'{first.text[:80]}' is not the target of this formula; that is '{target}'")
            self.step()
            self.step()
        return self.whole()


class _OfColumns(_Formula):
    def named(self, token: Token) -> Expression:
        # Euler's number as sympy writes it; where constants are allowed it may be an energy.
        if token.kind == "name" and token.text == "E" and "E" not in self.columns and not self.next.is_sign("("):
            return Exact(math.e, "e")
        return super().named(token)


class _WithConstants(_Formula):
    def named(self, token: Token) -> Expression:
        name = token.text
        known = name in self.columns or name in NUMBERS or self.is_reserved(name)
        if token.kind == "quoted" or known or self.next.is_sign("("):
            return super().named(token)
        if not name.isidentifier():
            raise self.error(f"'{name[:80]}' is no name of a constant; write a power with ^, such as x^2", token)
        return Constant(f"{name}[{self._bracketed().text}]" if self.took("[") is not None else name)

    def _bracketed(self) -> Token:
        """The column in brackets that are open, and their end."""
        if self.next.kind not in ("name", "quoted"):
            raise self.error("the name of a column is missing in the brackets")
        column = self.step()
        if column.text not in self.columns:
            raise self.unknown_name(column)
        if self.took("]") is None:
            raise self.error("a ']' is missing")
        return column
