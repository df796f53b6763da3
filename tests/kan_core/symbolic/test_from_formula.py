"""Formulas become networks that equal them to rounding; bad formulas are refused with what, where and how to mend."""

# ruff: noqa: ARG005 - every case is a function of all columns, whether it looks at them or not
from __future__ import annotations

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.symbolic.formula import write_formula
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Split, Table, make_table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from tests.kan_core.networks import uniform

NAMES = ["x", "y", "T (K)"]


def table_of(targets: int = 1, rows: int = 80) -> Table:
    x = 2.5 + 0.5 * uniform(rows, 3, 2) * torch.tensor([1.0, 3.0, 4.0], dtype=torch.float64)
    return make_table(x, 7 + 3 * uniform(rows, targets, 3))


CASES = {
    "exp(sin(pi*x) + y^2/10)": lambda x, y, T: np.exp(np.sin(np.pi * x) + y**2 / 10),
    "x*y": lambda x, y, T: x * y,
    "3*x - 2*y + 1": lambda x, y, T: 3 * x - 2 * y + 1,
    "x": lambda x, y, T: x,
    "2.5": lambda x, y, T: 2.5 + 0 * x,
    "x + sin(x) + cos(x) + sin(2*x)": lambda x, y, T: x + np.sin(x) + np.cos(x) + np.sin(2 * x),
    "x*y*`T (K)`/(1 + x^2)": lambda x, y, T: x * y * T / (1 + x**2),
    "x*x*x": lambda x, y, T: x**3,
    "sin(x)*sin(x)": lambda x, y, T: np.sin(x) ** 2,
    "x**7 - x^-7": lambda x, y, T: x**7 - x**-7.0,
    "x^y": lambda x, y, T: np.exp(y * np.log(x)),
    "2^x + x^0.3 + x^0 + x^1": lambda x, y, T: 2**x + x**0.3 + 1 + x,
    "1/(x*(1 + exp(-y)))": lambda x, y, T: 1 / (x * (1 + np.exp(-y))),
    "sqrt(x + exp(sin(y*`T (K)`)))": lambda x, y, T: np.sqrt(x + np.exp(np.sin(y * T))),
    "-x^2 + (-x)^2 - 2^-2": lambda x, y, T: -0.25 + 0 * x,
    "log10(x)*sec(y/9)": lambda x, y, T: np.log10(x) / np.cos(y / 9),
    "(x + y)*(x + y)*(x - y)": lambda x, y, T: (x + y) ** 2 * (x - y),
    "y = tanh(x - y) * 3e-2": lambda x, y, T: np.tanh(x - y) * 3e-2,
    "e^(x/2) - E*pi": lambda x, y, T: np.exp(x / 2) - np.e * np.pi,
}


@pytest.mark.parametrize("text", list(CASES))
def test_the_network_equals_the_formula_in_raw_units(text: str) -> None:
    table = table_of()
    # of "y = …" the left side is the target's name
    network = from_formula([text], table, NAMES, ["y"])
    values = evaluate(network, table.inputs)[:, 0].numpy()
    wanted = CASES[text](*table.inputs.numpy().T)
    np.testing.assert_allclose(values, wanted, rtol=1e-11, atol=1e-11 * max(1.0, np.abs(wanted).max()))
    assert to_bytes(from_bytes(to_bytes(network))) == to_bytes(network)


@pytest.mark.parametrize("text", ["exp(sin(pi*x) + y^2/10)", "x*y*`T (K)`/(1 + x^2)", "x + sin(x)", "x", "2.5"])
def test_what_is_written_from_it_is_the_formula_again(text: str) -> None:
    table = table_of()
    formula = write_formula(from_formula([text], table, NAMES, ["z"]), NAMES, ["z"], table.inputs)
    assert formula.symbolic
    assert formula.maximum_difference == pytest.approx(0, abs=1e-9)
    symbols = {name: sympy.Symbol(name) for name in NAMES}
    wanted = sympy.sympify(text.replace("^", "**").replace("`T (K)`", "T"), locals={"T": symbols["T (K)"], **symbols})
    point = {symbols["x"]: 2.3, symbols["y"]: 1.7, symbols["T (K)"]: 3.1}
    assert float(formula.sympy()[0].subs(point)) == pytest.approx(float(wanted.subs(point)), rel=1e-9)


