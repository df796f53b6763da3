"""The box of inputs that formulas are to be valid on: the person's, else the data's range grown by a tenth."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.symbolic.validity import Box, checked_box, default_box
from server.work.situation import Rows


def box_of(rows: Rows, low: Sequence[float], high: Sequence[float]) -> Box:
    """The given box; without numbers the default one.

    Raises:
        DataError: the numbers do not make a box.
    """
    if not low and not high:
        return default_box(rows.split.every.inputs)
    return checked_box(low, high, rows.inputs)
