"""A formula is the network in the data's names and units: exact, short, and honest about what is left."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kan_core.errors import FormulaError
from kan_core.expression.bridge import from_sympy
from kan_core.expression.complexity import complexity
from kan_core.expression.normal import NAN
from kan_core.expression.numbers import free_numbers, is_number, rounded
from kan_core.expression.tree import Apply, Column, Spline, columns_of, walk
from kan_core.expression.valuation import Valuation
from kan_core.ids import EdgeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.primitives.library import LIBRARY
from kan_core.symbolic.formula import write_formula
from kan_core.training.data import Table

x, y = sympy.symbols("x y")


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def toy_inputs(low: float = -1, high: float = 1) -> Tensor:
    return low + (high - low) * torch.rand(300, 2, generator=generator(), dtype=torch.float64)


def toy(inputs: Tensor, error: float = 0.0) -> Network:
    """exp(sin(πx) + y²) as a [2, 1, 1] network whose affine wrappers overlap and whose constants are off by `error`."""
    targets = torch.exp(torch.sin(math.pi * inputs[:, :1]) + inputs[:, 1:] ** 2)
    network = create_network([2, 1, 1], Table(inputs, targets), generator=generator())
    unit = network.normalisation
    (sx, sy), (kx, ky) = unit.input_shift.tolist(), unit.input_scale.tolist()
    ts, tk = unit.target_shift.item(), unit.target_scale.item()
    edges: dict[EdgeId, tuple[str, tuple[float, float, float, float]]] = {
        EdgeId(0, 0, 0): ("sin", (-math.pi * kx, -math.pi * sx + 2 * math.pi + error, -0.117, -0.331)),
        EdgeId(0, 1, 0): ("x^2", (9.99, 9.99 * sy / ky - error, 0.117 * ky**2 / 9.99**2, 0.2)),
        EdgeId(1, 0, 0): ("exp", (1 / 0.117 + error, 0.131 / 0.117 - 0.5, math.exp(0.5) / tk, -ts / tk)),
    }
    for edge, (primitive, constants) in edges.items():
        network = set_symbolic(network, edge, primitive, constants)
    return network


@pytest.mark.parametrize("box", [(-1, 1), (-0.7, 2.9)])
@pytest.mark.parametrize("error", [0.0, 1e-11])
def test_overlapping_constants_cancel_to_the_law_itself(box: tuple[float, float], error: float) -> None:
    inputs = toy_inputs(*box)
    formula = write_formula(toy(inputs, error), ["x", "y"], ["z"], inputs)
    (expression,) = formula.sympy()
    (frequency,) = expression.atoms(sympy.Float)
    assert float(frequency) == pytest.approx(math.pi, abs=1e-10)
    assert expression == sympy.exp(sympy.sin(frequency * x) + y**2)
    assert formula.complexity == 9
    assert formula.symbolic
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-6
    assert formula.latex == r"z = e^{y^{2} + \sin{\left(3.142 x \right)}}"
    assert float(formula.sympy_text[0].split("(")[2].split("*")[0]) == float(frequency)


def test_constants_that_matter_are_not_rounded() -> None:
    inputs = toy_inputs()
    formula = write_formula(toy(inputs, 1e-6), ["x", "y"], ["z"], inputs)
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-8
    assert len(formula.sympy()[0].atoms(sympy.Float)) > 2


def test_remaining_splines_are_undefined_functions_of_the_raw_column() -> None:
    inputs = toy_inputs()
    network = toy(inputs)
    trained = create_network([2, 1, 1], Table(inputs, inputs[:, :1]), generator=generator(2))
    mixed = set_symbolic(trained, EdgeId(0, 0, 0), "sin", (2.0, 0.0, 0.5, 0.0))
    formula = write_formula(mixed, ["x", "y"], ["z"], inputs)
    assert Spline(EdgeId(0, 1, 0), Column(1)) in walk(formula.expressions[0])
    assert formula.sympy()[0].has(sympy.Function("phi_0_1_0")(y))
    assert not formula.symbolic
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-12
    assert r"\varphi_{0,1,0}\left(y\right)" in formula.latex
    assert network.shape == mixed.shape


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    names=st.lists(st.sampled_from(list(LIBRARY)), min_size=6, max_size=6),
    constants=st.lists(st.floats(-3, 3), min_size=24, max_size=24),
    shift=st.floats(-50, 50),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
    product=st.booleans(),
)
def test_any_symbolic_network_equals_its_formula(
    names: list[str], constants: list[float], shift: float, scale: float, product: bool
) -> None:
    inputs = shift + scale * torch.rand(40, 2, generator=generator(), dtype=torch.float64)
    data = Table(inputs, 7 + 3 * torch.rand(40, 1, generator=generator(1), dtype=torch.float64))
    hidden = [Node("product", 2)] if product else [Node(), Node()]
    network = create_network([2, hidden, 1], data, generator=generator())
    edges = [EdgeId(0, i, j) for j in range(2) for i in range(2)] + [EdgeId(1, i, 0) for i in range(len(hidden))]
    for position, edge in enumerate(edges):
        network = set_symbolic(network, edge, names[position], constants[4 * position : 4 * position + 4])
    formula = write_formula(network, ["x", "y"], ["z"], inputs)
    values = torch.tensor([abs(float(v)) for v in network.normalisation.target_scale])
    assert formula.symbolic
    largest = _largest_on_the_way(network, inputs)
    assert formula.maximum_difference is not None
    if largest < 1e6:
        assert formula.maximum_difference <= 1e-8 * float(values.max()) + 1e-9 * largest


def _largest_on_the_way(network: Network, inputs: Tensor) -> float:
    """Largest number anywhere in the evaluation; inf where something is undefined or nearly singular."""
    trace = forward(network, network.normalisation.inputs(inputs), slopes=True)
    numbers = [trace.output, *(layer.subnodes for layer in trace.layers)]
    for layer in trace.layers:
        for group in layer.symbolic:
            numbers += [group.value, torch.zeros(1) if group.slope is None else group.slope]
    together = torch.cat([value.flatten().abs() for value in numbers])
    return float(together.max()) if bool(torch.isfinite(together).all()) else math.inf


def test_log_of_a_product_and_exp_of_logs_meet() -> None:
    inputs = 1 + toy_inputs(0, 1)
    targets = inputs[:, :1] * inputs[:, 1:]
    network = create_network([2, 1, 1], Table(inputs, targets), generator=generator())
    unit = network.normalisation
    for source in (0, 1):
        shift, scale = float(unit.input_shift[source]), float(unit.input_scale[source])
        network = set_symbolic(network, EdgeId(0, source, 0), "log", (1.0, shift / scale, 0.3, 0.0))
    scale = math.log(float(unit.input_scale.prod()))
    ts, tk = unit.target_shift.item(), unit.target_scale.item()
    network = set_symbolic(network, EdgeId(1, 0, 0), "exp", (1 / 0.3, scale, 1 / tk, -ts / tk))
    assert write_formula(network, ["x", "y"], ["z"], inputs).sympy() == (x * y,)


def test_product_nodes_are_products() -> None:
    inputs = 1 + toy_inputs(0, 1)
    network = create_network([2, [Node("product", 2)], 1], Table(inputs, inputs[:, :1]), generator=generator())
    unit = network.normalisation
    for source in (0, 1):
        shift, scale = float(unit.input_shift[source]), float(unit.input_scale[source])
        network = set_symbolic(network, EdgeId(0, source, source), "x", (1.0, shift / scale, scale, 0.0))
        network = set_symbolic(network, EdgeId(0, source, 1 - source), "constant", (1.0, 0.0, 0.0, 0.0))
    ts, tk = unit.target_shift.item(), unit.target_scale.item()
    network = set_symbolic(network, EdgeId(1, 0, 0), "x", (1.0, 0.0, 2 / tk, -ts / tk))
    assert write_formula(network, ["x", "y"], ["z"], inputs).sympy() == (2 * x * y,)


@pytest.mark.parametrize(
    ("primitive", "constants", "wanted"),
    [
        ("cos", (2.0, -math.pi / 2, 1.0, 0.0), sympy.sin(2 * x)),
        ("sin", (-2.0, math.pi, 1.0, 0.0), sympy.sin(2 * x)),
        ("cos", (-2.0, 0.0, 1.0, 0.0), sympy.cos(2 * x)),
        ("tanh", (-2.0, 1.0, 3.0, 0.0), -3 * sympy.tanh(2 * x - 1)),
        ("x^2", (10.0, 0.0, 0.01, 1.0), x**2 + 1),
        ("x^2", (1.0, 1.0, 1.0, -1.0), x**2 + 2 * x),
        ("1/x", (0.5, 2.0, 1.0, 0.0), 2 / (x + 4)),
        ("sqrt", (4.0, 8.0, 1.0, 0.0), 2 * sympy.sqrt(x + 2)),
        ("exp", (2.0, math.log(3), 1.0, 0.0), 3 * sympy.exp(2 * x)),
        ("log", (2.0, 8.0, 1.0, -math.log(2)), sympy.log(x + 4)),
        ("abs", (-2.0, 1.0, 1.0, 0.0), 2 * sympy.Abs(x - sympy.Rational(1, 2))),
        ("sgn", (-2.0, 1.0, 1.0, 0.0), -sympy.sign(x - sympy.Rational(1, 2))),
        ("gaussian", (2.0, 0.0, 1.0, 0.0), sympy.exp(-4 * x**2)),
        ("softplus", (1.0, 0.0, 1.0, 0.0), sympy.log(1 + sympy.exp(x))),
        ("constant", (5.0, 1.0, 2.0, 1.0), sympy.Integer(3)),
        ("tan", (0.3, math.pi, 1.0, 0.0), sympy.tan(sympy.Float(0.3) * x)),
    ],
)
def test_each_gauge_is_canonical(primitive: str, constants: tuple[float, ...], wanted: sympy.Expr) -> None:
    """The input is x in [-1, 1] and the output has unit scale, so the expression shows the edge alone."""
    inputs = torch.linspace(-1, 1, 41, dtype=torch.float64)[:, None]
    targets = torch.cat([torch.ones(20), -torch.ones(20), torch.zeros(1)]).to(torch.float64)[:, None]
    network = create_network([1, 1], Table(inputs, targets / targets.std(correction=0)), generator=generator())
    network = set_symbolic(network, EdgeId(0, 0, 0), primitive, constants)
    (expression,) = write_formula(network, ["x"], ["y"], inputs).expressions
    rows, law = Valuation(inputs.numpy()), from_sympy(wanted, (x,))
    assert np.allclose(rows.values(expression), rows.values(law), rtol=0, atol=1e-9, equal_nan=True)
    assert complexity(expression) <= complexity(law)


@pytest.mark.parametrize("primitive", ["exp", "sigmoid", "softplus", "gaussian"])
def test_steep_functions_of_a_far_column_do_not_overflow(primitive: str) -> None:
    inputs = torch.linspace(299, 301, 41, dtype=torch.float64)[:, None]
    network = create_network([1, 1], Table(inputs, inputs), generator=generator())
    network = set_symbolic(network, EdgeId(0, 0, 0), primitive, (5.0, 1.0, 1.0, 0.0))
    formula = write_formula(network, ["T"], ["y"], inputs)
    assert formula.maximum_difference is not None
    assert formula.maximum_difference < 1e-9


def test_names_of_columns_may_be_anything() -> None:
    inputs = toy_inputs()
    names = ['__import__("os").system("true")', "T (K)"]
    formula = write_formula(toy(inputs), names, ["lambda"], inputs)
    assert columns_of(formula.expressions[0]) == {0, 1}
    assert formula.sympy()[0].free_symbols == {sympy.Symbol(name) for name in names}
    assert r"\text{T (K)}" in formula.latex
    assert formula.latex.startswith(r"\lambda = ")
    compile(formula.sympy_text[0], "formula", "eval")


def test_networks_too_large_to_read_keep_hidden_symbols() -> None:
    inputs = torch.rand(50, 4, generator=generator(), dtype=torch.float64)
    network = create_network([4, 12, 12, 1], Table(inputs, inputs[:, :1]), generator=generator())
    formula = write_formula(network, list("abcd"), ["z"], inputs)
    assert formula.hidden
    assert formula.note is not None
    assert formula.maximum_difference is None
    assert "h_{1,0}" in formula.latex


def test_a_formula_of_nothing_is_a_number() -> None:
    inputs = toy_inputs()
    network = create_network([2, 1], Table(inputs, inputs[:, :1] + 5), generator=generator())
    for source in (0, 1):
        network = set_symbolic(network, EdgeId(0, source, 0), "constant", (1.0, 0.0, 0.0, 0.0))
    formula = write_formula(network, ["x", "y"], ["z"], inputs)
    assert is_number(formula.expressions[0])
    assert formula.maximum_difference == pytest.approx(0, abs=1e-12)


def test_an_edge_outside_its_domain_makes_the_formula_undefined_not_an_error() -> None:
    inputs = toy_inputs()
    network = set_symbolic(toy(inputs), EdgeId(0, 1, 0), "log", (0.0, -1.0, 1.0, 0.0))
    formula = write_formula(network, ["x", "y"], ["z"], inputs)
    assert formula.expressions == (NAN,)
    assert formula.sympy() == (sympy.nan,)
    assert formula.maximum_difference == 0


def test_digits_are_rounded_only_on_request() -> None:
    formula = write_formula(toy(toy_inputs()), ["x", "y"], ["z"], toy_inputs())
    assert free_numbers([rounded(formula.expressions[0], 3)]) == [3.14]
    assert free_numbers(formula.expressions) != [3.14]


def test_wrong_numbers_of_names_are_refused() -> None:
    inputs = toy_inputs()
    with pytest.raises(FormulaError, match="names"):
        write_formula(toy(inputs), ["x"], ["z"], inputs)
    with pytest.raises(FormulaError, match="targets"):
        write_formula(toy(inputs), ["x", "y"], [], inputs)


@pytest.mark.parametrize("name", ["gaussian", "sigmoid", "softplus", "x*log(x)", "sech"])
def test_shapes_that_are_made_of_familiar_functions_are_written_in_those(name: str) -> None:
    inputs = torch.linspace(1, 2, 41, dtype=torch.float64)[:, None]
    network = create_network([1, 1], Table(inputs, inputs), generator=generator())
    formula = write_formula(set_symbolic(network, EdgeId(0, 0, 0), name, (1.3, 2.7, 1.0, 0.0)), ["x"], ["y"], inputs)
    used = {part.function for part in walk(formula.expressions[0]) if isinstance(part, Apply)}
    assert used
    assert used <= {"exp", "log", "cosh"}
