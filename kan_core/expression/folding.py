"""What 0 and 1 do to a formula: terms and factors go, nothing else is rearranged."""

from __future__ import annotations

from kan_core.expression.tree import (
    ONE,
    ZERO,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    children,
    product,
    total,
    with_children,
)


def folded(node: Expression) -> Expression:
    """The formula without terms that are 0, factors that are 1, products with 0, and powers of 0 and 1.

    Whole numbers that meet are computed; all else stays as it is written.
    """
    parts = tuple(folded(part) for part in children(node))
    match node:
        case Sum():
            return total(*_gathered(total(*parts), Sum))
        case Product():
            return ZERO if ZERO in parts else product(*_gathered(product(*parts), Product))
        case Power():
            return _power(*parts)
        case _:
            return with_children(node, parts) if parts else node


def _gathered(made: Expression, kind: type[Sum | Product]) -> tuple[Expression, ...]:
    """Parts with the whole numbers among them as one, where the first of them stood."""
    parts = made.parts if isinstance(made, kind) else (made,)
    whole = [part.value for part in parts if isinstance(part, Exact) and _is_whole(part)]
    if len(whole) < 2:
        return parts
    value = 0.0 if kind is Sum else 1.0
    for each in whole:
        value = value + each if kind is Sum else value * each
    first = next(place for place, part in enumerate(parts) if _is_whole(part))
    rest = [Exact(value) if place == first else part for place, part in enumerate(parts) if place == first or not _is_whole(part)]
    return tuple(rest)


def _is_whole(part: Expression) -> bool:
    return isinstance(part, Exact) and not part.symbol and part.value.is_integer()


def _power(base: Expression, exponent: Expression) -> Expression:
    if exponent == ZERO or base == ONE:
        return ONE
    if exponent == ONE:
        return base
    return ZERO if base == ZERO and isinstance(exponent, Exact) and exponent.value > 0 else Power(base, exponent)
