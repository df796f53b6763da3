"""Values of a formula on the rows of a table, and its slopes by its constants.

The tree becomes a list of steps, each distinct part once. What no constant takes part in is computed when the rows are given
and never again, so that a fit pays for the rest alone. Slopes are carried forwards by the chain rule, with those of `operations`.
A result that is not defined is NaN or infinite; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.operations import Step, Steps, computed, slopes
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression

Array = NDArray[np.floating[Any]]
Slope = dict[int, Array]
"""∂/∂constant by the constant's place; what is absent is zero."""


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
        self._steps = Steps([expression])
        self._known: dict[int, Array] = {}
        with np.errstate(all="ignore"):
            self._compute_what_stays()

    def values(self, constants: Array) -> Array:
        """(rows,) or 0-d."""
        with np.errstate(all="ignore"):
            return self._values(np.asarray(constants, dtype=self._precision))[-1]

    def residual(self, constants: Array, target: Array) -> Array:
        """(rows,) target less formula."""
        left: Array = np.broadcast_to(target - self.values(constants), (self.rows,))
        return left

    def linearised(self, constants: Array) -> tuple[Array, Array]:
        """Values (rows,) and the Jacobian (rows, constants)."""
        given = np.asarray(constants, dtype=self._precision)
        with np.errstate(all="ignore"):
            values = self._values(given)
            made: dict[int, Slope] = {}
            for place, step in enumerate(self._steps):
                if place not in self._known:
                    made[place] = self._slope(step, values[place], values, made)
        jacobian = np.zeros((self.rows, len(self.names)), dtype=self._precision, order="F")
        for place, slope in made.get(len(self._steps) - 1, {}).items():
            jacobian[:, place] = slope
        return np.broadcast_to(values[-1], (self.rows,)), jacobian

    def _compute_what_stays(self) -> None:
        for place, step in enumerate(self._steps):
            if not isinstance(step.node, Constant) and all(part in self._known for part in step.parts):
                self._known[place] = self._value(step, self._known, None)

    def _values(self, constants: Array) -> list[Array]:
        values: list[Array] = []
        for place, step in enumerate(self._steps):
            known = self._known.get(place)
            values.append(self._value(step, values, constants) if known is None else known)
        return values

    def _value(self, step: Step, values: Sequence[Array] | dict[int, Array], constants: Array | None) -> Array:
        match step.node:
            case Exact(value):
                return np.asarray(value, dtype=self._precision)
            case Constant(name):
                return np.asarray(0.0) if constants is None else constants[self._place[name]]
            case Column(index):
                return self._columns[:, index]
            case node:
                return computed(np, node, [values[part] for part in step.parts])

    def _slope(self, step: Step, value: Array, values: Sequence[Array], made: dict[int, Slope]) -> Slope:
        if isinstance(step.node, Constant):
            return {self._place[step.node.name]: np.asarray(1.0, dtype=self._precision)}
        moving = [place for place, part in enumerate(step.parts) if part in made]
        outer = slopes(np, step.node, value, [values[part] for part in step.parts], moving)
        inner = [made[step.parts[place]] for place in moving]
        if isinstance(step.node, Apply) and FUNCTIONS[step.node.function].selects:
            inner = [_taken(own, slope) for own, slope in zip(outer, inner, strict=True)]
        return _gathered(zip(outer, inner, strict=True))


def values_of(expression: Expression, columns: Array) -> Array:
    """(rows,) values of a formula without constants."""
    program = Program(expression, columns, ())
    values: Array = np.broadcast_to(program.values(np.zeros(0)), (program.rows,))
    return values


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
