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
import sympy
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.exact import exact_value, read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.text import parse
from kan_core.expression.tree import Constant, Exact, Expression, Power, children, negative, with_children, with_constants
from kan_core.law.naming import SAME, fresh_names, renamed
from kan_core.law.problem import LawRows, law_values
from kan_core.law.refit import refit, undetermined
from kan_core.symbolic.bridge import from_sympy
from kan_core.symbolic.law_expressions import law_latex

Array = NDArray[np.floating[Any]]


def law_of_expressions(
    expressions: Sequence[sympy.Expr], columns: Sequence[str], inputs: Array, exact: Sequence[str] = ()
) -> Law:
    """The law of a formula that was written out, its decimal numbers free constants, none of them free twice.

    Args:
        expressions: one a target, without splines.
        columns: names of the inputs.
        inputs: (rows, inputs) that tell constants apart.
        exact: texts of numbers that are exact where they stand.

    Raises:
        FormulaError: a function that no law can hold, or a formula too long to be written out.
    """
    numbers = _Numbers(columns)
    trees = [from_sympy(expression, columns, numbers.decimal) for expression in expressions]
    law = Law((), numbers.constants).with_expressions(trees)
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


def law_of_texts(formulas: Sequence[str], columns: Sequence[str], constants: Sequence[LawConstant] = ()) -> Law:
    """The law as a person wrote it: whole numbers, pi, e and halves as exponents belong to the form, other numbers are free.

    Args:
        formulas: one a target.
        columns: names of the inputs.
        constants: what the person says of names that are no columns.

    Raises:
        FormulaError: a text that is no formula of these columns and constants.
    """
    numbers = _Numbers([*columns, *(each.name for each in constants)])
    trees = [_with_numbers(parse(text, columns, constants=bool(constants)), numbers) for text in formulas]
    return Law((), (*constants, *numbers.constants)).with_expressions(trees)


class _Numbers:
    """Constants in the order in which they are met; equal numbers that were written out are one constant."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._names = fresh_names(columns)
        self._found: dict[float, LawConstant] = {}
        self._more: list[LawConstant] = []

    @property
    def constants(self) -> tuple[LawConstant, ...]:
        return (*self._found.values(), *self._more)

    def decimal(self, value: float) -> Expression:
        """The constant of a number, by its size."""
        if not math.isfinite(value):
            raise FormulaError("the formula has a number that is not finite")
        size = abs(value)
        if size not in self._found:
            self._found[size] = LawConstant(next(self._names), size)
        constant = Constant(self._found[size].name)
        return negative(constant) if value < 0 else constant

    def another(self, value: float) -> Expression:
        """A constant of its own."""
        self._more.append(LawConstant(next(self._names), value))
        return Constant(self._more[-1].name)


def _with_numbers(node: Expression, numbers: _Numbers, *, exponent: bool = False) -> Expression:
    """The tree with constants in the place of decimal numbers."""
    if isinstance(node, Exact):
        belongs = bool(node.symbol) or node.value.is_integer() or (exponent and (2 * node.value).is_integer())
        return node if belongs else numbers.another(node.value)
    if isinstance(node, Power):
        return Power(_with_numbers(node.base, numbers), _with_numbers(node.exponent, numbers, exponent=True))
    parts = tuple(_with_numbers(part, numbers) for part in children(node))
    return with_children(node, parts) if parts else node


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
