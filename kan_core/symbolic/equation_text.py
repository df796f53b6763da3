"""A small safe grammar for equations between columns, unknowns and their derivatives: text → trees, nothing is ever executed.

    equation   = sum [ "=" sum ] [ "at" place { "," place } ]        without "=", the sum is zero
    place      = column "=" sum of numbers
    derivative = ("D" | "diff") "(" unknown "," column [ "," (column | 2) ] ")"  |  unknown "_" columns, as in u_xx

Sums are those of `formula_text`, in which an unknown and its derivatives up to the second order may stand where a column may.
Called by `equations`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kan_core.errors import FormulaError
from kan_core.expression.limits import EQUATION, close_names
from kan_core.symbolic.formula_text import Call, Column, FormulaParser, Operation, Tree, formula_tokens

_DERIVATIVES = ("D", "diff")
_AT = "at"
# How derivatives and powers are written elsewhere.
_FOREIGN = {
    "'": "write {0}_{1} or D({0}, {1}) for a derivative",
    "’": "write {0}_{1} or D({0}, {1}) for a derivative",
    "∂": "write {0}_{1} or D({0}, {1}) for a derivative",
    "²": "write ^2 for a square",
    "³": "write ^3 for a cube",
    "·": "write * for a product",
}
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
        at: (input, tree of its value) for each input that is held; empty when it holds everywhere.
        value: (unknown, tree of its value) when the equation just gives an unknown a value, as in u = sin(x); else None.
    """

    text: str
    tree: Tree
    quantities: tuple[Quantity, ...]
    at: tuple[tuple[int, Tree], ...] = ()
    value: tuple[int, Tree] | None = None


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
    too_long = EQUATION.too_long(text)
    if too_long is not None:
        raise FormulaError(too_long)
    for sign, mend in _FOREIGN.items():
        if sign in text:
            position = text.index(sign) + 1
            raise FormulaError(f"position {position}: {mend.format(unknowns[0], columns[0])}", position=position)
    return _EquationParser(text, columns, unknowns).equation()


