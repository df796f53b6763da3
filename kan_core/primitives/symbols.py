"""An own function's tree as a sympy expression whose size is known beforehand: no number is ever expanded into digits.

sympy computes with whole numbers and fractions exactly, and (1/2)^(9^9^9) would fill the memory with their digits. A part
without x is therefore written exactly only while its numbers are short; otherwise it is the double that evaluation gives, as
on every edge. Used by `own`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
import sympy

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.operations import evaluated
from kan_core.expression.tree import Apply, Column, Exact, Expression, Power, Product, Sum, children, columns_of, with_children


@dataclass(frozen=True)
class Shortness:
    """What is written exactly.

    Attributes:
        number: largest number.
        power: largest exponent, up to which digits are multiplied.
        argument: largest argument of a named function of a number, as in sin(1).
        signs: most parts of a number that is written as a formula.
    """

    number: float = 1e15
    power: float = 100
    argument: float = 1e3
    signs: int = 8


_SHORT = Shortness()


def settled(node: Expression) -> Expression:
    """The tree with every long part that has no column as one number."""
    if columns_of(node):
        return with_children(node, tuple(settled(part) for part in children(node)))
    if isinstance(node, Exact):
        return node
    parts = tuple(settled(part) for part in children(node))
    made = with_children(node, parts)
    return made if _is_short(made) else Exact(_value(made))


def to_sympy(node: Expression, argument: sympy.Expr) -> sympy.Expr:
    """The settled function of `argument` as an expression."""
    match node:
        case Exact():
            return _number(node)
        case Column():
            return argument
        case Sum(parts):
            return sympy.Add(*(to_sympy(part, argument) for part in parts))
        case Product(parts):
            return sympy.Mul(*(to_sympy(part, argument) for part in parts))
        case Power(base, exponent):
            return sympy.Pow(to_sympy(base, argument), to_sympy(exponent, argument), evaluate=False)
        case Apply(function, arguments):
            return cast("sympy.Expr", FUNCTIONS[function].symbol(*(to_sympy(part, argument) for part in arguments)))
        case _:
            raise TypeError(f"{node!r} is no function of x")


def _number(node: Exact) -> sympy.Expr:
    if node.symbol:
        return sympy.pi if node.symbol == "pi" else sympy.E
    if not math.isfinite(node.value):
        return sympy.nan
    whole = node.value.is_integer() and abs(node.value) <= _SHORT.number
    return sympy.Integer(int(node.value)) if whole else sympy.Float(node.value)


def _is_short(node: Expression) -> bool:
    """Whether a number's formula may stand as it is."""
    parts = children(node)
    if _signs(node) > _SHORT.signs or not abs(_value(node)) <= _SHORT.number:
        return False
    match node:
        case Power(base, exponent):
            power = abs(_value(exponent))
            digits = math.log2(max(abs(_value(base)), 2.0)) * power
            return power <= _SHORT.power and digits <= math.log2(_SHORT.number)
        case Apply():
            return all(abs(_value(part)) <= _SHORT.argument for part in parts)
        case _:
            return True


def _signs(node: Expression) -> int:
    return 1 + sum(_signs(part) for part in children(node))


def _value(node: Expression) -> float:
    with np.errstate(all="ignore"):
        return float(evaluated(np, node, ()))
