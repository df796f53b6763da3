"""How a text table is written: delimiter and decimal mark, found out from a sample of its lines."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

from server.tables.errors import TableError
from server.tables.limits import MAXIMUM_COLUMNS, MAXIMUM_FIELD, MAXIMUM_LINE
from server.tables.numerals import Decimal, ambiguous_marks, decimal_mark, is_missing, is_number

WHITESPACE = " "
_CANDIDATES = ("\t", ";", "|", ",", WHITESPACE)
_NAMES = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma", WHITESPACE: "space"}
_BY_NAME = {**{name: mark for mark, name in _NAMES.items()}, "pipe": "|", "whitespace": WHITESPACE, "\\t": "\t"}
_FIELD = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_SAMPLE_HEAD, _SAMPLE_REST = 100, 150
_SHOWN = 40


@dataclass(frozen=True)
class Dialect:
    """Delimiter and decimal mark.

    Attributes:
        delimiter: one character; a blank stands for any run of blanks and tabs.
        decimal: "." or ",".
        note: a doubt the person should know of, None when there is none.
    """

    delimiter: str
    decimal: Decimal
    note: str | None = None

    @property
    def delimiter_name(self) -> str:
        """The delimiter as a word."""
        return _NAMES.get(self.delimiter, f"'{self.delimiter}'")


def delimiter_from(text: str | None) -> str | None:
    """A person's choice of delimiter: the character itself or its name; None when not given.

    Raises:
        TableError: neither.
    """
    if text is None or text in ("", "auto"):
        return None
    mark = text if len(text) == 1 else _BY_NAME.get(text.lower())
    if mark is None or mark in '"\n\r' or mark.isalnum():
        raise TableError(f"'{text}' cannot be a delimiter.", "Choose comma, semicolon, tab, bar or space.")
    return mark


def decimal_from(text: str | None) -> Decimal | None:
    """A person's choice of decimal mark; None when not given.

    Raises:
        TableError: neither point nor comma.
    """
    if text is None or text in ("", "auto"):
        return None
    if text in (".", "point"):
        return "."
    if text in (",", "comma"):
        return ","
    raise TableError(f"'{text}' cannot be a decimal mark.", "Choose point or comma.")


def split_line(line: str, delimiter: str) -> list[str]:
    """Fields of one line; quotes hold a field together and are taken off.

    Raises:
        TableError: a field is too long to be one.
    """
    if delimiter == WHITESPACE:
        return [quoted.replace('""', '"') if quoted else plain for quoted, plain in _FIELD.findall(line)]
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t"), [])
    except csv.Error as error:
        raise long_field(line, error) from error


def long_field(where: str, error: csv.Error) -> TableError:
    """What to say when Python's csv refuses a line; `where` is the line or its place."""
    start = where if len(where) <= _SHOWN else f"that begins with ‘{where[:_SHOWN].strip()}…’"
    if "field limit" not in str(error):
        return TableError(f"The line {start} cannot be split into fields ({error}).", "Choose how columns are separated.")
    return TableError(
        f"The line {start} has a field of more than {MAXIMUM_FIELD:,} characters.",
        "Choose how columns are separated, close a quote that stays open, or leave out columns of long texts.",
    )


def sniff(rows: Sequence[str], delimiter: str | None = None, decimal: Decimal | None = None) -> Dialect:
    """Find the delimiter that gives equal rows of numbers, then the decimal mark the numbers prove.

    Score of a delimiter: share of lines with the usual number of fields, times the share of their fields that are
    numbers or gaps; at least two fields. Marks given by the person are kept.
    """
    sample = _sample(rows)
    if delimiter is None:
        scores = {mark: _score(sample, mark) for mark in _CANDIDATES if _splits(sample, mark)}
        best = max(scores.values(), default=0)
        delimiter = next((mark for mark in scores if scores[mark] >= best - 1e-9), ",")
        if best == 0:
            delimiter = ","
    split = [split_line(line, delimiter) for line in sample]
    check_columns(min(map(len, split)))
    cells = [cell for line in split for cell in line]
    return _with_decimal(cells, delimiter, decimal)


def _with_decimal(cells: list[str], delimiter: str, decimal: Decimal | None) -> Dialect:
    if decimal is not None:
        return Dialect(delimiter, decimal)
    proven = decimal_mark(cells)
    if proven is not None:
        return Dialect(delimiter, proven)
    doubtful = ambiguous_marks(cells)
    if "," in doubtful and delimiter != ",":
        return Dialect(
            delimiter,
            ",",
            "Numbers like 1,234 were read with a decimal comma; choose decimal point if the comma separates thousands.",
        )
    return Dialect(delimiter, ".")


def _sample(rows: Sequence[str]) -> list[str]:
    """The first lines and some from everywhere else; fewer where they are long."""
    head = list(rows[:_SAMPLE_HEAD])
    rest = rows[_SAMPLE_HEAD:]
    lines = head + list(rest[:: max(1, len(rest) // _SAMPLE_REST)])
    lengths = list(accumulate(map(len, lines)))
    return lines[: max(2, bisect_right(lengths, MAXIMUM_LINE))]


def _splits(sample: list[str], delimiter: str) -> bool:
    """Whether the delimiter leaves no field that is too long to be one."""
    try:
        for line in sample:
            split_line(line, delimiter)
    except TableError:
        return False
    return True


def check_columns(columns: int) -> None:
    """Raise `TableError` for more columns than the limit."""
    if columns > MAXIMUM_COLUMNS:
        raise TableError(
            f"The table has {columns:,} columns; the limit is {MAXIMUM_COLUMNS:,}.", "Leave out columns you do not need."
        )


def _score(sample: list[str], delimiter: str) -> float:
    split = [split_line(line, delimiter) for line in sample]
    # A header, units or a title may be split differently; with enough lines they do not count.
    body = split[3:] if len(split) > 6 else split[1:] or split
    width, count = Counter(len(cells) for cells in body).most_common(1)[0]
    if width < 2:
        return 0.0
    if width > MAXIMUM_COLUMNS:
        return count / len(body) * 0.02
    usual = [cells for cells in body if len(cells) == width]
    numeric = fmean(fmean(is_number(cell) or is_missing(cell) for cell in cells) for cells in usual)
    return count / len(body) * (0.02 + numeric)
