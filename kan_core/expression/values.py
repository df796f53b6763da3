"""Values of a formula on the rows of a table, and its slopes by its constants.

The tree becomes a list of steps, each distinct part once. What no constant takes part in is computed when the rows are given
and never again, so that a fit pays for the rest alone. Slopes are carried backwards, from the whole to its constants, so that
their number costs nothing: with ū the slope of the whole by a part u (Griewank & Walther 2008, chapter 3),

    f = Σ uᵢ: ūᵢ += f̄,   f = Π uᵢ: ūᵢ += f̄·Π_{j≠i} uⱼ,   f = u^p: ū += f̄·p·u^(p-1), p̄ += f̄·f·log u,   f = g(u): ū += f̄·g′(u)

A result that is not defined is NaN or infinite; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, Power, Product, Sum, children

Array = NDArray[np.floating[Any]]
Operation = Callable[..., Array]
"""Values of the parts → value of the whole."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A part that constants take part in: its place and those of its parts, and how its value follows from theirs."""

    place: int
    node: Expression
    parts: tuple[int, ...]
    operation: Operation


class Program:
    """One formula on the rows of one table, ready to be computed for many values of its constants.

    Args:
        expression: the formula.
        columns: (rows, inputs).
        names: the constants in the order of their values.
        precision: of all arithmetic; `numpy.longdouble` where rounding is what is looked at.
    """

    def __init__(
        self, expression: Expression, columns: Array, names: Sequence[str], precision: type[np.floating[Any]] = np.float64
    ) -> None:
        self.rows = len(columns)
        self.names = tuple(names)
        self._precision = precision
        self._columns = np.asarray(columns, dtype=precision)
        self._place = {name: place for place, name in enumerate(self.names)}
        self._known: list[Array | None] = []
        self._given: list[tuple[int, int]] = []
        self._steps: list[_Step] = []
        self._index: dict[Expression, int] = {}
        self._latest: tuple[bytes, list[Any]] = (b"", [])
        with np.errstate(all="ignore"):
            self._last = self._add(expression)
        self._varies = [known is None for known in self._known]

    def values(self, constants: Array) -> Array:
        """(rows,) or 0-d."""
        with np.errstate(all="ignore"):
            value: Array = self._values(np.asarray(constants, dtype=self._precision))[self._last]
        return value

    def residual(self, constants: Array, target: Array) -> Array:
        """(rows,) target less formula."""
        left = target - self.values(constants)
        return left if left.shape == (self.rows,) else np.broadcast_to(left, (self.rows,))

    def linearised(self, constants: Array) -> tuple[Array, Array]:
        """Values (rows,) and the Jacobian (rows, constants)."""
        jacobian = np.zeros((self.rows, len(self.names)), dtype=self._precision, order="F")
        with np.errstate(all="ignore"):
            values = self._values(np.asarray(constants, dtype=self._precision))
            slopes: list[Array | None] = [None] * len(values)
            slopes[self._last] = np.ones((), dtype=self._precision)
            for step in reversed(self._steps):
                above = slopes[step.place]
                if above is not None:
                    self._pass_on(step, above, values, slopes)
            for place, name in self._given:
                own = slopes[place]
                if own is not None:
                    jacobian[:, name] = own
        return _rows(values[self._last], self.rows), jacobian

    def _add(self, node: Expression) -> int:
        found = self._index.get(node)
        if found is not None:
            return found
        parts = tuple([self._add(part) for part in children(node)])
        place = len(self._known)
        self._index[node] = place
        self._known.append(None)
        if isinstance(node, Constant):
            self._given.append((place, self._place[node.name]))
        elif any(self._known[part] is None for part in parts):
            self._steps.append(_Step(place, node, parts, _operation(node)))
        else:
            self._known[place] = self._known_value(node, parts)
        return place

    def _known_value(self, node: Expression, parts: tuple[int, ...]) -> Array:
        match node:
            case Exact(value):
                return np.asarray(value, dtype=self._precision)
            case Column(index):
                return self._columns[:, index]
            case _:
                return _operation(node)(*[self._known[part] for part in parts])

    def _values(self, constants: Array) -> list[Any]:
        """Of every part; those of the last constants are kept, which a fit asks for twice."""
        key = constants.tobytes()
        if self._latest[0] == key and self._latest[1]:
            return self._latest[1]
        values: list[Any] = self._known.copy()
        for place, name in self._given:
            values[place] = constants[name]
        for step in self._steps:
            values[step.place] = step.operation(*[values[part] for part in step.parts])
        self._latest = key, values
        return values

    def _pass_on(self, step: _Step, above: Array, values: list[Any], slopes: list[Array | None]) -> None:
        """Adds to the slopes by the parts of a step what reaches the whole through it."""
        places = [part for part in step.parts if self._varies[part]]
        match step.node:
            case Sum():
                found = [above] * len(places)
            case Product():
                found = [_others(above, values, step.parts, own) for own, part in enumerate(step.parts) if self._varies[part]]
            case Power(_, exponent):
                found = list(self._power_slopes(step, exponent, above, values))
            case Apply(function):
                own = FUNCTIONS[function].slopes(np, values[step.place], *[values[part] for part in step.parts])
                found = [above * slope for slope, part in zip(own, step.parts, strict=True) if self._varies[part]]
            case _:
                found = []
        for place, slope in zip(places, found, strict=True):
            before = slopes[place]
            slopes[place] = slope if before is None else before + slope

    def _power_slopes(self, step: _Step, exponent: Expression, above: Array, values: list[Any]) -> Iterator[Array]:
        base, power = step.parts
        if self._varies[base]:
            p: Array | float = exponent.value if isinstance(exponent, Exact) else values[power]
            yield above * (p * powered(values[base], p - 1))
        if self._varies[power]:
            # u^p·log u vanishes with u for p > 0.
            result = values[step.place]
            yield above * np.where(result == 0, 0.0, result * np.log(values[base]))


