"""What SymPy's own code makes of a formula is what the network computes: values and slopes, for networks nobody chose."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import sympy
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kan_core import EdgeId, Network, Node, create_network, evaluate, make_table, set_symbolic, write_formula
from kan_core.primitives.library import LIBRARY
from kan_core.training.input_derivatives import input_derivatives
from tests.kan_core.networks import generator, uniform

# Slopes of these have no ordinary value everywhere.
SMOOTH = [name for name in LIBRARY if name not in ("abs", "sgn", "sinc")]
ROWS = 40

Case = tuple[Network, torch.Tensor]


@st.composite
def networks(draw: st.DrawFn, primitives: list[str]) -> Case:
    """A [2, hidden, 1] network with a sum and perhaps a product node, all edges symbolic, in units far from the network's."""
    scale = draw(st.sampled_from([1e-2, 1.0, 1e3]))
    inputs = scale * (draw(st.floats(-20, 20)) + uniform(ROWS, 2))
    table = make_table(inputs, 5 + 2 * uniform(ROWS, 1, 1))
    hidden = [Node(), Node("product", draw(st.integers(2, 3)))] if draw(st.booleans()) else [Node()]
    network = create_network([2, hidden, 1], table, generator=generator())
    places = [EdgeId(index, source, target) for index, layer in enumerate(network.layers)
              for target in range(layer.targets) for source in range(layer.inputs)]  # fmt: skip
    for edge in places:
        constants = draw(st.lists(st.floats(-2, 2).map(lambda value: round(value, 3)), min_size=4, max_size=4))
        network = set_symbolic(network, edge, draw(st.sampled_from(primitives)), constants)
    return network, inputs


def by_sympy(expression: sympy.Expr, inputs: torch.Tensor) -> NDArray[np.float64]:
    """(rows,) by the code that `sympy.lambdify` writes; NaN where it is not real."""
    function = sympy.lambdify(sympy.symbols("x y"), expression, ["scipy", "numpy"])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.broadcast_to(np.asarray(function(*inputs.numpy().T), dtype=np.float64), (ROWS,))


def largest_step(network: Network, inputs: torch.Tensor) -> float:
    """How much rounding is magnified: largest value or slope of the network on the rows, infinite where undefined."""
    made = input_derivatives(network, inputs, "none")
    reach = inputs.amax(0) - inputs.amin(0)
    together = torch.cat([made.value, (made.gradient * reach)[:, 0]], 1).abs()
    return float(together.max()) if bool(torch.isfinite(together).all()) else float("inf")


@settings(max_examples=60, derandomize=True)
@given(networks(list(LIBRARY)))
def test_values_agree(case: Case) -> None:
    network, inputs = case
    assume(largest_step(network, inputs) < 1e4)
    formula = write_formula(network, ["x", "y"], ["z"], inputs)
    wanted = evaluate(network, inputs)[:, 0].numpy()
    np.testing.assert_allclose(by_sympy(formula.sympy()[0], inputs), wanted, rtol=1e-6, atol=1e-6)


@settings(max_examples=40, derandomize=True)
@given(networks(SMOOTH))
def test_slopes_agree(case: Case) -> None:
    network, inputs = case
    assume(largest_step(network, inputs) < 1e4)
    formula = write_formula(network, ["x", "y"], ["z"], inputs)
    wanted = input_derivatives(network, inputs, "none").gradient[:, 0].numpy()
    size = float(np.abs(wanted).max()) + 1e-12
    for place, name in enumerate("xy"):
        slope = by_sympy(sympy.diff(formula.sympy()[0], sympy.Symbol(name)), inputs)
        assert slope / size == pytest.approx(wanted[:, place] / size, abs=1e-5)
