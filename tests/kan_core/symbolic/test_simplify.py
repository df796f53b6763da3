"""Simplification finds shorter forms, trusts none, and ends when time is up."""

from __future__ import annotations

import json

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import FormulaError
from kan_core.primitives.library import LIBRARY
from kan_core.symbolic.complexity import complexity
from kan_core.symbolic.expression_tree import from_tree, to_tree
from kan_core.symbolic.simplify import simplify_expressions

x, y = sympy.symbols("x y")
COLUMNS = {"x": np.linspace(0.1, 2, 20), "y": np.linspace(-1, 1, 20) ** 3}


def test_a_shorter_equal_form_is_found() -> None:
    long = sympy.sin(x) ** 2 + sympy.cos(x) ** 2 + x * y + x * y**2
    found = simplify_expressions([long, x], COLUMNS, time_limit=60)
    assert complexity(found.expressions[0]) < complexity(long)
    assert found.expressions[0].free_symbols == {x, y}
    assert found.expressions[1] == x
    assert found.note is None


def test_when_time_is_up_the_formula_stays_and_the_note_says_so() -> None:
    long = sympy.expand((x + y + 1) ** 3)
    found = simplify_expressions([long], COLUMNS, time_limit=0.01)
    assert found.expressions == (long,)
    assert found.note is not None
    assert "stopped after 0.01 s" in found.note


def test_what_cannot_be_sent_is_left_alone() -> None:
    unknown = sympy.Function("phi_0_0_0")(x)
    found = simplify_expressions([unknown], COLUMNS, time_limit=5)
    assert found.expressions == (unknown,)
    assert found.note is not None


@pytest.mark.parametrize("name", list(LIBRARY))
def test_trees_survive_json(name: str) -> None:
    expression = LIBRARY[name].symbol(x + sympy.Rational(1, 3)) * sympy.Float(0.1) + sympy.pi * y
    tree = json.loads(json.dumps(to_tree(expression, [x, y])))
    assert from_tree(tree, [x, y]) == expression


@settings(max_examples=50, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_survive_exactly(value: float) -> None:
    assert float(from_tree(to_tree(sympy.Float(value), []), [])) == value


@pytest.mark.parametrize("tree", [[], ["symbol", "3"], ["eval", ["symbol", "0"]], ["sin", "x"], ["symbol", "-1"], ["float", 1]])
def test_other_trees_are_refused(tree: list[object]) -> None:
    with pytest.raises(FormulaError):
        from_tree(tree, [x])  # type: ignore[arg-type]
