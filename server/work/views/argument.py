"""What sentences about domains call the argument of a function. Called by queries and by the forms of edges."""

from __future__ import annotations

from server.work.situation import Rows

_LETTERS = "uvwstqpr"


def argument_name(rows: Rows) -> str:
    """`u`, or the next letter that no column is called by: 'u > 0' shall not be read as a condition on a column."""
    return next((letter for letter in _LETTERS if letter not in rows.inputs + rows.targets), "argument")
