"""Formulas as LaTeX."""

from __future__ import annotations

import math

import pytest

from kan_core.expression.text import parse
from kan_core.expression.tree import Column, Exact, Hidden, Power, Product, Spline, Sum
from kan_core.expression.typeset import Style, typeset
from kan_core.ids import EdgeId, NodeId

COLUMNS = ["x", "y", "mass", "velocity", "current", "voltage", "flow_rate", "pressure", "inlet flow (l/s)"]
X, Y = Column(0), Column(1)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("mass*velocity^2/2", r"\frac{\mathrm{mass}\,\mathrm{velocity}^{2}}{2}"),
        ("0.5*current*voltage", r"0.5\,\mathrm{current}\,\mathrm{voltage}"),
        ("2*pi*x*cos(x)", r"2 \pi x \cos{\left(x \right)}"),
        ("flow_rate*pressure", r"\text{flow\_rate}\,\mathrm{pressure}"),
        ("flow_rate^2*pressure", r"\text{flow\_rate}^{2}\,\mathrm{pressure}"),
        ("2*`inlet flow (l/s)`*pressure", r"2 \cdot \text{inlet flow (l/s)} \cdot \mathrm{pressure}"),
    ],
)
def test_words_stand_apart_and_letters_as_they_are_used_to(text: str, latex: str) -> None:
    assert typeset(parse(text, COLUMNS), COLUMNS) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("-x/2 - 3", r"- \frac{x}{2} - 3"),
        ("x - -2", "x + 2"),
        ("-(x + y)", r"- \left(x + y\right)"),
        ("1 - (x + y)", r"1 - \left(x + y\right)"),
        ("-(x + y)/2", r"- \frac{x + y}{2}"),
        ("(x + y)/(x*y + 1)", r"\frac{x + y}{x y + 1}"),
        ("2*(x + y)*x", r"2 \left(x + y\right) x"),
        ("1/sqrt(x)", r"\frac{1}{\sqrt{x}}"),
        ("sin(x)^2*exp(-x)", r"\sin^{2}{\left(x \right)} e^{- x}"),
        ("exp(x)^2", r"\left(e^{x}\right)^{2}"),
        ("y*mod(x, 2)", r"y \left(\left(x\right) \bmod \left(2\right)\right)"),
        ("abs(x)^2", r"\left|x\right|^{2}"),
        ("(-2)^x", r"\left(-2\right)^{x}"),
        ("(1/2)^x", r"\left(\frac{1}{2}\right)^{x}"),
        ("2*3*x", r"2 \cdot 3 x"),
        ("x*2", "x 2"),
        ("1.23456e-9*x", r"1.235 \cdot 10^{-9} x"),
        ("123456789*x", "123456789 x"),
        ("x^(3/2) + atanh(y)", r"x^{\frac{3}{2}} + \operatorname{artanh}{\left(y \right)}"),
        ("a*x", "a x"),
    ],
)
def test_formulas_look_as_on_paper(text: str, latex: str) -> None:
    assert typeset(parse(text, COLUMNS, constants=True), COLUMNS) == latex


def test_exact_numbers_are_set_by_their_symbols() -> None:
    law = Sum((Product((Exact(2 * math.pi / 3, "2*pi/3"), X)), Power(Y, Exact(1.5, "3/2")), Exact(1 / 3, "1/3")))
    assert typeset(law, COLUMNS) == r"\frac{2 \pi x}{3} + y^{\frac{3}{2}} + \frac{1}{3}"


def test_digits_are_as_many_as_are_asked_for() -> None:
    law = parse("3.14159265358979*x + 2.5", COLUMNS)
    assert typeset(law, COLUMNS) == "3.142 x + 2.5"
    assert typeset(law, COLUMNS, Style(digits=None)) == "3.14159265358979 x + 2.5"


def test_named_constants_are_names_or_numbers_that_can_be_found_again() -> None:
    law = parse("A*exp(-k*x) - B", COLUMNS, constants=True)
    assert typeset(law, COLUMNS) == "A e^{- k x} - B"
    values = {"A": -2.5, "k": 0.123456, "B": -1.0}
    assert typeset(law, COLUMNS, Style(values=values)) == "- 2.5 e^{- 0.1235 x} + 1"
    shown = typeset(law, COLUMNS, Style(values=values, digits_of={"k": 2}, marked=True))
    assert shown == (r"- \htmlData{constant=A}{2.5} e^{- \htmlData{constant=k}{0.12} x} + \htmlData{constant=B}{1}")


def test_splines_and_hidden_nodes_are_named_by_their_places() -> None:
    spline = Spline(EdgeId(0, 1, 12), Y)
    assert typeset(spline, COLUMNS) == r"\varphi_{0,1,12}\left(y\right)"
    assert typeset(Power(spline, Exact(2.0)), COLUMNS) == r"\varphi_{0,1,12}^{2}\left(y\right)"
    assert typeset(Power(Hidden(NodeId(1, 3)), Exact(2.0)), COLUMNS) == "h_{1,3}^{2}"
