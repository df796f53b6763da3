"""A formula that a person wrote and what they say of its constants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.text import NUMBERS, parse_sides
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    columns_of,
    constants_of,
    rebuilt,
    with_constants,
)
from kan_core.expression.writing import written
from kan_core.fitting.categories import Family, with_families

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person says of one constant.

    Attributes:
        start: where to begin, or the value when it is fixed.
        low, high: bounds.
        fixed: whether it stays at `start`.
        same_as: another constant whose value it has; nothing else is said of it then.
    """

    start: float | None = None
    low: float = -math.inf
    high: float = math.inf
    fixed: bool = False
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A formula as a person wrote it: left(target) = right(columns, constants).

    Attributes:
        left: of the one column that is the target; the column itself when nothing stands before "=".
        right: with named constants.
        columns: names of the inputs.
        target: name of the target.
        labels: of columns whose numbers 0, 1, … stand for texts.
        per: column by the name of a constant that is to have one value per category, where the formula does not say so itself.
        families: those constants, known when the formula stands among rows.
        short: the right-hand side with one sign for all categories of a constant, as it is written; None where that is `right`.
    """

    left: Expression
    right: Expression
    columns: tuple[str, ...]
    target: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    per: Mapping[str, str] = field(default_factory=dict[str, str])
    families: tuple[Family, ...] = ()
    short: Expression | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The constants, in order of appearance."""
        return constants_of(self.right)

    @property
    def left_text(self) -> str:
        """The left-hand side."""
        return written(self.left, [self.target])

    def text(self, values: Mapping[str, float] | None = None) -> str:
        """right-hand side; with numbers in place of the constants that have a value."""
        numbers = {name: Exact(value) for name, value in (values or {}).items()}
        return written(with_constants(self.right, numbers), self.columns)

    def short_text(self, values: Mapping[str, float]) -> str:
        """The right-hand side with numbers in place of the constants that are one number: Vm[state]*conc/(0.058 + conc)."""
        numbers = {name: Exact(value) for name, value in values.items()}
        return written(with_constants(self.short or self.right, numbers), self.columns)

    def among(self, inputs: Array) -> Model:
        """The same with a constant for each category of those that are to have one value per category.

        Args:
            inputs: (rows, inputs), whose categories are meant.

        Raises:
            FormulaError: no such constant or column, or one without categories.
        """
        if self.families:
            return self
        right, families = with_families(self.right, self.columns, inputs, self.per, self.labels)
        named = {family.name: Constant(f"{family.name}[{family.categories.column}]") for family in families}
        return replace(self, right=right, families=families, short=with_constants(self.right, named))

    def merged(self, name: str) -> Model:
        """The same with one value for all categories of a constant."""
        keys = next(family.keys for family in self.families if family.name == name)
        right = rebuilt(self.right, lambda node: Constant(name) if _chooses(node) and constants_of(node) == keys else None)
        return replace(self, right=right, families=tuple(each for each in self.families if each.name != name), short=None)

    def parted(self, name: str, column: str, inputs: Array) -> Model:
        """The same with one value for each category of a column.

        Raises:
            FormulaError: no such constant or column, or one without categories.
        """
        settled = [key for family in self.families for key in family.keys]
        right, families = with_families(self.right, self.columns, inputs, {name: column}, self.labels, settled)
        return replace(self, right=right, families=(*self.families, *families), short=None)

    def solved(self) -> Expression | None:
        """The target by itself: the right-hand side behind the inverse of the left one; None where no function undoes that."""
        left, right = self.left, self.right
        while isinstance(left, Apply) and len(left.arguments) == 1:
            row = FUNCTIONS.get(left.function)
            if row is None or row.undone is None:
                return None
            left, right = left.arguments[0], row.undone(right)
        return right if isinstance(left, Column) else None

    def known(self, inputs: Array) -> NDArray[np.bool_]:
        """(rows,) whether the categories of some inputs are among those that the constants are for."""
        made = np.ones(len(inputs), dtype=np.bool_)
        for family in self.families:
            made &= family.categories.known(inputs[:, self.columns.index(family.categories.column)])
        return made

    def tied(self, settings: Mapping[str, Setting]) -> tuple[Model, dict[str, str]]:
        """The same with equal constants made one, and the name that stands for each of those that went.

        Raises:
            FormulaError: a tie to no constant, to itself or round in a circle.
        """
        ties = {name: each.same_as for name, each in settings.items() if each.same_as is not None}
        ends: dict[str, str] = {}
        for name, other in ties.items():
            end, seen = other, {name}
            while end in ties and end not in seen:
                seen.add(end)
                end = ties[end]
            if end in seen or end not in self.names:
                known = ", ".join(each for each in self.names if each not in ties) or "none"
                raise FormulaError(f"'{name}' cannot be the same as '{other}'; the constants it can follow are: {known}")
            ends[name] = end
        if not ends:
            return self, {}
        right = with_constants(self.right, {name: Constant(other) for name, other in ends.items()})
        return replace(self, right=right), ends


