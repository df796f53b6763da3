"""The grammar that all dialects share: comparisons, sums, products, signs, powers, functions. Nothing is ever executed.

    compared = sum [ ("<" | "<=" | ">" | ">=") sum ]     1 where it holds, else 0
    sum      = product { ("+" | "-") product }
    product  = sign { ("*" | "/") sign }
    sign     = ("-" | "+") sign | power
    power    = atom [ ("^" | "**") sign ]              right-associative; -x^2 is -(x^2)
    atom     = number | name | "`" any name "`" | name "(" compared { "," compared } ")" | "(" compared ")"

A name is a column, pi, e, or a function when a parenthesis follows. A dialect is a `Reader` that says what else a name may be
(`named`, `unknown_name`) and what stands around a sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS, NAMED
from kan_core.expression.limits import TextLimits, close_names
from kan_core.expression.tokens import Token, error_at
from kan_core.expression.tree import Apply, Column, Exact, Expression, Power, negative, product, quotient, total

NUMBERS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})
"""Names that are numbers, unless a column has the name."""
_COMPARISONS = {row.infix: row.name for row in FUNCTIONS.values() if row.infix}
_RAISED = {"²": "write ^2 for a square", "³": "write ^3 for a cube"}


class Reader:
    """One pass over the tokens of a text.

    Args:
        tokens: of the whole text.
        columns: names of the inputs in order.
        functions: own functions, from the word that calls them to their full name, such as "bump(x) = exp(-x^2)".
        limits: how deep it may go.
    """

    def __init__(
        self, tokens: Sequence[Token], columns: Sequence[str], functions: Mapping[str, str] | None, limits: TextLimits
    ) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._signs = 0
        self._limits = limits
        self.names = tuple(columns)
        self.columns = {name: index for index, name in enumerate(columns)}
        self.functions = functions or {}

    @property
    def next(self) -> Token:
        """The token that comes."""
        return self._tokens[self._place]

    @property
    def after(self) -> Token:
        """The one after that, or the end."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def step(self) -> Token:
        """Take the next token."""
        token = self.next
        self._place += 1
        # A parenthesis counts once.
        self._signs += token.kind == "sign" and token.text not in (")", "]")
        if self._signs > self._limits.signs:
            most = f"at most {self._limits.signs} signs, parentheses and functions are allowed"
            raise self.error(f"the {self._limits.what} is too long here; {most}", token)
        return token

    def took(self, *signs: str) -> str | None:
        """Take the next token when it is one of these signs, and say which."""
        return self.step().text if self.next.is_sign(*signs) else None

    def whole(self) -> Expression:
        """All of the text."""
        tree = self.compared()
        if self.next.kind != "end":
            raise self.unexpected()
        return tree

    def compared(self) -> Expression:
        """A sum, or two with a sign of order between them."""
        left = self.sum()
        sign = self.took(*_COMPARISONS)
        return left if sign is None else Apply(_COMPARISONS[sign], (left, self.sum()))

    def sum(self) -> Expression:
        """A sum."""
        self._deeper()
        parts = [self._product()]
        while (sign := self.took("+", "-")) is not None:
            part = self._product()
            parts.append(part if sign == "+" else negative(part))
        self._depth -= 1
        return parts[0] if len(parts) == 1 else total(*parts)

    def named(self, token: Token) -> Expression:
        """What a name that was just taken stands for, with what belongs to it."""
        opens = self.next.is_sign("(")
        if token.kind == "name" and opens and self.is_function(token.text):
            return self._applied(token)
        if token.text in self.columns:
            return Column(self.columns[token.text])
        if token.kind == "name" and not opens and token.text in NUMBERS:
            return Exact(NUMBERS[token.text], token.text)
        if token.kind == "name" and opens:
            raise self._unknown_function(token)
        raise self._no_value(token)

    def is_function(self, name: str) -> bool:
        """Whether a parenthesis after the name makes it one."""
        return name in self.functions or name in NAMED or name.lower() in NAMED

    def is_reserved(self, name: str) -> bool:
        """Whether it is one and nothing else, also without a parenthesis."""
        row = NAMED.get(name)
        return name in self.functions or (row is not None and not row.ambiguous)

    def error(self, text: str, token: Token | None = None) -> FormulaError:
        """What is wrong with a token; the next one unless it is given."""
        return error_at((token or self.next).position, text)

    def unclosed(self) -> FormulaError:
        """What to say of the next token where a parenthesis should be closed."""
        return self.error("a ')' is missing") if self.next.kind == "end" else self.unexpected()

    def unexpected(self) -> FormulaError:
        """What to say of the next token, which nothing can be done with."""
        token = self.next
        if token.kind == "end":
            return self.error("the formula ends too early; a number, a name or a function is missing")
        if token.kind != "sign" or token.text == "(":
            return self.error(f"a sign is missing before '{token.text}'; write * for a product")
        if token.text == ")":
            return self.error("this ')' closes nothing, or nothing stands before it")
        return self.error(f"'{token.text}' is not expected here")

    def unknown_name(self, token: Token) -> FormulaError:
        """What to say of a name that stands for nothing."""
        names = likely(token.text, self.names)
        return self.error(f"there is no column called '{token.text[:80]}'; there are {names}", token)

    def _product(self) -> Expression:
        tree = self._signed()
        while (sign := self.took("*", "/")) is not None:
            part = self._signed()
            tree = product(tree, part) if sign == "*" else quotient(tree, part)
        return tree

    def _signed(self) -> Expression:
        self._deeper()
        sign = self.took("-", "+")
        tree = self._power() if sign is None else self._signed()
        self._depth -= 1
        return negative(tree) if sign == "-" else tree

    def _power(self) -> Expression:
        base = self._atom()
        return base if self.took("^", "**") is None else Power(base, self._signed())

    def _atom(self) -> Expression:
        token = self.next
        if token.kind == "number":
            return self._number(self.step())
        if token.kind in ("name", "quoted"):
            return self.named(self.step())
        if self.took("(") is None:
            if token.kind == "end" or token.text == ")":
                raise self.unexpected()
            raise self.error(f"a number, a name or a function is missing before '{token.text}'")
        return self._closed(1)[0]

    def _closed(self, most: int) -> tuple[Expression, ...]:
        """What stands in a parenthesis that is open, and its end."""
        parts = [self.compared()]
        while len(parts) < most and self.took(",") is not None:
            parts.append(self.compared())
        if self.took(")") is None:
            raise self.unclosed()
        return tuple(parts)

    def _number(self, token: Token) -> Expression:
        value = float(token.text)
        if not math.isfinite(value):
            raise self.error(f"the number {token.text[:20]} is too large", token)
        return Exact(value)

    def _applied(self, token: Token) -> Expression:
        name, wanted = self._function(token.text)
        self.took("(")
        parts = self._closed(wanted)
        if len(parts) != wanted:
            raise self.error(f"{token.text} takes {wanted} arguments, separated by commas", token)
        return Apply(name, parts)

    def _function(self, name: str) -> tuple[str, int]:
        """The name in trees, and the number of arguments."""
        if name in self.functions:
            full = self.functions[name]
            return full, 1 + full.partition("=")[0].count(",")
        row = NAMED.get(name) or NAMED[name.lower()]
        return row.name, row.arguments

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > 2 * self._limits.levels:
            raise self.error(f"nested too deeply; at most {self._limits.levels} levels are allowed")

    def _unknown_function(self, token: Token) -> FormulaError:
        close = close_names(token.text, [*self.functions, *NAMED], 3)
        hint = f"did you mean {', '.join(close)}?" if close else "write * for a product"
        return self.error(f"there is no function called '{token.text[:80]}'; {hint}", token)

    def _no_value(self, token: Token) -> FormulaError:
        if token.kind == "name" and self.is_function(token.text):
            return self.error(f"write {token.text}(…) with its argument in parentheses", token)
        for letter, hint in _RAISED.items():
            if token.kind == "name" and letter in token.text:
                return error_at(token.position + token.text.index(letter), hint)
        return self.unknown_name(token)


def likely(name: str, known: Sequence[str]) -> str:
    """The names that a mistyped one may have meant, as they are written in formulas."""
    close = close_names(name, known, 3) or list(known)[:10]
    return ", ".join(each if each.isidentifier() else f"`{each}`" for each in close)
