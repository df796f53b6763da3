"""Simplification finds shorter forms, trusts none, and ends when time is up."""

from __future__ import annotations

import numpy as np

from kan_core.expression.complexity import complexity
from kan_core.expression.text import parse
from kan_core.expression.tree import Column, Spline, columns_of
from kan_core.ids import EdgeId
from kan_core.symbolic.simplify import simplify_expressions

X = Column(0)
ROWS = np.column_stack([np.linspace(0.1, 2, 20), np.linspace(-1, 1, 20) ** 3])


def test_a_shorter_equal_form_is_found() -> None:
    long = parse("sin(x)^2 + cos(x)^2 + x*y + x*y^2", ["x", "y"])
    found = simplify_expressions([long, X], ROWS, time_limit=60)
    assert complexity(found.expressions[0]) < complexity(long)
    assert columns_of(found.expressions[0]) == {0, 1}
    assert found.expressions[1] == X
    assert found.note is None


def test_when_time_is_up_the_formula_stays_and_the_note_says_so() -> None:
    long = parse("x^3 + 3*x^2*y + 3*x*y^2 + y^3 + 3*x^2 + 6*x*y", ["x", "y"])
    found = simplify_expressions([long], ROWS, time_limit=0.01)
    assert found.expressions == (long,)
    assert found.note is not None
    assert "stopped after 0.01 s" in found.note


def test_what_cannot_be_sent_is_left_alone() -> None:
    unknown = Spline(EdgeId(0, 0, 0), X)
    found = simplify_expressions([unknown], ROWS, time_limit=5)
    assert found.expressions == (unknown,)
    assert found.note is not None
