"""What a person does to constants of a law."""

from __future__ import annotations

import math

import pytest

from kan_core.errors import FormulaError
from kan_core.expression.law import Law, LawConstant
from kan_core.expression.law_text import law_complexity, law_latex, plain
from kan_core.expression.text import parse
from kan_core.expression.tree import constants_of
from kan_core.expression.writing import written
from kan_core.law import edits
from kan_core.law.making import without_trivial

COLUMNS = ["L", "x"]


def law_of(text: str, **values: float) -> Law:
    tree = parse(text, COLUMNS, constants=True)
    return Law((tree,), tuple(LawConstant(name, values.get(name, 1.5)) for name in constants_of(tree)))


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("2*pi*sqrt(L/g) + k*L^p + h", "g", "2*pi*sqrt(L) + k*L^p + h"),
        ("2*pi*sqrt(L/g) + k*L^p + h", "k", "2*pi*sqrt(L/g) + h"),
        ("2*pi*sqrt(L/g) + k*L^p + h", "p", "2*pi*sqrt(L/g) + k*L + h"),
        ("2*pi*sqrt(L/g) + k*L^p + h", "h", "2*pi*sqrt(L/g) + k*L^p"),
        ("x - b", "b", "x"),
        ("a*sin(b*x + c)", "a", "sin(b*x + c)"),
        ("a*sin(b*x + c)", "c", "a*sin(b*x)"),
        ("a*sin(b*x)", "b", "a*sin(x)"),
        ("exp(a)*x + L", "a", "L"),
        ("x/(1 + x/k) + L", "k", "x/(1 + x) + L"),
        ("x*L/s + x", "s", "x*L + x"),
        ("a*x + a*L + 1", "a", "1 + x"),
    ],
)
def test_dropping_takes_what_only_the_constant_was_there_for(text: str, name: str, left: str) -> None:
    if left == "1 + x":
        with pytest.raises(FormulaError, match="nothing of the formula is left"):
            edits.drop(law_of(text), [name])
        return
    law = law_of(text)
    made = edits.drop(law, [name])
    assert written(made.expressions[0], COLUMNS) == left
    assert name not in made.names
    assert law_complexity(made) < law_complexity(law)


@pytest.mark.parametrize("text", ["0", "1", "-1", "2", "1/2", "pi", "pi/2", "sqrt(2)*pi", "1/9.81", "2*e", "0.25"])
def test_an_exact_number_never_makes_a_formula_longer(text: str) -> None:
    law = law_of("a*sin(b*x + c) + d*L^f + h")
    for name in law.names:
        exact = without_trivial(edits.set_exact(law, name, text))
        assert law_complexity(exact) <= law_complexity(law)
        if text in ("0", "1"):
            assert name not in exact.names


def test_exact_numbers_are_written_as_numbers_and_can_be_freed() -> None:
    law = edits.set_exact(law_of("a*sin(b*x)"), "b", "-pi/2")
    assert law["b"].value == -math.pi / 2
    assert law_latex(law, COLUMNS) == (r"1.5 \sin{\left(- \frac{\pi}{2} x \right)}",)
    assert law_latex(law, COLUMNS, marked=True) == (
        r"\htmlData{constant=a}{1.5} \sin{\left(- \htmlData{constant=b}{\frac{\pi}{2}} x \right)}",
    )
    assert written(plain(law)[0], COLUMNS) == "1.5*sin(-pi*x/2)"
    freed = edits.free(law, "b")
    assert (freed["b"].state, freed["b"].symbol, freed["b"].value) == ("free", "", -math.pi / 2)
    assert edits.set_value(law, "b", 2.0)["b"].state == "fixed"


def test_bounds_keep_the_value_inside_and_refuse_what_is_outside() -> None:
    law = edits.set_bounds(law_of("a*x"), "a", 2.0, 3.0)
    assert law["a"].value == 2.0
    with pytest.raises(FormulaError, match="its bounds are 2 and 3"):
        edits.set_value(law, "a", 5.0)
    with pytest.raises(FormulaError, match="its bounds are 2 and 3"):
        edits.set_exact(law, "a", "1")
    with pytest.raises(FormulaError, match="free it first"):
        edits.set_bounds(edits.set_exact(law, "a", "5/2"), "a", 0.0, 1.0)


def test_names_are_checked_and_two_constants_can_be_one() -> None:
    law = law_of("a*x + b*L", a=1.0, b=2.0)
    assert edits.rename(law, "a", "slope", COLUMNS).names == ("slope", "b")
    for name, why in (("x", "column"), ("sin", "function"), ("pi", "known number"), ("b", "already"), ("2a", "no name")):
        with pytest.raises(FormulaError, match=why):
            edits.rename(law, "a", name, COLUMNS)
    tied = edits.tie(law, "a", "b")
    assert written(tied.expressions[0], COLUMNS) == "b*x + b*L"
    assert [(each.name, each.value) for each in tied.constants] == [("b", 2.0)]
    with pytest.raises(FormulaError, match="already"):
        edits.tie(law, "a", "a")


@pytest.mark.parametrize("text", ["", "x", "1/0", "sin(1)", "10^10^10", "pie", "sqrt(-1)", "1e400", "(" * 60 + "1" + ")" * 60])
def test_what_is_no_exact_number_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(FormulaError, match="write a number such as"):
        edits.set_exact(law_of("a*x"), "a", text)
