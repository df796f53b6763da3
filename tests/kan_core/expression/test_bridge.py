"""Trees and sympy say the same: values, exact numbers, and forms there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import FormulaError
from kan_core.expression.bridge import from_sympy, symbols_of, to_sympy
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.text import parse
from kan_core.expression.tree import ONE, Apply, Column, Exact, Hidden, Power, Product, Spline, Sum
from kan_core.expression.valuation import Valuation
from kan_core.expression.writing import SYMPY, written
from kan_core.ids import EdgeId, NodeId
from kan_core.primitives.library import LIBRARY

NAME = "a column (with) [odd] name"
(x,) = symbols_of([NAME])
VALUES = np.linspace(0.11, 0.93, 9)
X = Column(0)


def values(expression: sympy.Expr) -> np.ndarray:
    return Valuation(VALUES[:, None]).values(from_sympy(expression, (x,)))


@pytest.mark.parametrize("name", list(LIBRARY))
def test_every_primitive_is_evaluated_as_sympy_does(name: str) -> None:
    shift = 1 if name == "arccosh" else 0
    expression = 2 * LIBRARY[name].symbol(x + shift) + sympy.Float(0.25)
    wanted = [float(expression.subs(x, sympy.Float(value, 30))) for value in VALUES]
    assert values(expression) == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("function", [sympy.sec, sympy.csc, sympy.cot, sympy.sech, sympy.csch, sympy.coth])
def test_reciprocal_functions_of_simplified_forms_are_known(function: type[sympy.Function]) -> None:
    assert values(function(x)) == pytest.approx([float(function(value)) for value in VALUES], rel=1e-13)


@pytest.mark.parametrize("name", list(LIBRARY))
def test_what_comes_back_goes_there_again_as_the_same(name: str) -> None:
    made = LIBRARY[name].symbol(x + sympy.Rational(1, 3)) * sympy.Float(0.1) + sympy.pi * x
    tree = from_sympy(made, (x,))
    assert from_sympy(to_sympy(tree, (x,)), (x,)) == tree


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_the_python_text_of_a_row_is_read_by_sympy_as_its_form_whatever_it_is_applied_to(name: str) -> None:
    row = FUNCTIONS[name]
    columns = symbols_of(["u", "v", "w"])
    arguments = [Sum((Column(place), Exact(0.5))) for place in range(row.arguments)]
    tree = Product((Exact(2.0), Power(Apply(name, tuple(arguments)), Exact(2.0))))
    read = sympy.sympify(written(tree, ["u", "v", "w"], SYMPY))
    point = dict(zip(columns, (0.3, 0.2, 0.7), strict=True))
    wanted = sympy.N(to_sympy(tree, columns).subs(point))
    assert complex(sympy.N(read.subs(point))) == pytest.approx(complex(wanted), nan_ok=True)


def test_exact_numbers_stay_exact() -> None:
    tree = from_sympy(sympy.sqrt(2) * sympy.pi * x / 3 + sympy.Rational(1, 7), (x,))
    assert to_sympy(tree, (x,)) == sympy.sqrt(2) * sympy.pi * x / 3 + sympy.Rational(1, 7)
    assert to_sympy(Exact(100 / 981, "1/9.81"), ()) == sympy.Rational(100, 981)
    assert to_sympy(Power(X, Exact(1.5, "3/2")), (x,)) == x ** sympy.Rational(3, 2)


@settings(max_examples=50, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_survive_exactly(value: float) -> None:
    assert from_sympy(to_sympy(Exact(value), ()), ()) == Exact(value)


def test_splines_hidden_nodes_and_constants_keep_their_names() -> None:
    tree = Sum((Spline(EdgeId(0, 1, 2), X), Hidden(NodeId(1, 3)), Product((Exact(2.0), X))))
    written = to_sympy(tree, (x,))
    assert str(written.xreplace({x: sympy.Symbol("x")})) == "h_1_3 + 2*x + phi_0_1_2(x)"
    assert set(from_sympy(written, (x,)).parts) == set(tree.parts)
    law = parse("A*exp(-k*x)", ["x"], constants=True)
    assert str(to_sympy(law, symbols_of(["x"]))) == "A*exp(-k*x)"


def test_a_large_constant_of_an_exponent_is_no_factor_that_is_no_double() -> None:
    law = parse("exp(2*(x - 10000.5))", ["x"])
    again = from_sympy(to_sympy(law, (x,)), (x,))
    assert Valuation(np.array([[10000.25]])).values(again) == pytest.approx([math.exp(-0.5)], rel=1e-11)


def test_a_large_constant_of_an_exponent_does_not_stop_sympy() -> None:
    law = to_sympy(parse("3*exp(-2*(x - 1000.5))", ["x"]), (x,))
    for made in (sympy.diff(law, x), sympy.diff(law.doit(), x), sympy.diff(sympy.simplify(law), x)):
        assert sympy.lambdify(x, made, "math")(1000.25) == pytest.approx(-6 * math.exp(0.5), rel=1e-12)
    assert float(sympy.diff(law, x, 2).subs(x, 1000.25)) == pytest.approx(12 * math.exp(0.5), rel=1e-12)
    assert float(law.subs(x, 1000.25)) == pytest.approx(3 * math.exp(0.5), rel=1e-12)


def test_other_functions_are_refused_by_name() -> None:
    with pytest.raises(FormulaError, match="zeta"):
        from_sympy(sympy.zeta(x), (x,))


def test_like_parts_are_merged_on_the_way_back() -> None:
    assert from_sympy(sympy.Mul(x, x, evaluate=False), (x,)) == Power(X, Exact(2.0))
    assert from_sympy(sympy.Mul(sympy.sqrt(x), sympy.sqrt(x), evaluate=False), (x,)) == X
    assert from_sympy(sympy.Mul(x, 1 / x, evaluate=False), (x,)) == ONE
    assert from_sympy(sympy.nan, ()).symbol == "nan"
