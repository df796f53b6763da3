"""Text → tokens, the same for every dialect; what a dialect makes of them is its own affair.

Numbers, names, names between backticks, and signs. Letters of other notations that mean a sign are read as that sign.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kan_core.errors import FormulaError
from kan_core.expression.limits import TextLimits

Kind = Literal["number", "name", "quoted", "sign", "end"]

_BLANK = re.compile(r"\s*")
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
    r"|(?P<sign>\*\*|[<>=!]=|[-+*/^(),=<>\[\]−·⋅×÷≤≥≠])"
)
_PLAIN_SIGNS = {"−": "-", "·": "*", "⋅": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}
"""Signs as papers set them, by what they mean."""
_NO_HINTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text; `position` counts from 1. The last one has the kind "end"."""

    kind: Kind
    text: str
    position: int

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind == "sign" and self.text in signs


def tokens_of(text: str, limits: TextLimits, hints: Mapping[str, str] = _NO_HINTS) -> list[Token]:
    """All tokens of a text and the end.

    Args:
        text: of a person.
        limits: how long it may be.
        hints: what to say of letters that other notations use, by letter.

    Raises:
        FormulaError: too long, or a letter that belongs to no token; says where.
    """
    too_long = limits.too_long(text)
    if too_long is not None:
        raise FormulaError(too_long)
    found: list[Token] = []
    start = 0
    while True:
        blank = _BLANK.match(text, start)
        start = blank.end() if blank else start
        if start == len(text):
            return [*found, Token("end", "", start + 1)]
        token, start = _token(text, start, hints)
        found.append(token)


def error_at(position: int, text: str) -> FormulaError:
    """What is wrong, and where."""
    return FormulaError(f"position {position}: {text}", position=position)


def _token(text: str, start: int, hints: Mapping[str, str]) -> tuple[Token, int]:
    """The token that begins here, and where it ends."""
    match = _TOKEN.match(text, start)
    if match is None:
        stray = text[start]
        backtick = "; a name between backticks must be closed by one" if stray == "`" else ""
        raise error_at(start + 1, hints.get(stray) or f"{stray!r} does not belong to a formula{backtick}")
    for kind in ("number", "name", "quoted"):
        if match.group(kind) is not None:
            return Token(kind, match.group(kind), start + 1), match.end()
    return Token("sign", _PLAIN_SIGNS.get(match.group(), match.group()), start + 1), match.end()
