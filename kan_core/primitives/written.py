"""A function's tree as a sympy expression whose size is known beforehand: no number is ever expanded into digits.

sympy computes with whole numbers and fractions exactly, and (1/2)^(9^9^9) would fill the memory with their digits. A part
without x is therefore written exactly only while its numbers are short; otherwise it is the double that evaluation gives, as
on every edge. Used by `user`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import sympy

from kan_core.primitives.catalogue import LIBRARY
from kan_core.primitives.grammar import Call, Negative, Node, Number, Operation, Variable


@dataclass(frozen=True)
class Shortness:
    """What is written exactly.

    Attributes:
        number: largest numerator and denominator.
        power: largest exponent, up to which digits are multiplied.
        argument: largest argument of a named function of a number, as in sin(1).
    """

    number: float = 1e15
    power: int = 100
    argument: float = 1e3


_SHORT = Shortness()


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node."""
    match node:
        case Call(_, argument) | Negative(argument):
            return (argument,)
        case Operation(_, left, right):
            return left, right
        case _:
            return ()


def uses_x(node: Node) -> bool:
    """Whether the variable occurs in it."""
    return isinstance(node, Variable) or any(uses_x(child) for child in children(node))


def copies(node: Node, value: Callable[[Node], float]) -> int:
    """How often the argument is written when every power is multiplied out: what an expression grows by when it is put in."""
    if isinstance(node, Operation) and node.kind == "^" and not uses_x(node.right):
        power = abs(value(node.right))
        return copies(node.left, value) * (math.ceil(power) if 1 <= power <= _SHORT.power else 1)
    return int(isinstance(node, Variable)) + sum(copies(child, value) for child in children(node))


def to_sympy(node: Node, argument: sympy.Expr, value: Callable[[Node], float]) -> sympy.Expr:
    """The function of `argument` as an expression.

    Args:
        node: of the function.
        argument: in place of x.
        value: of a part without x, as a double.
    """
    match node:
        case Number():
            return _written_number(node)
        case Variable():
            return argument
        case Negative(inner):
            return -to_sympy(inner, argument, value)
        case Call(name, inner):
            if uses_x(inner) or abs(value(inner)) <= _SHORT.argument:
                return LIBRARY[name].symbol(to_sympy(inner, argument, value))
            return _double(value(node))
        case Operation(kind, left, right):
            parts = to_sympy(left, argument, value), to_sympy(right, argument, value)
            return _power(node, *parts, value) if kind == "^" else _operated(node, *parts, value)


def _written_number(number: Number) -> sympy.Expr:
    if number.name is not None:
        return sympy.pi if number.name == "pi" else sympy.E
    return sympy.Integer(int(number.value)) if number.value.is_integer() else sympy.Float(number.value)


def _power(node: Operation, base: sympy.Expr, exponent: sympy.Expr, value: Callable[[Node], float]) -> sympy.Expr:
    if uses_x(node.right):
        return sympy.Pow(base, exponent, evaluate=False)
    if not (exponent.is_number and _is_short(exponent) and abs(value(node.right)) <= _SHORT.power):
        exponent = _double(value(node.right))
    if uses_x(node.left):
        return sympy.Pow(base, exponent, evaluate=False)
    # A number to a power: its digits are as many as the base's times the exponent.
    digits = max((_height(part) for part in base.atoms(sympy.Rational)), default=1.0)
    if math.log2(max(digits, 2.0)) * abs(value(node.right)) > math.log2(_SHORT.number):
        return _double(value(node))
    return sympy.Pow(base, exponent, evaluate=False)


def _operated(node: Operation, left: sympy.Expr, right: sympy.Expr, value: Callable[[Node], float]) -> sympy.Expr:
    match node.kind:
        case "+":
            made = left + right
        case "-":
            made = left - right
        case "*":
            made = left * right
        case _:
            made = left / right
    return made if uses_x(node) or _is_short(made) else _double(value(node))


def _is_short(number: sympy.Expr) -> bool:
    return all(_height(part) <= _SHORT.number for part in number.atoms(sympy.Rational))


def _height(number: sympy.Basic) -> float:
    part = cast("sympy.Rational", number)
    digits = max(int(part.p).bit_length(), int(part.q).bit_length())
    return math.inf if digits > 64 else float(max(abs(int(part.p)), int(part.q)))


def _double(value: float) -> sympy.Expr:
    return sympy.Float(value) if math.isfinite(value) else sympy.nan
