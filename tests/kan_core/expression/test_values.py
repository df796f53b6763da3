"""Values and slopes of whole formulas: against differences, and computed at once or step by step."""

from __future__ import annotations

import numpy as np
import pytest

from kan_core.expression.text import parse
from kan_core.expression.tree import Exact, constants_of, with_constants
from kan_core.expression.values import Program, values_of

FORMULAS = [
    "a + b*x*exp(-c*y)/(x + d)",
    "(a + b*x)^2.5 + sqrt(c*y) + (x + d)^-3",
    "(a + x)^(b*y + c) + d*x",
    "exp(a*x) + b*exp(a*x)^2 + exp(a*x)*sin(exp(a*x) + c) - d",
    "a*max(x, b*y) + hypot(c*x, d*y)",
    "a + b*c*d",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_slopes_equal_differences_whatever_the_way_to_a_constant(formula: str) -> None:
    inputs = np.random.default_rng(0).uniform(0.2, 1.5, (20, 2))
    expression = parse(formula, ["x", "y"], constants=True)
    program = Program(expression, inputs, ["d", "c", "b", "a"])
    at = np.array([0.7, 1.3, 0.9, 0.4])
    values, jacobian = program.linearised(at)
    np.testing.assert_array_equal(values, np.broadcast_to(program.values(at), 20))
    for place in range(4):
        step = 1e-6 * np.eye(4)[place]
        differences = (program.values(at + step) - program.values(at - step)) / 2e-6
        np.testing.assert_allclose(jacobian[:, place], np.broadcast_to(differences, 20), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_with_its_constants_written_in_has_the_same_values(formula: str) -> None:
    inputs = np.random.default_rng(1).uniform(0.2, 1.5, (20, 2))
    expression = parse(formula, ["x", "y"], constants=True)
    names = constants_of(expression)
    at = np.random.default_rng(2).uniform(0.3, 1.4, len(names))
    filled = with_constants(expression, {name: Exact(float(value)) for name, value in zip(names, at, strict=True)})
    given = np.broadcast_to(Program(expression, inputs, names).values(at), 20)
    np.testing.assert_allclose(values_of(filled, inputs), given, rtol=1e-14)


def test_constants_that_change_in_place_are_seen() -> None:
    inputs = np.array([[1.0], [2.0]])
    program = Program(parse("a*x", ["x"], constants=True), inputs, ["a"])
    at = np.array([2.0])
    assert program.values(at).tolist() == [2.0, 4.0]
    at[0] = 3.0
    assert program.values(at).tolist() == [3.0, 6.0]
