"""Networks with base functions, uneven knots and finer grids of single edges: everything that looks at a layer agrees."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from kan_core.errors import EdgeError, SnapshotError
from kan_core.ids import EdgeId
from kan_core.importance.scores import importance
from kan_core.layers.wide import wide_form
from kan_core.network.create import create_network
from kan_core.network.edges import edge_values, layer_edge_values
from kan_core.network.edits import extend_grid, lock, prune_edges, set_spline, set_symbolic
from kan_core.network.network import Network
from kan_core.network.snapshot import from_bytes, to_bytes
from kan_core.network.trace import combine, evaluate, forward
from kan_core.symbolic.formula import write_formula
from kan_core.training.first_order import FirstOrderOptions, make_problem
from kan_core.training.grids import update_grids
from kan_core.training.input_derivatives import input_derivatives
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions
from kan_core.training.linearise import jacobian
from kan_core.training.options import TrainingOptions
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.sparsity import layer_penalties, penalty_model, penalty_value
from kan_core.training.trainer import options_of, train
from kan_core.training.wide_network import wide_network
from tests.kan_core.networks import BASIS_KINDS, basis_network, generator, rows_of, toy_split, toy_table, trace_of, uniform

KINDS = pytest.mark.parametrize("kind", BASIS_KINDS)


def differences(network: Network, parameters: Parameters, x: Tensor, step: float = 1e-6) -> Tensor:
    vector = parameters.gather(network)
    columns: list[Tensor] = []
    for index in range(vector.numel()):
        bump = torch.zeros_like(vector)
        bump[index] = step
        ends = (forward(parameters.scatter(network, vector + sign * bump), x).output for sign in (1, -1))
        above, below = ends
        columns.append((above - below) / (2 * step))
    return torch.stack(columns, dim=2)


@KINDS
def test_a_network_is_the_sum_and_product_of_its_edge_functions(kind: str) -> None:
    network, table = basis_network(kind)
    trace = trace_of(network, table)
    for layer, values in zip(network.layers, trace.layers, strict=True):
        edges = layer_edge_values(layer, values.inputs)
        torch.testing.assert_close(edges.sum(-1), values.subnodes, rtol=0, atol=1e-12)
    last = network.layers[-1]
    torch.testing.assert_close(combine(last.structure, trace.layers[-1].subnodes), trace.output)


@KINDS
@pytest.mark.parametrize("products", [False, True])
def test_the_jacobian_equals_finite_differences(kind: str, products: bool) -> None:
    network, table = basis_network(kind, products=products)
    x, parameters = rows_of(network, table), free_parameters(network)
    exact = jacobian(network, parameters, forward(network, x, slopes=True))
    assert exact.shape[2] == parameters.count(network)
    torch.testing.assert_close(exact, differences(network, parameters, x), rtol=1e-5, atol=1e-7)


@KINDS
def test_gathering_undoes_scattering(kind: str) -> None:
    network, _ = basis_network(kind)
    parameters = free_parameters(network)
    vector = torch.arange(parameters.count(network), dtype=torch.float64)
    assert torch.equal(parameters.gather(parameters.scatter(network, vector)), vector)
    same = parameters.scatter(network, parameters.gather(network))
    for one, other in zip(same.layers, network.layers, strict=True):
        used = other.structure.spline.unsqueeze(-1)
        assert torch.equal(one.coefficients * used, other.coefficients * used)


@KINDS
def test_derivatives_in_the_inputs_equal_finite_differences(kind: str) -> None:
    network, table = basis_network(kind)
    x, h = 0.9 * table.inputs[:20] + 0.013, 1e-5
    made = input_derivatives(network, x, "full")
    assert made.hessian is not None
    for a in range(3):
        step = torch.zeros(3, dtype=torch.float64)
        step[a] = h
        slope = (evaluate(network, x + step) - evaluate(network, x - step)) / (2 * h)
        torch.testing.assert_close(made.gradient[..., a], slope, rtol=1e-5, atol=1e-6)
        gradients = (input_derivatives(network, x + sign * step, "none").gradient for sign in (1, -1))
        above, below = gradients
        torch.testing.assert_close(made.hessian[..., a], (above - below) / (2 * h), rtol=1e-3, atol=1e-3)


@KINDS
def test_the_wide_form_computes_the_same_and_its_gradients_are_those_of_the_jacobian(kind: str) -> None:
    network, table = basis_network(kind)
    x, push = rows_of(network, table), uniform(60, 2, 9)
    wide = wide_network(network)
    parameters = wide.parameters(network)
    done = wide.run(parameters, x)
    torch.testing.assert_close(done.output, forward(network, x).output, rtol=0, atol=1e-12)
    gradients = wide.write_back(network, wide.gradients(parameters, done, push))
    free = free_parameters(network)
    exact = torch.einsum("nop,no->p", jacobian(network, free, forward(network, x, slopes=True)), push)
    torch.testing.assert_close(free.gather(gradients), exact, rtol=0, atol=1e-9)
    for layer in gradients.layers:
        if layer.columns is not None:
            assert not layer.coefficients[~layer.columns].any()


def test_the_base_of_a_grid_goes_into_the_fast_forms() -> None:
    network, _ = basis_network("silu")
    form = wide_form(network.layers[0].grid, 4)
    assert (form.base, form.method) == ("silu", "gemm")
    assert form.columns == network.layers[0].grid.basis


@KINDS
def test_the_sparse_model_equals_differences_of_the_penalty(kind: str) -> None:
    network, table = basis_network(kind, products=False)
    x, parameters = rows_of(network, table), free_parameters(network)
    penalties = layer_penalties(network, parameters, forward(network, x), entropy=0.0)
    count = parameters.count(network)
    matrix = torch.zeros((count, count), dtype=torch.float64)
    model = penalty_model(network, parameters, penalties, 2.0, 0.0)
    for blocks in model.blocks:
        blocks.add_to(matrix)
    gradient = -model.gradient
    torch.testing.assert_close(matrix, matrix.T)
    vector = parameters.gather(network)
    # The last layer's coefficients do not move any node value that another penalty looks at.
    last = parameters.layers[-1]
    size = last.coefficients(network.layers[-1].grid.basis)
    for index in range(count - last.constants - size, count - last.constants, 3):
        bump = torch.zeros_like(vector)
        bump[index] = 1e-6
        values = [
            float(penalty_value(layer_penalties(moved, parameters, forward(moved, x), 0.0)))
            for moved in (parameters.scatter(network, vector + bump), parameters.scatter(network, vector - bump))
        ]
        assert (values[0] - values[1]) / 2e-6 == pytest.approx(-float(gradient[index]), rel=1e-4, abs=1e-6)


@KINDS
def test_first_order_penalties_have_exact_gradients(kind: str) -> None:
    network, table = basis_network(kind)
    problem, parameters = make_problem(network, table, FirstOrderOptions(sparsity=0.1, smoothness=0.3))
    _, gradients = problem.value_and_gradient(parameters)
    weight, direction = parameters[0], gradients[0]
    ends = []
    for sign in (1, -1):
        parameters[0] = weight + sign * 1e-7 * direction
        ends.append(float(problem.value_and_gradient(parameters)[0]))
    assert (ends[0] - ends[1]) / 2e-7 == pytest.approx(float(direction.square().sum()), rel=1e-4)


@KINDS
def test_a_snapshot_is_exact(kind: str) -> None:
    network, table = basis_network(kind)
    data = to_bytes(network)
    again = from_bytes(data)
    assert to_bytes(again) == data
    assert torch.equal(evaluate(again, table.inputs), evaluate(network, table.inputs))


def test_version_1_is_still_read() -> None:
    network, table = basis_network("none")
    data = to_bytes(network)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    inner = json.loads(header["__metadata__"]["kanscope"])
    inner["schema"] = 1
    inner.pop("precision")
    for layer in inner["layers"]:
        layer.pop("base")
        layer.pop("finer")
    header["__metadata__"]["kanscope"] = json.dumps(inner)
    text = json.dumps(header).encode()
    old = len(text).to_bytes(8, "little") + text + data[8 + length :]
    assert torch.equal(evaluate(from_bytes(old), table.inputs), evaluate(network, table.inputs))


def test_a_snapshot_with_an_unknown_base_is_refused() -> None:
    data = to_bytes(basis_network("silu")[0]).replace(b'\\"base\\": \\"silu\\"', b'\\"base\\": \\"sulu\\"')
    with pytest.raises(SnapshotError, match="sulu"):
        from_bytes(data)


@KINDS
@pytest.mark.parametrize("method", ["levenberg-marquardt", "l-bfgs", "adam"])
def test_every_trainer_lowers_the_error_and_keeps_the_kind_of_basis(kind: str, method) -> None:
    network, _ = basis_network(kind)
    table = basis_network(kind, rows=200)[1]
    split = replace(toy_split(), train=table, test=table)
    steps = list(train(network, split, options_of(method, TrainingOptions(steps=12, sparsity=1e-4))))
    assert steps[-1].train_error < 0.9 * float((evaluate(network, table.inputs) - table.targets).square().mean().sqrt())
    for before, after in zip(network.layers, steps[-1].network.layers, strict=True):
        assert (after.grid.base, after.grid.is_uniform) == (before.grid.base, before.grid.is_uniform)
        assert [part.intervals for part in after.grid.parts] == [part.intervals for part in before.grid.parts]
        if after.columns is not None:
            assert not after.coefficients[~after.columns].any()


@KINDS
def test_moved_knots_keep_kind_and_function(kind: str) -> None:
    network, table = basis_network(kind, rows=300)
    trace = trace_of(network, table)
    moved = update_grids(network, trace, force=True)
    assert moved is not None
    before, after = network.layers[1].grid, moved.layers[1].grid
    assert (before.base, before.is_uniform, len(before.finer)) == (after.base, after.is_uniform, len(after.finer))
    assert all(torch.equal(part.low, after.low) and torch.equal(part.high, after.high) for part in after.parts)
    # Knots lie elsewhere, so cubic pieces meet elsewhere: close, not equal.
    assert float((trace_of(moved, table).output - trace.output).abs().max()) < 0.1


@KINDS
def test_formula_importance_and_pruning_see_the_whole_edge(kind: str) -> None:
    network, table = basis_network(kind)
    formula = write_formula(network, ["a", "b", "c"], ["y", "z"], table.inputs)
    assert formula.maximum_difference == pytest.approx(0, abs=1e-9)
    assert "phi_0_1_0" in formula.sympy_text[0]
    trace = trace_of(network, table)
    assert float(importance(network, trace).edges[0][0, 1]) > 0
    edge = EdgeId(1, 0, 0)
    mean = float(edge_values(network, trace, edge).mean())
    pruned = trace_of(prune_edges(network, [edge], trace), table).output
    kept = trace.output - edge_values(network, trace, edge).unsqueeze(1) * torch.tensor([1.0, 0.0], dtype=torch.float64)
    kept[:, 0] += mean
    torch.testing.assert_close(pruned, kept, rtol=0, atol=1e-10)


@KINDS
def test_a_symbolic_edge_given_back_keeps_its_values(kind: str) -> None:
    network, table = basis_network(kind, rows=200)
    edge = EdgeId(0, 1, 0)
    symbolic = set_symbolic(network, edge, "tanh", (1.0, 0.1, 0.5, 0.0))
    free = set_spline(symbolic, edge, trace_of(symbolic, table))
    one, other = trace_of(free, table), trace_of(symbolic, table)
    torch.testing.assert_close(edge_values(free, one, edge), edge_values(symbolic, other, edge), rtol=0, atol=5e-3)


@KINDS
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_extending_all_edges_to_a_multiple_keeps_the_function_to_rounding(kind: str, factor: int) -> None:
    network, table = basis_network(kind)
    finer = extend_grid(network, 56 * factor)  # a multiple of 4, 7 and 8
    assert all(layer.grid.intervals == 56 * factor and not layer.grid.finer for layer in finer.layers)
    x = 1.3 * table.inputs
    torch.testing.assert_close(evaluate(finer, x), evaluate(network, x), rtol=0, atol=1e-8)


@KINDS
def test_extending_one_edge_leaves_the_others_alone(kind: str) -> None:
    network, table = basis_network(kind)
    edge = EdgeId(0, 2, 0)
    finer = extend_grid(network, 12, [edge, edge])
    before, after = network.layers[0], finer.layers[0]
    assert finer.layers[1] is network.layers[1]
    assert after.intervals(edge.target, edge.source) == 12
    for target in range(before.targets):
        for source in range(before.inputs):
            if (target, source) != (edge.target, edge.source) and bool(before.structure.spline[target, source]):
                old = before.coefficients[target, source, before.grid.columns(before.structure.part(target, source))]
                new = after.coefficients[target, source, after.grid.columns(after.structure.part(target, source))]
                assert torch.equal(old, new)
    torch.testing.assert_close(evaluate(finer, table.inputs), evaluate(network, table.inputs), rtol=0, atol=1e-10)
    grown = free_parameters(finer).count(finer) - free_parameters(network).count(network)
    assert grown == 8


def test_extending_every_edge_of_a_layer_by_name_leaves_one_grid() -> None:
    table = toy_table(50)
    network = create_network([2, 2, 1], table, generator=generator())
    finer = extend_grid(network, 10, [EdgeId(0, s, t) for s in range(2) for t in range(2)])
    assert (finer.layers[0].grid.intervals, finer.layers[0].grid.finer, finer.layers[0].structure.grids) == (10, (), None)
    torch.testing.assert_close(evaluate(finer, table.inputs), evaluate(network, table.inputs), rtol=0, atol=1e-10)


def test_an_extended_edge_fits_better_where_it_is_needed() -> None:
    split = toy_split(600)
    network = create_network([2, 1, 1], split.train, generator=generator(3), intervals=3)
    options = LevenbergMarquardtOptions(steps=40)
    *_, last = train(network, split, options)
    finer = extend_grid(last.network, 12, [EdgeId(0, 0, 0)])
    *_, best = train(finer, split, options)
    assert best.train_error < 0.7 * last.train_error


def test_edges_without_a_grid_are_refused() -> None:
    network, table = basis_network("silu")
    with pytest.raises(EdgeError, match="no spline"):
        extend_grid(network, 8, [EdgeId(0, 0, 0)])
    with pytest.raises(EdgeError, match="locked"):
        extend_grid(lock(network, [EdgeId(0, 1, 0)]), 8, [EdgeId(0, 1, 0)])
    with pytest.raises(EdgeError, match="no edge"):
        extend_grid(network, 8, [EdgeId(0, 9, 0)])
    assert trace_of(network, table).output.shape == (60, 2)
