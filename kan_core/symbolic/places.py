"""Where a constant stands in its formula: the smallest part that tells it from the others. Used by the list of constants."""

from __future__ import annotations

from collections.abc import Sequence

import sympy


def place_of(expressions: Sequence[sympy.Expr], value: float) -> sympy.Expr | None:
    """The smallest function, power or term around the decimal number `value`; the number itself where it is a term.

    Args:
        expressions: of a formula.
        value: of one of its constants.

    Returns:
        The part of the first expression that holds it; None when none does.
    """
    for expression in expressions:
        found = _place(expression, value, expression)
        if found is not None:
            return found
    return None


def _place(node: sympy.Basic, value: float, around: sympy.Expr) -> sympy.Expr | None:
    """Depth first; `around` is the place of whatever stands directly in `node`."""
    if isinstance(node, sympy.Float):
        return around if float(node) == value else None
    for argument in node.args:
        term = isinstance(node, sympy.Add) and (around is node or not isinstance(argument, sympy.Float))
        inner = argument if term or _opens(argument) else around
        found = _place(argument, value, inner)  # type: ignore[arg-type]
        if found is not None:
            return found
    return None


def _opens(node: sympy.Basic) -> bool:
    """Whether a part is a place of its own: a function or a power, not a sum or a product inside one."""
    return bool(node.args) and not isinstance(node, sympy.Add | sympy.Mul | sympy.UnevaluatedExpr)
