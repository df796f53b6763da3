"""Equations between columns, unknowns and their derivatives as text → trees.

    equation   = sum [ "=" sum ] [ "at" place { "," place } ]        without "=", the sum is zero
    place      = column "=" sum of numbers
    derivative = ("D" | "diff") "(" unknown "," column [ "," (column | 2) ] ")"  |  unknown "_" columns, as in u_xx

Sums are those of `grammar`, in which an unknown and its derivatives up to the second order may stand where a column may.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.errors import FormulaError
from kan_core.expression.grammar import Reader, likely
from kan_core.expression.limits import EQUATION
from kan_core.expression.tokens import Token, error_at, tokens_of
from kan_core.expression.tree import Column, Expression, columns_of, negative, total

_DERIVATIVES = ("D", "diff")
_AT = "at"
_ASK = "write {0}_{1} or D({0}, {1}) for a derivative"
_LEIBNIZ = re.compile(r"d[2-9]?")


@dataclass(frozen=True)
class Quantity:
    """∂^n of an unknown in the inputs `by`, n = 0, 1 or 2; `by` is rising."""

    unknown: int
    by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Equation:
    """left - right = 0, everywhere or where some inputs have given values.

    Attributes:
        text: as written.
        tree: left - right. `Column(i)` is input i, and `Column(inputs + q)` the quantity q.
        quantities: what the tree needs of the unknowns.
        at: (input, formula of its value) for each input that is held; empty when it holds everywhere.
        value: (unknown, formula of its value) when the equation just gives an unknown a value, as in u = sin(x); else None.
    """

    text: str
    tree: Expression
    quantities: tuple[Quantity, ...]
    at: tuple[tuple[int, Expression], ...] = ()
    value: tuple[int, Expression] | None = None


def parse_equation(text: str, columns: Sequence[str], unknowns: Sequence[str]) -> Equation:
    """Read one equation.

    Args:
        text: in the grammar above.
        columns: names of the inputs in order.
        unknowns: names of the outputs in order.

    Raises:
        FormulaError: not in the grammar, a name that is neither column nor unknown, or nothing asked of any unknown; says
            where (positions from 1) and how to mend it.
    """
    ask = _ASK.format(unknowns[0], columns[0])
    tokens = tokens_of(text, EQUATION, dict.fromkeys("'’∂", ask))
    return _Equation(tokens, columns, unknowns).equation(text)


class _Equation(Reader):
    def __init__(self, tokens: Sequence[Token], columns: Sequence[str], unknowns: Sequence[str]) -> None:
        super().__init__(tokens, columns, None, EQUATION)
        self.unknowns = {name: index for index, name in enumerate(unknowns)}
        self.quantities: list[Quantity] = []

    def equation(self, text: str) -> Equation:
        """All of the text."""
        left = self.sum()
        right = self.sum() if self.took("=", "==") is not None else None
        at = self._places() if self.next.kind == "name" and self.next.text == _AT else ()
        if self.next.kind != "end":
            raise self.unexpected()
        if not self.quantities:
            names = ", ".join(self.unknowns)
            raise error_at(1, f"this says nothing about {names}; an equation names an unknown or one of its derivatives")
        tree = left if right is None else total(left, negative(right))
        return Equation(text, tree, tuple(self.quantities), at, self._value(left, right))

    def named(self, token: Token) -> Expression:
        opens, written = self.next.is_sign("("), token.kind == "name"
        if token.text in self.unknowns and not opens:
            return self._quantity(Quantity(self.unknowns[token.text]))
        if token.text in self.unknowns and written:
            example = f"{token.text} = 1 at {self.names[0]} = 0"
            raise self.error(f"a value at a place is written {example}, for example", token)
        if token.text in self.columns and not opens:
            return Column(self.columns[token.text])
        if token.text in _DERIVATIVES and opens and written:
            self.took("(")
            return self._quantity(self._derivative())
        short = self._subscripted(token) if written and not opens else None
        return super().named(token) if short is None else self._quantity(short)

    def unexpected(self) -> FormulaError:
        if self.next.is_sign("=", "=="):
            return self.error("an equation has one '='; write one equation a line")
        if self.next.is_sign(","):
            return self.error("',' is not expected here; write one equation a line")
        return super().unexpected()

    def unknown_name(self, token: Token) -> FormulaError:
        for unknown in self.unknowns:
            if _LEIBNIZ.fullmatch(token.text.removesuffix(unknown)) and token.text != unknown:
                return self.error(_ASK.format(unknown, self.names[0]), token)
        names = likely(token.text, [*self.unknowns, *self.names])
        return self.error(f"there is no unknown or input called '{token.text[:80]}'; there are {names}", token)

    def _value(self, left: Expression, right: Expression | None) -> tuple[int, Expression] | None:
        if len(self.quantities) != 1 or self.quantities[0].by or right is None:
            return None
        for one, other in ((left, right), (right, left)):
            if one == Column(len(self.names)) and all(index < len(self.names) for index in columns_of(other)):
                return self.quantities[0].unknown, other
        return None

    def _places(self) -> tuple[tuple[int, Expression], ...]:
        self.step()
        made: dict[int, Expression] = {}
        while True:
            index = self._column("an input such as x = 0 must follow 'at'")
            sign = self.next
            if self.took("=", "==") is None:
                raise self.error(f"write {self.names[index]} = and a number", sign)
            before, first = len(self.quantities), self.next
            value = self.sum()
            if len(self.quantities) > before or columns_of(value):
                raise self.error("a place is a number, as in at x = 0", first)
            if index in made:
                raise self.error(f"{self.names[index]} is given twice", first)
            made[index] = value
            if self.took(",") is None:
                return tuple(made.items())

    def _derivative(self) -> Quantity:
        """What stands between the parentheses of D( … )."""
        token = self.next
        if token.kind not in ("name", "quoted"):
            raise self.error("a derivative is written D(u, x), with an unknown first")
        self.step()
        if token.text in _DERIVATIVES and self.took("(") is not None:
            inner = self._derivative()
        elif token.text in self.unknowns:
            inner = Quantity(self.unknowns[token.text])
        else:
            known = ", ".join(self.unknowns)
            raise self.error(f"'{token.text[:80]}' is no unknown; derivatives can be taken of {known}", token)
        by = list(inner.by)
        while self.took(",") is not None:
            if self.next.kind == "number" and self.next.text in ("1", "2") and len(by) > len(inner.by):
                by += [by[-1]] * (int(self.step().text) - 1)
            else:
                by.append(self._column("an input must follow, as in D(u, x)"))
        end = self.next
        if self.took(")") is None:
            raise self.unclosed()
        return self._checked(inner.unknown, by, end)

    def _subscripted(self, token: Token) -> Quantity | None:
        """u_xx, where the letters after the last "_" are inputs."""
        unknown, mark, letters = token.text.rpartition("_")
        if not mark or unknown not in self.unknowns or not letters or any(letter not in self.columns for letter in letters):
            return None
        return self._checked(self.unknowns[unknown], [self.columns[letter] for letter in letters], token)

    def _checked(self, unknown: int, by: Sequence[int], token: Token) -> Quantity:
        if not by:
            raise self.error("a derivative needs an input, as in D(u, x)", token)
        if len(by) > 2:
            higher = "for a higher one add an unknown, as in D(u, x) = v"
            raise self.error(f"derivatives go up to the second order; {higher}", token)
        return Quantity(unknown, tuple(sorted(by)))

    def _quantity(self, wanted: Quantity) -> Column:
        if wanted not in self.quantities:
            self.quantities.append(wanted)
        return Column(len(self.names) + self.quantities.index(wanted))

    def _column(self, missing: str) -> int:
        token = self.next
        if token.kind not in ("name", "quoted"):
            raise self.error(missing)
        if token.text not in self.columns:
            raise self.error(f"'{token.text[:80]}' is no input; the inputs are {', '.join(self.names)}")
        self.step()
        return self.columns[token.text]
