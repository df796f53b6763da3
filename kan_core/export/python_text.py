"""Small pieces of generated Python: literals and docstrings that no column name can break out of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Expression, walk


def quoted(text: str) -> str:
    """A Python string literal, ASCII only."""
    return ascii(text)


def docstring(*lines: str) -> str:
    """A module or function docstring; quotes and backslashes in it are escaped."""
    body = "\n".join(line.rstrip() for line in lines)
    escaped = body.replace("\\", "\\\\").replace('"', '\\"')
    printable = "".join(character if character.isprintable() or character == "\n" else " " for character in escaped)
    return f'"""{printable}"""' if len(lines) == 1 else f'"""{printable}\n"""'


def indented(lines: Iterable[str]) -> list[str]:
    """Lines one level deeper; empty ones stay empty."""
    return [f"    {line}" if line else "" for line in lines]


def one_line(text: str) -> str:
    """Any text on one line."""
    return " ".join(text.split())


def helper_lines(expressions: Sequence[Expression]) -> list[str]:
    """Definitions of what the numpy text of the expressions needs beyond numpy, each once."""
    used = (part.function for expression in expressions for part in walk(expression) if isinstance(part, Apply))
    helpers = dict.fromkeys(FUNCTIONS[name].helper for name in used)
    return [line for helper in helpers if helper for line in ("", *helper, "")]
