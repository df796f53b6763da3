"""What a person does to constants of a law; each gives a new law and leaves the old one alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kan_core.errors import FormulaError
from kan_core.expression.exact import exact_value, read_exact
from kan_core.expression.folding import folded
from kan_core.expression.law import Law
from kan_core.expression.tree import (
    ONE,
    ZERO,
    Apply,
    Constant,
    Exact,
    Expression,
    Power,
    Product,
    Sum,
    children,
    columns_of,
    constants_of,
    rebuilt,
    with_children,
)
from kan_core.law.naming import check_name, renamed


def free(law: Law, name: str) -> Law:
    """Fits move it from now on."""
    return law.with_constant(replace(law[name], state="free", symbol=""))


def fix(law: Law, name: str) -> Law:
    """Fits leave it where it is."""
    return law.with_constant(replace(law[name], state="fixed", symbol=""))


def set_value(law: Law, name: str, value: float) -> Law:
    """Another value; an exact number becomes a fixed one.

    Raises:
        FormulaError: outside its bounds, or no number.
    """
    constant = law[name]
    if not math.isfinite(value) or not constant.low <= value <= constant.high:
        raise FormulaError(f"'{name}' cannot be {value:g}: its bounds are {constant.low:g} and {constant.high:g}")
    state = "fixed" if constant.state == "exact" else constant.state
    return law.with_constant(replace(constant, value=value, state=state, symbol=""))


def set_exact(law: Law, name: str, text: str) -> Law:
    """The exact number that a text names, from now on part of the form.

    Raises:
        FormulaError: no exact number, or one outside its bounds.
    """
    value = exact_value(read_exact(text))
    return law.with_constant(replace(set_value(law, name, value)[name], state="exact", symbol=text))


def set_bounds(law: Law, name: str, low: float = -math.inf, high: float = math.inf) -> Law:
    """Where fits may move it; a value outside moves to the nearer end.

    Raises:
        FormulaError: nothing lies between them, or an exact number is outside.
    """
    constant = law[name]
    if not low <= high:
        raise FormulaError(f"the bounds of '{name}' leave it no value: {low:g} to {high:g}")
    value = min(max(constant.value, low), high)
    if value != constant.value and constant.state == "exact":
        raise FormulaError(f"'{name}' is {constant.symbol}, which is outside {low:g} to {high:g}; free it first")
    return law.with_constant(replace(constant, low=low, high=high, value=value))


def set_unit(law: Law, name: str, unit: str) -> Law:
    """What its value is measured in."""
    return law.with_constant(replace(law[name], unit=unit))


def rename(law: Law, name: str, new: str, columns: Sequence[str]) -> Law:
    """Another name.

    Raises:
        FormulaError: a name that means something else, or is none.
    """
    check_name(new, law, columns)
    return renamed(law, {law[name].name: new})


def tie(law: Law, name: str, other: str) -> Law:
    """One constant in the place of two: it has the name and the value of the other."""
    if name == other:
        raise FormulaError(f"'{name}' is the same as itself already")
    known = (law[name].name, law[other].name)
    expressions = [
        rebuilt(tree, lambda node: Constant(known[1]) if node == Constant(known[0]) else None) for tree in law.expressions
    ]
    return law.with_expressions(expressions)


def drop(law: Law, names: Iterable[str]) -> Law:
    """Leave constants out, each wherever it stands, with what only it was there for.

    Added to something it becomes 0, so the offset goes. Where it multiplies a term of a sum, the term goes. Where it multiplies
    an argument, a base or a whole formula, divides, or is an exponent, it becomes 1. A part without columns, such as exp(c),
    counts as the constant it is.

    Raises:
        FormulaError: no such constant, or nothing of a formula would be left.
    """
    gone = frozenset(law[name].name for name in names)
    expressions: list[Expression] = []
    for tree in law.expressions:
        left = folded(_without(tree, gone, within_sum=False))
        if columns_of(tree) and not columns_of(left):
            raise FormulaError(f"without {', '.join(sorted(gone))} nothing of the formula is left; drop fewer, or fix them")
        expressions.append(left)
    return law.with_expressions(expressions)


def _without(node: Expression, gone: frozenset[str], *, within_sum: bool) -> Expression:
    """A part of a formula, `within_sum` when it is a term there."""
    if not gone & frozenset(constants_of(node)):
        return node
    match node:
        case Sum(parts):
            return Sum(tuple(ZERO if _is_gone(part, gone) else _without(part, gone, within_sum=True) for part in parts))
        case Product(parts):
            if within_sum and any(_is_gone(part, gone) and not _divides(part) for part in parts):
                return ZERO
            return Product(tuple(ONE if _is_gone(part, gone) else _without(part, gone, within_sum=False) for part in parts))
        case Power(base, exponent):
            kept = ONE if _is_gone(exponent, gone) else _without(exponent, gone, within_sum=False)
            return Power(ONE if _is_gone(base, gone) else _without(base, gone, within_sum=False), kept)
        case Apply():
            return with_children(node, tuple(_without(part, gone, within_sum=False) for part in children(node)))
        case _:
            return ZERO if within_sum else ONE


def _divides(part: Expression) -> bool:
    return isinstance(part, Power) and isinstance(part.exponent, Exact) and part.exponent.value < 0


def _is_gone(part: Expression, gone: frozenset[str]) -> bool:
    """Whether a part is a constant that is dropped, or made of one: exp(c), 1/c, but no product or sum with others."""
    if isinstance(part, Constant):
        return part.name in gone
    return isinstance(part, Apply | Power) and not columns_of(part) and bool(gone & frozenset(constants_of(part)))
