"""Exact numbers as text and back, and constants that stand as what they were snapped to."""

from __future__ import annotations

import math

import pytest
import sympy

from kan_core.errors import FormulaError
from kan_core.expression.tree import Apply, Column, Exact, Product, Sum
from kan_core.expression.typeset import typeset
from kan_core.expression.writing import written
from kan_core.symbolic.constants import Constant
from kan_core.symbolic.exact import exact_text, exact_value, holds_exact, with_exact
from kan_core.symbolic.snap import candidates

X = Column(0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", sympy.Integer(3)),
        ("-1/3", sympy.Rational(-1, 3)),
        ("0.25", sympy.Rational(1, 4)),
        ("pi/2", sympy.pi / 2),
        ("2*e", 2 * sympy.E),
        ("sqrt(2)*pi", sympy.sqrt(2) * sympy.pi),
        ("pi^2/6", sympy.pi**2 / 6),
        ("10^-3", sympy.Rational(1, 1000)),
    ],
)
def test_a_text_is_the_number_it_names(text: str, value: sympy.Expr) -> None:
    assert exact_value(text) == value
    assert exact_value(exact_text(value)) == value


@pytest.mark.parametrize(
    "value", [math.pi / 3, math.sqrt(2) * 5, math.e / 7, 11 / 12, 1 / math.pi, math.pi * math.e, -(math.pi**2)]
)
def test_every_proposal_is_read_back_as_itself(value: float) -> None:
    for _, exact in candidates(Constant(0, value, 1e-4, 1e-4)):
        assert exact_value(exact_text(exact)) == exact


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "x is not a number"),
        ("sin(1)", "sin is not allowed"),
        ("1/0", "divides by zero"),
        ("pi +", "position 5"),
        ("sqrt(-2)", "not a finite real number"),
        ("2^99", "powers up to 12"),
        ("(2^9)^9", "plain number"),
        ("1e9*1e9", "finite real"),
    ],
)
def test_what_is_no_exact_number_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        exact_value(text)


def test_a_constant_is_exact_while_it_agrees_and_a_number_again_when_it_does_not() -> None:
    near, far = (Apply("sin", (Product((Exact(math.pi * (1 + gap)), X)),)) for gap in (1e-12, 1e-6))
    (exact,) = with_exact([near], ["pi"])
    assert exact == Apply("sin", (Product((Exact(math.pi, "pi"), X)),))
    assert holds_exact([exact], ["pi"])
    (still,) = with_exact([far], ["pi"])
    assert still == far
    assert not holds_exact([still], ["pi"])


def test_the_opposite_of_an_exact_number_is_exact_too() -> None:
    (exact,) = with_exact([Sum((X, Exact(-math.sqrt(2))))], ["sqrt(2)"])
    assert written(exact, ["x"]) == "x - sqrt(2)"
    assert typeset(exact, ["x"]) == r"x - \sqrt{2}"
    assert holds_exact([exact], ["sqrt(2)"])