def values_of(expression: Expression, columns: Array) -> Array:
    """(rows,) values of a formula without constants."""
    given = np.asarray(columns, dtype=np.float64)
    with np.errstate(all="ignore"):
        return _rows(_value(expression, given), len(given))


def _value(node: Expression, columns: Array) -> Array:
    if isinstance(node, Column):
        return columns[:, node.index]
    if isinstance(node, Exact):
        return np.asarray(node.value)
    return _operation(node)(*[_value(part, columns) for part in children(node)])


def _operation(node: Expression) -> Operation:
    """What a node does with the values of its parts: the one place that says so."""
    match node:
        case Sum():
            return _summed
        case Product():
            return _multiplied
        case Power(_, Exact(exponent)):
            return partial(_raised, exponent)
        case Power():
            return powered
        case Apply(function):
            return partial(FUNCTIONS[function].value, np)
        case _:
            raise TypeError(f"{node!r} is not computed from parts")


def _summed(*parts: Array) -> Array:
    made = parts[0]
    for part in parts[1:]:
        made = made + part
    return made


def _multiplied(*parts: Array) -> Array:
    made = parts[0]
    for part in parts[1:]:
        made = made * part
    return made


def _raised(exponent: float, base: Array, _: Array) -> Array:
    return powered(base, exponent)


def powered(base: Array, exponent: Array | float) -> Array:
    """base^exponent; whole and half exponents by multiplication and root, which are exact to rounding and keep signs."""
    if isinstance(exponent, float):
        if exponent == 0.5:
            return np.sqrt(base)
        if exponent == -0.5:
            return 1 / np.sqrt(base)
        if exponent.is_integer() and abs(exponent) <= 64:
            power = _repeated(base, int(abs(exponent))) if exponent else np.ones_like(base)
            return 1 / power if exponent < 0 else power
    return np.power(base, exponent)


def _repeated(base: Array, times: int) -> Array:
    if times == 1:
        return base
    half = _repeated(base, times // 2)
    return half * half if times % 2 == 0 else half * half * base


def _others(above: Array, values: Sequence[Array], parts: Sequence[int], own: int) -> Array:
    """The slope above a product times all its factors but one."""
    made = above
    for place, part in enumerate(parts):
        if place != own:
            made = made * values[part]
    return made


def _rows(values: Array, rows: int) -> Array:
    """(rows,) of what may be one number."""
    return values if values.shape == (rows,) else np.broadcast_to(values, (rows,))
