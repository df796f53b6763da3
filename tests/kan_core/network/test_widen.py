"""Wider, deeper, other base, merged: the function stays."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kan_core.errors import EdgeError, ShapeError
from kan_core.ids import EdgeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edits import extend_grid, lock, set_symbolic
from kan_core.network.merge import merge
from kan_core.network.network import Network
from kan_core.network.rebase import set_base
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate, forward
from kan_core.network.widen import deepen, widen
from kan_core.splines.curve import spline_values
from kan_core.splines.grid import uniform_grid
from kan_core.symbolic.formula import write_formula
from kan_core.training.data import Split
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import free_parameters
from tests.kan_core.networks import (
    BASIS_KINDS,
    basis_network,
    generator,
    mixed_network,
    rows_of,
    toy_split,
    toy_table,
    trace_of,
    uniform,
)

KINDS = pytest.mark.parametrize("kind", BASIS_KINDS)
NODES = pytest.mark.parametrize("node", [Node(), Node("product", 2), Node("product", 3)])


def equal(one: Network, other: Network, inputs: Tensor, tolerance: float = 1e-11) -> None:
    wanted = evaluate(other, inputs)
    torch.testing.assert_close(evaluate(one, inputs), wanted, rtol=tolerance, atol=tolerance * float(wanted.abs().max()))


@KINDS
@NODES
def test_new_nodes_keep_the_function_and_can_be_trained(kind: str, node: Node) -> None:
    network, table = basis_network(kind)
    wide = widen(network, 1, node, 2, trace_of(network, table), generator(4))
    assert wide.shape == (3, network.shape[1] + 2, 2)
    equal(wide, network, 1.2 * table.inputs)
    assert to_bytes(from_bytes(to_bytes(wide))) == to_bytes(wide)
    parameters = free_parameters(wide)
    columns = jacobian(wide, parameters, forward(wide, rows_of(wide, table), slopes=True))
    basis = network.layers[1].grid.parts[0].splines + (network.layers[1].grid.base is not None)
    felt = columns.abs().amax((0, 1)) > 0
    # Two outputs, two new nodes: their outgoing splines have gradients although they are zero.
    assert int(felt[-parameters.layers[1].constants - 2 * 2 * basis :].sum()) > 0


def test_training_uses_new_nodes() -> None:
    split = toy_split(300)
    network = create_network([2, 1, 1], split.train, generator=generator(), intervals=3)
    *_, stuck = train(network, split, LevenbergMarquardtOptions(steps=40, update_grid=False))
    wide = widen(stuck.network, 1, Node(), 2, trace_of(stuck.network, split.train), generator(1))
    *_, freed = train(wide, split, LevenbergMarquardtOptions(steps=60))
    assert freed.train_error < 0.5 * stuck.train_error


def test_factors_of_a_new_product_node_start_with_constants() -> None:
    network, table = basis_network("quantile")
    wide = widen(network, 1, Node("product", 3), 1, trace_of(network, table), generator(4), noise_scale=0.0)
    factors = trace_of(wide, table).layers[0].subnodes[:, -3:]
    assert bool((factors.mean(0).abs() > 0.02).all())


@pytest.mark.parametrize("level", [0, 2, -1])
def test_only_hidden_layers_can_be_widened(level: int) -> None:
    network, table = mixed_network()
    with pytest.raises(EdgeError, match=r"hidden are layers 1 … 1"):
        widen(network, level, Node(), 1, trace_of(network, table), generator())
    with pytest.raises(EdgeError, match="at least one"):
        widen(network, 1, Node(), 0, trace_of(network, table), generator())


@KINDS
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_layer_put_in_keeps_the_function_inside_and_outside(kind: str, position: int) -> None:
    network, table = basis_network(kind)
    deep = deepen(network, position, trace_of(network, table))
    assert len(deep.layers) == 3
    equal(deep, network, 1.5 * table.inputs, 1e-10)
    assert bool(deep.layers[position].structure.spline.all())


def test_a_layer_can_only_be_put_where_there_is_a_place() -> None:
    network, table = mixed_network()
    with pytest.raises(EdgeError, match="before layers 0 … 1 or, as 2, after the last; not at 3"):
        deepen(network, 3, trace_of(network, table))


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_the_averages_of_knots_are_the_identity(degree: int) -> None:
    low = torch.tensor([-1.0, 3.0], dtype=torch.float64)
    grid = uniform_grid(low, low + 2, 5, degree)
    x = grid.low + 4 * torch.linspace(-1, 1, 21, dtype=torch.float64).unsqueeze(1)
    torch.testing.assert_close(spline_values(grid, grid.greville().unsqueeze(0), x)[:, 0], x, rtol=0, atol=1e-13)


@KINDS
@pytest.mark.parametrize("base", [None, "silu", "identity"])
def test_another_base_keeps_the_function(kind: str, base) -> None:
    network, table = basis_network(kind)
    rebased = set_base(network, base, trace_of(network, table))
    assert {layer.grid.base for layer in rebased.network.layers} == {base}
    change = (evaluate(rebased.network, table.inputs) - evaluate(network, table.inputs)).abs().max()
    assert rebased.largest_change == pytest.approx(float(change), rel=1e-6, abs=1e-12)
    exact = base == network.layers[0].grid.base or network.layers[0].grid.base in (None, "identity")
    # silu itself is no spline: four cubic pieces follow it to a few parts in ten thousand
    assert rebased.largest_change < (1e-10 if exact else 2e-3)


def test_a_locked_edge_keeps_its_base() -> None:
    network, table = basis_network("silu")
    network = lock(network, [EdgeId(0, 1, 0)])
    with pytest.raises(EdgeError, match="locked"):
        set_base(network, None, trace_of(network, table))
    plain = lock(basis_network("quantile")[0], [EdgeId(0, 1, 0)])
    assert set_base(plain, "silu", trace_of(plain, table)).largest_change < 1e-12


def combined(one: Network, other: Network, weights: Tensor, inputs: Tensor) -> Tensor:
    return weights[0] * evaluate(one, inputs) + weights[1] * evaluate(other, inputs)


@KINDS
@pytest.mark.parametrize("other", BASIS_KINDS)
def test_a_merged_network_is_the_weighted_sum(kind: str, other: str) -> None:
    (one, table), (two, _) = basis_network(kind), basis_network(other, rows=80)
    weights = torch.tensor([[0.3, 1.5], [-0.7, 0.4]], dtype=torch.float64)
    both = merge(one, two, weights)
    x = 1.3 * table.inputs
    torch.testing.assert_close(evaluate(both, x), combined(one, two, weights, x), rtol=1e-10, atol=1e-10)
    assert to_bytes(from_bytes(to_bytes(both))) == to_bytes(both)
    active = sum(int(layer.structure.spline.sum()) for network in (one, two) for layer in network.layers)
    assert sum(int(layer.structure.spline.sum()) for layer in both.layers) == active


@pytest.mark.parametrize("shapes", [([2, 1], [2, 1]), ([2, 1], [2, 3, 2, 1]), ([2, 3, 1], [2, [Node(), Node("product", 3)], 1])])
def test_depths_may_differ(shapes) -> None:
    table = toy_table(80)
    one, two = (create_network(shape, table, generator=generator(seed), intervals=3 + seed) for seed, shape in enumerate(shapes))
    weights = torch.tensor([[0.5], [0.25]], dtype=torch.float64)
    both = merge(one, two, weights)
    torch.testing.assert_close(evaluate(both, table.inputs), combined(one, two, weights, table.inputs), rtol=1e-11, atol=1e-11)
    *_, last = train(both, Split(table, table), LevenbergMarquardtOptions(steps=3))
    assert last.train_error < float((evaluate(both, table.inputs) - table.targets).square().mean().sqrt())


def test_products_as_outputs_other_units_and_symbolic_edges_merge() -> None:
    table = toy_table(80)
    far = type(table)(3 + 2 * table.inputs, 10 * table.targets - 4)
    one = create_network([2, 2, [Node("product", 2)]], table, generator=generator(1))
    two = set_symbolic(create_network([2, 2, 1], far, generator=generator(2)), EdgeId(1, 0, 0), "sin", (1.0, 0.0, 2.0, 0.1))
    weights = torch.tensor([[2.0], [-1.0]], dtype=torch.float64)
    both = merge(one, two, weights)
    torch.testing.assert_close(evaluate(both, table.inputs), combined(one, two, weights, table.inputs), rtol=1e-10, atol=1e-10)


def test_what_cannot_be_merged_is_refused() -> None:
    table = toy_table(40)
    one = create_network([2, 1, 1], table, generator=generator())
    with pytest.raises(ShapeError, match="inputs"):
        merge(one, basis_network("silu")[0], uniform(2, 1))
    with pytest.raises(ShapeError, match="two weights"):
        merge(one, one, uniform(2, 2))
    with pytest.raises(ShapeError, match="degree 3 and 2"):
        merge(one, create_network([2, 1, 1], table, generator=generator(), degree=2), uniform(2, 1))


def test_an_edited_network_still_writes_its_formula() -> None:
    network, table = basis_network("all")
    wide = widen(extend_grid(network, 8), 1, Node("product", 3), 1, trace_of(network, table), generator(1))
    formula = write_formula(wide, ["a", "b", "c"], ["y", "z"], table.inputs)
    assert formula.maximum_difference == pytest.approx(0, abs=1e-9)