def _chooses(node: Expression) -> bool:
    return isinstance(node, Apply) and node.function == "where"


def read_model(
    text: str,
    columns: Sequence[str],
    target: str,
    *,
    labels: Mapping[str, Sequence[str]] | None = None,
    per: Mapping[str, str] | None = None,
) -> Model:
    """Read "right" or "left = right"; names that are neither columns, functions nor known numbers are constants.

    Args:
        text: the formula.
        columns: names of the inputs.
        target: name of the target.
        labels: of columns whose numbers 0, 1, … stand for texts; such a column stands in brackets only.
        per: column by the name of a constant that has one value per category; Vm[state] in the formula says the same.

    Raises:
        FormulaError: not in the grammar, the target on the right, or something other than the target on the left.
    """
    applied, tree = parse_sides(text, columns, target)
    if target not in columns and target in constants_of(tree):
        raise FormulaError(f"'{target}' is the target; it stands on the left of '=', not on the right")
    words = next((columns[place] for place in sorted(columns_of(tree)) if (labels or {}).get(columns[place])), None)
    if words is not None:
        raise FormulaError(f"the column '{words}' holds labels, not numbers; write A[{words}] for one value of A per {words}")
    if not columns_of(applied):
        raise FormulaError(f"'{target}' is the target; it must stand on the left of '='")
    return Model(applied, tree, tuple(columns), target, labels or {}, per or {})


def settings_of(model: Model, settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """What is said of each constant; what is said of a constant with one value per category is said of all of them.

    Raises:
        FormulaError: a setting for no constant, bounds that leave no value, or a start outside them.
    """
    families = {family.name: family.keys for family in model.families}
    known = ", ".join(model.names) or "none"
    made: dict[str, Setting] = {}
    for name, setting in settings.items():
        if name not in model.names and name not in families:
            if name in (*model.columns, *NUMBERS):
                kind = "column" if name in model.columns else "known number"
                raise FormulaError(f"'{name}' is a {kind}, not a constant to fit")
            raise FormulaError(f"the formula has no constant called '{name}'; its constants are: {known}")
        _check(name, setting)
        if name in families:
            made = {key: setting for key in families[name] if key not in settings} | made
        else:
            made[name] = setting
    return made


def _check(name: str, setting: Setting) -> None:
    if not setting.low <= setting.high or math.isnan(setting.low) or math.isnan(setting.high):
        raise FormulaError(f"the bounds of '{name}' leave it no value: {setting.low:g} to {setting.high:g}")
    start = setting.start
    if start is not None and not (math.isfinite(start) and setting.low <= start <= setting.high):
        raise FormulaError(f"'{name}' cannot begin at {start:g}: that is outside its bounds")
    if setting.fixed and start is None:
        raise FormulaError(f"'{name}' is fixed, but no value is given for it")
    if setting.same_as is not None and setting.fixed:
        raise FormulaError(f"'{name}' is fixed and to be the same as '{setting.same_as}'; say one of the two")
