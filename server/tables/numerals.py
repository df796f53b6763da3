"""How people write numbers, gaps and thousands: patterns shared by the sniffing and the reading of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Decimal = Literal[".", ","]

MISSING = frozenset({"", "na", "n/a", "#n/a", "null", "none", "-", "--", "?", ".", "…", "missing", "nil", "#value!"})
NOT_FINITE = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "1.#inf", "-1.#ind", "1.#qnan"})

_EXPONENT = r"(?:[eEdD][+-]?\d+)?"
_SIGN = "[+\\-\u2212]?"
_GAP = "[ \u00a0\u2009\u202f'\u2019_]"
NUMBER = re.compile(
    rf"\s*{_SIGN}(?:\d{{1,3}}(?:{_GAP}\d{{3}})+(?:[.,]\d*)?|\d{{1,3}}(?:,\d{{3}})+\.\d*|\d{{1,3}}(?:\.\d{{3}})+,\d*"
    rf"|\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+|\d+[.,]?\d*|[.,]\d+){_EXPONENT}\s*"
)
_COMMA_ONLY = re.compile(rf"\s*{_SIGN}\d*,\d+{_EXPONENT}\s*|\s*{_SIGN}\d{{1,3}}(?:\.\d{{3}})+,\d*\s*")
_POINT_ONLY = re.compile(rf"\s*{_SIGN}\d*\.\d+{_EXPONENT}\s*|\s*{_SIGN}\d{{1,3}}(?:,\d{{3}})+\.\d*\s*")
_AMBIGUOUS = re.compile(rf"\s*{_SIGN}[1-9]\d{{0,2}}[.,]\d{{3}}\s*")


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any of the ways of writing one, `inf` and `nan` included."""
    return NUMBER.fullmatch(cell) is not None or cell.strip().lower() in NOT_FINITE


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def decimal_mark(cells: Iterable[str]) -> Decimal | None:
    """The decimal mark that the cells prove, None when they prove none.

    `0,5`, `12,34` and `1.234,5` prove a comma, `0.5` and `1,234.5` a point; `1,234` alone proves nothing.
    """
    commas = points = 0
    for cell in cells:
        if _AMBIGUOUS.fullmatch(cell):
            continue
        if _COMMA_ONLY.fullmatch(cell):
            commas += 1
        elif _POINT_ONLY.fullmatch(cell):
            points += 1
    if commas == points == 0:
        return None
    return "," if commas > points else "."


def ambiguous_marks(cells: Iterable[str]) -> str:
    """The marks `,` and `.` that occur in cells like `1,234`, which may be thousands or decimals."""
    seen = {"," if "," in cell else "." for cell in cells if _AMBIGUOUS.fullmatch(cell)}
    return "".join(sorted(seen))
