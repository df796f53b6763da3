"""Text → the lines that hold the table, each with its number in the file."""

from __future__ import annotations

from dataclasses import dataclass

from server.tables.errors import TableError
from server.tables.limits import MAXIMUM_LINE, MAXIMUM_ROWS

_COMMENT_ANYWHERE = "#"
_COMMENT_AT_START = ("%", "//", "!", "--", "*")
_HEADER_LINES = 10


@dataclass(frozen=True)
class Lines:
    """What is left after blank lines and comments are taken out.

    Attributes:
        rows: the lines.
        numbers: the number of each in the file, from 1.
        comments: comment lines before the first row, without their mark.
        separator: delimiter named by a first line `sep=;`, as Excel writes it.
    """

    rows: list[str]
    numbers: list[int]
    comments: list[str]
    separator: str | None = None


def table_lines(text: str) -> Lines:
    """Split text into lines and sort out comments, blank lines and Excel's `sep=`.

    A line within a quoted field counts as blank or comment like any other; files with such fields are rare.

    Raises:
        TableError: no rows, more than the limit, or a line that is none.
    """
    rows: list[str] = []
    numbers: list[int] = []
    comments: list[str] = []
    separator: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = _checked(line, number).strip()
        if not stripped:
            continue
        if stripped[0] == _COMMENT_ANYWHERE or (not rows and _comment_mark(stripped)):
            if not rows:
                comments.append(stripped.lstrip("#%/!*- \t"))
            continue
        if not rows and separator is None and stripped.lower().startswith("sep=") and len(stripped) == 5:
            separator = stripped[4]
            continue
        rows.append(line)
        numbers.append(number)
    if not rows:
        raise TableError("The file holds only comments.", "Choose a file with rows of numbers.")
    if len(rows) > MAXIMUM_ROWS + _HEADER_LINES:
        raise TableError(f"The file has {len(rows):,} rows; the limit is {MAXIMUM_ROWS:,}.", "Take every tenth row, for example.")
    return Lines(rows, numbers, comments, separator)


def _checked(line: str, number: int) -> str:
    """The line, when it is short enough to be one."""
    if len(line) > MAXIMUM_LINE:
        raise TableError(
            f"Line {number:,} has {len(line):,} characters; the limit is {MAXIMUM_LINE:,}.",
            "Write each row on a line of its own, or leave out columns of long texts.",
        )
    return line


def _comment_mark(stripped: str) -> bool:
    """A comment in the style of another program; a leading minus sign of a number is none."""
    return any(stripped.startswith(mark) and not _number_follows(stripped) for mark in _COMMENT_AT_START)


def _number_follows(stripped: str) -> bool:
    rest = stripped.lstrip("-*!%/ ")
    return rest[:1].isdigit() and stripped[0] == "-"
