"""One law per property, asked of every primitive: derivatives, sympy form, domain, parity, period, homogeneity."""

from __future__ import annotations

import math

import mpmath
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kan_core.errors import PrimitiveError
from kan_core.primitives.library import LIBRARY, get_primitive
from kan_core.primitives.primitive import Primitive

NAMES = list(LIBRARY)
PYKAN = {
    *("constant", "x", "x^2", "x^3", "x^4", "x^5", "1/x", "1/x^2", "1/x^3", "1/x^4", "1/x^5", "sqrt", "x^1.5", "1/sqrt"),
    *("exp", "log", "abs", "sin", "cos", "tan", "tanh", "sgn", "arcsin", "arccos", "arctan", "arctanh", "gaussian"),
}


def inner_points(primitive: Primitive, count: int = 401) -> Tensor:
    """Points of [-6, 6] at least 0.05 inside the domain and off the kinks at 0."""
    u = torch.linspace(-6.0, 6.0, count, dtype=torch.float64) + 0.0137
    return u[primitive.domain.margin(u) > 0.05]


def relative_error(value: Tensor, reference: Tensor) -> float:
    return float(((value - reference).abs() / (1 + reference.abs())).max())


@pytest.fixture(params=NAMES)
def primitive(request: pytest.FixtureRequest) -> Primitive:
    return LIBRARY[request.param]


def test_library_contains_every_function_of_pykan() -> None:
    assert set(NAMES) >= PYKAN


def test_names_are_ascii_and_keys(primitive: Primitive) -> None:
    assert primitive.name.isascii()
    assert LIBRARY[primitive.name] is primitive


def test_derivative_equals_autograd(primitive: Primitive) -> None:
    u = inner_points(primitive).requires_grad_(True)
    value = primitive.evaluate(u)
    (gradient,) = torch.autograd.grad((value + 0 * u).sum(), u)
    assert relative_error(primitive.derivative(u.detach()), gradient) < 1e-12


def test_second_derivative_equals_finite_differences_of_the_first(primitive: Primitive) -> None:
    u = inner_points(primitive)
    h = 1e-4
    f = primitive.derivative
    difference = (8 * (f(u + h) - f(u - h)) - (f(u + 2 * h) - f(u - 2 * h))) / (12 * h)
    assert relative_error(primitive.second_derivative(u), difference) < 2e-7


def test_values_and_derivatives_equal_the_sympy_form_to_rounding(primitive: Primitive) -> None:
    u = torch.cat([inner_points(primitive, 37), torch.tensor([1e-9, 1e-3, 0.3, 0.99, 1.01], dtype=torch.float64)])
    u = u[primitive.domain.margin(u) > 0]
    symbol = sympy.Symbol("u", real=True)
    form = primitive.symbol(symbol)
    for function, order in ((primitive.evaluate, 0), (primitive.derivative, 1), (primitive.second_derivative, 2)):
        wanted = sympy.diff(form, symbol, order).subs(sympy.DiracDelta(symbol), 0) if order else form
        computed = function(u)
        for point, value in zip(u.tolist(), computed.tolist(), strict=True):
            exact = mpmath.mpf(sympy.N(wanted.subs(symbol, sympy.Float(point, 60)), 30))
            assert abs(value - float(exact)) <= 4e-14 * (1 + abs(float(exact))), (primitive.name, order, point)


def test_nothing_is_finite_outside_the_domain_and_nothing_nan_inside(primitive: Primitive) -> None:
    u = torch.linspace(-4.0, 4.0, 161, dtype=torch.float64)
    inside = primitive.domain.contains(u)
    assert torch.isnan(primitive.evaluate(u)).equal(~inside)
    border = primitive.domain.margin(u) == 0
    for slope in (primitive.derivative(u), primitive.second_derivative(u)):
        assert bool(torch.isnan(slope[~inside]).all())
        assert bool(torch.isfinite(slope[inside & ~border]).all())


def test_nan_stays_nan(primitive: Primitive) -> None:
    if primitive.name == "constant":
        return
    assert bool(torch.isnan(primitive.evaluate(torch.tensor([math.nan], dtype=torch.float64))).all())


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(NAMES), u=st.floats(-5, 5))
def test_declared_parity_holds(name: str, u: float) -> None:
    primitive = LIBRARY[name]
    plus, minus = (primitive.evaluate(torch.tensor([s * u], dtype=torch.float64)) for s in (1, -1))
    if primitive.parity is not None and bool(torch.isfinite(plus)):
        sign = 1.0 if primitive.parity == "even" else -1.0
        assert relative_error(plus, sign * minus) < 1e-15


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(["sin", "cos", "tan"]), u=st.floats(-1.4, 1.4), turns=st.integers(-5, 5))
def test_declared_period_holds(name: str, u: float, turns: int) -> None:
    primitive = LIBRARY[name]
    assert primitive.period is not None
    here, there = (torch.tensor([v], dtype=torch.float64) for v in (u, u + turns * primitive.period))
    assert relative_error(primitive.evaluate(there), primitive.evaluate(here)) < 1e-11


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(NAMES), u=st.floats(0.01, 5), s=st.floats(0.01, 50))
def test_declared_homogeneity_holds(name: str, u: float, s: float) -> None:
    primitive = LIBRARY[name]
    if primitive.homogeneity is None:
        return
    for sign in (1.0, -1.0):
        point = torch.tensor([sign * u], dtype=torch.float64)
        if bool(primitive.domain.contains(point)):
            scaled = primitive.evaluate(s * point)
            wanted = s**primitive.homogeneity * primitive.evaluate(point)
            assert bool(torch.allclose(scaled, wanted, rtol=1e-12))


def test_overflow_gives_limits_and_no_nan(primitive: Primitive) -> None:
    u = torch.tensor([-800.0, 800.0], dtype=torch.float64)
    u = u[primitive.domain.contains(u)]
    for function in (primitive.evaluate, primitive.derivative):
        assert not bool(torch.isnan(function(u)).any())


def test_unknown_names_suggest_close_ones() -> None:
    with pytest.raises(PrimitiveError, match="sin"):
        get_primitive("sinn")


def test_common_other_names_are_understood() -> None:
    assert get_primitive("x**2").name == "x^2"
    assert get_primitive(" LN ").name == "log"
    assert get_primitive("asin").name == "arcsin"
    assert get_primitive("SIN").name == "sin"


def test_every_primitive_has_latex_in_its_argument(primitive: Primitive) -> None:
    assert primitive.name == "constant" or "t" in primitive.latex("t")
