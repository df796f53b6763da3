"""Formulas in the report."""

from __future__ import annotations

from kan_core.expression.text import parse
from server.report.mathml import equation

COLUMNS = ["flow_rate", "pressure", "theta_2", "m1"]


def shown(text: str, target: str = "z") -> str:
    return equation(target, parse(text, COLUMNS), COLUMNS)


def test_names_are_typeset_by_the_rule_of_all_formulas() -> None:
    written = shown("flow_rate*pressure + theta_2 + m1", "T (K)")
    assert '<mi mathvariant="normal">T (K)</mi>' in written
    assert '<mi mathvariant="normal">flow_rate</mi>' in written
    assert "<msub><mi>&#952;</mi><mi>2</mi></msub>" in written
    assert "<msub><mi>m</mi><mi>1</mi></msub>" in written


def test_words_are_told_apart_from_their_product() -> None:
    assert "&#xB7;" in shown("flow_rate*pressure")
    assert "&#xB7;" not in shown("m1*theta_2")


def test_markup_in_a_name_stays_text() -> None:
    written = equation(
        "<b>z</b>", parse("2*`<script>alert(1)</script>`", ["<script>alert(1)</script>"]), ["<script>alert(1)</script>"]
    )
    assert "<script>" not in written
    assert "<b>" not in written


def test_a_large_number_of_an_exponent_is_a_bracket_and_no_function() -> None:
    written = shown("exp(-2*(pressure - 1000.5))")
    assert "unevaluatedexpr" not in written.lower()
    assert "bracket" not in written.lower()
    assert '<mo>(</mo><mrow><mi mathvariant="normal">pressure</mi><mo>-</mo><mn>1000</mn></mrow><mo>)</mo>' in written
