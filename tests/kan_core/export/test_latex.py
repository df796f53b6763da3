"""The LaTeX fragment is balanced, aligned, and says what its symbols mean."""

from __future__ import annotations

import re

from kan_core.export.latex import latex_document


def test_one_aligned_equation_a_target(case) -> None:
    text = latex_document(case.network, case.formula, case.input_names, case.target_names)
    assert text.count("&=") == len(case.target_names)
    body = re.sub(r"\\[\\{}]", "", "\n".join(line for line in text.splitlines() if not line.startswith("%")))
    assert body.count("{") == body.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert r"\begin{align*}" in text


def test_columns_and_units_are_listed_as_comments(case) -> None:
    units = ["kg"] * (len(case.input_names) + len(case.target_names))
    text = latex_document(case.network, case.formula, case.input_names, case.target_names, units)
    comments = [line for line in text.splitlines() if line.startswith("%")]
    assert sum("in kg" in line for line in comments) == len(units)


def test_digits_can_be_limited(case) -> None:
    full = latex_document(case.network, case.formula, case.input_names, case.target_names)
    short = latex_document(case.network, case.formula, case.input_names, case.target_names, digits=3)
    assert len(short) < len(full)
