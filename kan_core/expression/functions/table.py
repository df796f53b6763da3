"""The rows of all families, and looking them up by name or by sympy's class."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sympy

from kan_core.expression.functions.choices import CHOICES
from kan_core.expression.functions.elementary import ELEMENTARY
from kan_core.expression.functions.function import Function, unevaluated
from kan_core.expression.functions.hyperbolic import HYPERBOLIC
from kan_core.expression.functions.special import SPECIAL
from kan_core.expression.functions.steps import STEPS
from kan_core.expression.functions.trigonometric import TRIGONOMETRIC

_ROWS = (*STEPS, *TRIGONOMETRIC, *ELEMENTARY, *HYPERBOLIC, *SPECIAL, *CHOICES)
"""In this order they are offered: of forms that say a thing equally well the first is taken, sin before cos and exp."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in _ROWS})
"""By the name that stands in trees and is written in formulas."""
NAMED: Mapping[str, Function] = MappingProxyType({name: row for row in _ROWS for name in (row.name, *row.others)})
"""By every word that is understood where a formula is read."""
_BY_HEAD: dict[type[sympy.Basic], list[Function]] = {}
for _row in _ROWS:
    if _row.head is not None:
        _BY_HEAD.setdefault(_row.head, []).append(_row)


def row_named(name: str) -> Function | None:
    """The row of a word in a formula; None when it names no function."""
    return NAMED.get(name)


def recognised(expression: sympy.Basic) -> tuple[Function, tuple[sympy.Basic, ...]] | None:
    """The row whose function is on top of a sympy expression, and its arguments; None when none of them is.

    Of more arguments than the function takes (sympy's Max has any number), the first stands alone and the others together.
    """
    for row in _BY_HEAD.get(expression.func, ()):
        arguments = row.picks(expression)
        if arguments is None:
            continue
        if row.arguments == 2 and len(arguments) > 2:
            arguments = (arguments[0], unevaluated(expression.func)(*arguments[1:]))
        if len(arguments) == row.arguments:
            return row, arguments
    return None
