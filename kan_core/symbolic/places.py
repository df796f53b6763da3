"""Where a constant stands in its formula: the smallest part that tells it from the others. Used by the list of constants."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.tree import Apply, Constant, Expression, Power, Spline, Sum, children


def place_of(expressions: Sequence[Expression], name: str) -> Expression | None:
    """The smallest function, power or term around a constant; the constant itself where it is a term.

    Args:
        expressions: of a formula.
        name: of one of its constants.

    Returns:
        The part of the first expression that holds it; None when none does.
    """
    for expression in expressions:
        found = _place(expression, name, expression)
        if found is not None:
            return found
    return None


def _place(node: Expression, name: str, around: Expression) -> Expression | None:
    """Depth first; `around` is the place of whatever stands directly in `node`."""
    if isinstance(node, Constant):
        return around if node.name == name else None
    parts = children(node)
    for part in parts:
        term = isinstance(node, Sum) and (around is node or not isinstance(part, Constant))
        opens = isinstance(part, Apply | Spline | Power)
        found = _place(part, name, part if term or opens else around)
        if found is not None:
            return found
    return None