def test_shapes_are_as_small_as_the_formula_allows() -> None:
    table = table_of()
    assert from_formula(["exp(sin(pi*x) + y^2)"], table, NAMES, ["z"]).shape == (3, 1, 1)
    assert from_formula(["sin(x) + y"], table, NAMES, ["z"]).shape == (3, 1)
    product = from_formula(["x*sin(y)*`T (K)`"], table, NAMES, ["z"])
    assert product.shape == (3, 1, 1)
    assert (product.layers[0].structure.nodes[0].kind, product.layers[0].structure.nodes[0].arity) == ("product", 3)


def test_several_targets_share_their_common_parts() -> None:
    table = table_of(2)
    network = from_formula(["exp(x*y)", "b = sin(x*y) + x"], table, NAMES, ["a", "b"])
    assert network.shape == (3, 2, 2)
    x, y, _ = table.inputs.T
    wanted = torch.stack([torch.exp(x * y), torch.sin(x * y) + x], 1)
    torch.testing.assert_close(evaluate(network, table.inputs), wanted, rtol=1e-12, atol=1e-9)


def test_a_law_with_wrong_constants_is_refined_by_training() -> None:
    x = table_of(rows=200).inputs
    table = make_table(x, 2.2 * torch.exp(-0.7 * x[:, :1]) * torch.sin(1.9 * x[:, 1:2]))
    network = from_formula(["2*exp(-x/2)*sin(2*y)"], table, NAMES, ["z"])
    *_, last = train(network, Split(table, table), LevenbergMarquardtOptions(steps=60))
    assert last.train_error < 1e-9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2x", r"position 2: a sign is missing before 'x'; write \* for a product"),
        ("x + ", r"position 5: the formula ends too early"),
        ("sin x", r"position 1: write sin\(…\) with its argument in parentheses"),
        ("sine(x)", "position 1: there is no function called 'sine'; did you mean"),
        ("x + T", "position 5: there is no column called 'T'; there are"),
        ("`T` + 1", "position 1: there is no column called 'T'"),
        ("(x + 1", r"position 7: a '\)' is missing"),
        ("x)", r"position 2: this '\)' closes nothing"),
        ("x * * y", r"position 5: a number, a name or a function is missing before '\*'"),
        ("x; y", "position 2: ';' does not belong to a formula"),
        ("`x", "position 1: .* must be closed"),
        ("q = x", "position 1: 'q' is not the target of this formula; that is 'z'"),
        ("x/0", "divides by zero"),
        ("log(-1) + x", "log has no finite value at -1"),
        ("(-2)^x", "use a positive base"),
        ("(-8)^0.5", "no finite real value"),
        ("10^400", "no finite real value"),
        ("x^101", "at most|up to"),
        ("1e300*1e300*x", "too large for a double"),
        ("(" * 90 + "x" + ")" * 90, "nested too deeply"),
        ("x+" * 1100 + "x", "2201 characters"),
        ("", "position 1: the formula ends too early"),
        ("__import__('os')", "position 1: there is no function|position"),
    ],
)
def test_bad_formulas_say_what_where_and_how_to_mend(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        from_formula([text], table_of(), NAMES, ["z"])


def test_own_functions_can_be_called_by_their_word() -> None:
    table, own = table_of(), "bump(x) = exp(-x^2)"
    network = from_formula(["2*bump(x - y) + 1"], table, NAMES, ["z"], [own])
    assert network.functions == (own,)
    x, y, _ = table.inputs.T
    torch.testing.assert_close(evaluate(network, table.inputs)[:, 0], 2 * torch.exp(-((x - y) ** 2)) + 1, rtol=1e-11, atol=1e-11)
    with pytest.raises(FormulaError, match="no function called 'bump'"):
        from_formula(["bump(x)"], table, NAMES, ["z"])


def test_the_number_of_formulas_is_that_of_the_targets_and_the_bad_one_is_named() -> None:
    with pytest.raises(FormulaError, match="one formula is needed for each of a, b; the number given is 1"):
        from_formula(["x"], table_of(2), NAMES, ["a", "b"])
    with pytest.raises(FormulaError, match="formula of b, position 3"):
        from_formula(["x", "x y"], table_of(2), NAMES, ["a", "b"])


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        parse(text, NAMES)
    except FormulaError as error:
        assert str(error)  # noqa: PT017
