"""Edits return new networks, say what they refuse, and keep the function where they promise to."""

from __future__ import annotations

import pytest
import torch

from kan_core.errors import EdgeError, PrimitiveError, ShapeError
from kan_core.ids import EdgeId, NodeId
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges, all_edges, edge_values, layer_edge_values, sample_curves
from kan_core.network.edits import extend_grid, lock, prune_edges, prune_inputs, prune_nodes, set_spline, set_symbolic
from kan_core.network.snapshot import to_bytes
from kan_core.network.trace import combine, evaluate
from kan_core.training.data import make_table
from kan_core.training.grids import update_grids
from tests.kan_core.networks import generator, mixed_network, toy_table, trace_of, uniform


def test_edits_leave_the_original_alone() -> None:
    network, table = mixed_network()
    before = to_bytes(network)
    trace = trace_of(network, table)
    prune_edges(network, active_edges(network)[:4], trace)
    extend_grid(network, 9)
    set_spline(network, EdgeId(0, 0, 0), trace)
    set_symbolic(network, EdgeId(0, 2, 0), "x^2", (1, 0, 1, 0))
    lock(network, [EdgeId(0, 2, 0)])
    assert to_bytes(network) == before


def test_node_values_are_the_sums_of_edge_values() -> None:
    network, table = mixed_network()
    trace = trace_of(network, table)
    for index, layer in enumerate(network.layers):
        sums = layer_edge_values(layer, trace.inputs[index]).sum(2)
        torch.testing.assert_close(sums, trace.layers[index].subnodes)
        single = torch.stack([edge_values(network, trace, edge) for edge in all_edges(network) if edge.layer == index], 1)
        torch.testing.assert_close(single.view(-1, layer.targets, layer.inputs).sum(2), sums)


def test_product_nodes_multiply_their_factors() -> None:
    network, _ = mixed_network()
    structure = network.layers[0].structure
    subnodes = uniform(5, structure.targets)
    nodes = combine(structure, subnodes)
    torch.testing.assert_close(nodes[:, 2], subnodes[:, 2] * subnodes[:, 3])
    torch.testing.assert_close(nodes[:, :2], subnodes[:, :2])


def test_pruning_a_constant_edge_keeps_the_function() -> None:
    table = toy_table(200)
    network = create_network([2, 3, 1], table, generator=generator(3))
    layer = network.layers[0]
    coefficients = layer.coefficients.clone()
    coefficients[1, 0] = 0.7
    network = network.with_layer(0, layer.with_parameters(coefficients, layer.constants))
    pruned = prune_edges(network, [EdgeId(0, 0, 1)], trace_of(network, table))
    torch.testing.assert_close(evaluate(pruned, table.inputs), evaluate(network, table.inputs))
    assert EdgeId(0, 0, 1) not in active_edges(pruned)


def test_a_dead_node_takes_its_edges_with_it() -> None:
    table = toy_table(100)
    network = create_network([2, 3, 1], table, generator=generator(3))
    trace = trace_of(network, table)
    by_outputs = prune_edges(network, [EdgeId(1, 2, 0)], trace)
    assert all(edge.target != 2 for edge in active_edges(by_outputs) if edge.layer == 0)
    by_inputs = prune_edges(network, [EdgeId(0, 0, 1), EdgeId(0, 1, 1)], trace)
    assert EdgeId(1, 1, 0) not in active_edges(by_inputs)
    assert active_edges(prune_nodes(network, [NodeId(1, 0)], trace)) == [
        edge for edge in active_edges(network) if (edge.layer, edge.target) != (0, 0) and (edge.layer, edge.source) != (1, 0)
    ]
    assert all(edge.source == 0 for edge in active_edges(prune_inputs(network, [1], trace)) if edge.layer == 0)


