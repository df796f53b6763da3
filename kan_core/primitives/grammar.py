"""A small safe grammar for functions of x: text → tree, nothing is ever executed. Sums to powers are as in `descent`.

    atom    = number | "x" | "pi" | "e" | name "(" sum ")" | "(" sum ")"

A name is a primitive of the library that is spelled as a word (sin, exp, sqrt, …). Used by `user`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from kan_core.errors import PrimitiveError
from kan_core.expression.limits import FUNCTION
from kan_core.primitives.catalogue import built_in
from kan_core.primitives.descent import NUMBER, Descent, Kind, Token, tokens_of

_LARGEST_NUMBER = 1e12
_TOKEN = re.compile(NUMBER + r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<sign>\*\*|[-+*/^()])")
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

    kind: Kind
    left: Node
    right: Node


Node = Number | Variable | Call | Negative | Operation


def parse(text: str) -> Node:
    """Read one function of x.

    Raises:
        PrimitiveError: too long, too deep, or not in the grammar; the message names the position (from 1).
    """
    too_long = FUNCTION.too_long(text)
    if too_long is not None:
        raise PrimitiveError(too_long)
    return _Parser(_tokens(text), FUNCTION).whole()


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


class _Parser(Descent[Node]):
    def error(self, position: int, text: str) -> PrimitiveError:
        return PrimitiveError(f"position {position}: {text}", position)

    def unexpected(self) -> PrimitiveError:
        return self._misplaced("put + - * / or ^ before it, or leave it out")

    def unclosed(self) -> PrimitiveError:
        return self._misplaced("close the parenthesis with )")

    def operation(self, kind: Kind, left: Node, right: Node) -> Node:
        return Operation(kind, left, right)

    def negative(self, tree: Node) -> Node:
        return Negative(tree)

    def atom(self) -> Node:
        kind, text, position = self.next()
        if kind == "number":
            self.place += 1
            return self._number(text, position)
        if kind == "name":
            self.place += 1
            return self._named(text, position)
        if self.took("(") is None:
            raise self._misplaced("write a number, x, pi, e, a function such as sin(x), or a parenthesis")
        return self.closed()

    def _misplaced(self, mend: str) -> PrimitiveError:
        kind, text, position = self.next()
        what = "the text ends too early" if kind == "end" else f"'{text}' is not expected here"
        return self.error(position, f"{what}; {mend}")

    def _number(self, text: str, position: int) -> Number:
        value = float(text)
        if value > _LARGEST_NUMBER:
            raise self.error(position, f"numbers up to {_LARGEST_NUMBER:g} are allowed")
        return Number(value)

    def _named(self, name: str, position: int) -> Node:
        if name == "x":
            return Variable()
        if name in ("pi", "e"):
            return Number(math.pi if name == "pi" else math.e, name)
        try:
            known = built_in(name).name
        except PrimitiveError as error:
            raise self.error(position, str(error)) from None
        if not known.isalnum():
            raise self.error(position, f"write {known} instead of '{name}'")
        if self.took("(") is None:
            raise self.error(position, f"write {name}(…) with its argument in parentheses")
        return Call(known, self.closed())


def _tokens(text: str) -> list[Token]:
    found, stray = tokens_of(text, _TOKEN, _SPACE)
    if stray is not None:
        raise PrimitiveError(
            f"position {stray}: {text[stray - 1]!r} does not belong to a function of x; use numbers, x, + - * / ^ and names",
            stray,
        )
    return found
