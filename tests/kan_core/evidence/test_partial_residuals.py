"""Partial residuals of an edge are points on the curve that it should have."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from kan_core.errors import EdgeError
from kan_core.evidence.partial_residuals import edge_slopes, partial_residuals, unexplained
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges, edge_function
from kan_core.network.edits import set_symbolic
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import make_table
from kan_core.training.objectives import BinaryCrossEntropy, SquaredLoss
from tests.kan_core.networks import generator, mixed_network, rows_of, uniform


def test_in_a_network_of_one_layer_they_are_what_the_other_edges_leave() -> None:
    x = uniform(80, 2, 1)
    table = make_table(x, torch.sin(2 * x[:, :1]) + x[:, 1:] ** 2)
    network = create_network([2, 1], table, generator=generator(1))
    found = partial_residuals(network, table, EdgeId(0, 0, 0), SquaredLoss(), damping=0.0)
    units, inputs = network.normalisation, rows_of(network, table)
    other = edge_function(network, EdgeId(0, 1, 0), inputs[:, 1])
    assert torch.equal(found.x, inputs[:, 0])
    torch.testing.assert_close(found.y, units.targets(table.targets)[:, 0] - other)
    assert found.shares is None


def test_slopes_are_those_of_finite_differences_on_every_edge_of_a_mixed_network() -> None:
    network, table = mixed_network()
    x, step = rows_of(network, table), 1e-6
    trace = forward(network, x, slopes=True)
    symbolic = [
        edge for edge in active_edges(network) if network.layers[edge.layer].structure.row(edge.target, edge.source) is not None
    ]
    assert symbolic
    for edge in symbolic:
        layer = network.layers[edge.layer]
        constants = layer.constants.clone()
        constants[layer.structure.row(edge.target, edge.source), 3] += step
        moved = network.with_layer(edge.layer, replace(layer, constants=constants))
        expected = (forward(moved, x).output - trace.output) / step
        torch.testing.assert_close(edge_slopes(network, trace, edge), expected, rtol=1e-4, atol=1e-5)


def test_damping_keeps_rows_small_on_which_the_output_hardly_feels_the_edge() -> None:
    network, table = mixed_network()
    edge = EdgeId(0, 0, 0)
    source = rows_of(network, table)[:, 0]
    lifts = [
        (partial_residuals(network, table, edge, SquaredLoss(), damping=damping).y - edge_function(network, edge, source)).abs()
        for damping in (0.0, 0.05, 1.0)
    ]
    assert bool((lifts[0] >= lifts[1]).all())
    assert bool((lifts[1] >= lifts[2]).all())


def test_rows_without_a_value_are_left_out_with_their_weights() -> None:
    x = uniform(60, 2, 2)
    weights = torch.arange(1, 61, dtype=torch.float64)
    table = replace(make_table(x, x.sum(1, keepdim=True)), weights=weights)
    network = create_network([2, 1], table, generator=generator(2))
    network = set_symbolic(network, EdgeId(0, 0, 0), "log", (1.0, 0.0, 1.0, 0.0))
    inside = rows_of(network, table)[:, 0] > 0
    found = partial_residuals(network, table, EdgeId(0, 0, 0), SquaredLoss())
    assert 0 < len(found.x) < 60
    assert found.weights is not None
    assert found.shares is not None
    assert torch.equal(found.weights, weights[inside])
    assert float(found.shares.amax()) == 1.0


def test_of_classes_what_is_unexplained_is_share_minus_probability() -> None:
    x = uniform(40, 1, 3)
    table = make_table(x, (x > 0).to(x))
    network = create_network([1, 1], table, generator=generator(3))
    output = forward(network, rows_of(network, table)).output
    probability = torch.sigmoid(evaluate(network, table.inputs))
    left = unexplained(network, table, output, BinaryCrossEntropy())
    torch.testing.assert_close(left * network.normalisation.target_scale, table.targets - probability)


def test_an_edge_that_is_not_there_is_refused() -> None:
    network, table = mixed_network()
    with pytest.raises(EdgeError, match="there is no"):
        partial_residuals(network, table, EdgeId(5, 0, 0), SquaredLoss())
