"""A small safe grammar for functions of x: text → tree by recursive descent, nothing is ever executed.

    sum     = product { ("+" | "-") product }
    product = sign { ("*" | "/") sign }
    sign    = ("-" | "+") sign | power
    power   = atom [ ("^" | "**") sign ]            right-associative; -x^2 is -(x^2)
    atom    = number | "x" | "pi" | "e" | name "(" sum ")" | "(" sum ")"

A name is a primitive of the library that is spelled as a word (sin, exp, sqrt, …). Used by `user`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from kan_core.errors import PrimitiveError
from kan_core.primitives.catalogue import built_in

LONGEST_TEXT = 200
DEEPEST = 24
_LARGEST_NUMBER = 1e12
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<sign>\*\*|[-+*/^()])"
)
_SPACE = re.compile(r"[ \t]*")


@dataclass(frozen=True)
class Number:
    """A constant ≥ 0; `name` is pi or e where it was written so."""

    value: float
    name: str | None = None


@dataclass(frozen=True)
class Variable:
    """x."""


@dataclass(frozen=True)
class Call:
    """name(argument), a primitive of the library."""

    name: str
    argument: Node


@dataclass(frozen=True)
class Negative:
    """-argument."""

    argument: Node


@dataclass(frozen=True)
class Operation:
    """left ∘ right."""

    kind: Literal["+", "-", "*", "/", "^"]
    left: Node
    right: Node


Node = Number | Variable | Call | Negative | Operation


def parse(text: str) -> Node:
    """Read one function of x.

    Raises:
        PrimitiveError: too long, too deep, or not in the grammar; the message names the position (from 1).
    """
    if len(text) > LONGEST_TEXT:
        raise PrimitiveError(f"the function has {len(text)} characters; at most {LONGEST_TEXT} are allowed")
    return _Parser(text).whole()


def written(node: Node) -> str:
    """Text that parses to the same tree."""
    match node:
        case Number(value, name):
            return name or repr(value)
        case Variable():
            return "x"
        case Call(name, argument):
            return f"{name}({written(argument)})"
        case Negative(argument):
            return f"(-{written(argument)})"
        case Operation(kind, left, right):
            return f"({written(left)}{kind}{written(right)})"


class _Parser:
    """One pass over the tokens (kind, text, position)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._next()[0] != "end":
            raise self._unexpected("put + - * / or ^ before it, or leave it out")
        return node

    def _next(self) -> tuple[str, str, int]:
        return self.tokens[self.place]

    def _took(self, *signs: str) -> str | None:
        kind, text, _ = self._next()
        if kind == "sign" and text in signs:
            self.place += 1
            return text
        return None

    def _unexpected(self, mend: str) -> PrimitiveError:
        kind, text, position = self._next()
        what = "the text ends too early" if kind == "end" else f"'{text}' is not expected here"
        return PrimitiveError(f"position {position}: {what}; {mend}")

    def _sum(self) -> Node:
        self._deeper()
        node = self._product()
        while (sign := self._took("+", "-")) is not None:
            node = Operation("+" if sign == "+" else "-", node, self._product())
        self.depth -= 1
        return node

    def _product(self) -> Node:
        node = self._sign()
        while (sign := self._took("*", "/")) is not None:
            node = Operation("*" if sign == "*" else "/", node, self._sign())
        return node

    def _sign(self) -> Node:
        self._deeper()
        sign = self._took("-", "+")
        node = self._power() if sign is None else self._sign()
        self.depth -= 1
        return Negative(node) if sign == "-" else node

    def _power(self) -> Node:
        base = self._atom()
        return base if self._took("^", "**") is None else Operation("^", base, self._sign())

    def _atom(self) -> Node:
        kind, text, position = self._next()
        if kind == "number":
            self.place += 1
            return _number(text, position)
        if kind == "name":
            self.place += 1
            return self._named(text, position)
        if self._took("(") is None:
            raise self._unexpected("write a number, x, pi, e, a function such as sin(x), or a parenthesis")
        return self._closed()

    def _named(self, name: str, position: int) -> Node:
        if name == "x":
            return Variable()
        if name in ("pi", "e"):
            return Number(math.pi if name == "pi" else math.e, name)
        try:
            known = built_in(name).name
        except PrimitiveError as error:
            raise PrimitiveError(f"position {position}: {error}") from None
        if not known.isalnum():
            raise PrimitiveError(f"position {position}: write {known} instead of '{name}'")
        if self._took("(") is None:
            raise PrimitiveError(f"position {position}: write {name}(…) with its argument in parentheses")
        return Call(known, self._closed())

    def _closed(self) -> Node:
        node = self._sum()
        if self._took(")") is None:
            raise self._unexpected("close the parenthesis with )")
        return node

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > 2 * DEEPEST:
            raise PrimitiveError(f"position {self._next()[2]}: nested too deeply; at most {DEEPEST} levels are allowed")


def _number(text: str, position: int) -> Number:
    value = float(text)
    if value > _LARGEST_NUMBER:
        raise PrimitiveError(f"position {position}: numbers up to {_LARGEST_NUMBER:g} are allowed")
    return Number(value)


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    start = 0
    while True:
        space = _SPACE.match(text, start)
        start = space.end() if space else start
        if start == len(text):
            return [*found, ("end", "", start + 1)]
        match = _TOKEN.match(text, start)
        if match is None:
            raise PrimitiveError(
                f"position {start + 1}: {text[start]!r} does not belong to a function of x; use numbers, x, + - * / ^ and names"
            )
        found.append((str(match.lastgroup), match.group(), start + 1))
        start = match.end()
