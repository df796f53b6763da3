"""A person's own functions, of one or more arguments, whose name says all there is to know of them.

An own function is called by its text, 'x*exp(-x^2)', or by its definition when it was given a name: 'bump(x) = x*exp(-x^2)',
'mean(x, y) = (x + y)/2'. So the name in a tree, on an edge, in a snapshot or on the wire is enough for every process to know it;
nothing is registered anywhere. What it is made of are the rows of `functions`, read by the grammar of all formulas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, NAMED
from kan_core.expression.grammar import NUMBERS, Reader
from kan_core.expression.limits import FUNCTION
from kan_core.expression.tokens import Token, tokens_of
from kan_core.expression.tree import Apply, Column, Expression, children, rebuilt

_HEAD = re.compile(r"\s*(?P<word>[A-Za-z][A-Za-z0-9_]*)\s*\((?P<names>[^()]*)\)\s*=(?!=)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_ONE = ("x",)


@dataclass(frozen=True)
class OwnFunction:
    """What the full name of an own function says.

    Attributes:
        word: what it is called by; None when it has only a text.
        names: of its arguments.
        text: behind the "=".
        tree: of the text, over its arguments.
    """

    word: str | None
    names: tuple[str, ...]
    text: str
    tree: Expression

    @property
    def name(self) -> str:
        """The full name."""
        return self.text if self.word is None else f"{self.word}({', '.join(self.names)}) = {self.text}"


def parts_of(name: str) -> tuple[str | None, tuple[str, ...], str]:
    """Word, names of the arguments and text of a full name; a bare text is a function of x without a word."""
    head = _HEAD.match(name)
    if head is None:
        return None, _ONE, name.strip()
    return head["word"], tuple(each.strip() for each in head["names"].split(",")), name[head.end() :].strip()


@lru_cache(maxsize=256)
def own_function(name: str) -> OwnFunction:
    """The function that a full name defines; a cache of what the name says, not a registry.

    Raises:
        FormulaError: the text is in no grammar; says where (positions from 1, in the text) and how to mend it.
    """
    word, names, text = parts_of(name)
    _check_names(names)
    try:
        tree = _Reader(tokens_of(text, FUNCTION), names, None, FUNCTION).whole()
    except FormulaError as error:
        if word is None:
            raise
        raise FormulaError(f"{word}({', '.join(names)}): in '{text}', {error}", position=error.position) from None
    return OwnFunction(word, names, text, tree)


def defined(text: str, word: str, names: Sequence[str] = _ONE) -> OwnFunction:
    """An own function under a word, checked.

    Raises:
        FormulaError: the word cannot name a function, or the text is none.
    """
    called = word.strip()
    if _WORD.fullmatch(called) is None:
        raise FormulaError(f"'{called[:40]}' cannot name a function: use a letter, then letters, digits or _, at most 31")
    if called in names or called.lower() in {known.lower() for known in (*NAMED, *NUMBERS, "x")}:
        raise FormulaError(f"'{called}' means something else already; choose another name")
    return own_function(f"{called}({', '.join(names)}) = {text.strip()}")


def opened(node: Apply) -> Expression:
    """An own function applied to something, written out."""
    return rebuilt(
        own_function(node.function).tree, lambda part: node.arguments[part.index] if isinstance(part, Column) else None
    )


def written_out(node: Expression) -> Expression:
    """The formula with every own function in it written out."""

    def change(part: Expression) -> Expression | None:
        if isinstance(part, Apply) and part.function not in FUNCTIONS:
            return written_out(opened(part))
        return None

    return rebuilt(node, change)


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if _WORD.fullmatch(name) is None or name in NUMBERS:
            raise FormulaError(f"'{name[:40]}' cannot name an argument: use a letter, then letters, digits or _, at most 31")
    if len(set(names)) != len(names):
        raise FormulaError(f"the arguments {', '.join(names)} must have different names")


class _Reader(Reader):
    """Numbers, the arguments, functions: there is no column."""

    def unexpected(self) -> FormulaError:
        token = self.next
        if token.kind == "end":
            return self.error(f"the text ends too early; write {self._known()}")
        if token.kind != "sign" or token.text in ("(", ")"):
            return self.error(f"'{token.text}' is not expected here; put + - * / or ^ before it, or leave it out")
        return super().unexpected()

    def unclosed(self) -> FormulaError:
        if self.next.kind == "end":
            return self.error("the text ends too early; close the parenthesis with )")
        return self.unexpected()

    def unknown_name(self, token: Token) -> FormulaError:
        return self.error(f"'{token.text[:80]}' stands for nothing here; write {self._known()}", token)

    def _known(self) -> str:
        return f"a number, {', '.join(self.names)}, pi, e, a function such as sin({self.names[0]}), or a parenthesis"


def written_size(node: Expression) -> int:
    """How many parts the formula has with every own function written out, counted without writing it: it may be astronomical."""
    return _size(node, None, {})


def _size(node: Expression, columns: tuple[int, ...] | None, known: dict[tuple[Expression, tuple[int, ...] | None], int]) -> int:
    """The same where the columns have these sizes; each 1 when none are given."""
    if isinstance(node, Column):
        return 1 if columns is None else columns[node.index]
    found = known.get((node, columns))
    if found is None:
        parts = tuple(_size(part, columns, known) for part in children(node))
        if isinstance(node, Apply) and node.function not in FUNCTIONS:
            found = _size(own_function(node.function).tree, parts, known)
        else:
            found = 1 + sum(parts)
        known[node, columns] = found
    return found
