"""Formulas as small immutable trees that numpy evaluates with exact slopes: thousands are tried before one is written by sympy.

A number in a tree is a free constant; exponents of powers are not. Constants are counted in the order in which a walk from
the root, parts from left to right, meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula.

    Attributes:
        kind: "column", "number", "sum", "product", "power", or the name of a function in `FUNCTIONS`.
        parts: what it is made of.
        value: index of a column, the number itself, or the exponent.
    """

    kind: str
    parts: tuple[Node, ...] = ()
    value: float = 0.0


FUNCTIONS: Mapping[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "exp": (np.exp, lambda _, f: f),
    "log": (np.log, lambda u, _: 1 / u),
    "sin": (np.sin, lambda u, _: np.cos(u)),
    "cos": (np.cos, lambda u, _: -np.sin(u)),
    "tan": (np.tan, lambda _, f: 1 + f * f),
    "asin": (np.arcsin, lambda u, _: 1 / np.sqrt(1 - u * u)),
    "acos": (np.arccos, lambda u, _: -1 / np.sqrt(1 - u * u)),
    "atan": (np.arctan, lambda u, _: 1 / (1 + u * u)),
    "tanh": (np.tanh, lambda _, f: 1 - f * f),
    "atanh": (np.arctanh, lambda u, _: 1 / (1 - u * u)),
    "cosh": (np.cosh, lambda u, _: np.sinh(u)),
}
"""Value, and slope from argument and value, of every function of one argument."""


def column(index: int) -> Node:
    """An input."""
    return Node("column", (), float(index))


def number(value: float) -> Node:
    """A free constant."""
    return Node("number", (), float(value))


def add(*parts: Node) -> Node:
    """The sum of its parts, sums among them merged."""
    return _joined("sum", parts)


def multiply(*parts: Node) -> Node:
    """The product of its parts, products among them merged."""
    return _joined("product", parts)


def power(base: Node, exponent: float) -> Node:
    """base^exponent with a fixed exponent."""
    if exponent == 1:
        return base
    if base.kind == "power":
        return (
            power(base.parts[0], base.value * exponent) if _keeps_sign(base.value, exponent) else Node("power", (base,), exponent)
        )
    return Node("power", (base,), exponent)


def apply(function: str, argument: Node) -> Node:
    """A function of one argument."""
    return Node(function, (argument,))


def _joined(kind: str, parts: Sequence[Node]) -> Node:
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if part.kind == kind else (part,))
    return flat[0] if len(flat) == 1 else Node(kind, tuple(flat))


def _keeps_sign(inner: float, outer: float) -> bool:
    """(u^inner)^outer = u^(inner·outer) for every real u where both are defined."""
    return float(outer).is_integer() or not (float(inner).is_integer() and inner % 2 == 0)


def size(node: Node) -> int:
    """Nodes of the tree, a fixed exponent counted as one."""
    own = len(node.parts) - 1 if node.kind in {"sum", "product"} else 2 if node.kind == "power" else 1
    return own + sum(size(part) for part in node.parts)


def columns_of(node: Node) -> frozenset[int]:
    """Inputs that occur."""
    if node.kind == "column":
        return frozenset((int(node.value),))
    return frozenset().union(*(columns_of(part) for part in node.parts))


def numbers_of(node: Node) -> list[float]:
    """The free constants in order."""
    if node.kind == "number":
        return [node.value]
    return [value for part in node.parts for value in numbers_of(part)]


def with_numbers(node: Node, values: Sequence[float]) -> Node:
    """The same formula with other constants."""
    return _with(node, iter(values))


def _with(node: Node, values: Iterator[float]) -> Node:
    if node.kind == "number":
        return number(next(values))
    return replace(node, parts=tuple(_with(part, values) for part in node.parts)) if node.parts else node


def substituted(node: Node, quantities: Sequence[Node]) -> Node:
    """The formula with each column replaced by what it stands for."""
    if node.kind == "column":
        return quantities[int(node.value)]
    parts = [substituted(part, quantities) for part in node.parts]
    if node.kind == "sum":
        return add(*parts)
    if node.kind == "product":
        return multiply(*parts)
    return power(parts[0], node.value) if node.kind == "power" else replace(node, parts=tuple(parts))


def values_of(node: Node, inputs: Array) -> Array:
    """(rows,) or 0-d values on (rows, inputs); not finite where it is not defined.

    What stands within may be infinite where the whole is not, as in 1/(1 + 1/x).
    """
    with np.errstate(all="ignore"):
        return _values_of(node, inputs)


def _values_of(node: Node, inputs: Array) -> Array:
    if node.kind == "column":
        return inputs[:, int(node.value)]
    if node.kind == "number":
        return np.asarray(node.value)
    parts = [_values_of(part, inputs) for part in node.parts]
    if node.kind == "power":
        return _powered(parts[0], node.value)
    if node.kind in {"sum", "product"}:
        total = parts[0]
        for part in parts[1:]:
            total = total + part if node.kind == "sum" else total * part
        return total
    return FUNCTIONS[node.kind][0](parts[0])


def values_and_slopes(node: Node, inputs: Array) -> tuple[Array, list[Array]]:
    """Values, and ∂/∂θ of every constant in order; each (rows,) or 0-d."""
    if node.kind == "column":
        return inputs[:, int(node.value)], []
    if node.kind == "number":
        return np.asarray(node.value), [np.asarray(1.0)]
    parts = [values_and_slopes(part, inputs) for part in node.parts]
    if node.kind == "sum":
        return _total([value for value, _ in parts]), [slope for _, slopes in parts for slope in slopes]
    if node.kind == "product":
        return _product_slopes(parts)
    value, slopes = parts[0]
    if node.kind == "power":
        result = _powered(value, node.value)
        outer = node.value * _powered(value, node.value - 1) if slopes else result
    else:
        result = FUNCTIONS[node.kind][0](value)
        outer = FUNCTIONS[node.kind][1](value, result) if slopes else result
    return result, [outer * slope for slope in slopes]


def _total(values: Sequence[Array]) -> Array:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _product_slopes(parts: Sequence[tuple[Array, list[Array]]]) -> tuple[Array, list[Array]]:
    """Values of a product and its slopes: each factor's slope times the others."""
    total = parts[0][0]
    for value, _ in parts[1:]:
        total = total * value
    slopes: list[Array] = []
    for place, (_, own) in enumerate(parts):
        if not own:
            continue
        others: Array = np.asarray(1.0)
        for other, (value, _) in enumerate(parts):
            if other != place:
                others = others * value
        slopes.extend(others * slope for slope in own)
    return total, slopes


def _powered(base: Array, exponent: float) -> Array:
    if exponent == 2:
        return base * base
    if exponent == -1:
        return 1 / base
    if exponent == 0.5:
        return np.sqrt(base)
    if float(exponent).is_integer():
        return np.power(base, int(exponent)) if exponent > 0 else 1 / np.power(base, int(-exponent))
    return np.power(base, exponent)
