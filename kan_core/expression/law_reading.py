"""What a person wrote as a law: which of its numbers are constants, and what these are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kan_core.expression.functions import NAMED
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.numbers import is_free
from kan_core.expression.text import NUMBERS
from kan_core.expression.tree import Constant, Exact, Expression, Power, children, with_children

KNOWN = frozenset(NAMED.keys() | NUMBERS.keys())
"""Names that mean something in every formula."""


def fresh_names(taken: Sequence[str]) -> Iterator[str]:
    """c1, c2, … without those that are taken or mean something."""
    number = 1
    while True:
        if f"c{number}" not in taken and f"c{number}" not in KNOWN:
            yield f"c{number}"
        number += 1


def law_of_trees(trees: Sequence[Expression], columns: Sequence[str]) -> Law:
    """The law as a person wrote it: whole numbers, pi, e and halves as exponents belong to the form, other numbers are free."""
    names = fresh_names(columns)
    constants: list[LawConstant] = []

    def freed(node: Expression, *, exponent: bool = False) -> Expression:
        if isinstance(node, Exact):
            if not is_free(node) or (exponent and (2 * node.value).is_integer()):
                return node
            constants.append(LawConstant(next(names), node.value))
            return Constant(constants[-1].name)
        if isinstance(node, Power):
            return Power(freed(node.base), freed(node.exponent, exponent=True))
        parts = tuple(freed(part) for part in children(node))
        return with_children(node, parts) if parts else node

    made = [freed(tree) for tree in trees]
    return Law((), tuple(constants)).with_expressions(made)
