"""What a node of a tree makes of its parts, and how that changes with them: once, for NumPy and torch alike.

    ∂(Σ uᵢ)/∂uᵢ = 1,   ∂(Π uᵢ)/∂uᵢ = Π_{j≠i} uⱼ,   ∂u^p/∂u = p·u^(p-1),   ∂u^p/∂p = u^p·log u

and f's own slopes by the table of functions. Called by whoever walks over trees: `values` and `derivatives`. A result that is
not defined is NaN or infinite; nothing is raised.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import combinations_with_replacement
from typing import Any

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.functions.function import Namespace, inverse_root
from kan_core.expression.own import opened, own_function
from kan_core.expression.tree import Apply, Column, Exact, Expression, Power, Product, Sum, children

Array = Any
"""Of NumPy or torch."""
Operation = Callable[..., Array]


@dataclass(frozen=True, slots=True)
class Step:
    """A node and the places of its parts among the steps before it."""

    node: Expression
    parts: tuple[int, ...]


class Steps(list[Step]):
    """Formulas as a list of steps, each distinct part once, parts before what is made of them.

    Attributes:
        last: the place of each formula.
    """

    def __init__(self, expressions: Sequence[Expression]) -> None:
        super().__init__()
        self._places: dict[Expression, int] = {}
        self.last = [self._add(expression) for expression in expressions]

    def values(self, xp: Namespace, columns: Sequence[Array]) -> list[Array]:
        """Of each formula, whose columns are these; 0-d where none takes part.

        Raises:
            TypeError: a formula has constants.
        """
        made: list[Array] = []
        for step in self:
            match step.node:
                case Exact(value):
                    made.append(xp.asarray(value, dtype=xp.float64))
                case Column(index):
                    made.append(columns[index])
                case node:
                    made.append(computed(xp, node, [made[part] for part in step.parts]))
        return [made[place] for place in self.last]

    def _add(self, node: Expression) -> int:
        found = self._places.get(node)
        if found is not None:
            return found
        if isinstance(node, Apply) and node.function not in FUNCTIONS:
            place = self._add(opened(node))
            self._places[node] = place
            return place
        parts = tuple(self._add(part) for part in children(node))
        self.append(Step(node, parts))
        self._places[node] = len(self) - 1
        return len(self) - 1


def evaluated(xp: Namespace, expression: Expression, columns: Sequence[Array]) -> Array:
    """The value of one formula without constants, once: most have no part twice, and finding that out costs more than it saves.

    Raises:
        TypeError: the formula has constants.
    """
    match expression:
        case Column(index):
            return columns[index]
        case Exact(value):
            return xp.asarray(value, dtype=xp.float64)
        case Apply(function, arguments) if function not in FUNCTIONS:
            return evaluated(xp, own_function(function).tree, [evaluated(xp, part, columns) for part in arguments])
        case node:
            return operation(xp, node)(*[evaluated(xp, part, columns) for part in children(node)])


def computed(xp: Namespace, node: Expression, parts: Sequence[Array]) -> Array:
    """The value of a node that has parts."""
    return operation(xp, node)(*parts)


def operation(xp: Namespace, node: Expression) -> Operation:
    """What makes the value of a node from those of its parts."""
    match node:
        case Sum():
            return _summed
        case Product():
            return _product
        case Power(_, Exact(exponent)):
            return partial(_raised, xp, exponent)
        case Power():
            return operator.pow
        case Apply(function) if function in FUNCTIONS:
            return partial(FUNCTIONS[function].value, xp)
        case Apply(function):
            return lambda *parts: evaluated(xp, own_function(function).tree, parts)
        case _:
            raise TypeError(f"{node!r} has no parts")


def _summed(*parts: Array) -> Array:
    return reduce(operator.add, parts)


def _product(*parts: Array) -> Array:
    return reduce(operator.mul, parts)


def _raised(xp: Namespace, exponent: float, base: Array, _: Array) -> Array:
    return powered(xp, base, exponent)


def slopes(xp: Namespace, node: Expression, value: Array, parts: Sequence[Array], wanted: Sequence[int]) -> list[Array]:
    """∂value/∂part for each wanted place; None stands for 1."""
    match node:
        case Sum():
            return [None] * len(wanted)
        case Product():
            return [_without(xp, parts, place) for place in wanted]
        case Power(_, exponent):
            return [_power_slope(xp, exponent, value, parts, place) for place in wanted]
        case Apply(function):
            made = FUNCTIONS[function].slopes(xp, value, *parts)
            return [made[place] for place in wanted]
        case _:
            raise TypeError(f"{node!r} has no parts")


def curvatures(xp: Namespace, node: Expression, value: Array, parts: Sequence[Array]) -> dict[tuple[int, int], Array]:
    """∂²value/∂part∂part by two places in rising order; what is absent is 0."""
    match node:
        case Product():
            return {
                (one, other): _without(xp, parts, one, other) for one in range(len(parts)) for other in range(one + 1, len(parts))
            }
        case Power(_, Exact(p)):
            return {} if p in (0.0, 1.0) else {(0, 0): p * (p - 1) * powered(xp, parts[0], p - 2)}
        case Power():
            base, p = parts
            logarithm = xp.log(base)
            crossed = base ** (p - 1) * (1 + p * logarithm)
            return {(0, 0): p * (p - 1) * base ** (p - 2), (0, 1): crossed, (1, 1): value * logarithm * logarithm}
        case Apply(function):
            made = FUNCTIONS[function].curvatures(xp, value, *parts)
            return dict(zip(combinations_with_replacement(range(len(parts)), 2), made, strict=True))
        case _:
            return {}


def powered(xp: Namespace, base: Array, exponent: float) -> Array:
    """base^exponent; whole and half exponents by multiplication and root, which are exact to rounding and keep signs."""
    if exponent == 0.5:
        return xp.sqrt(base)
    if exponent == -0.5:
        return inverse_root(xp, base)
    if exponent.is_integer() and abs(exponent) <= 64:
        power = _multiplied(base, int(abs(exponent))) if exponent else xp.ones_like(base)
        return 1 / power if exponent < 0 else power
    return base**exponent


def _multiplied(base: Array, times: int) -> Array:
    if times == 1:
        return base
    half = _multiplied(base, times // 2)
    return half * half if times % 2 == 0 else half * half * base


def _without(xp: Namespace, parts: Sequence[Array], *own: int) -> Array:
    """The product of all factors but one or two."""
    rest = [part for place, part in enumerate(parts) if place not in own]
    return reduce(operator.mul, rest) if rest else xp.ones_like(parts[own[0]])


def _power_slope(xp: Namespace, exponent: Expression, value: Array, parts: Sequence[Array], place: int) -> Array:
    if place == 1:
        # u^p·log u vanishes with u for p > 0.
        return xp.where(value == 0, 0.0, value * xp.log(parts[0]))
    if isinstance(exponent, Exact):
        return exponent.value * powered(xp, parts[0], exponent.value - 1)
    return parts[1] * parts[0] ** (parts[1] - 1)
