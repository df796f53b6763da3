"""Formulas as LaTeX."""

from __future__ import annotations

import pytest
import sympy

from kan_core.symbolic.typeset import expression_latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("mass*velocity**2/2", r"\frac{\mathrm{mass}\,\mathrm{velocity}^{2}}{2}"),
        ("0.5*current*voltage", r"0.5\,\mathrm{current}\,\mathrm{voltage}"),
        ("2*pi*x*cos(x)", r"2 \pi x \cos{\left(x \right)}"),
    ],
)
def test_words_stand_apart_and_letters_as_they_are_used_to(text: str, latex: str) -> None:
    assert expression_latex(sympy.sympify(text)) == latex


def test_names_of_several_words_stay_words_and_are_told_apart_from_products() -> None:
    rate, pressure, inlet = sympy.Symbol("flow_rate"), sympy.Symbol("pressure"), sympy.Symbol("inlet flow (l/s)")
    assert expression_latex(rate * pressure) == r"\text{flow\_rate}\,\mathrm{pressure}"
    assert expression_latex(rate**2 * pressure) == r"\text{flow\_rate}^{2}\,\mathrm{pressure}"
    assert expression_latex(2 * inlet * pressure) == r"2 \cdot \text{inlet flow (l/s)} \cdot \mathrm{pressure}"
