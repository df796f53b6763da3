"""The code in a document: fenced blocks of a language, in order, with the line each begins on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    text: str
    line: int


def blocks(document: Path, language: str | None = None) -> list[Block]:
    """Blocks of one language, or all."""
    text = document.read_text(encoding="utf-8")
    found = [Block(match[1], match[2], text.count("\n", 0, match.start()) + 1) for match in _FENCE.finditer(text)]
    return [block for block in found if language in (None, block.language)]


def transcript(block: Block) -> list[tuple[str, str]]:
    """(command, expected output) of a console block: a command begins with '$ ', a line that ends with a backslash goes on."""
    parts: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, output = re.match(r"((?:[^\n]*\\\n)*[^\n]*\n)(.*)", part, re.DOTALL).groups()  # type: ignore[union-attr]
        parts.append((command, output))
    return parts