class _EquationParser(FormulaParser):
    def __init__(self, text: str, columns: Sequence[str], unknowns: Sequence[str]) -> None:
        super().__init__(formula_tokens(text.replace("==", "= "), extra_signs=","), columns, limits=EQUATION)
        self.text = text
        self.names = list(columns)
        self.unknowns = {name: index for index, name in enumerate(unknowns)}
        self.quantities: list[Quantity] = []

    def equation(self) -> Equation:
        """All of the text."""
        left = self.sum()
        right = self.sum() if self.took("=") is not None else None
        at = self._places() if self._at_word() else ()
        if self.next()[0] != "end":
            raise self.unexpected()
        if not self.quantities:
            names = ", ".join(self.unknowns)
            raise self.error(1, f"this says nothing about {names}; an equation names an unknown or one of its derivatives")
        tree = left if right is None else Operation("+", left, self.negative(right))
        return Equation(self.text, tree, tuple(self.quantities), at, self._value(left, right))

    def _value(self, left: Tree, right: Tree | None) -> tuple[int, Tree] | None:
        if len(self.quantities) != 1 or self.quantities[0].by or right is None:
            return None
        for one, other in ((left, right), (right, left)):
            if one == Column(len(self.names)) and columns_of(other) <= set(range(len(self.names))):
                return self.quantities[0].unknown, other
        return None

    def _places(self) -> tuple[tuple[int, Tree], ...]:
        self.place += 1
        made: list[tuple[int, Tree]] = []
        while True:
            index = self._column("an input such as x = 0 must follow 'at'")
            position = self.next()[2]
            if self.took("=") is None:
                raise self.error(position, f"write {self.names[index]} = and a number")
            before, position = len(self.quantities), self.next()[2]
            value = self.sum()
            if len(self.quantities) > before or columns_of(value):
                raise self.error(position, "a place is a number, as in at x = 0")
            if index in dict(made):
                raise self.error(position, f"{self.names[index]} is given twice")
            made.append((index, value))
            if self.took(",") is None:
                return tuple(made)

    def _at_word(self) -> bool:
        kind, text, _ = self.next()
        return kind == "name" and text == _AT

    def unexpected(self) -> FormulaError:
        kind, text, position = self.next()
        if text == "=":
            return self.error(position, "an equation has one '='; write one equation a line")
        if text == "," and kind == "sign":
            return self.error(position, "',' is not expected here; write one equation a line")
        return super().unexpected()

    def named(self, name: str, position: int, *, quoted: bool) -> Tree:
        opens = self.next()[1] == "(" and self.next()[0] == "sign"
        if name in self.unknowns and not opens:
            return self._quantity(Quantity(self.unknowns[name]))
        if name in self.unknowns and not quoted:
            place = self.names[0]
            raise self.error(position, f"a value at a place is written {name} = 1 at {place} = 0, for example")
        if name in self.columns and not opens:
            return Column(self.columns[name])
        if name in _DERIVATIVES and opens and not quoted:
            self.took("(")
            return self._quantity(self._derivative())
        short = None if quoted or opens else self._subscripted(name, position)
        if short is not None:
            return self._quantity(short)
        return super().named(name, position, quoted=quoted)

    def _derivative(self) -> Quantity:
        """What stands between the parentheses of D( … )."""
        kind, name, position = self.next()
        if kind not in ("name", "quoted"):
            raise self.error(position, "a derivative is written D(u, x), with an unknown first")
        self.place += 1
        if name in _DERIVATIVES and self.took("(") is not None:
            inner = self._derivative()
        elif name in self.unknowns:
            inner = Quantity(self.unknowns[name])
        else:
            raise self.error(position, f"'{name}' is no unknown; derivatives can be taken of {', '.join(self.unknowns)}")
        by = list(inner.by)
        while self.took(",") is not None:
            kind, text, _ = self.next()
            if kind == "number" and text in ("1", "2") and len(by) > len(inner.by):
                self.place += 1
                by += [by[-1]] * (int(text) - 1)
            else:
                by.append(self._column("an input must follow, as in D(u, x)"))
        end = self.next()[2]
        if self.took(")") is None:
            raise self.unclosed()
        return self._checked(inner.unknown, by, end)

    def _subscripted(self, name: str, position: int) -> Quantity | None:
        """u_xx, where the letters after the last "_" are inputs."""
        unknown, mark, letters = name.rpartition("_")
        if not mark or unknown not in self.unknowns or not letters or any(letter not in self.columns for letter in letters):
            return None
        return self._checked(self.unknowns[unknown], [self.columns[letter] for letter in letters], position)

    def _checked(self, unknown: int, by: list[int], position: int) -> Quantity:
        if not by:
            raise self.error(position, "a derivative needs an input, as in D(u, x)")
        if len(by) > 2:
            raise self.error(
                position,
                "derivatives go up to the second order; for a higher one add an unknown, as in D(u, x) = v",
            )
        return Quantity(unknown, tuple(sorted(by)))

    def _quantity(self, wanted: Quantity) -> Column:
        if wanted not in self.quantities:
            self.quantities.append(wanted)
        return Column(len(self.names) + self.quantities.index(wanted))

    def _column(self, missing: str) -> int:
        kind, name, position = self.next()
        if kind not in ("name", "quoted"):
            raise self.error(position, missing)
        if name not in self.columns:
            raise self.error(position, f"'{name}' is no input; the inputs are {', '.join(self.names)}")
        self.place += 1
        return self.columns[name]

    def unknown_name(self, name: str, position: int) -> FormulaError:
        unknown = next((each for each in self.unknowns if _LEIBNIZ.fullmatch(name.removesuffix(each)) and name != each), None)
        if unknown is not None:
            return self.error(position, f"write {unknown}_{self.names[0]} or D({unknown}, {self.names[0]}) for a derivative")
        known = [*self.unknowns, *self.names]
        close = close_names(name, known, 3) or known[:10]
        names = ", ".join(each if each.isidentifier() else f"`{each}`" for each in close)
        return self.error(position, f"there is no unknown or input called '{name[:80]}'; there are {names}")


def columns_of(tree: Tree) -> set[int]:
    """Indices of all columns in a tree."""
    match tree:
        case Column(index):
            return {index}
        case Operation(_, left, right):
            return columns_of(left) | columns_of(right)
        case Call(_, argument):
            return columns_of(argument)
        case _:
            return set()
