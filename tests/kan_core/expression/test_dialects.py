"""Every function is read alike wherever a text is read, and each dialect adds what is its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kan_core.errors import FormulaError
from kan_core.expression.equation import parse_equation
from kan_core.expression.functions import FUNCTIONS, Function
from kan_core.expression.text import parse, parse_sides
from kan_core.expression.tree import Apply, Column, Constant, Expression, negative, total
from kan_core.expression.values import values_of

NAMES = ("u", "v", "w")
OWN = {"bump": "bump(x) = exp(-x^2)", "mean": "mean(x, y) = (x + y)/2"}

DIALECTS: dict[str, Callable[[str], Expression]] = {
    "formula": lambda text: parse(text, NAMES),
    "with constants": lambda text: parse(text, NAMES, constants=True),
    "behind a target": lambda text: parse(f"q = {text}", NAMES, target="q"),
    "right side": lambda text: parse_sides(f"log(q) = {text}", NAMES, "q")[1],
    "equation": lambda text: parse_equation(f"max(q, {text})", NAMES, ["q"]).tree.arguments[1],  # type: ignore[union-attr]
    "value at a place": lambda text: parse_equation(f"q = {text} at u = 0", NAMES, ["q"]).value[1],  # type: ignore[index]
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_is_read_in_every_dialect_under_each_of_its_names(row: Function, dialect: str) -> None:
    wanted = Apply(row.name, tuple(Column(place) for place in range(row.arguments)))
    given = ", ".join(NAMES[: row.arguments])
    for name in (row.name, *row.others):
        assert DIALECTS[dialect](f"{name}({given})") == wanted
    if row.infix:
        assert DIALECTS[dialect](f"(u {row.infix} v)") == wanted


@pytest.mark.parametrize("dialect", DIALECTS)
def test_numbers_signs_and_names_mean_the_same_in_every_dialect(dialect: str) -> None:
    rows = np.array([[0.3, 1.2, 2.5], [1.7, 0.4, 0.9]])
    u, v, w = rows.T
    read = DIALECTS[dialect]
    for text, wanted in {
        "-u^2 + 2**-v": -(u**2) + 2**-v,
        "u^v^2": u ** (v**2),
        "2·u − v×w÷3": 2 * u - v * w / 3,
        "pi*u - e": np.pi * u - np.e,
        "`u`/1e-1/2": u / 0.2,
        "where(u >= v, w, 0)": np.where(u >= v, w, 0),
        "Abs(u - v)": np.abs(u - v),
    }.items():
        np.testing.assert_allclose(values_of(read(text), rows), wanted, rtol=1e-14)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sine(u)", "no function called 'sine'; did you mean sin"),
        ("max(u)", "max takes 2 arguments, separated by commas"),
        ("2 u", r"a sign is missing before 'u'; write \* for a product"),
        ("u * * v", r"a number, a name or a function is missing before '\*'"),
        ("u § v", "'§' does not belong to a formula"),
        ("`u", "must be closed"),
        ("log", "write log|no name"),
        ("(" * 60 + "u" + ")" * 60, "nested too deeply"),
        ("u" + "+u" * 320, "at most 300 signs"),
    ],
)
def test_what_is_wrong_is_said_in_the_same_words(dialect: str, text: str, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence) as caught:
        DIALECTS[dialect](text)
    assert caught.value.position is not None


def test_own_functions_are_called_by_their_word_where_they_are_known() -> None:
    arguments = (Column(0), Column(1))
    assert parse("mean(u, v)", NAMES, functions=OWN) == Apply(OWN["mean"], arguments)
    assert parse_sides("mean(u, k)", NAMES, "q", OWN)[1] == Apply(OWN["mean"], (Column(0), Constant("k")))
    with pytest.raises(FormulaError, match="mean takes 2 arguments"):
        parse("mean(u)", NAMES, functions=OWN)


def test_a_target_that_is_known_may_stand_before_a_formula_and_no_other() -> None:
    assert parse("q = u", NAMES, target="q") == Column(0)
    assert parse("`flow (l)` = u", NAMES, target="flow (l)") == Column(0)
    with pytest.raises(FormulaError, match="position 1: 'p' is not the target of this formula; that is 'q'"):
        parse("p = u", NAMES, target="q")
    with pytest.raises(FormulaError, match="position 3: '=' is not expected here"):
        parse("q = u", ["q", "u"])


def test_sides_are_parted_by_the_equality_sign_and_by_no_comparison() -> None:
    left, right = parse_sides("log(q) = where(u >= 2, A*u, 0)", NAMES, "q")
    assert left == Apply("log", (Column(0),))
    assert right == parse("where(u >= 2, A*u, 0)", NAMES, constants=True)
    assert parse_sides("A*(u <= 2)", NAMES, "q")[0] == Column(0)
    with pytest.raises(FormulaError, match="position 12: a sign is missing"):
        parse_sides("log(q) = u v", NAMES, "q")
    with pytest.raises(FormulaError, match="position 5: there is no column called 'z'; there are q"):
        parse_sides("log(z) = u", NAMES, "q")


def test_euler_s_number_may_be_written_as_sympy_does_unless_it_may_be_a_constant() -> None:
    assert parse("E", NAMES) == parse("e", NAMES)
    assert parse("E", NAMES, constants=True) == Constant("E")
    assert parse("E", ["E"]) == Column(0)


def test_raised_digits_are_powers_that_are_to_be_written_otherwise() -> None:
    with pytest.raises(FormulaError, match=r"position 6: write \^2 for a square"):
        parse("2 * u²", NAMES)
    assert parse("u²", ["u²"]) == Column(0)
    assert parse_equation("q_u = `u²`", ["u", "u²"], ["q"]).tree == total(Column(2), negative(Column(1)))
