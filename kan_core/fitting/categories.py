"""One value of a constant for each category of a column: Vm[state] becomes the constants Vm[treated], Vm[untreated].

The column holds whole numbers, which may stand for labels. Only categories that occur get a constant; the formula is a choice
among them by comparisons, so whatever knows formulas knows this one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, constants_of, rebuilt
from kan_core.expression.writing import number_text

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a column.

    Attributes:
        column: its name.
        values: numbers in rising order.
        names: of each, its label or the number as text.
    """

    column: str
    values: tuple[float, ...]
    names: tuple[str, ...]

    def known(self, values: Array) -> NDArray[np.bool_]:
        """Whether each of some values of the column is one of the categories."""
        return np.isin(values, self.values)


@dataclass(frozen=True, slots=True)
class Family:
    """A constant with one value per category.

    Attributes:
        name: as written, without brackets.
        categories: of its column.
    """

    name: str
    categories: Categories

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the constants, one a category."""
        return tuple(f"{self.name}[{category}]" for category in self.categories.names)


def categories_of(name: str, values: Array, labels: Sequence[str] = (), most: int = 100) -> Categories | None:
    """The categories of a column; None unless it holds two to `most` different whole numbers.

    Args:
        name: of the column.
        values: (rows,).
        labels: what 0, 1, … stand for.
        most: categories; with more of them a constant each says little about rows to come.
    """
    # Looked at first, since sorting a column of measurements takes a hundred times as long.
    few = values[: 8 * most]
    if len(np.unique(few)) > most or (few != np.round(few)).any():
        return None
    found = np.unique(values)
    if not 2 <= len(found) <= most or (found != np.round(found)).any():
        return None
    names = tuple(labels[int(value)] for value in found) if labels else tuple(number_text(float(value)) for value in found)
    return Categories(name, tuple(map(float, found)), names)


def with_families(
    expression: Expression,
    columns: Sequence[str],
    inputs: Array,
    per: Mapping[str, str] | None = None,
    labels: Mapping[str, Sequence[str]] | None = None,
    settled: Collection[str] = (),
) -> tuple[Expression, tuple[Family, ...]]:
    """The formula with a choice of constants in place of each one per category.

    Args:
        expression: with constants such as Vm[state], or Vm where `per` names it.
        columns: names of the inputs in order.
        inputs: (rows, inputs).
        per: column by the name of a constant.
        labels: of columns whose numbers stand for texts.
        settled: names of constants of single categories, which stay as they are.

    Raises:
        FormulaError: no such constant or column, a constant that stands with different columns, or a column without categories.
    """
    asked = _asked([name for name in constants_of(expression) if name not in settled], columns, per or {})
    families: dict[str, Family] = {}
    for name, column in asked.items():
        values = np.asarray(inputs)[:, list(columns).index(column)]
        found = categories_of(column, values, (labels or {}).get(column, ()))
        if found is None:
            raise FormulaError(
                f"'{name}' cannot have one value per {column}: that takes a column of labels, or of a few whole numbers that vary"
            )
        families[name] = Family(name, found)

    def chosen(node: Expression) -> Expression | None:
        if not isinstance(node, Constant) or node.name in settled or (family := families.get(_base(node.name))) is None:
            return None
        on = Column(list(columns).index(family.categories.column))
        return _choice(on, family.categories.values, family.keys)

    return rebuilt(expression, chosen), tuple(families.values())


def _choice(on: Expression, values: Sequence[float], keys: Sequence[str]) -> Expression:
    """The constant that belongs to the column's value: halved by comparisons, so that a row passes few of them."""
    if len(keys) == 1:
        return Constant(keys[0])
    half = len(keys) // 2
    border = (values[half - 1] + values[half]) / 2
    below, above = _choice(on, values[:half], keys[:half]), _choice(on, values[half:], keys[half:])
    return Apply("where", (Apply("less", (on, Exact(border))), below, above))


def _asked(names: Sequence[str], columns: Sequence[str], per: Mapping[str, str]) -> dict[str, str]:
    """Column by the name of each constant that has one value per category."""
    found: dict[str, str] = {}
    for each in names:
        name, bracket, column = each.partition("[")
        column = column.removesuffix("]") if bracket else per.get(name, "")
        if found.setdefault(name, column) != column:
            raise FormulaError(
                f"'{name}' stands in the formula in two ways, {_shown(name, found[name])} and {_shown(name, column)}; "
                "a constant is one number, or one per category of one column"
            )
        if column and name in per and per[name] != column:
            raise FormulaError(f"'{name}' is written as {each}, and is to have one value per {per[name]}; say one of the two")
    for name, column in per.items():
        if name not in found:
            raise FormulaError(f"the formula has no constant called '{name}' that could have one value per {column}")
        if column not in columns:
            raise FormulaError(f"'{name}' cannot have one value per '{column}': there is no such column")
    return {name: column for name, column in found.items() if column}


def _base(name: str) -> str:
    return name.partition("[")[0]


def _shown(name: str, column: str) -> str:
    return f"{name}[{column}]" if column else name
