"""The natural size of each constant, from the units that its formula lends it and the sizes of the columns.

Exponents and arguments of functions that are not homogeneous are pure numbers, terms of a sum share a unit, the whole has the
unit of the target. That makes linear equations for the exponents of each constant's unit in those of the columns; a constant is
then expected near the same product of the columns' sizes. Equations that contradict each other are met in the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Power,
    Product,
    children,
    columns_of,
    constants_of,
    walk,
)

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Exponents of the columns' units (the target last), and of the constants' own."""

    known: tuple[float, ...]
    own: Mapping[str, float] = field(default_factory=dict[str, float])


def natural_scales(expression: Expression, inputs: Array, target: Array, names: Sequence[str]) -> dict[str, float]:
    """The expected size of each constant, positive.

    Args:
        expression: the formula.
        inputs: (rows, inputs).
        target: (rows,).
        names: constants that are asked for.
    """
    if not names:
        return {}
    matrix, right = _equations(expression, inputs.shape[1], names)
    exponents = np.linalg.lstsq(matrix, right, rcond=1e-9)[0]
    sizes = np.log([_size(column) for column in (*inputs.T, target)])
    return {name: float(np.exp(np.clip(exponents[place] @ sizes, -200, 200))) for place, name in enumerate(names)}


def natural_units(expression: Expression, units: Sequence[str | None], names: Sequence[str]) -> dict[str, str]:
    """The unit of each constant that those of the columns leave only one for; pure numbers and unknown ones are absent.

    Args:
        expression: the formula.
        units: of the inputs, then of the target; None where a column says none.
        names: constants that are asked for.
    """
    if not names or any(isinstance(node, Power) and _fitted_power(node) for node in walk(expression)):
        return {}
    matrix, right = _equations(expression, len(units) - 1, names)
    exponents, _, rank, _ = np.linalg.lstsq(matrix, right, rcond=1e-9)
    told: dict[str, str] = {}
    if np.abs(matrix @ exponents - right).max(initial=0.0) > 1e-9:
        return told
    free = np.linalg.svd(matrix)[2][rank:] if len(matrix) else np.eye(len(names))
    for place, name in enumerate(names):
        known = len(free) == 0 or float(np.abs(free[:, place]).max()) < 1e-9
        parts = [(unit, round(float(power), 9)) for unit, power in zip(units, exponents[place], strict=True) if abs(power) > 1e-9]
        if known and parts and all(unit for unit, _ in parts):
            told[name] = "·".join(_raised(unit or "", power) for unit, power in parts)
    return told


def _fitted_power(node: Power) -> bool:
    """Whether a quantity is raised to a power that is fitted: no unit follows from that."""
    return not isinstance(node.exponent, Exact) and bool(columns_of(node.base) or constants_of(node.base))


def _raised(unit: str, power: float) -> str:
    """ppm, 1/ppm, (1/min)^2."""
    base = f"({unit})" if any(sign in unit for sign in "/·* ^") else unit
    return unit if power == 1 else f"1/{base}" if power == -1 else f"{base}^{power:.4g}"


def _equations(expression: Expression, inputs: int, names: Sequence[str]) -> tuple[Array, Array]:
    """What the formula demands of the units of its constants: matrix·exponents = right, (equations, names) and (…, columns)."""
    reader = _Reader(inputs + 1)
    reader.same(reader.unit(expression), reader.of_column(inputs))
    matrix = np.array([[left.get(name, 0.0) for name in names] for left, _ in reader.equations]).reshape(-1, len(names))
    return matrix, np.array([known for _, known in reader.equations]).reshape(len(matrix), inputs + 1)


def _size(column: Array) -> float:
    """Root mean square of what is finite; 1 for a column of zeros."""
    finite = column[np.isfinite(column)]
    largest = float(np.abs(finite).max(initial=0.0))
    return largest * float(np.sqrt(np.mean((finite / largest) ** 2))) if largest > 0 else 1.0


class _Reader:
    """Walks the tree and collects equations between units: Σ own·u = known."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.equations: list[tuple[Mapping[str, float], Array]] = []

    def of_column(self, index: int) -> _Unit:
        return _Unit(tuple(float(place == index) for place in range(self._count)))

    def same(self, one: _Unit, other: _Unit) -> None:
        own = {name: one.own.get(name, 0.0) - other.own.get(name, 0.0) for name in {**one.own, **other.own}}
        if any(own.values()):
            self.equations.append((own, np.array(other.known) - np.array(one.known)))

    def unit(self, node: Expression) -> _Unit:
        match node:
            case Column(index):
                return self.of_column(index)
            case Constant(name):
                return _Unit(self._pure.known, {name: 1.0})
            case Exact():
                return self._pure
            case Power(base, exponent):
                return self._powered(self.unit(base), exponent)
            case _:
                return self._combined(node, [self.unit(part) for part in children(node)])

    @property
    def _pure(self) -> _Unit:
        return _Unit((0.0,) * self._count)

    def _powered(self, base: _Unit, exponent: Expression) -> _Unit:
        """The unit of a power whose exponent is fitted is not known; the base's is the best guess."""
        if isinstance(exponent, Exact):
            return _times(self._pure, base, exponent.value)
        self.same(self.unit(exponent), self._pure)
        return base

    def _combined(self, node: Expression, units: list[_Unit]) -> _Unit:
        match node:
            case Product():
                made = self._pure
                for unit in units:
                    made = _times(made, unit, 1.0)
                return made
            case Apply(function):
                return self._applied(function, units, self._pure)
            case _:
                for unit in units[1:]:
                    self.same(units[0], unit)
                return units[0]

    def _applied(self, function: str, units: list[_Unit], pure: _Unit) -> _Unit:
        row = FUNCTIONS.get(function)
        if row is not None and row.selects:
            self.same(units[1], units[2])
            return units[1]
        if row is None or row.homogeneity is None:
            for unit in units:
                self.same(unit, pure)
            return pure
        for unit in units[1:]:
            self.same(units[0], unit)
        return _times(pure, units[0], row.homogeneity)


def _times(unit: _Unit, other: _Unit, power: float) -> _Unit:
    known = tuple(a + power * b for a, b in zip(unit.known, other.known, strict=True))
    own = dict(unit.own)
    for name, value in other.own.items():
        own[name] = own.get(name, 0.0) + power * value
    return _Unit(known, own)
