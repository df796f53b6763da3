"""Exact numbers as text: 3, -1/3, 9.81, pi/2, 2*e, sqrt(2)*pi; the text is read to a tree without columns or constants."""

from __future__ import annotations

import math

import numpy as np

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Exact, Expression, Power, Product, Sum, walk
from kan_core.expression.values import values_of

_MEND = "write a number such as 3, -1/3, 0.25, pi/2, 2*e or sqrt(2)"


def read_exact(text: str) -> Expression:
    """The number that a text names, as it is written there.

    Raises:
        FormulaError: not an exact real number; the message says where and what to write.
    """
    try:
        tree = parse(text, ())
    except FormulaError as error:
        raise FormulaError(f"'{text[:80]}' is not an exact number: {error}; {_MEND}") from error
    for node in walk(tree):
        if not (isinstance(node, Exact | Sum | Product | Power) or (isinstance(node, Apply) and node.function == "sqrt")):
            raise FormulaError(f"'{text[:80]}' is not an exact number: only numbers, pi, e, + - * / ^ and sqrt make one; {_MEND}")
    value = exact_value(tree)
    if not math.isfinite(value):
        raise FormulaError(f"'{text[:80]}' is not a finite real number; {_MEND}")
    return tree


def exact_value(tree: Expression) -> float:
    """The double nearest to a number that `read_exact` gave."""
    return float(values_of(tree, np.zeros((1, 0)))[0])
