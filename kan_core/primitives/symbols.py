"""An own function's tree whose size as a sympy expression is known beforehand: no number is ever expanded into digits.

sympy computes with whole numbers and fractions exactly, and (1/2)^(9^9^9) would fill the memory with their digits. A part
without x is therefore written exactly only while its numbers are short; otherwise it is the double that evaluation gives, as
on every edge. Used by `own`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kan_core.expression.operations import evaluated
from kan_core.expression.tree import Apply, Exact, Expression, Power, children, columns_of, with_children


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
