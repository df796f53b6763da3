"""The one error of this package: a file that cannot become a table."""

from __future__ import annotations


class TableError(Exception):
    """A file that cannot be read as a table of numbers.

    Attributes:
        detail: what is wrong and where, a sentence.
        hint: what to do about it, a sentence.
    """

    def __init__(self, detail: str, hint: str) -> None:
        super().__init__(f"{detail} {hint}")
        self.detail = detail
        self.hint = hint
