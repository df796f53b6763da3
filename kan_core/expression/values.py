"""Values of a formula on the rows of a table, and its slopes by its constants.

The tree becomes a list of steps, each distinct part once. What no constant takes part in is computed when the rows are given
and never again, so that a fit pays for the rest alone. Slopes are carried backwards, from the whole to its constants, so that
their number costs nothing (Griewank & Walther 2008, chapter 3): the slope of the whole by a part is the sum over all that the
part is in, each the slope by that times its own by the part, which `operations` knows.
A result that is not defined is NaN or infinite; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.operations import Operation, Steps, evaluated, operation, slopes
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression

Array = NDArray[np.floating[Any]]
_Precision = TypeVar("_Precision", bound=np.floating[Any])


@dataclass(frozen=True, slots=True)
class _Moving:
    """A part that constants take part in.

    Attributes:
        place: among all steps.
        node: what it is.
        parts: places of what it is made of.
        moving: which of these constants take part in.
        operation: values of the parts → its value.
    """

    place: int
    node: Expression
    parts: tuple[int, ...]
    moving: tuple[int, ...]
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
        self._known: list[Any] = []
        self._given: list[tuple[int, int]] = []
        self._moving: list[_Moving] = []
        with np.errstate(all="ignore"):
            self._last = self._prepare(expression, np.asarray(columns, dtype=precision))
        self._selected = self._below_a_choice()
        self._latest: tuple[bytes, list[Any]] | None = None

    def values(self, constants: Array) -> Array:
        """(rows,) or 0-d."""
        with np.errstate(all="ignore"):
            value: Array = self._values(np.asarray(constants, dtype=self._precision))[self._last]
        return value

    def residual(self, constants: Array, target: Array) -> Array:
        """(rows,) target less formula."""
        return _rows(target - self.values(constants), self.rows)

    def linearised(self, constants: Array) -> tuple[Array, Array]:
        """Values (rows,) and the Jacobian (rows, constants)."""
        jacobian = np.zeros((self.rows, len(self.names)), dtype=self._precision, order="F")
        with np.errstate(all="ignore"):
            values = self._values(np.asarray(constants, dtype=self._precision))
            above: list[Any] = [None] * len(values)
            above[self._last] = np.ones((), dtype=self._precision)
            for step in reversed(self._moving):
                if above[step.place] is not None:
                    self._pass_down(step, values, above)
            for place, constant in self._given:
                if above[place] is not None:
                    jacobian[:, constant] = above[place]
        return _rows(values[self._last], self.rows), jacobian

    def _prepare(self, expression: Expression, columns: Array) -> int:
        """Orders the parts, and computes those that no constant takes part in; the place of the whole."""
        names = {name: place for place, name in enumerate(self.names)}
        steps = Steps([expression])
        for place, step in enumerate(steps):
            moving = tuple([index for index, part in enumerate(step.parts) if self._known[part] is None])
            match step.node:
                case Constant(name):
                    self._given.append((place, names[name]))
                    self._known.append(None)
                case Exact(value):
                    self._known.append(np.asarray(value, dtype=self._precision))
                case Column(index):
                    self._known.append(columns[:, index])
                case node if moving:
                    self._moving.append(_Moving(place, node, step.parts, moving, operation(np, node)))
                    self._known.append(None)
                case node:
                    self._known.append(operation(np, node)(*[self._known[part] for part in step.parts]))
        return steps.last[0]

    def _below_a_choice(self) -> frozenset[int]:
        """Parts of a branch: where it is not taken, they need not be defined."""
        found: set[int] = set()
        for step in reversed(self._moving):
            if step.place in found or (isinstance(step.node, Apply) and FUNCTIONS[step.node.function].selects):
                found.update(step.parts)
        return frozenset(found)

    def _values(self, constants: Array) -> list[Any]:
        """Of every part; the last ones are kept, since a fit asks for values first and for slopes if they are good."""
        key = constants.tobytes()
        if self._latest is not None and self._latest[0] == key:
            return self._latest[1]
        values = self._known.copy()
        for place, constant in self._given:
            values[place] = constants[constant]
        for step in self._moving:
            values[step.place] = step.operation(*[values[part] for part in step.parts])
        self._latest = key, values
        return values

    def _pass_down(self, step: _Moving, values: list[Any], above: list[Any]) -> None:
        """Adds what reaches the whole through a step to the slopes by its parts."""
        outer = above[step.place]
        inner = slopes(np, step.node, values[step.place], [values[part] for part in step.parts], step.moving)
        for index, slope in zip(step.moving, inner, strict=True):
            own = outer if slope is None else outer * slope
            if step.place in self._selected and slope is not None:
                own = np.where(outer == 0, 0.0, own)
            part = step.parts[index]
            above[part] = own if above[part] is None else above[part] + own


def values_of(expression: Expression, columns: Array) -> NDArray[np.float64]:
    """(rows,) values of a formula without constants."""
    with np.errstate(all="ignore"):
        made: NDArray[np.float64] = evaluated(np, expression, list(np.asarray(columns, dtype=np.float64).T))
    return _rows(made, len(columns))


def _rows(values: NDArray[_Precision], rows: int) -> NDArray[_Precision]:
    """(rows,) of what may be one number."""
    return values if values.shape == (rows,) else np.broadcast_to(values, (rows,))
