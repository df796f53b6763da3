"""What a sum of terms may equal: the target, or a function of it that can be undone.

log y = Σ makes y a product of powers, 1/y = Σ a quotient, arcsin and the like undo a function outside. Each knows how to write
the target when the sum is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kan_core.expression.tree import Apply, Exact, Expression, Product
from kan_core.search.laws.candidates import Array, add, apply, multiply, number, power, summands_of


@dataclass(frozen=True, eq=False)
class Response:
    """A function of the target.

    Attributes:
        name: of the function.
        values: (rows,).
        invert: from the sum to the target.
    """

    name: str
    values: Array
    invert: Callable[[Expression], Expression]


def responses(target: Array) -> list[Response]:
    """The functions that are defined, and can be undone, on these values; the target itself first."""
    low, high = float(target.min()), float(target.max())
    sign = 1.0 if low >= 0 else -1.0
    found = [Response("y", target, lambda node: node)]
    if low > 0 or high < 0:
        found.append(Response("log", np.log(np.abs(target)), lambda node: _exponential(node, sign)))
        found.append(Response("1/y", 1 / target, lambda node: power(node, -1)))
    if low >= 0 or high <= 0:
        found.append(Response("y^2", target**2, lambda node: _signed(power(node, 0.5), sign)))
    if low > 0 or high < 0:
        found.append(Response("1/y^2", target**-2.0, lambda node: _signed(power(node, -0.5), sign)))
        found.append(Response("1/sqrt", np.abs(target) ** -0.5, lambda node: _signed(power(node, -2), sign)))
        found.append(Response("sqrt", np.sqrt(np.abs(target)), lambda node: _signed(power(node, 2), sign)))
    return found + _bounded(target, low, high)


def _bounded(target: Array, low: float, high: float) -> list[Response]:
    """Functions that undo one with a bounded range, or whose own range is bounded."""
    found: list[Response] = []
    if high - low > 0.05:
        if -math.pi / 2 <= low and high <= math.pi / 2:
            found.append(Response("sin", np.sin(target), lambda node: apply("asin", node)))
            found.append(Response("tan", np.tan(target), lambda node: apply("atan", node)))
        if low >= 0 and high <= math.pi:
            found.append(Response("cos", np.cos(target), lambda node: apply("acos", node)))
    if high < 20:
        found.append(Response("exp", np.exp(target), lambda node: apply("log", node)))
    if low > -1 and high < 1:
        found.append(Response("atanh", np.arctanh(target), lambda node: apply("tanh", node)))
        found.append(Response("asin", np.arcsin(target), lambda node: apply("sin", node)))
    if low > 0 and high < 1:
        found.append(Response("logit", np.log(1 / target - 1), lambda node: power(add(number(1), apply("exp", node)), -1)))
        found.append(Response("1-exp", np.log(1 - target), lambda node: add(number(1), multiply(number(-1), apply("exp", node)))))
    return found


def _signed(node: Expression, sign: float) -> Expression:
    return node if sign > 0 else multiply(number(-1), node)


def _exponential(node: Expression, sign: float) -> Expression:
    """±exp(Σ): the constant of the sum becomes a factor, so that snapping sees the number a person would write."""
    parts = summands_of(node)
    constant = sum(part.value for part in parts if isinstance(part, Exact))
    rest: list[Expression] = [part for part in parts if not isinstance(part, Exact)]
    factors = [apply("exp", add(*_powers_apart(rest)[0]))] if _powers_apart(rest)[0] else []
    return multiply(number(sign * math.exp(min(constant, 700.0))), *_powers_apart(rest)[1], *factors)


def _powers_apart(parts: list[Expression]) -> tuple[list[Expression], list[Expression]]:
    """Terms that stay in the exponent, and c·log z as factors exp(c·log z) of their own."""
    inside = [part for part in parts if not _is_logarithm(part)]
    return inside, [apply("exp", part) for part in parts if _is_logarithm(part)]


def _is_logarithm(part: Expression) -> bool:
    match part:
        case Product((Exact(), Apply("log", _))):
            return True
        case _:
            return False
