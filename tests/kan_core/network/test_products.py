"""Product nodes of two, three and more factors, everywhere."""

from __future__ import annotations

import pytest
import torch

from kan_core.ids import EdgeId, NodeId
from kan_core.importance.proposal import propose_prune
from kan_core.importance.scores import importance
from kan_core.layers.structure import Node
from kan_core.network.create import create_network
from kan_core.network.edges import edge_values, layer_edge_values
from kan_core.network.edits import extend_grid, prune_edges, prune_inputs, prune_nodes, set_symbolic
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import evaluate, forward
from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.decide import order_by_whole_model
from kan_core.symbolic.formula import write_formula
from kan_core.symbolic.what_if import what_if
from kan_core.training.data import Split, Table, make_table, split_rows
from kan_core.training.input_derivatives import input_derivatives
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import free_parameters
from kan_core.training.wide_network import wide_network
from tests.kan_core.networks import generator, rows_of, trace_of, uniform

ARITIES = pytest.mark.parametrize("arity", [2, 3, 5])


def product_network(arity: int, rows: int = 60) -> tuple[Network, Table]:
    """Products in the hidden layer and at an output."""
    x = uniform(rows, 3, 5)
    table = make_table(x, torch.stack([x.prod(1), x.sum(1)], 1))
    shape = [3, [Node("product", arity), Node(), Node("product", 2)], [Node(), Node("product", arity)]]
    network = create_network(shape, table, generator=generator(2), intervals=3, noise_scale=0.3)
    return set_symbolic(network, EdgeId(0, 1, 1), "sin", (1.2, 0.1, 0.8, 0.3)), table


@ARITIES
def test_a_product_node_multiplies_its_subnodes(arity: int) -> None:
    network, table = product_network(arity)
    trace = trace_of(network, table)
    sums = layer_edge_values(network.layers[0], trace.inputs[0]).sum(-1)
    torch.testing.assert_close(trace.inputs[1][:, 0], sums[:, :arity].prod(1))
    torch.testing.assert_close(trace.inputs[1][:, 1], sums[:, arity])
    torch.testing.assert_close(trace.output[:, 1], trace.layers[1].subnodes[:, 1:].prod(1))


@ARITIES
def test_jacobian_and_wide_gradients_equal_finite_differences(arity: int) -> None:
    network, table = product_network(arity)
    x, parameters, push = rows_of(network, table), free_parameters(network), uniform(60, 2, 9)
    exact = jacobian(network, parameters, forward(network, x, slopes=True))
    vector, step = parameters.gather(network), 1e-6
    for index in range(0, vector.numel(), 7):
        bump = torch.zeros_like(vector)
        bump[index] = step
        above, below = (forward(parameters.scatter(network, vector + s * bump), x).output for s in (1, -1))
        torch.testing.assert_close(exact[:, :, index], (above - below) / (2 * step), rtol=1e-5, atol=1e-7)
    wide = wide_network(network)
    packed = wide.parameters(network)
    gradients = wide.write_back(network, wide.gradients(packed, wide.run(packed, x), push))
    torch.testing.assert_close(parameters.gather(gradients), torch.einsum("nop,no->p", exact, push), rtol=0, atol=1e-9)


