"""Columns that act through one quantity are found, whatever function of it the target is."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from kan_core.expression.bridge import to_sympy
from kan_core.expression.tree import Column, Expression
from kan_core.expression.values import values_of
from kan_core.search.laws.candidates import add, apply, multiply, named, number, numbers_of, power, substituted
from kan_core.search.laws.exact import ExactLaw
from kan_core.search.laws.grouped import Reduced, reduced
from kan_core.search.laws.groups import groups
from kan_core.search.laws.surface import Surface
from kan_core.search.laws.write import expression_of

SYMBOLS = sympy.symbols("x0 x1 x2")


def table(law: str, ranges: list[tuple[float, float]], rows: int = 500) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(2).uniform(*np.transpose(ranges), (rows, len(ranges)))
    return x, sympy.lambdify(SYMBOLS[: len(ranges)], sympy.sympify(law))(*x.T)


def written(node: Expression) -> sympy.Expr:
    form, names = named(node)
    return to_sympy(expression_of(ExactLaw(form, dict(zip(names, numbers_of(node), strict=True)), {})), SYMBOLS)


@pytest.mark.parametrize(
    ("law", "ranges", "group"),
    [
        ("sin(2*x0 + 3*x1)", [(-1, 1), (-1, 1)], "x0 + 1.5*x1"),
        ("exp(-(x0 - 0.5)*(x1 + 1.2))", [(0, 2), (0, 2)], "x0*x1 + 1.2*x0 - 0.5*x1"),
        ("sqrt(0.7 + x0**2 + 3*x1**2)", [(-1, 1), (-1, 1)], "x0**2 + 3*x1**2"),
        ("exp(-(x0 - 0.3)**2 - (x1 + 0.4)**2)", [(-1, 1), (-1, 1)], "x0**2 - 0.6*x0 + x1**2 + 0.8*x1"),
        ("tanh(x0 + 0.7*x1**2)", [(-1, 1), (-1, 1)], "x1**2 + x0/0.7"),
        ("log(1 + x0**2/x1)", [(1, 3), (1, 3)], "x0**2/x1"),
        ("cos(x0*x1/x2)", [(1, 2), (1, 2), (1, 3)], "x0*x1/x2"),
    ],
)
def test_a_group_is_found_up_to_a_power_with_its_constants(law: str, ranges: list[tuple[float, float]], group: str) -> None:
    x, y = table(law, ranges)
    best = groups(x, y)[0]
    assert best.error < 1e-4
    np.testing.assert_allclose(best.values, values_of(best.node, x))
    wanted = sympy.lambdify(SYMBOLS[: x.shape[1]], sympy.sympify(group))(*x.T)
    # A function of the same quantity: it has the same order of rows, up or down.
    order = np.argsort(wanted)
    steps = np.diff(best.values[order])
    assert (steps >= -1e-6).all() or (steps <= 1e-6).all()


@pytest.mark.parametrize("law", ["x0 + sin(3*x0*x1)", "sin(2*x0) + exp(x1)*x0"])
def test_columns_that_act_in_two_ways_are_no_group(law: str) -> None:
    assert groups(*table(law, [(-1, 1), (-1, 1)])) == []


@pytest.mark.parametrize(
    ("law", "ranges", "factor", "quantities"),
    [
        ("x0**2*cos(x1)", [(1, 2), (0, 3)], "x0**2", {"x1"}),
        ("x0*tanh(1.3*x1/x0)", [(0.5, 2), (0.2, 3)], "x0", {"x1/x0"}),
        ("x0**-5/(exp(1.4/x0) - x1)", [(1, 2), (0, 1)], None, None),
        ("x0*x1/(2 + sin(x1 - x2))", [(1, 2), (1, 3), (1, 3)], "x0", {"x1", "x1 - x2"}),
    ],
)
def test_factors_are_divided_out(
    law: str, ranges: list[tuple[float, float]], factor: str | None, quantities: set[str] | None
) -> None:
    x, y = table(law, ranges)
    found = reduced(x, y, range(len(ranges)))
    if factor is None:
        assert found is None
        return
    assert isinstance(found, Reduced)
    assert found.factor is not None
    assert written(found.factor) == sympy.sympify(factor)
    np.testing.assert_allclose(found.target * values_of(found.factor, x), y)
    for node, values in zip(found.nodes, found.columns.T, strict=True):
        np.testing.assert_allclose(values_of(node, x), values)
    if len(found.nodes) == 1:
        assert {str(written(node)) for node in found.nodes} == quantities


def test_a_law_of_quantities_is_written_in_the_columns() -> None:
    law = add(number(1.0), multiply(number(2.0), apply("sin", Column(0))), power(Column(1), 2))
    made = substituted(law, [multiply(Column(0), Column(1)), Column(2)])
    assert written(made) == sympy.sympify("1 + 2*sin(x0*x1) + x2**2")


def test_the_slopes_of_a_surface_are_those_of_the_target() -> None:
    x, y = table("sin(x0)*exp(x1)", [(-1, 2), (0, 1)])
    surface = Surface(x, y)
    assert surface.error < 1e-9
    np.testing.assert_allclose(surface.slope(0), np.cos(x[:, 0]) * np.exp(x[:, 1]), atol=1e-7)
    np.testing.assert_allclose(surface.slope(1), y, atol=1e-7)
    assert Surface(x[:, :1], y).error > 0.1
