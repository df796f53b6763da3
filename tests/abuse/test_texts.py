"""Every text from outside is bounded before it is expanded: whatever it says, it costs seconds at most, or is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.abuse.bounded import Bounded
from tests.abuse.texts import NAMES, texts

COSTLY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as process:
        yield process


def wrapped(inner: str, power: str, times: int) -> str:
    return "(" * times + inner + f"){power}" * times


@pytest.mark.parametrize(
    ("door", "asked"),
    [
        ("formula", [wrapped("x", "^100", 9)]),
        ("formula", [wrapped("x", "^100", 38)]),
        ("formula", [wrapped("x + t", "^100 + x", 30)]),
        ("formula", [wrapped("x", "^2*(x - t)^99", 25)]),
        ("formula", ["exp(1000000000*log(twice(x)))", "twice(x) = 2*x"]),
        ("formula", [wrapped("twice(x)", "^100", 9), "twice(x) = 2*x"]),
        ("formula", ["f(" * 35 + "x" + ")" * 35, "f(x) = (2*x)^12 + x*(x + x*(x + x*sin(x + x*x)))"]),
        ("formula", ["+".join(f"(x + {n}*t)^{n + 30}" for n in range(60))]),
        ("formula", ["x" * 1500]),
        ("formula", ["max(t, " * 35 + "x" + ")" * 35]),
        ("formula", ["atan2(" * 35 + "x" + ", t)" * 35]),
        ("formula", ["mod(where(x > t, " * 17 + "x" + ", t), x)" * 17]),
        ("formula", ["f(" * 35 + "x" + ", x*t)" * 35, "f(x, y) = (2*x)^12 + x*(x + y*(x + x*sin(y + x*x)))"]),
        ("equation", ["u_x = " + "hypot(u, " * 35 + "x" + ")" * 35]),
        ("model", ["max(a, " * 35 + "x" + ")" * 35]),
        ("function", ["x + (1/2)^(9^9^9)"]),
        ("function", ["x^(9^9)"]),
        ("function", ["x^100 + 2*x^99"]),
        ("function", ["1/sin(1e5*x)"]),
        ("function", ["1/sin(6283.185307179586*x)"]),
        ("function", ["tan(1e12*x)*tan(1e11*x)"]),
        ("function", [wrapped("x", "^9", 20)]),
        ("equation", ["u_x = " + wrapped("u", "^100", 30)]),
        ("equation", ["u = " + wrapped("9", "^9", 30) + " at x = 0"]),
        ("equation", ["+".join(["u"] * 499)]),
        ("model", [wrapped("a*x", "^100", 38)]),
        ("model", [wrapped("a", "^9^b", 30)]),
        ("model", ["+".join(f"b{n}*x" for n in range(148))]),
        ("exact", [wrapped("9", "^9", 20)]),
        ("exact", ["sqrt(" * 20 + "2" + "+3)" * 20]),
        ("exact", ["/".join(["1e-300"] * 25)]),
    ],
)  # fmt: skip
def test_known_attempts_are_answered_at_once(bounded: Bounded, door: str, asked: list[str]) -> None:
    assert bounded.outcome(door, *asked)


@COSTLY
@given(text=texts(("x", "t")))
def test_formulas(bounded: Bounded, text: str) -> None:
    bounded.outcome("formula", text)


@COSTLY
@given(text=texts(("x", "t"), (*NAMES, "mine")), function=texts(("x",)))
def test_formulas_with_functions_of_one_s_own(bounded: Bounded, text: str, function: str) -> None:
    bounded.outcome("formula", text, f"mine(x) = {function[:190]}")


@COSTLY
@given(text=texts(("x",)))
def test_functions(bounded: Bounded, text: str) -> None:
    bounded.outcome("function", text)


@COSTLY
@given(text=texts(("x", "t", "a", "k")))
def test_formulas_with_constants(bounded: Bounded, text: str) -> None:
    bounded.outcome("model", text)


@COSTLY
@given(left=texts(("x", "t", "u", "u_x", "u_xt", "D(u, t)")), right=texts(("x", "u")), place=texts(("0",)), held=st.booleans())
def test_equations(bounded: Bounded, left: str, right: str, place: str, held: bool) -> None:
    bounded.outcome("equation", f"{left} = {right}" + (f" at x = {place}" if held else ""))


@COSTLY
@given(text=texts(("2",), ("sqrt",)))
def test_exact_numbers(bounded: Bounded, text: str) -> None:
    bounded.outcome("exact", text)


@COSTLY
@given(door=st.sampled_from(("formula", "function", "equation", "model", "exact")), text=st.text(max_size=2100))
def test_any_text_at_all(bounded: Bounded, door: str, text: str) -> None:
    bounded.outcome(door, text)
