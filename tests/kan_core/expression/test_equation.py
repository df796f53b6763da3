"""Equations are read by an own grammar; what is wrong is said with its position."""

import pytest

from kan_core.errors import FormulaError
from kan_core.expression.equation import Quantity, parse_equation
from kan_core.expression.tree import Column, Exact


def read(text, columns=("x", "t"), unknowns=("u",)):
    return parse_equation(text, columns, unknowns)


@pytest.mark.parametrize(
    "text", ["u_xx = 0", "D(u, x, x) = 0", "diff(u, x, 2) = 0", "D(D(u, x), x) = 0", "D(u,x,x)", "0 = u_xx", "D(`u`, `x`, x) = 0"]
)
def test_second_derivatives_may_be_written_in_several_ways(text):
    assert read(text).quantities == (Quantity(0, (0, 0)),)


def test_the_order_of_derivatives_does_not_matter_and_each_is_asked_for_once():
    equation = read("D(u, t, x) + u_xt + u*u_x = D(u, t)^2 + u_x")
    assert equation.quantities == (Quantity(0, (0, 1)), Quantity(0), Quantity(0, (0,)), Quantity(0, (1,)))


def test_a_place_holds_one_or_several_inputs_at_numbers():
    equation = read("u_x = exp(-t) at x = -pi/2")
    assert [index for index, _ in equation.at] == [0]
    assert read("u = 1 at x = 0, t = 2").at == ((0, Exact(0.0)), (1, Exact(2.0)))


def test_an_equation_that_gives_an_unknown_its_value_is_known_as_such():
    assert read("u = x^2 at t = 0").value is not None
    assert read("3 = u at t = 0").value == (0, Exact(3.0))
    assert read("u = u^2 at t = 0").value is None
    assert read("u_x = 1 at t = 0").value is None
    assert read("u + 1 = 2 at t = 0").value is None


def test_two_equality_signs_are_one():
    assert read("u_x == 2*u").tree == read("u_x = 2*u").tree


def test_several_unknowns_and_names_that_are_no_words():
    equation = parse_equation("D(`number (1)`, `T (K)`) = b", ["T (K)"], ["number (1)", "b"])
    assert equation.quantities == (Quantity(0, (0,)), Quantity(1))


def test_an_input_may_have_the_name_of_a_function_or_of_the_word_at():
    assert read("D(u, sin) = sin + sin(sin)", columns=("sin",)).quantities == (Quantity(0, (0,)),)
    assert read("u_x = `at`", columns=("x", "at")).quantities == (Quantity(0, (0,)),)
    assert read("u = at at at = 1", columns=("at",)).value == (0, Column(0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early"),
        ("x + 1 = 0", "says nothing about u"),
        ("u_x = ", "position 7: the formula ends too early"),
        ("u_x = 1 = 2", "position 9: an equation has one '='"),
        ("u_x = v", "position 7: there is no unknown or input called 'v'"),
        ("u_xy = 1", "there is no unknown or input called 'u_xy'"),
        ("u_xxx = 1", "position 1: derivatives go up to the second order"),
        ("D(u, x, t, t) = 1", "derivatives go up to the second order"),
        ("D(u) = 1", "a derivative needs an input"),
        ("D(x, t) = 1", "'x' is no unknown; derivatives can be taken of u"),
        ("D(u^2, x) = 1", "position 4"),
        ("D(2, x) = 1", "with an unknown first"),
        ("D(u, 2) = 1", "an input must follow"),
        ("D(u, u) = 1", "'u' is no input; the inputs are x, t"),
        ("u = 0 at", "position 9: an input such as x = 0"),
        ("u = 0 at x", "write x = and a number"),
        ("u = 0 at x = t", "a place is a number"),
        ("u = 0 at x = u", "a place is a number"),
        ("u = 0 at x = 0, x = 1", "x is given twice"),
        ("u = 0 at u = 0", "'u' is no input"),
        ("u = 0, u = 1", "position 6: ',' is not expected here; write one equation a line"),
        ("u = 0 ; 1", "does not belong to a formula"),
        ("u_x = foo(x)", "foo"),
        ("u = (1", "a ')' is missing"),
        ("(" * 60 + "u" + ")" * 60, "nested too deeply"),
        ("u = " + "1+" * 600 + "1", "at most 1000"),
        ("u = __import__(x)", "__import__"),
        ("u(0) = 1", "a value at a place is written u = 1 at x = 0"),
        ("du/dx = u", "position 1: write u_x or D(u, x) for a derivative"),
        ("d2u/dx2 = u", "position 1: write u_x or D(u, x) for a derivative"),
        ("u' = u", "position 2: write u_x or D(u, x) for a derivative"),
        ("u_x = u²", "position 8: write ^2 for a square"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(text, words):
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert words in str(caught.value)
