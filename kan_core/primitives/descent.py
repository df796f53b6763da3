"""Recursive descent over + - * / ^, shared by the grammars of functions of x and of formulas: nothing is ever executed.

    sum     = product { ("+" | "-") product }
    product = sign { ("*" | "/") sign }
    sign    = ("-" | "+") sign | power
    power   = atom [ ("^" | "**") sign ]            right-associative; -x^2 is -(x^2)

A grammar says what an atom is, what trees are made of, and how its errors read.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Generic, Literal, TypeVar

from kan_core.errors import KanError
from kan_core.expression.limits import TextLimits

Tree = TypeVar("Tree")
Kind = Literal["+", "-", "*", "/", "^"]
Token = tuple[str, str, int]
"""Kind, text and position from 1; the last one has the kind "end"."""

NUMBER = r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"


class Descent(ABC, Generic[Tree]):
    """One pass over the tokens of a text.

    Attributes:
        tokens: of the whole text.
        place: of the next token.
        limits: how much of everything is allowed.
    """

    def __init__(self, tokens: list[Token], limits: TextLimits) -> None:
        self.tokens = tokens
        self.place = 0
        self.limits = limits
        self._depth = 0
        self._signs = 0

    @abstractmethod
    def error(self, position: int, text: str) -> KanError:
        """The grammar's own kind of error, which says where."""

    @abstractmethod
    def unexpected(self) -> KanError:
        """What to say of the next token, which nothing can be done with."""

    @abstractmethod
    def unclosed(self) -> KanError:
        """What to say of the next token, where a parenthesis should be closed."""

    @abstractmethod
    def atom(self) -> Tree:
        """Read what stands between signs."""

    @abstractmethod
    def operation(self, kind: Kind, left: Tree, right: Tree) -> Tree:
        """Left ∘ right."""

    @abstractmethod
    def negative(self, tree: Tree) -> Tree:
        """-tree."""

    def whole(self) -> Tree:
        """Read all of the text."""
        tree = self.sum()
        if self.next()[0] != "end":
            raise self.unexpected()
        return tree

    def next(self) -> Token:
        """The token that comes."""
        return self.tokens[self.place]

    def took(self, *signs: str) -> str | None:
        """Step over the next token when it is one of these signs, and say which."""
        kind, text, _ = self.next()
        if kind == "sign" and text in signs:
            self.place += 1
            return text
        return None

    def closed(self) -> Tree:
        """Read what stands in a parenthesis that is open, and its end."""
        self._one_more()
        tree = self.sum()
        if self.took(")") is None:
            raise self.unclosed()
        return tree

    def sum(self) -> Tree:
        """Read a sum."""
        self._deeper()
        tree = self._product()
        while (sign := self.took("+", "-")) is not None:
            self._one_more()
            tree = self.operation("+" if sign == "+" else "-", tree, self._product())
        self._depth -= 1
        return tree

    def _product(self) -> Tree:
        tree = self._sign()
        while (sign := self.took("*", "/")) is not None:
            self._one_more()
            tree = self.operation("*" if sign == "*" else "/", tree, self._sign())
        return tree

    def _sign(self) -> Tree:
        self._deeper()
        sign = self.took("-", "+")
        tree = self._power() if sign is None else self._sign()
        self._depth -= 1
        return self.negative(tree) if sign == "-" else tree

    def _power(self) -> Tree:
        base = self.atom()
        if self.took("^", "**") is None:
            return base
        self._one_more()
        return self.operation("^", base, self._sign())

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > 2 * self.limits.levels:
            raise self.error(self.next()[2], f"nested too deeply; at most {self.limits.levels} levels are allowed")

    def _one_more(self) -> None:
        """A sign, a parenthesis or a function: what a tree is large by."""
        self._signs += 1
        if self._signs > self.limits.signs:
            most = f"at most {self.limits.signs} signs, parentheses and functions are allowed"
            raise self.error(self.next()[2], f"the {self.limits.what} is too long here; {most}")


def tokens_of(text: str, token: re.Pattern[str], space: re.Pattern[str]) -> tuple[list[Token], int | None]:
    """Tokens of a text by the named groups of `token`, and the first position (from 1) where there is none."""
    found: list[Token] = []
    start = 0
    while True:
        blank = space.match(text, start)
        start = blank.end() if blank else start
        if start == len(text):
            return [*found, ("end", "", start + 1)], None
        match = token.match(text, start)
        if match is None:
            return found, start + 1
        kind = str(match.lastgroup)
        found.append((kind, match.group(kind), start + 1))
        start = match.end()
