"""Trees as plain data for JSON and other formats of messages, and back from a closed list of kinds. Nothing is ever run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.own import own_function
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Hidden,
    Power,
    Product,
    Spline,
    Sum,
    children,
)
from kan_core.ids import EdgeId, NodeId

_DEEPEST = 200
"""Levels of a formula: each edge of a network gives a handful, and Python's own stack holds a walk over these."""
_MARKS: Mapping[type[Expression], str] = MappingProxyType({Sum: "+", Product: "*", Power: "^"})


def to_data(node: Expression) -> object:
    """A number, or a list of what the node is and its parts: ["column", 0], ["+", …], ["apply", "sin", …]."""
    parts = map(to_data, children(node))
    match node:
        case Exact(value, symbol):
            return ["=", value, symbol] if symbol else value
        case Constant(name):
            return ["constant", name]
        case Column(index):
            return ["column", index]
        case Hidden(place):
            return ["hidden", *place]
        case Apply(function):
            return ["apply", function, *parts]
        case Spline(edge):
            return ["spline", *edge, *parts]
        case _:
            return [_MARKS[type(node)], *parts]


def from_data(data: object) -> Expression:
    """The tree of `to_data`.

    Raises:
        FormulaError: no such data.
    """
    try:
        return _read(data, 0)
    except (ValueError, TypeError, IndexError) as error:
        raise FormulaError("not the data of a formula") from error


def _read(data: object, depth: int) -> Expression:
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Exact(float(data))
    if depth > _DEEPEST or not isinstance(data, list | tuple) or not data or data[0] not in _KINDS:
        raise FormulaError("not the data of a formula")
    mark, *rest = data
    return _KINDS[mark](rest, depth + 1)


def _parts(rest: Sequence[object], depth: int, least: int) -> tuple[Expression, ...]:
    if len(rest) < least:
        raise FormulaError("a part of a formula is missing")
    return tuple(_read(part, depth) for part in rest)


def _applied(rest: Sequence[object], depth: int) -> Expression:
    name = _text(rest[0])
    row = FUNCTIONS.get(name)
    # The name of an own function is its definition, which is read like any text from outside.
    arguments = len(own_function(name).names) if row is None else row.arguments
    if len(rest) != 1 + arguments:
        raise FormulaError(f"{name[:40]} takes {arguments} arguments")
    return Apply(name, _parts(rest[1:], depth, 1))


def _power(rest: Sequence[object], depth: int) -> Expression:
    base, exponent = _parts(rest, depth, 2)
    return Power(base, exponent)


def _spline(rest: Sequence[object], depth: int) -> Expression:
    layer, source, target, argument = rest
    return Spline(EdgeId(_place(layer), _place(source), _place(target)), _read(argument, depth))


def _place(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FormulaError("a place in a formula is none")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise FormulaError("a name in a formula is none")
    return value


def _exact(rest: Sequence[object], _: int) -> Expression:
    value, symbol = rest
    if not isinstance(value, int | float):
        raise FormulaError("a number in a formula is none")
    return Exact(float(value), _text(symbol))


def _column(rest: Sequence[object], _: int) -> Expression:
    (index,) = rest
    return Column(_place(index))


def _constant(rest: Sequence[object], _: int) -> Expression:
    (name,) = rest
    return Constant(_text(name))


def _hidden(rest: Sequence[object], _: int) -> Expression:
    layer, index = rest
    return Hidden(NodeId(_place(layer), _place(index)))


_KINDS: Mapping[object, Callable[[Sequence[object], int], Expression]] = MappingProxyType(
    {
        "=": _exact,
        "constant": _constant,
        "column": _column,
        "hidden": _hidden,
        "+": lambda rest, depth: Sum(_parts(rest, depth, 2)),
        "*": lambda rest, depth: Product(_parts(rest, depth, 2)),
        "^": _power,
        "apply": _applied,
        "spline": _spline,
    }
)
