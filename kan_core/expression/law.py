"""A law: formulas over columns and named constants, and what is known of each constant. Plain data, as JSON and back.

The law is the model wherever nothing is a spline any more: fits move its free constants and nothing else, and whatever a person
set stays. `kan_core.law` has what can be done with one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from kan_core.errors import FormulaError
from kan_core.expression.coding import from_data, to_data
from kan_core.expression.tree import Expression, Hidden, Spline, columns_of, constants_of, walk

State = Literal["free", "fixed", "exact"]


@dataclass(frozen=True, slots=True)
class LawConstant:
    """One named number.

    Attributes:
        name: as it stands in the expressions.
        value: in raw units.
        state: whether fits move it (free), leave it (fixed), or it is a number of the form itself (exact).
        symbol: text of an exact number, such as pi/2; empty for the others.
        low, high: bounds that fits keep to.
        unit: of the value, where a person gave it one.
    """

    name: str
    value: float
    state: State = "free"
    symbol: str = ""
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """Formulas with their constants.

    Attributes:
        expressions: one a target, raw units.
        constants: all that occur, in order of appearance.
    """

    expressions: tuple[Expression, ...]
    constants: tuple[LawConstant, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of all constants, in order."""
        return tuple(constant.name for constant in self.constants)

    @property
    def free(self) -> tuple[LawConstant, ...]:
        """The constants that fits move."""
        return tuple(constant for constant in self.constants if constant.state == "free")

    def __getitem__(self, name: str) -> LawConstant:
        """The constant of a name.

        Raises:
            FormulaError: there is none; says which there are.
        """
        for constant in self.constants:
            if constant.name == name:
                return constant
        known = ", ".join(self.names) or "none"
        raise FormulaError(f"the formula has no constant called '{name[:80]}'; its constants are: {known}")

    def with_constant(self, constant: LawConstant) -> Law:
        """Another constant in the place of the one of its name."""
        self[constant.name]
        made = tuple(constant if each.name == constant.name else each for each in self.constants)
        return replace(self, constants=made)

    def with_values(self, values: Mapping[str, float]) -> Law:
        """Some constants at other values."""
        made = tuple(replace(each, value=values[each.name]) if each.name in values else each for each in self.constants)
        return replace(self, constants=made)

    def with_states(self, states: Mapping[str, State]) -> Law:
        """Some constants in other states."""
        made = tuple(replace(each, state=states[each.name]) if each.name in states else each for each in self.constants)
        return replace(self, constants=made)

    def with_expressions(self, expressions: Sequence[Expression]) -> Law:
        """Other formulas of the same constants; those that occur no more are gone."""
        names = dict.fromkeys(name for expression in expressions for name in constants_of(expression))
        return Law(tuple(expressions), tuple(self[name] for name in names))


def is_constant_name(name: str) -> bool:
    """Whether constants may be called so: a word, or a word with the category that it is for, Vm[treated]."""
    word, bracket, category = name.partition("[")
    return word.isidentifier() and (not bracket or (len(category) > 1 and category.endswith("]")))


def law_document(law: Law) -> dict[str, Any]:
    """The law as JSON."""
    return {
        "expressions": [to_data(expression) for expression in law.expressions],
        "constants": [_constant_document(constant) for constant in law.constants],
    }


def read_law(document: object, inputs: int, targets: int) -> Law:
    """JSON → law.

    Args:
        document: from wherever.
        inputs: columns that there are.
        targets: formulas that are wanted.

    Raises:
        FormulaError: no law, or one that does not fit; says what is wrong.
    """
    parts = _object(document, "law")
    expressions = tuple(from_data(part) for part in _list(parts.get("expressions"), "expressions"))
    constants = tuple(_read_constant(part) for part in _list(parts.get("constants"), "constants"))
    names = [constant.name for constant in constants]
    used = {name for expression in expressions for name in constants_of(expression)}
    if len(set(names)) != len(names) or set(names) != used:
        raise FormulaError("the constants of the law are not those of its formulas")
    if any(isinstance(part, Spline | Hidden) for expression in expressions for part in walk(expression)):
        raise FormulaError("a law has no splines and no hidden values")
    if len(expressions) != targets or any(place >= inputs for each in expressions for place in columns_of(each)):
        raise FormulaError("the law is one of another table")
    return Law(expressions, constants)


def _constant_document(constant: LawConstant) -> dict[str, Any]:
    document: dict[str, Any] = {"name": constant.name, "value": constant.value, "state": constant.state}
    if constant.symbol:
        document["symbol"] = constant.symbol
    if constant.unit:
        document["unit"] = constant.unit
    ends = {"low": constant.low, "high": constant.high}
    return document | {name: end for name, end in ends.items() if math.isfinite(end)}


def _read_constant(document: object) -> LawConstant:
    part = _object(document, "constant")
    name, state = _text(part.get("name")), part.get("state")
    if not is_constant_name(name) or state not in ("free", "fixed", "exact"):
        raise FormulaError(f"'{name[:40]}' is no constant of a law")
    low, high = _number(part.get("low", -math.inf)), _number(part.get("high", math.inf))
    if not low <= high:
        raise FormulaError(f"the bounds of '{name[:40]}' leave it no value")
    symbol, unit = _text(part.get("symbol", "")), _text(part.get("unit", ""))
    return LawConstant(name, _finite(part.get("value")), state, symbol, low, high, unit)


def _object(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FormulaError(f"the {what} is not a JSON object")
    return cast("dict[str, Any]", value)


def _list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise FormulaError(f"the {what} of the law are not a list")
    return cast("list[object]", value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise FormulaError("a number of the law is none")
    return float(value)


def _finite(value: object) -> float:
    number = _number(value)
    if not math.isfinite(number):
        raise FormulaError("a number of the law is not finite")
    return number


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise FormulaError("a text of the law is none")
    return value
