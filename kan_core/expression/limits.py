"""What a text from outside may ask for. It is checked while the text is read: nothing is expanded, solved or stored before.

Every grammar (functions of x, formulas, equations) reads its texts through these limits, so that the cost of what follows is
bounded by them: trees have at most `signs` nodes that do anything, and no walk over one is deeper than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class TextLimits:
    """Limits of one kind of text.

    Attributes:
        what: the text as an error calls it.
        characters: its length.
        levels: parentheses, signs and exponents inside one another.
        signs: + - * / ^, parentheses and functions together. Python's own stack holds a walk over three times as many.
    """

    what: str
    characters: int
    levels: int
    signs: int

    def too_long(self, text: str) -> str | None:
        """Why a text is not read at all; None when it is."""
        if len(text) <= self.characters:
            return None
        return f"the {self.what} has {len(text)} characters; at most {self.characters} are allowed"


FUNCTION = TextLimits("function", characters=200, levels=24, signs=120)
FORMULA = TextLimits("formula", characters=2000, levels=40, signs=300)
EQUATION = TextLimits("equation", characters=1000, levels=40, signs=300)


def close_names(name: str, known: Sequence[str], count: int, *, longest: int = 60, most: int = 300) -> list[str]:
    """Up to `count` names like a mistyped one, closest first.

    Comparing two long names takes time with the product of their lengths, so only the first `longest` letters of the first
    `most` names are compared.
    """
    short = {each[:longest]: each for each in reversed(known[:most])}
    return [short[match] for match in get_close_matches(name[:longest], list(short), n=count, cutoff=0.5)]
