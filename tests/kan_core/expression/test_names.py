"""Any text becomes safe LaTeX and a distinct identifier."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kan_core.expression.names import identifiers, latex_name


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("m_1", "m_{1}"),
        ("m1", "m_{1}"),
        ("theta", r"\theta"),
        ("θ", r"\theta"),
        ("alpha_2", r"\alpha_{2}"),
        ("T_in", r"T_{\mathrm{in}}"),
        ("mass", r"\mathrm{mass}"),
        ("T (K)", r"\text{T (K)}"),
        ("50% of $", r"\text{50\% of \$}"),
        ("a_b_c", r"\text{a\_b\_c}"),
        ("x_theta", r"x_{\theta}"),
        ("flow_rate", r"\text{flow\_rate}"),
        ("flow_rate_2", r"\text{flow\_rate\_2}"),
        ("flow_2", r"\text{flow\_2}"),
        ("mass2", r"\text{mass2}"),
        ("flow rate", r"\text{flow rate}"),
        ("β_flow", r"\beta_{\mathrm{flow}}"),
        ("Druck_Öl", r"\text{Druck\_Öl}"),
        ("v_", r"\text{v\_}"),
    ],
)
def test_latex_of_names(name: str, latex: str) -> None:
    assert latex_name(name) == latex


@given(st.text(max_size=30))
def test_latex_is_balanced_and_runs_no_command_of_the_name(name: str) -> None:
    latex = latex_name(name)
    bare = re.sub(r"\\[\\{}$&#%_]", "", latex)
    assert bare.count("{") == bare.count("}")
    commands = set(re.findall(r"\\([A-Za-z]+)", bare)) - {"text", "mathrm", "textbackslash", "textasciicircum", "textasciitilde"}
    assert all(command in name or not name.isascii() for command in commands)
    assert not re.search(r"[$&#%]", bare)
    assert "\n" not in latex


@given(st.lists(st.text(max_size=10), max_size=8))
def test_identifiers_are_valid_and_distinct(names: list[str]) -> None:
    found = identifiers(names, {"np", "predict"})
    assert len(set(found)) == len(names)
    for name in found:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in {"np", "predict"}


def test_names_that_are_identifiers_stay() -> None:
    assert identifiers(["x", "lambda", "T (K)", "2nd", "", "x"]) == ["x", "lambda_", "T_K", "x_2nd", "x5", "x_"]