@ARITIES
def test_derivatives_in_the_inputs_follow_leibniz(arity: int) -> None:
    network, table = product_network(arity)
    x, h = 0.9 * table.inputs + 0.017, 1e-5
    made = input_derivatives(network, x, "diagonal")
    assert made.hessian is not None
    for a in range(3):
        step = torch.zeros(3, dtype=torch.float64)
        step[a] = h
        ends = [input_derivatives(network, x + s * step, "none") for s in (1, -1)]
        torch.testing.assert_close(made.gradient[..., a], (ends[0].value - ends[1].value) / (2 * h), rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(
            made.hessian[..., a], (ends[0].gradient - ends[1].gradient)[..., a] / (2 * h), rtol=1e-3, atol=1e-3
        )


@ARITIES
def test_every_factor_inherits_its_nodes_importance(arity: int) -> None:
    network, table = product_network(arity)
    scores = importance(network, trace_of(network, table))
    node = scores.nodes[1][0]
    shares = scores.edges[0][:arity].sum(1)
    # B = A·E/S per edge: factors with equal spread of edges get equal shares of what the node has.
    assert bool((shares > 0).all())
    trace = trace_of(network, table)
    deviation = layer_edge_values(network.layers[0], trace.inputs[0]).std(0, correction=0).sum(1)[:arity]
    expected = deviation / trace.layers[0].subnodes.std(0, correction=0)[:arity]
    torch.testing.assert_close(shares / shares[0], expected / expected[0])
    assert 0 < float(node) <= 1


@ARITIES
def test_pruning_an_edge_of_a_factor_leaves_its_mean(arity: int) -> None:
    network, table = product_network(arity)
    trace = trace_of(network, table)
    edge = EdgeId(0, 0, arity - 1)
    values = edge_values(network, trace, edge)
    pruned = trace_of(prune_edges(network, [edge], trace), table).layers[0].subnodes[:, arity - 1]
    torch.testing.assert_close(pruned, trace.layers[0].subnodes[:, arity - 1] - values + values.mean())


@ARITIES
def test_a_factor_without_edges_becomes_a_constant_not_zero(arity: int) -> None:
    network, table = product_network(arity)
    trace = trace_of(network, table)
    pruned = prune_edges(network, [EdgeId(0, source, 0) for source in range(3)], trace)
    factor = trace_of(pruned, table).layers[0].subnodes[:, 0]
    torch.testing.assert_close(factor, torch.full_like(factor, float(trace.layers[0].subnodes[:, 0].mean())))


@ARITIES
def test_nodes_and_inputs_can_be_pruned(arity: int) -> None:
    network, table = product_network(arity)
    trace = trace_of(network, table)
    without = prune_nodes(network, [NodeId(1, 0)], trace)
    assert not without.layers[0].structure.spline[:arity].any()
    assert not without.layers[1].structure.spline[:, 0].any()
    blind = prune_inputs(network, [2], trace)
    moved = table.inputs.clone()
    moved[:, 2] += 5
    torch.testing.assert_close(evaluate(blind, moved), evaluate(blind, table.inputs))
    assert torch.isfinite(evaluate(blind, table.inputs)).all()


@ARITIES
def test_formula_and_snapshot_hold_products(arity: int) -> None:
    network, table = product_network(arity)
    formula = write_formula(network, ["a", "b", "c"], ["y", "z"], table.inputs)
    assert formula.maximum_difference == pytest.approx(0, abs=1e-9)
    again = from_bytes(to_bytes(network))
    assert again.layers[0].structure.nodes == network.layers[0].structure.nodes
    assert torch.equal(evaluate(again, table.inputs), evaluate(network, table.inputs))


def trained_triple() -> tuple[Network, Split]:
    """sin(2x)·(1 + y²)·e^z by one product node of three factors, one input each."""
    x = uniform(400, 3, 1)
    y = torch.sin(2 * x[:, :1]) * (1 + x[:, 1:2] ** 2) * torch.exp(x[:, 2:])
    split = split_rows(make_table(x, y), generator())
    network = create_network([3, [Node("product", 3)], 1], split.train, generator=generator(3))
    network = set_symbolic(network, EdgeId(1, 0, 0), "x", (1.0, 0.0, 1.0, 0.0))
    other = [EdgeId(0, source, target) for target in range(3) for source in range(3) if source != target]
    network = prune_edges(network, other, trace_of(network, split.train))
    *_, coarse = train(network, split, LevenbergMarquardtOptions(steps=40))
    *_, fine = train(extend_grid(coarse.network, 10), split, LevenbergMarquardtOptions(steps=40))
    return fine.network, split


def test_three_factors_are_learned_suggested_and_judged() -> None:
    network, split = trained_triple()
    deviation = float(network.normalisation.target_scale)
    assert float((evaluate(network, split.test.inputs) - split.test.targets).square().mean().sqrt()) < 0.01 * deviation
    trace = trace_of(network, split.train)
    edge = EdgeId(0, 2, 2)
    fits = fit_affine(trace.inputs[0][:, 2], edge_values(network, trace, edge), primitives=["exp", "sin", "x^2", "tanh"])
    best = order_by_whole_model(what_if(network, split, edge, fits))[0]
    assert best.fit.primitive == "exp"
    assert best.error_after < 2 * best.error_before


def test_sparse_training_of_products_is_finite_and_prunes() -> None:
    x = uniform(300, 3, 1)
    split = split_rows(make_table(x, x[:, :1] * x[:, 1:2]), generator())
    best: Network | None = None
    error = torch.inf
    for seed in range(4):
        network = create_network([3, [Node("product", 2)], 1], split.train, generator=generator(seed))
        *_, last = train(network, split, LevenbergMarquardtOptions(steps=80, sparsity=1e-3))
        if last.test_error < error:
            best, error = last.network, last.test_error
    assert best is not None
    assert error < 0.02
    scores = importance(best, trace_of(best, split.train)).nodes[0]
    assert float(scores[2]) < 0.05
    proposal = propose_prune(best, split, 0.05)
    assert 2 in proposal.inputs
    assert proposal.error_refit < 0.02
