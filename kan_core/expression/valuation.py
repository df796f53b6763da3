"""Values of many formulas on the same rows, each part of any of them computed once; splines are given as functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kan_core.errors import FormulaError
from kan_core.expression.operations import computed
from kan_core.expression.tree import Column, Constant, Exact, Expression, Hidden, Spline, children
from kan_core.expression.writing import hidden_name, spline_name
from kan_core.ids import EdgeId, NodeId

Values = NDArray[np.float64]
Splines = Mapping[EdgeId, Callable[[Values], Values]]
"""φ of each edge, from its argument in a formula to its value."""
_NONE: Mapping[Any, Any] = MappingProxyType({})


class Valuation:
    """The rows, and what was computed on them so far.

    Args:
        columns: (rows, inputs).
        splines: those that may occur.
    """

    def __init__(self, columns: Values, splines: Splines = _NONE) -> None:
        self._columns = [np.ascontiguousarray(column) for column in columns.T]
        self._rows = len(columns)
        self._splines = splines
        self._known: dict[Expression, Values] = {}
        self._hidden: dict[NodeId, Expression] = {}

    def define(self, node: NodeId, expression: Expression) -> None:
        """Say what a hidden node's value is; it is computed when it is first needed."""
        self._hidden[node] = expression

    def values(self, expression: Expression) -> Values:
        """(rows,) of a formula without constants; NaN or infinite where it is not defined.

        Raises:
            FormulaError: a constant, a column that there is not, or a spline or hidden node that was not given.
        """
        with np.errstate(all="ignore"):
            made: Values = np.broadcast_to(self.part(expression), (self._rows,))
        return made

    def part(self, node: Expression) -> Values:
        """The same, 0-d for numbers."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._computed(node)
        return found

    def _computed(self, node: Expression) -> Values:
        match node:
            case Spline(edge, argument):
                if edge not in self._splines:
                    raise FormulaError(f"the values of {spline_name(node)} are not known; give them as a function")
                return self._splines[edge](np.broadcast_to(self.part(argument), (self._rows,)))
            case Exact() | Column() | Hidden() | Constant():
                return self._leaf(node)
            case _:
                return computed(np, node, [self.part(part) for part in children(node)])

    def _leaf(self, node: Exact | Column | Hidden | Constant) -> Values:
        match node:
            case Exact(value):
                return np.asarray(value)
            case Column(index):
                if index >= len(self._columns):
                    raise FormulaError(f"the formula needs input {index + 1}, the table has {len(self._columns)}")
                return self._columns[index]
            case Hidden(place):
                if place not in self._hidden:
                    raise FormulaError(f"the values of {hidden_name(node)} are not known")
                return self.part(self._hidden[place])
            case Constant(name):
                raise FormulaError(f"the value of the constant {name} is not known")
