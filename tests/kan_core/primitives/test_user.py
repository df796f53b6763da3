"""Functions defined by text: they round-trip, their derivatives are exact, hostile text only gives PrimitiveError."""

from __future__ import annotations

import math

import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import FormulaError, PrimitiveError
from kan_core.expression.derivatives import jets
from kan_core.expression.operations import Steps
from kan_core.expression.own import own_function
from kan_core.expression.tree import Apply, Column, Exact, Expression, negative, product, total
from kan_core.expression.writing import written
from kan_core.primitives.own import primitive_of
from kan_core.primitives.primitive import Primitive

LEAVES = st.one_of(st.just(Column(0)), st.floats(0.1, 5).map(Exact), st.just(Exact(math.pi, "pi")))


def parse_primitive(text: str) -> Primitive:
    try:
        return primitive_of(own_function(text))
    except FormulaError as error:
        raise PrimitiveError(str(error), error.position) from error


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(lambda name, part: Apply(name, (part,)), st.sampled_from(["sin", "tanh", "gaussian", "atan"]), inner),
        st.builds(negative, inner),
        st.builds(total, inner, inner),
        st.builds(product, inner, inner),
    )


TREES = st.recursive(LEAVES, grown, max_leaves=5)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_written_trees_are_read_back(tree: Expression) -> None:
    text = written(tree, ["x"])
    if len(text) <= 200:
        u = torch.linspace(-1.0, 1.0, 9, dtype=torch.float64)
        wanted, again = (Steps([each]).values(torch, [u])[0] for each in (tree, own_function(text).tree))
        torch.testing.assert_close(again, wanted, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_derivatives_equal_finite_differences(tree: Expression) -> None:
    u, h = torch.linspace(-1.0, 1.0, 9, dtype=torch.float64), 1e-6

    def jet(at: torch.Tensor) -> list[torch.Tensor]:
        found = jets(torch, Steps([tree]), [at])[0]
        none = torch.zeros_like(at)
        return [part.expand_as(at) for part in (found.value, found.first.get(0, none), found.second.get((0, 0), none))]

    _, first, second = jet(u)
    up, down = jet(u + h), jet(u - h)
    for order, exact in ((0, first), (1, second)):
        size = 1 + exact.abs() + up[order].abs() + second.abs()
        assert float((((up[order] - down[order]) / (2 * h) - exact).abs() / size).max()) < 1e-3


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet="x+-*/^()0123456789.e sinpxlog", max_size=40)))
def test_hostile_text_gives_primitive_errors_only(text: str) -> None:
    try:
        primitive = parse_primitive(text)
    except PrimitiveError:
        return
    assert primitive.complexity >= 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x+", "position 3"),
        ("sin x", "parentheses"),
        ("foo(x)", "position 1"),
        ("__import__('os')", "position 1"),
        ("(" * 150 + "x", "deeply"),
        ("x" * 201, "200"),
        ("x.real", "position 2"),
        ("2", "depend on x"),
        ("log(-x^2-1)", "not defined"),
    ],
)
def test_errors_say_where_and_what(text: str, message: str) -> None:
    with pytest.raises(PrimitiveError, match=message):
        parse_primitive(text)


@pytest.mark.parametrize("text", ["x*exp(-x^2)", "sin(x)/x", "tanh(2*x)+1", "x**3-2", "-x^2", "2^x", "sqrt(x+1)"])
def test_values_and_derivatives_equal_sympy(text: str) -> None:
    primitive = parse_primitive(text)
    u, symbol = torch.tensor([0.3, 1.7, 2.9], dtype=torch.float64), sympy.Symbol("u", real=True)
    form = primitive.symbol(symbol)
    for order, function in enumerate((primitive.evaluate, primitive.derivative, primitive.second_derivative)):
        wanted = [float(sympy.diff(form, symbol, order).subs(symbol, point)) for point in u.tolist()]
        assert function(u).tolist() == pytest.approx(wanted, rel=1e-10, abs=1e-12)


def test_domains_are_found() -> None:
    assert parse_primitive("x*exp(-x^2)").domain.bounded is False
    assert parse_primitive("sin(x)/x").domain.poles == (0.0,)
    assert parse_primitive("1/(x-0.3337)").domain.poles == pytest.approx((0.3337,))
    assert parse_primitive("sqrt(x+1)").domain.low == pytest.approx(-1.0)
