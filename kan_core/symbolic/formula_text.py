"""A small safe grammar for formulas of several columns: text → tree by recursive descent, nothing is ever executed.

    formula = [ target "=" ] sum
    sum     = product { ("+" | "-") product }
    product = sign { ("*" | "/") sign }
    sign    = ("-" | "+") sign | power
    power   = atom [ ("^" | "**") sign ]            right-associative; -x^2 is -(x^2)
    atom    = number | column | "pi" | "e" | function "(" sum ")" | "(" sum ")"

A column is written as its name, any other name between backticks: `T (K)`. Functions are the library's and the person's
own. Called by `from_formula`; `primitives.grammar` is its relative for functions of one x.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from kan_core.errors import FormulaError, PrimitiveError
from kan_core.primitives.library import LIBRARY, get_primitive

LONGEST_TEXT = 2000
DEEPEST = 40
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
    r"|(?P<sign>\*\*|[-+*/^()=])"
)
_SPACE = re.compile(r"\s*")
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

    kind: Literal["+", "-", "*", "/", "^"]
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
    if len(text) > LONGEST_TEXT:
        raise FormulaError(f"the formula has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    return _Parser(text, columns, functions or {}).whole(target)


Token = tuple[str, str, int]


class _Parser:
    """One pass over the tokens (kind, text, position)."""

    def __init__(self, text: str, columns: Sequence[str], functions: Mapping[str, str]) -> None:
        self.functions = functions
        self.columns = {name: index for index, name in enumerate(columns)}
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def whole(self, target: str | None) -> Tree:
        kind, text, position = self.tokens[0]
        if len(self.tokens) > 1 and kind in ("name", "quoted") and self.tokens[1][1] == "=":
            if text != target:
                raise FormulaError(f"position {position}: '{text}' is not the target of this formula; that is '{target}'")
            self.place = 2
        tree = self._sum()
        if self._next()[0] != "end":
            raise self._unexpected()
        return tree

    def _next(self) -> Token:
        return self.tokens[self.place]

    def _took(self, *signs: str) -> str | None:
        kind, text, _ = self._next()
        if kind == "sign" and text in signs:
            self.place += 1
            return text
        return None

    def _unexpected(self) -> FormulaError:
        kind, text, position = self._next()
        if kind == "end":
            return FormulaError(f"position {position}: the formula ends too early; a number, column or function is missing")
        if kind in ("number", "name", "quoted") or text == "(":
            return FormulaError(f"position {position}: a sign is missing before '{text}'; write * for a product")
        if text == ")":
            return FormulaError(f"position {position}: this ')' closes nothing, or nothing stands before it")
        return FormulaError(f"position {position}: '{text}' is not expected here")

    def _sum(self) -> Tree:
        self._deeper()
        tree = self._product()
        while (sign := self._took("+", "-")) is not None:
            tree = Operation("+" if sign == "+" else "-", tree, self._product())
        self.depth -= 1
        return tree

    def _product(self) -> Tree:
        tree = self._sign()
        while (sign := self._took("*", "/")) is not None:
            tree = Operation("*" if sign == "*" else "/", tree, self._sign())
        return tree

    def _sign(self) -> Tree:
        self._deeper()
        sign = self._took("-", "+")
        tree = self._power() if sign is None else self._sign()
        self.depth -= 1
        return Operation("*", Number(-1.0), tree) if sign == "-" else tree

    def _power(self) -> Tree:
        base = self._atom()
        return base if self._took("^", "**") is None else Operation("^", base, self._sign())

    def _atom(self) -> Tree:
        kind, text, position = self._next()
        if kind == "number":
            self.place += 1
            return Number(float(text))
        if kind in ("name", "quoted"):
            self.place += 1
            return self._named(text, position, quoted=kind == "quoted")
        if self._took("(") is None:
            raise self._misplaced()
        return self._closed()

    def _misplaced(self) -> FormulaError:
        kind, text, position = self._next()
        if kind == "end" or text == ")":
            return self._unexpected()
        return FormulaError(f"position {position}: a number, column or function is missing before '{text}'")

    def _named(self, name: str, position: int, *, quoted: bool) -> Tree:
        opens = self._next()[1] == "(" and self._next()[0] == "sign"
        if name in self.columns and not (opens and not quoted and self._is_function(name)):
            return Column(self.columns[name])
        if not quoted and not opens and name in ("pi", "e", "E"):
            return Number(math.pi if name == "pi" else math.e)
        if quoted or not opens:
            raise self._unknown(name, position)
        return self._function(name, position)

    def _function(self, name: str, position: int) -> Tree:
        self._took("(")
        if name in self.functions:
            return Call(self.functions[name], self._closed())
        if name in _RECIPROCALS:
            return Operation("/", Number(1.0), Call(_RECIPROCALS[name], self._closed()))
        if name in _LOGARITHMS:
            return Operation("/", Call("log", self._closed()), Number(_LOGARITHMS[name]))
        try:
            known = get_primitive(name).name
        except PrimitiveError as error:
            raise FormulaError(f"position {position}: {error}") from None
        return Call(known, self._closed())

    def _unknown(self, name: str, position: int) -> FormulaError:
        if self._is_function(name):
            return FormulaError(f"position {position}: write {name}(…) with its argument in parentheses")
        close = get_close_matches(name, list(self.columns), n=3, cutoff=0.5) or list(self.columns)[:10]
        names = ", ".join(column if column.isidentifier() else f"`{column}`" for column in close)
        return FormulaError(f"position {position}: there is no column called '{name[:80]}'; there are {names}")

    def _is_function(self, name: str) -> bool:
        return name in LIBRARY or name in _RECIPROCALS or name in _LOGARITHMS or name in self.functions

    def _closed(self) -> Tree:
        tree = self._sum()
        if self._took(")") is None:
            kind, _, position = self._next()
            if kind == "end":
                raise FormulaError(f"position {position}: a ')' is missing")
            raise self._unexpected()
        return tree

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > 2 * DEEPEST:
            raise FormulaError(f"position {self._next()[2]}: nested too deeply; at most {DEEPEST} levels are allowed")


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    start = 0
    while True:
        space = _SPACE.match(text, start)
        start = space.end() if space else start
        if start == len(text):
            return [*found, ("end", "", start + 1)]
        match = _TOKEN.match(text, start)
        if match is None:
            hint = "; a name between backticks must be closed by one" if text[start] == "`" else ""
            raise FormulaError(f"position {start + 1}: {text[start]!r} does not belong to a formula{hint}")
        found.append((str(match.lastgroup), match.group(str(match.lastgroup)), start + 1))
        start = match.end()
