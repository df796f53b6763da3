"""From a network, or from what a person wrote, to a law.

A network without splines is written out, and each decimal number becomes a free constant. What its edges say twice is merged:
where the rows do not tell constants apart (the slopes by them are dependent on the rows), one of them becomes the 0 or 1 with
which it goes, the others taking its part, or stays where it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.exact import exact_value, read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.law_text import law_latex
from kan_core.expression.numbers import named
from kan_core.expression.tree import Exact, Expression, with_constants
from kan_core.law.naming import SAME, fresh_names, renamed
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import refit, undetermined

Array = NDArray[np.floating[Any]]


def law_of_expressions(
    expressions: Sequence[Expression], columns: Sequence[str], inputs: Array, exact: Sequence[str] = ()
) -> Law:
    """The law of a formula that was written out, its decimal numbers free constants, none of them free twice.

    Args:
        expressions: one a target, without splines.
        columns: names of the inputs.
        inputs: (rows, inputs) that tell constants apart.
        exact: texts of numbers that are exact where they stand.

    Raises:
        FormulaError: it has no value on any row.
    """
    trees, values = named(expressions, taken=columns)
    law = Law((), tuple(LawConstant(name, value) for name, value in values.items())).with_expressions(trees)
    for text in exact:
        value = exact_value(read_exact(text))
        for constant in law.free:
            if math.isclose(constant.value, value, rel_tol=SAME):
                law = law.with_constant(replace(constant, value=value, state="exact", symbol=text))
    return in_reading_order(merged(law, inputs), columns)


def in_reading_order(law: Law, columns: Sequence[str]) -> Law:
    """The constants named anew in the order in which a reader meets them."""
    text = " ".join(law_latex(law, columns, marked=True))
    met = list(dict.fromkeys(re.findall(r"\\htmlData\{constant=(\w+)\}", text)))
    names = fresh_names(columns)
    table = {name: next(names) for name in [*met, *(each for each in law.names if each not in met)]}
    made = renamed(law, table)
    return Law(made.expressions, tuple(made[name] for name in table.values()))


def merged(law: Law, inputs: Array) -> Law:
    """The law with no constant free twice on these rows, and the same values there.

    Raises:
        FormulaError: it has no value on any row.
    """
    rows = LawRows(inputs, law_values(law, inputs))
    while law.free:
        lost = undetermined(law, rows)
        if not lost:
            break
        name = next(each.name for each in reversed(law.free) if each.name in lost)
        law = _neutral(law, name, rows) or law.with_constant(replace(law[name], state="fixed"))
    return law


def _neutral(law: Law, name: str, rows: LawRows) -> Law | None:
    """The law without a constant whose part others can take; None when they cannot."""
    spread = float(np.nanstd(rows.targets)) or 1.0
    count = int(np.isfinite(rows.targets).all(axis=1).sum())
    for value in (0.0, 1.0):
        trial = law.with_constant(replace(law[name], value=value, state="exact", symbol=f"{value:g}"))
        try:
            found = refit(trial, rows)
        except FormulaError:
            continue
        if found.loss <= count * (SAME * spread) ** 2:
            return without_trivial(found.law)
    return None


def without_trivial(law: Law) -> Law:
    """The law without exact constants that are 0 or 1, and what goes with them."""
    trivial = {each.name: Exact(each.value) for each in law.constants if each.state == "exact" and each.value in (0.0, 1.0)}
    return law.with_expressions([folded(with_constants(tree, trivial)) for tree in law.expressions])
