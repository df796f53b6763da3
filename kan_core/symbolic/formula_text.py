"""A small safe grammar for formulas of several columns: text → tree, nothing is ever executed.

    formula = [ target "=" ] sum                    sums to powers are those of `primitives.descent`
    atom    = number | column | "pi" | "e" | function "(" sum ")" | "(" sum ")"

A column is written as its name, any other name between backticks: `T (K)`. Functions are the library's and the person's
own. Called by `from_formula`; `primitives.grammar` is its relative for functions of one x.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kan_core.errors import FormulaError, PrimitiveError
from kan_core.expression.limits import FORMULA, TextLimits, close_names
from kan_core.primitives.descent import NUMBER, Descent, Kind, Token, tokens_of
from kan_core.primitives.library import LIBRARY, get_primitive

_SPACE = re.compile(r"\s*")
_NAMES = NUMBER + r"|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
# Functions that are others in disguise: the reciprocal of one, or one with a factor.
_RECIPROCALS = {"sec": "cos", "csc": "sin", "cot": "tan", "coth": "tanh", "csch": "sinh"}
_LOGARITHMS = {"log10": math.log(10), "log2": math.log(2)}


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Column:
    """An input by its place."""

    index: int


@dataclass(frozen=True)
class Call:
    """A primitive of the library applied to something."""

    primitive: str
    argument: Tree


@dataclass(frozen=True)
class Operation:
    """left ∘ right."""

    kind: Kind
    left: Tree
    right: Tree


Tree = Number | Column | Call | Operation


def parse_formula(
    text: str, columns: Sequence[str], target: str | None = None, functions: Mapping[str, str] | None = None
) -> Tree:
    """Read one formula.

    Args:
        text: in the grammar above.
        columns: names of the inputs in order.
        target: name that may stand before "=".
        functions: own functions, from the word that calls them to their full name.

    Raises:
        FormulaError: not in the grammar, or a name that is no column; says where (positions from 1) and how to mend it.
    """
    too_long = FORMULA.too_long(text)
    if too_long is not None:
        raise FormulaError(too_long)
    return FormulaParser(formula_tokens(text), columns, functions, target).whole()


class FormulaParser(Descent[Tree]):
    """Reads the tokens of a formula; `equation_text` builds on it."""

    def __init__(
        self,
        tokens: list[Token],
        columns: Sequence[str],
        functions: Mapping[str, str] | None = None,
        target: str | None = None,
        limits: TextLimits = FORMULA,
    ) -> None:
        super().__init__(tokens, limits)
        self.functions = functions or {}
        self.columns = {name: index for index, name in enumerate(columns)}
        self.target = target

    def whole(self) -> Tree:
        kind, text, position = self.tokens[0]
        if len(self.tokens) > 1 and kind in ("name", "quoted") and self.tokens[1][1] == "=":
            if text != self.target:
                raise self.error(position, f"'{text}' is not the target of this formula; that is '{self.target}'")
            self.place = 2
        return super().whole()

    def error(self, position: int, text: str) -> FormulaError:
        return FormulaError(f"position {position}: {text}", position=position)

    def unexpected(self) -> FormulaError:
        kind, text, position = self.next()
        if kind == "end":
            return self.error(position, "the formula ends too early; a number, column or function is missing")
        if kind in ("number", "name", "quoted") or text == "(":
            return self.error(position, f"a sign is missing before '{text}'; write * for a product")
        if text == ")":
            return self.error(position, "this ')' closes nothing, or nothing stands before it")
        return self.error(position, f"'{text}' is not expected here")

    def unclosed(self) -> FormulaError:
        kind, _, position = self.next()
        return self.error(position, "a ')' is missing") if kind == "end" else self.unexpected()

    def operation(self, kind: Kind, left: Tree, right: Tree) -> Tree:
        return Operation(kind, left, right)

    def negative(self, tree: Tree) -> Tree:
        return Operation("*", Number(-1.0), tree)

    def atom(self) -> Tree:
        kind, text, position = self.next()
        if kind == "number":
            self.place += 1
            return Number(float(text))
        if kind in ("name", "quoted"):
            self.place += 1
            return self.named(text, position, quoted=kind == "quoted")
        if self.took("(") is None:
            raise self._misplaced()
        return self.closed()

    def _misplaced(self) -> FormulaError:
        kind, text, position = self.next()
        if kind == "end" or text == ")":
            return self.unexpected()
        return self.error(position, f"a number, column or function is missing before '{text}'")

    def named(self, name: str, position: int, *, quoted: bool) -> Tree:
        """What a name, just read, stands for, with what belongs to it."""
        opens = self.next()[1] == "(" and self.next()[0] == "sign"
        if name in self.columns and not (opens and not quoted and self._is_function(name)):
            return Column(self.columns[name])
        if not quoted and not opens and name in ("pi", "e", "E"):
            return Number(math.pi if name == "pi" else math.e)
        if quoted or not opens:
            raise self._not_a_value(name, position)
        return self._function(name, position)

    def _function(self, name: str, position: int) -> Tree:
        self.took("(")
        if name in self.functions:
            return Call(self.functions[name], self.closed())
        if name in _RECIPROCALS:
            return Operation("/", Number(1.0), Call(_RECIPROCALS[name], self.closed()))
        if name in _LOGARITHMS:
            return Operation("/", Call("log", self.closed()), Number(_LOGARITHMS[name]))
        if not name[0].isalpha():
            raise self.error(position, f"there is no function called '{name[:80]}'")
        try:
            known = get_primitive(name).name
        except PrimitiveError as error:
            raise self.error(position, f"{error}") from None
        return Call(known, self.closed())

    def _not_a_value(self, name: str, position: int) -> FormulaError:
        if self._is_function(name):
            return self.error(position, f"write {name}(…) with its argument in parentheses")
        return self.unknown_name(name, position)

    def unknown_name(self, name: str, position: int) -> FormulaError:
        """What to say of a name that stands for nothing."""
        close = close_names(name, list(self.columns), 3) or list(self.columns)[:10]
        names = ", ".join(column if column.isidentifier() else f"`{column}`" for column in close)
        return self.error(position, f"there is no column called '{name[:80]}'; there are {names}")

    def _is_function(self, name: str) -> bool:
        return name in LIBRARY or name in _RECIPROCALS or name in _LOGARITHMS or name in self.functions


@cache
def _with_signs(extra: str) -> re.Pattern[str]:
    return re.compile(_NAMES + rf"|(?P<sign>\*\*|[-+*/^()={re.escape(extra)}])")


def formula_tokens(text: str, extra_signs: str = "") -> list[Token]:
    """Tokens of a formula, with further signs when a grammar has them.

    Raises:
        FormulaError: a character that belongs to none.
    """
    found, stray = tokens_of(text, _with_signs(extra_signs), _SPACE)
    if stray is not None:
        hint = "; a name between backticks must be closed by one" if text[stray - 1] == "`" else ""
        raise FormulaError(f"position {stray}: {text[stray - 1]!r} does not belong to a formula{hint}", position=stray)
    return found
