"""One value of a constant for each category of a column: Vm[state] becomes the constants Vm[treated], Vm[untreated].

The column holds whole numbers, which may stand for labels. Only categories that occur get a constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.tree import Choice, Column, Constant, Expression, constants_of, rebuilt
from kan_core.expression.writing import number_text

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Categories:
    """The categories of a column.

    Attributes:
        column: its name.
        values: numbers in rising order.
        names: of each, its label or the number as text.
        labelled: whether names are labels.
    """

    column: str
    values: tuple[float, ...]
    names: tuple[str, ...]
    labelled: bool


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
    return Categories(name, tuple(map(float, found)), names, labelled=bool(labels))


def with_families(
    expression: Expression,
    columns: Sequence[str],
    inputs: Array,
    per: Mapping[str, str] | None = None,
    labels: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Expression, tuple[Family, ...]]:
    """The formula with a choice of constants in place of each one per category.

    Args:
        expression: with constants such as Vm[state], or Vm where `per` names it.
        columns: names of the inputs in order.
        inputs: (rows, inputs).
        per: column by the name of a constant.
        labels: of columns whose numbers stand for texts.

    Raises:
        FormulaError: no such constant or column, a constant that stands with different columns, or a column without categories.
    """
    asked = _asked(constants_of(expression), columns, per or {})
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
        if not isinstance(node, Constant) or (family := families.get(_base(node.name))) is None:
            return None
        categories = family.categories
        on = Column(list(columns).index(categories.column))
        names = categories.names if categories.labelled else ()
        return Choice(on, categories.values, tuple(map(Constant, family.keys)), names)

    return rebuilt(expression, chosen), tuple(families.values())


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
