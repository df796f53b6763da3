"""Text and tree say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import (
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Power,
    columns_of,
    constants_of,
    negative,
    product,
    quotient,
    total,
    with_constants,
)
from kan_core.expression.values import Program
from kan_core.expression.writing import written

COLUMNS = ("x", "flow rate", "sin")

LEAVES = st.one_of(
    st.floats(0, 1e6, allow_nan=False, width=32).map(lambda value: Exact(float(value))),
    st.sampled_from([Exact(np.pi, "pi"), Exact(np.e, "e"), Constant("k"), Constant("m_2"), Column(0), Column(1), Column(2)]),
)
TREES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(total, parts, parts),
        st.builds(lambda a, b: total(a, negative(b)), parts, parts),
        st.builds(product, parts, parts),
        st.builds(quotient, parts, parts),
        st.builds(Power, parts, parts),
        st.builds(lambda a: Apply("exp", (a,)), parts),
        st.builds(lambda a, b: Apply("max", (a, b)), parts, parts),
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_written_is_read_back(tree: Expression) -> None:
    """Equal trees where the text is as written, and equal values always."""
    text = written(tree, COLUMNS)
    again = parse(text, COLUMNS, constants=True)
    assert written(again, COLUMNS) == written(parse(written(again, COLUMNS), COLUMNS, constants=True), COLUMNS)
    rows = np.array([[0.7, 1.3, 2.1], [1.9, 0.2, 0.4]])
    names = constants_of(tree)
    values = Program(tree, rows, names).values(np.full(len(names), 1.1))
    other = constants_of(again)
    np.testing.assert_allclose(
        np.broadcast_to(Program(again, rows, other).values(np.full(len(other), 1.1)), (2,)),
        np.broadcast_to(values, (2,)),
        rtol=1e-9,
        equal_nan=True,
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-x^2", "-x^2"),
        ("2*-x", "-2*x"),
        ("a - (b - x)", "a - (b - x)"),
        ("x/(2*k)", "x/(2*k)"),
        ("x^(1/3)", "x^(1/3)"),
        ("1/x^2", "1/x^2"),
        ("exp(-0.5*((x-m)/s)**2)", "exp(-0.5*((x - m)/s)^2)"),
        ("`flow rate`*2", "`flow rate`*2"),
        ("2*pi*sqrt(x/9.81)", "2*pi*sqrt(x/9.81)"),
        ("x^y^2", "x^(y^2)"),
        ("2·x − k×x÷3", "2*x - k*x/3"),
    ],
)
def test_formulas_look_as_a_person_writes_them(text: str, wanted: str) -> None:
    assert written(parse(text, COLUMNS, constants=True), COLUMNS) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "position 1: the formula ends too early"),
        ("x +", "ends too early"),
        ("2 x", "position 3: a sign is missing before 'x'"),
        ("(x", "a '\\)' is missing"),
        ("x)", "closes nothing"),
        ("x § 2", "position 3: '§' does not belong"),
        ("zz*x", "no column called 'zz'; there are"),
        ("sine(x)", "no function called 'sine'; did you mean sin"),
        ("exp", "write exp\\(…\\)"),
        ("max(x)", "max takes 2 arguments"),
        ("1e999", "too large"),
        ("(" * 60 + "x" + ")" * 60, "nested too deeply"),
        ("x" * 3000, "3000 characters"),
    ],
)
def test_errors_say_where_and_how_to_mend_it(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence):
        parse(text, COLUMNS)


def test_unknown_names_are_constants_where_they_are_allowed() -> None:
    tree = parse("A*exp(-x/tau) + A*sin(x)", COLUMNS, constants=True)
    assert constants_of(tree) == ("A", "tau")
    assert columns_of(tree) == {0}


def test_a_negative_number_in_place_of_a_constant_turns_the_sign() -> None:
    tree = parse("log(x - c) - c*x + c", COLUMNS, constants=True)
    assert written(with_constants(tree, {"c": Exact(-2.0)}), COLUMNS) == "log(x + 2) + 2*x - 2"
    assert written(with_constants(tree, {"c": Exact(2.0)}), COLUMNS) == "log(x - 2) - 2*x + 2"


def test_a_raised_digit_is_no_part_of_a_constant() -> None:
    with pytest.raises(FormulaError, match=r"position 3: 'x²' is no name of a constant; write a power with \^"):
        parse("A*x²", COLUMNS, constants=True)
    assert parse("x²", ("x²",), constants=True) == Column(0)
