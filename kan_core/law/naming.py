"""Names of constants: short, never a column's, a function's or a known number's, and the same after the next fit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kan_core.errors import FormulaError
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.law_reading import KNOWN, fresh_names
from kan_core.expression.text import NUMBERS
from kan_core.expression.tree import Constant, Expression, Sum, constants_of, rebuilt

SAME = 1e-9
"""Relative difference below which the value of a constant is that of another law's: formulas are written to this."""


def check_name(name: str, law: Law, columns: Sequence[str]) -> None:
    """Refuse a name that could not be read again.

    Raises:
        FormulaError: says what has the name, or what a name is.
    """
    if not name.isidentifier() or not name.isascii():
        raise FormulaError(f"'{name[:80]}' is no name of a constant: use letters, digits and _, a letter first")
    if name in columns:
        raise FormulaError(f"'{name}' is a column; give the constant another name")
    if name in KNOWN:
        raise FormulaError(f"'{name}' is a {'known number' if name in NUMBERS else 'function'}; give the constant another name")
    if name in law.names:
        raise FormulaError(f"there is a constant '{name}' already; choose another name, or tie the two")


def renamed(law: Law, names: Mapping[str, str]) -> Law:
    """Constants under other names, all at once; two that get one name become one."""
    expressions = tuple(
        rebuilt(tree, lambda node: Constant(names.get(node.name, node.name)) if isinstance(node, Constant) else None)
        for tree in law.expressions
    )
    constants = {names.get(each.name, each.name): replace(each, name=names.get(each.name, each.name)) for each in law.constants}
    return Law(expressions, tuple(constants.values()))


def inherited(law: Law, former: Law, columns: Sequence[str]) -> Law:
    """A law written anew with what is known of the constants of a former one.

    A constant is the former one of its value, with state and bounds; else the one in its place in the same term, which keeps
    name and bounds, though the value may be outside them. Constants that are new keep clear of the names of those that are gone.
    """
    heirs: dict[str, LawConstant] = {}
    left = {each.name: each for each in former.constants}
    for constant in law.constants:
        same = next((each for each in left.values() if math.isclose(each.value, constant.value, rel_tol=SAME)), None)
        if same is not None:
            heirs[constant.name] = left.pop(same.name)
    places = _places(former)
    for name, place in _places(law).items():
        match = next((each for each, other in places.items() if other == place and each in left), None)
        if name not in heirs and match is not None:
            heirs[name] = replace(left.pop(match), state="free", symbol="")
    fresh = fresh_names([*columns, *former.names])
    table = {each.name: heirs[each.name].name if each.name in heirs else next(fresh) for each in law.constants}
    made = renamed(law, table)
    for heir in heirs.values():
        value = heir.value if heir.state == "exact" else made[heir.name].value
        made = made.with_constant(replace(heir, value=value))
    return made


def _places(law: Law) -> dict[str, tuple[int, Expression, int]]:
    """For each constant the formula, the term of its outermost sum without names, and the place among that term's constants.

    Terms that look alike tell nothing and are left out.
    """
    found: dict[str, tuple[int, Expression, int]] = {}
    for number, tree in enumerate(law.expressions):
        terms = tree.parts if isinstance(tree, Sum) else (tree,)
        shapes = [_anonymous(term) for term in terms]
        for term, shape in zip(terms, shapes, strict=True):
            if shapes.count(shape) == 1:
                found |= {name: (number, shape, place) for place, name in enumerate(constants_of(term))}
    return found


def _anonymous(term: Expression) -> Expression:
    """The term with its constants numbered in order of appearance."""
    numbered = {name: Constant(str(place)) for place, name in enumerate(constants_of(term))}
    return rebuilt(term, lambda node: numbered[node.name] if isinstance(node, Constant) else None)
