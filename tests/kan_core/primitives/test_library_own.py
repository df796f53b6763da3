"""A person's own functions: their name says what they are, in every process."""

from __future__ import annotations

import pytest
import torch

from kan_core.errors import PrimitiveError
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate
from kan_core.primitives.library import LIBRARY, get_primitive, own_name, short_name
from kan_core.symbolic.affine_fit import candidate_names, fit_affine
from kan_core.symbolic.formula import write_formula
from tests.kan_core.networks import generator, toy_split

BUMP = "bump(x) = x*exp(-x^2)"


def test_the_name_alone_gives_the_function() -> None:
    u = torch.linspace(-2, 2, 9, dtype=torch.float64)
    for name in (BUMP, "x*exp(-x^2)"):
        primitive = get_primitive(name)
        assert primitive.name == name
        torch.testing.assert_close(primitive.evaluate(u), u * torch.exp(-(u**2)))
    assert short_name(BUMP) == "bump"


def test_what_the_library_has_is_the_librarys() -> None:
    assert get_primitive("sin(x)").name == "sin"
    assert own_name("tanh(x)") == "tanh"
    assert own_name("x**2") == "x^2"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("x*exp(-x", "bump", r"bump\(x\): in 'x\*exp\(-x', position 9: the text ends too early; close the parenthesis"),
        ("2x", None, r"position 2: 'x' is not expected here; put \+"),
        ("x+", None, "position 3: .* write a number"),
        ("x+1", "sin", "means something else"),
        ("x+1", "2b", "use a letter"),
        ("exp(x)*0", None, "does not vary"),
        ("abs(x)+foo(x)", None, "position 8: there is no function called 'foo'"),
        ("a", "f(a, b)", "does not depend on b"),
        ("a+b", "f(a, a)", "different names"),
    ],
)
def test_errors_say_where_and_how_to_mend(text: str, name: str | None, message: str) -> None:
    with pytest.raises(PrimitiveError, match=message):
        own_name(text, name)


@pytest.mark.parametrize(
    ("text", "parity", "homogeneity"),
    [
        ("x*exp(-x^2)", "odd", None),
        ("sin(x)/x", "even", None),
        ("x^2.5", None, 2.5),
        ("abs(x)^1.5", "even", 1.5),
        ("1/(x^3)", "odd", -3.0),
        ("x+exp(x)", None, None),
        ("2^x", None, None),
    ],
)
def test_invariances_are_found(text: str, parity: str | None, homogeneity: float | None) -> None:
    primitive = get_primitive(text)
    assert (primitive.parity, primitive.homogeneity) == (parity, homogeneity)


def test_a_network_with_an_own_function_is_saved_evaluated_and_written_out() -> None:
    split = toy_split()
    network = create_network([2, 1], split.train, generator=generator(), intervals=4)
    network = set_symbolic(network, EdgeId(0, 0, 0), BUMP, (1.3, 0.2, 0.7, 0.1))
    network = set_symbolic(network, EdgeId(0, 1, 0), "x^2.5", (0.5, 1.1, 0.4, 0.0))
    again = from_bytes(to_bytes(network))
    torch.testing.assert_close(evaluate(again, split.test.inputs), evaluate(network, split.test.inputs), rtol=0, atol=0)
    formula = write_formula(again, ["x", "y"], ["z"], split.train.inputs)
    assert formula.symbolic
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-8
    assert formula.sympy_text[0].count("exp(") == 1


def test_own_functions_take_part_in_suggestions() -> None:
    network = create_network([2, 1], toy_split().train, generator=generator())
    assert candidate_names(network) == tuple(LIBRARY)
    x = torch.linspace(-1, 1, 101, dtype=torch.float64)
    u = 2.2 * x + 0.3
    names = candidate_names(type(network)(network.layers, network.normalisation, functions=(BUMP,)))
    best = fit_affine(x, 0.7 * u * torch.exp(-(u**2)) - 0.2, primitives=names)[0]
    assert best.primitive == BUMP
    assert (abs(best.a), abs(best.c)) == pytest.approx((2.2, 0.7), rel=1e-5)
