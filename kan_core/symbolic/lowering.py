"""A formula's tree as sums of edge functions, which is all that a network can say.

Functions of several arguments are said in those of one, max(a, b) = (a + b + |a - b|)/2 for example, and own ones of several
are written out; a power is an edge, a product of edges, or exp(p·log u). Called by `from_formula`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.own import opened
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, Hidden, Power, Product, Spline, Sum
from kan_core.symbolic.edge_sums import POWERS, EdgeSum, Input, add, apply, power, times, value_of
from kan_core.symbolic.traced import Traced


class Lowering:
    """Formulas over columns with the given units, raw value = shift + scale·x, and constants with the given values."""

    def __init__(self, shift: Sequence[float], scale: Sequence[float], constants: Mapping[str, float]) -> None:
        self._units = list(zip(shift, scale, strict=True))
        self._constants = constants
        # What is said in functions of one argument has its arguments in several places, each of which is the same object.
        self._done: dict[int, tuple[Expression, EdgeSum]] = {}

    def lower(self, tree: Expression) -> EdgeSum:
        """The tree's value in raw units.

        Raises:
            FormulaError: a constant part that has no value, or a power that edges cannot say.
        """
        if id(tree) not in self._done:
            self._done[id(tree)] = tree, self._lowered(tree)
        return self._done[id(tree)][1]

    def _lowered(self, tree: Expression) -> EdgeSum:
        match tree:
            case Sum(parts):
                return reduce(add, map(self.lower, parts))
            case Product(parts):
                return reduce(times, map(self.lower, parts))
            case Power():
                return self._power(tree)
            case Apply():
                return self._applied(tree)
            case leaf:
                return self._leaf(leaf)

    def _leaf(self, leaf: Exact | Constant | Column | Spline | Hidden) -> EdgeSum:
        match leaf:
            case Exact(value):
                return EdgeSum(value)
            case Constant(name):
                if name not in self._constants:
                    raise FormulaError(f"the constant '{name}' has no value")
                return EdgeSum(Traced(self._constants[name], frozenset({name})))
            case Column(index):
                shift, scale = self._units[index]
                return value_of(Input(index)).scaled(scale, shift)
            case Spline() | Hidden():
                raise FormulaError("a formula with splines left in it is not written as a network anew")

    def _power(self, tree: Power) -> EdgeSum:
        match tree:
            case Power(Power(base, Exact(inner)), Exact(outer)) if _is_one_edge(inner, outer):
                return power(self.lower(base), EdgeSum(inner * outer))
            case Power(base, exponent):
                return power(self.lower(base), self.lower(exponent))

    def _applied(self, tree: Apply) -> EdgeSum:
        row = FUNCTIONS.get(tree.function)
        if row is not None and row.plain is not None:
            return self.lower(row.plain(*tree.arguments))
        first, *others = tree.arguments
        if others:
            return self.lower(opened(tree))
        return apply(tree.function if row is None else row.edge_name, self.lower(first))


def _is_one_edge(inner: float, outer: float) -> bool:
    """Whether an edge has (u^inner)^outer, for whole exponents."""
    return inner.is_integer() and outer.is_integer() and inner * outer in POWERS
