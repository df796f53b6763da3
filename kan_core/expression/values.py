"""Values of a formula on the rows of a table, and its slopes by its constants.

The tree becomes a list of steps, each distinct part once. What no constant takes part in is computed when the rows are given
and never again, so that a fit pays for the rest alone. Slopes are carried forwards by the chain rule:

    ∂(Σ uᵢ) = Σ ∂uᵢ,   ∂(Π uᵢ) = Σᵢ ∂uᵢ·Π_{j≠i} uⱼ,   ∂u^p = p·u^(p-1)·∂u + u^p·log u·∂p,   ∂f(u) = f′(u)·∂u

A result that is not defined is NaN or infinite; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, Power, Product, Sum, children

Array = NDArray[np.floating[Any]]
Slope = dict[int, Array]
"""∂/∂constant by the constant's place; what is absent is zero."""


@dataclass(frozen=True, slots=True)
class _Step:
    node: Expression
    parts: tuple[int, ...]
    varies: bool


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
        self._steps: list[_Step] = []
        self._known: dict[int, Array] = {}
        self._index: dict[Expression, int] = {}
        with np.errstate(all="ignore"):
            self._last = self._add(expression)

    def values(self, constants: Array) -> Array:
        """(rows,) or 0-d."""
        with np.errstate(all="ignore"):
            return self._values(np.asarray(constants, dtype=self._precision))[self._last]

    def residual(self, constants: Array, target: Array) -> Array:
        """(rows,) target less formula."""
        left: Array = np.broadcast_to(target - self.values(constants), (self.rows,))
        return left

    def linearised(self, constants: Array) -> tuple[Array, Array]:
        """Values (rows,) and the Jacobian (rows, constants)."""
        given = np.asarray(constants, dtype=self._precision)
        with np.errstate(all="ignore"):
            values = self._values(given)
            slopes: dict[int, Slope] = {}
            for place, step in enumerate(self._steps):
                if step.varies:
                    slopes[place] = self._slope(step, values, slopes, place)
        jacobian = np.zeros((self.rows, len(self.names)), dtype=self._precision, order="F")
        for place, slope in slopes.get(self._last, {}).items():
            jacobian[:, place] = slope
        return np.broadcast_to(values[self._last], (self.rows,)), jacobian

    def _add(self, node: Expression) -> int:
        found = self._index.get(node)
        if found is not None:
            return found
        parts = tuple(self._add(part) for part in children(node))
        varies = isinstance(node, Constant) or any(self._steps[part].varies for part in parts)
        place = len(self._steps)
        self._steps.append(_Step(node, parts, varies))
        self._index[node] = place
        if not varies:
            self._known[place] = self._value(node, [self._known[part] for part in parts], None)
        return place

    def _values(self, constants: Array) -> list[Array]:
        values: list[Array] = []
        for place, step in enumerate(self._steps):
            known = self._known.get(place)
            values.append(self._value(step.node, [values[part] for part in step.parts], constants) if known is None else known)
        return values

    def _value(self, node: Expression, parts: Sequence[Array], constants: Array | None) -> Array:
        match node:
            case Exact(value):
                return np.asarray(value, dtype=self._precision)
            case Constant(name):
                return np.asarray(0.0) if constants is None else constants[self._place[name]]
            case Column(index):
                return self._columns[:, index]
            case Sum():
                return _folded(np.add, parts)
            case Product():
                return _folded(np.multiply, parts)
            case Power(_, exponent):
                return powered(parts[0], exponent.value if isinstance(exponent, Exact) else parts[1])
            case Apply(function):
                return FUNCTIONS[function].value(np, *parts)

    def _slope(self, step: _Step, values: Sequence[Array], slopes: dict[int, Slope], place: int) -> Slope:
        node, parts = step.node, step.parts
        match node:
            case Constant(name):
                return {self._place[name]: np.asarray(1.0, dtype=self._precision)}
            case Sum():
                return _gathered((None, slopes[part]) for part in parts if part in slopes)
            case Product():
                return _gathered((_others(values, parts, own), slopes[part]) for own, part in enumerate(parts) if part in slopes)
            case Power():
                return _gathered(_power_slopes(node, parts, values, slopes, values[place]))
            case Apply(function):
                row = FUNCTIONS[function]
                outer = row.slopes(np, values[place], *(values[part] for part in parts))
                inner = [(own, slopes[part]) for own, part in zip(outer, parts, strict=True) if part in slopes]
                return _gathered((own, _taken(own, slope)) if row.selects else (own, slope) for own, slope in inner)
            case _:
                return {}


def values_of(expression: Expression, columns: Array) -> Array:
    """(rows,) values of a formula without constants."""
    program = Program(expression, columns, ())
    values: Array = np.broadcast_to(program.values(np.zeros(0)), (program.rows,))
    return values


def powered(base: Array, exponent: Array | float) -> Array:
    """base^exponent; whole and half exponents by multiplication and root, which are exact to rounding and keep signs."""
    if isinstance(exponent, float):
        if exponent == 0.5:
            return np.sqrt(base)
        if exponent == -0.5:
            return 1 / np.sqrt(base)
        if exponent.is_integer() and abs(exponent) <= 64:
            power = _multiplied(base, int(abs(exponent))) if exponent else np.ones_like(base)
            return 1 / power if exponent < 0 else power
    return np.power(base, exponent)


def _multiplied(base: Array, times: int) -> Array:
    if times == 1:
        return base
    half = _multiplied(base, times // 2)
    return half * half if times % 2 == 0 else half * half * base


def _folded(operation: np.ufunc, parts: Sequence[Array]) -> Array:
    made = parts[0]
    for part in parts[1:]:
        made = operation(made, part)
    return made


def _others(values: Sequence[Array], parts: Sequence[int], own: int) -> Array:
    """The product of all factors but one."""
    rest = [values[part] for place, part in enumerate(parts) if place != own]
    return _folded(np.multiply, rest)


def _power_slopes(
    node: Power, parts: Sequence[int], values: Sequence[Array], slopes: dict[int, Slope], result: Array
) -> list[tuple[Array | None, Slope]]:
    base, exponent = parts
    found: list[tuple[Array | None, Slope]] = []
    if base in slopes:
        p: Array | float = node.exponent.value if isinstance(node.exponent, Exact) else values[exponent]
        found.append((p * powered(values[base], p - 1), slopes[base]))
    if exponent in slopes:
        # u^p·log u vanishes with u for p > 0.
        logarithm = np.log(values[base])
        found.append((np.where(result == 0, 0.0, result * logarithm), slopes[exponent]))
    return found


def _taken(outer: Array, slope: Slope) -> Slope:
    """Slopes where a branch is taken; where it is not, it need not be defined."""
    return {place: np.where(outer == 0, 0.0, own) for place, own in slope.items()}


def _gathered(terms: Iterable[tuple[Array | None, Slope]]) -> Slope:
    """Σ outer·slope, by constant."""
    made: Slope = {}
    for outer, slope in terms:
        for place, own in slope.items():
            part = own if outer is None else outer * own
            made[place] = made[place] + part if place in made else part
    return made
