"""One edge as a curve to be drawn."""

from __future__ import annotations

import math

import torch

from kan_core.ids import EdgeId
from kan_core.network.edge_curve import edge_curve, source_reach, without_gaps
from kan_core.network.edges import edge_function
from kan_core.network.edits import set_symbolic
from kan_core.network.trace import forward
from tests.kan_core.networks import mixed_network, rows_of, trace_of


def test_a_curve_runs_evenly_over_the_values_of_its_source() -> None:
    network, table = mixed_network()
    trace, edge = trace_of(network, table), EdgeId(0, 2, 1)
    x, y = edge_curve(network, trace, edge, 50)
    values = trace.inputs[0][:, 2]
    assert float(x[0]) == float(values.amin())
    torch.testing.assert_close(x[-1], values.amax())
    torch.testing.assert_close(x.diff(), (x[1] - x[0]).expand(49))
    assert torch.equal(y, edge_function(network, edge, x))


def test_rows_without_a_value_do_not_stretch_the_range() -> None:
    network, table = mixed_network()
    inputs = rows_of(network, table)
    inputs[0, 2] = math.nan
    inputs[1, 2] = math.inf
    x, _ = edge_curve(network, forward(network, inputs), EdgeId(0, 2, 1), 10)
    torch.testing.assert_close(x[-1], inputs[2:, 2].amax())


def test_outside_a_functions_domain_the_curve_goes_on_level() -> None:
    network, table = mixed_network()
    network = set_symbolic(network, EdgeId(0, 2, 1), "log", (1.0, 0.0, 1.0, 0.0))
    x, y = edge_curve(network, trace_of(network, table), EdgeId(0, 2, 1), 40)
    assert bool(torch.isfinite(y).all())
    first = y[x > 0][0]
    assert torch.equal(y[x < 0], first.expand(int((x < 0).sum())))


def test_a_gap_is_a_straight_line_and_nothing_known_is_zero() -> None:
    x = torch.arange(5, dtype=torch.float64)
    y = torch.tensor([0.0, math.nan, math.inf, 3.0, 1.0], dtype=torch.float64)
    assert without_gaps(x, y).tolist() == [0.0, 1.0, 2.0, 3.0, 1.0]
    assert without_gaps(x, torch.full_like(x, math.nan)).tolist() == [0.0] * 5


def test_the_reach_of_an_input_is_in_its_columns_unit() -> None:
    network, table = mixed_network()
    column = table.inputs[:, 2]
    found = source_reach(network, trace_of(network, table), EdgeId(0, 2, 1))
    assert math.isclose(found, float(column.amax() - column.amin()))


def test_the_reach_of_a_hidden_node_is_in_the_networks_unit() -> None:
    network, table = mixed_network()
    trace = trace_of(network, table)
    values = trace.inputs[1][:, 0]
    assert source_reach(network, trace, EdgeId(1, 0, 0)) == float(values.amax() - values.amin())
