"""What a person should know of a formula beside its fit: where it is not defined, and names that look like columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.tree import Expression, children, columns_of, constants_of
from kan_core.expression.values import values_of
from kan_core.expression.writing import written
from kan_core.fitting.rows import named_rows

Array = NDArray[np.floating[Any]]

_ANYWHERE = (
    "the formula is not defined on all rows for any value of its constants that was tried, or too large to be squared: look for "
    "logarithms and roots of negative numbers and for divisions by zero, or give start values"
)


def undefined(expression: Expression, inputs: Array, names: Sequence[str]) -> str:
    """Why no value of the constants gives the formula finite values on all rows; names a part without constants that has none."""
    found = _part(expression, inputs)
    if found is None:
        return _ANYWHERE
    bad = ~np.isfinite(values_of(found, inputs))
    return f"the formula is not defined on all rows: {written(found, names)} is no finite number at row {named_rows(bad)}"


def _part(node: Expression, inputs: Array) -> Expression | None:
    """The innermost part without constants that is not finite on some row."""
    for part in children(node):
        found = _part(part, inputs)
        if found is not None:
            return found
    return None if constants_of(node) or np.isfinite(values_of(node, inputs)).all() else node


def names_to_check(expression: Expression, columns: Sequence[str]) -> tuple[str, ...]:
    """Sentences on constants that were perhaps meant as columns: a formula of none, and names that differ in letter case only."""
    used = {columns[place] for place in columns_of(expression)}
    unused = {_folded(name): name for name in columns if name not in used}
    alike = [(name, unused[_folded(name)]) for name in constants_of(expression) if _folded(name) in unused]
    told = tuple(f"“{name}” is a constant here; the column is called “{column}”." for name, column in alike)
    return told if told or used or not columns else ("The formula names no column of the table.",)


def _folded(name: str) -> str:
    """Without letter case, and with letters that look the same made one: µ (micro) and μ (mu)."""
    return unicodedata.normalize("NFKC", name).casefold()