def test_pruning_everything_leaves_the_mean() -> None:
    table = toy_table(100)
    network = create_network([2, 2, 1], table, generator=generator(3))
    trace = trace_of(network, table)
    mean = network.normalisation.raw_targets(trace.output).mean()
    pruned = prune_edges(network, active_edges(network), trace)
    torch.testing.assert_close(evaluate(pruned, table.inputs), mean.expand(100, 1))


def test_a_factor_without_edges_becomes_its_mean_not_zero() -> None:
    x = uniform(80, 2)
    table = make_table(x, x[:, :1] * x[:, 1:])
    network = create_network([2, (Node("product", 2),), 1], table, generator=generator(1))
    trace = trace_of(network, table)
    pruned = prune_edges(network, [EdgeId(0, 0, 1), EdgeId(0, 1, 1)], trace)
    factor = trace.layers[0].subnodes[:, 1].mean()
    torch.testing.assert_close(trace_of(pruned, table).layers[0].subnodes[:, 1], factor.expand(80))


def test_symbolic_to_spline_keeps_the_values() -> None:
    network, table = mixed_network()
    finer = update_grids(extend_grid(network, 40), trace_of(network, table), force=True)
    assert finer is not None
    trace = trace_of(finer, table)
    for edge in [EdgeId(0, 0, 0), EdgeId(1, 0, 0)]:
        freed = set_spline(finer, edge, trace)
        assert freed.layers[edge.layer].structure.kind(edge.target, edge.source) == "spline"
        assert float((edge_values(freed, trace, edge) - edge_values(finer, trace, edge)).abs().max()) < 1e-4


def test_extension_of_a_mixed_network_keeps_the_function() -> None:
    network, table = mixed_network()
    torch.testing.assert_close(evaluate(extend_grid(network, 12), table.inputs), evaluate(network, table.inputs))


def test_curves_follow_the_edge_functions() -> None:
    network, table = mixed_network()
    trace = trace_of(network, table)
    curves = sample_curves(network, trace, points=33)
    assert curves.y.shape == (len(active_edges(network)), 33)
    for row, edge in enumerate(curves.edges):
        x = trace.inputs[edge.layer][:, edge.source]
        assert float(curves.low[row]) == float(x.min())
        assert float(curves.high[row]) == float(x.max())


def test_what_is_refused_is_said() -> None:
    network, table = mixed_network()
    trace = trace_of(network, table)
    with pytest.raises(EdgeError, match="no layer 5"):
        prune_edges(network, [EdgeId(5, 0, 0)], trace)
    with pytest.raises(EdgeError, match="sources 0 … 2"):
        set_symbolic(network, EdgeId(0, 9, 0), "sin", (1, 0, 1, 0))
    with pytest.raises(PrimitiveError):
        set_symbolic(network, EdgeId(0, 0, 0), "sinn", (1, 0, 1, 0))
    with pytest.raises(PrimitiveError, match="four finite"):
        set_symbolic(network, EdgeId(0, 0, 0), "sin", (1, float("nan"), 1, 0))
    locked = lock(network, [EdgeId(0, 0, 0)])
    for refused in (
        lambda: prune_edges(locked, [EdgeId(0, 0, 0)], trace),
        lambda: set_symbolic(locked, EdgeId(0, 0, 0), "sin", (1, 0, 1, 0)),
        lambda: set_spline(locked, EdgeId(0, 0, 0), trace),
    ):
        with pytest.raises(EdgeError, match="unlock"):
            refused()
    with pytest.raises(EdgeError, match="not an input or hidden node"):
        prune_nodes(network, [NodeId(2, 0)], trace)
    assert lock(locked, [EdgeId(0, 0, 0)], locked=False).layers[0].structure.locked == frozenset()


def test_shapes_that_cannot_be_are_refused() -> None:
    table = toy_table(10)
    for shape in ([2], [3, 1], [2, 0, 1], [2, (Node("product", 1),), 1], [2, (Node("sum", 2),), 1]):
        with pytest.raises(ShapeError):
            create_network(shape, table, generator=generator())
