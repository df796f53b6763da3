"""Text → tree, in one grammar; nothing is ever executed.

    compared = sum [ ("<" | "<=" | ">" | ">=") sum ]     1 where it holds, else 0
    sum      = product { ("+" | "-") product }
    product  = sign { ("*" | "/") sign }
    sign     = ("-" | "+") sign | power
    power    = atom [ ("^" | "**") sign ]              right-associative; -x^2 is -(x^2)
    atom     = number | name | "`" any name "`" | name "(" compared { "," compared } ")" | "(" compared ")"

A name is a column, pi, e, or a function when a parenthesis follows; where constants are allowed, any other name is one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, NAMED
from kan_core.expression.limits import FORMULA, close_names
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Power,
    negative,
    product,
    quotient,
    total,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
    r"|(?P<sign>\*\*|<=|>=|[-+*/^(),<>−·⋅×÷≤≥]))"
)
_PLAIN_SIGNS = {"−": "-", "·": "*", "⋅": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">="}
"""Signs as papers set them, by what they mean."""
NUMBERS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})
"""Names that are numbers, unless a column has the name."""
_COMPARISONS = {row.infix: row.name for row in FUNCTIONS.values() if row.infix}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str, columns: Sequence[str], *, constants: bool = False) -> Expression:
    """Read one formula.

    Args:
        text: in the grammar above.
        columns: names of the inputs in order.
        constants: whether other names are constants to be fitted; otherwise they are errors.

    Raises:
        FormulaError: not in the grammar, or a name that stands for nothing; says where (positions from 1) and how to mend it.
    """
    too_long = FORMULA.too_long(text)
    if too_long is not None:
        raise FormulaError(too_long)
    return _Reader(_tokens(text), columns, constants=constants).whole()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    start = signs = 0
    while text[start:].strip():
        match = _TOKEN.match(text, start)
        if match is None or match.lastgroup is None:
            stray = start + len(text[start:]) - len(text[start:].lstrip())
            raise _error(stray + 1, f"{text[stray]!r} does not belong to a formula")
        kind = match.lastgroup
        found.append(_Token(kind, _PLAIN_SIGNS.get(match.group(kind), match.group(kind)), match.start(kind) + 1))
        start = match.end()
        signs += kind == "sign"
        if signs > FORMULA.signs:
            raise _error(match.start(kind) + 1, f"at most {FORMULA.signs} signs and parentheses are allowed")
    return [*found, _Token("end", "", len(text) + 1)]


def _error(position: int, text: str) -> FormulaError:
    return FormulaError(f"position {position}: {text}", position=position)


class _Reader:
    """One pass over the tokens."""

    def __init__(self, tokens: list[_Token], columns: Sequence[str], *, constants: bool) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._columns = {name: index for index, name in enumerate(columns)}
        self._constants = constants

    def whole(self) -> Expression:
        tree = self._compared()
        if self._next.kind != "end":
            raise self._unexpected()
        return tree

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _took(self, *signs: str) -> str | None:
        token = self._next
        if token.kind == "sign" and token.text in signs:
            self._place += 1
            return token.text
        return None

    def _compared(self) -> Expression:
        left = self._sum()
        sign = self._took(*_COMPARISONS)
        return left if sign is None else Apply(_COMPARISONS[sign], (left, self._sum()))

    def _sum(self) -> Expression:
        self._deeper()
        parts = [self._product()]
        while (sign := self._took("+", "-")) is not None:
            part = self._product()
            parts.append(part if sign == "+" else negative(part))
        self._depth -= 1
        return parts[0] if len(parts) == 1 else total(*parts)

    def _product(self) -> Expression:
        tree = self._signed()
        while (sign := self._took("*", "/")) is not None:
            part = self._signed()
            tree = product(tree, part) if sign == "*" else quotient(tree, part)
        return tree

    def _signed(self) -> Expression:
        self._deeper()
        sign = self._took("-", "+")
        tree = self._power() if sign is None else self._signed()
        self._depth -= 1
        return negative(tree) if sign == "-" else tree

    def _power(self) -> Expression:
        base = self._atom()
        return base if self._took("^", "**") is None else Power(base, self._signed())

    def _atom(self) -> Expression:
        token = self._next
        if token.kind in ("number", "name", "quoted"):
            self._place += 1
            return self._number(token) if token.kind == "number" else self._named(token)
        if self._took("(") is None:
            raise self._missing()
        return self._closed()[0]

    def _closed(self, most: int = 1) -> tuple[Expression, ...]:
        """What stands in a parenthesis that is open."""
        parts = [self._compared()]
        while len(parts) < most and self._took(",") is not None:
            parts.append(self._compared())
        if self._took(")") is None:
            raise self._error("a ')' is missing") if self._next.kind == "end" else self._unexpected()
        return tuple(parts)

    def _number(self, token: _Token) -> Expression:
        value = float(token.text)
        if not math.isfinite(value):
            raise self._error(f"the number {token.text[:20]} is too large", token)
        return Exact(value)

    def _named(self, token: _Token) -> Expression:
        name = token.text
        opens = self._next.kind == "sign" and self._next.text == "("
        if token.kind == "name" and opens and name in NAMED:
            return self._applied(token)
        if name in self._columns:
            return Column(self._columns[name])
        if token.kind == "name" and not opens and name in NUMBERS:
            return Exact(NUMBERS[name], name)
        if token.kind == "name" and opens:
            raise self._unknown_function(token)
        if self._constants and token.kind == "name" and self._may_be_constant(name):
            if not name.isidentifier():
                raise self._error(f"'{name[:80]}' is no name of a constant; write a power with ^, such as x^2", token)
            return Constant(name)
        raise self._unknown_name(token)

    def _may_be_constant(self, name: str) -> bool:
        row = NAMED.get(name)
        return row is None or row.ambiguous

    def _applied(self, token: _Token) -> Expression:
        row = NAMED[token.text]
        self._took("(")
        parts = self._closed(row.arguments)
        if len(parts) != row.arguments:
            raise self._error(f"{row.name} takes {row.arguments} arguments, separated by commas", token)
        return Apply(row.name, parts)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > 2 * FORMULA.levels:
            raise self._error(f"nested too deeply; at most {FORMULA.levels} levels are allowed")

    def _error(self, text: str, token: _Token | None = None) -> FormulaError:
        return _error((token or self._next).position, text)

    def _missing(self) -> FormulaError:
        token = self._next
        if token.kind == "end":
            return self._error("the formula ends too early; a number, a name or a function is missing")
        return self._error(f"a number, a name or a function is missing before '{token.text}'")

    def _unexpected(self) -> FormulaError:
        token = self._next
        if token.kind in ("number", "name", "quoted") or token.text == "(":
            return self._error(f"a sign is missing before '{token.text}'; write * for a product")
        if token.text == ")":
            return self._error("this ')' closes nothing")
        return self._error(f"'{token.text}' is not expected here")

    def _unknown_function(self, token: _Token) -> FormulaError:
        close = close_names(token.text, list(NAMED), 3)
        hint = f"did you mean {', '.join(close)}?" if close else "write * for a product"
        return self._error(f"there is no function called '{token.text[:80]}'; {hint}", token)

    def _unknown_name(self, token: _Token) -> FormulaError:
        if token.text in NAMED:
            return self._error(f"write {token.text}(…) with its argument in parentheses", token)
        close = close_names(token.text, list(self._columns), 3) or list(self._columns)[:10]
        names = ", ".join(column if column.isidentifier() else f"`{column}`" for column in close)
        return self._error(f"there is no column called '{token.text[:80]}'; there are {names}", token)
