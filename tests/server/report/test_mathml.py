"""Formulas in the report."""

from __future__ import annotations

import sympy

from server.report.mathml import equation

RATE, PRESSURE, THETA, M1 = (sympy.Symbol(name) for name in ("flow_rate", "pressure", "theta_2", "m1"))


def test_names_are_typeset_by_the_rule_of_all_formulas() -> None:
    written = equation("T (K)", RATE * PRESSURE + THETA + M1)
    assert '<mi mathvariant="normal">T (K)</mi>' in written
    assert '<mi mathvariant="normal">flow_rate</mi>' in written
    assert "<msub><mi>&#952;</mi><mi>2</mi></msub>" in written
    assert "<msub><mi>m</mi><mi>1</mi></msub>" in written


def test_words_are_told_apart_from_their_product() -> None:
    assert "&#xB7;" in equation("z", RATE * PRESSURE)
    assert "&#xB7;" not in equation("z", M1 * THETA)


def test_markup_in_a_name_stays_text() -> None:
    written = equation("<b>z</b>", sympy.Symbol("<script>alert(1)</script>") * 2)
    assert "<script>" not in written
    assert "<b>" not in written
