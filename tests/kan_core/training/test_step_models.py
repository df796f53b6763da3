"""Curvature, products, preconditioner and both step models equal what autograd and dense matrices say."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.create import create_network
from kan_core.network.trace import forward
from kan_core.training.blocks import diagonal_of, spline_blocks
from kan_core.training.data import Split, Table
from kan_core.training.dense import cholesky, dense_model
from kan_core.training.first_order import FirstOrderOptions, make_problem
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from kan_core.training.linearise import jacobian, normal_equations
from kan_core.training.matrix_free import matrix_free_model
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, HuberLoss, SquaredLoss
from kan_core.training.parameters import free_parameters
from kan_core.training.products import jacobian_times, times_jacobian
from kan_core.training.sparsity import layer_penalties, penalty_model, places
from tests.kan_core.networks import (
    BASIS_KINDS,
    basis_network,
    generator,
    mixed_network,
    output_model,
    rows_of,
    toy_table,
    uniform,
)

OBJECTIVES = (SquaredLoss(), HuberLoss(0.3), BinaryCrossEntropy(), CrossEntropy())


def shares_of(table: Table) -> Table:
    """The same inputs with targets that every objective understands: shares between 0 and 1 that sum to 1."""
    return Table(table.inputs, torch.softmax(2 * table.targets, 1))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_the_curvature_is_half_the_hessian_in_the_outputs_or_majorises_it(objective, weighted: bool) -> None:
    network, table = mixed_network(rows=7, outputs=3)
    targets, output = shares_of(table).targets, forward(network, rows_of(network, table)).output
    weights = uniform(7, 1, 3)[:, 0].abs() if weighted else None
    made = objective.curvature(output, targets, network.normalisation, weights)
    identity = torch.eye(3, dtype=torch.float64).expand(7, 3, 3)
    root = made.root(identity)
    own = made.factor * root.transpose(1, 2) @ root

    def value(flat):
        return objective.evaluate(flat.view(7, 3), targets, network.normalisation, weights).value

    whole = torch.autograd.functional.hessian(value, output.reshape(-1)).view(7, 3, 7, 3)
    exact = torch.stack([whole[row, :, row] for row in range(7)]) / 2
    if isinstance(objective, HuberLoss):
        assert float(torch.linalg.eigvalsh(own - exact).min()) > -1e-12
        sizes = (output - network.normalisation.targets(targets)).abs()
        assert bool(((own - exact).diagonal(dim1=1, dim2=2).abs() < 1e-12)[sizes < 0.3].all())
    else:
        torch.testing.assert_close(own, exact, rtol=1e-6, atol=1e-9)
    vector = uniform(7, 3, 9)
    torch.testing.assert_close(made.product(vector), (own @ vector.unsqueeze(-1)).squeeze(-1))


def network_of(kind: str):
    return mixed_network() if kind == "mixed" else basis_network(kind)


@pytest.mark.parametrize("kind", ["mixed", *BASIS_KINDS])
def test_products_with_the_jacobian_equal_the_jacobian(kind: str) -> None:
    network, table = network_of(kind)
    parameters = free_parameters(network)
    trace = forward(network, rows_of(network, table), slopes=True)
    dense = jacobian(network, parameters, trace)
    vector = torch.randn(dense.shape[2], generator=generator(1), dtype=torch.float64)
    output = uniform(60, 2, 3)
    torch.testing.assert_close(jacobian_times(network, parameters, trace, vector), dense @ vector)
    torch.testing.assert_close(times_jacobian(network, parameters, trace, output), torch.einsum("nop,no->p", dense, output))


@pytest.mark.parametrize("kind", ["mixed", *BASIS_KINDS])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_diagonal_and_blocks_are_those_of_the_normal_matrix(objective, kind: str) -> None:
    network, table = network_of(kind)
    table, parameters, x = shares_of(table), free_parameters(network), rows_of(network, table)
    trace = forward(network, x, slopes=True)
    outputs = output_model(network, trace.output, table.targets, objective)
    equations = normal_equations(network, parameters, x, outputs)
    assert equations is not None
    torch.testing.assert_close(diagonal_of(network, parameters, trace, outputs.curvature), equations.matrix.diagonal())
    # A row and a column of zeros stand for the columns that a spline does not have.
    matrix = torch.nn.functional.pad(equations.matrix, (0, 1, 0, 1))
    where = [each for each in places(network, parameters) if each is not None]
    for own, block in zip(where, spline_blocks(network, parameters, x, outputs.curvature), strict=True):
        torch.testing.assert_close(block, matrix[own.unsqueeze(2), own.unsqueeze(1)])


@pytest.mark.parametrize("kind", ["mixed", "many outputs", *BASIS_KINDS])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_the_matrix_free_step_is_the_dense_step(objective, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network, table = mixed_network(outputs=12) if kind == "many outputs" else network_of(kind)
    table, parameters, x = shares_of(table), free_parameters(network), rows_of(network, table)
    trace = forward(network, x, slopes=True)
    loss = output_model(network, trace.output, table.targets, objective)
    penalties = layer_penalties(network, parameters, trace, 2.0)
    penalty = penalty_model(network, parameters, penalties, 0.01, 0.1)
    dense = dense_model(network, parameters, x, loss, penalty, trace)
    monkeypatch.setattr("kan_core.training.matrix_free._ITERATIONS", 2000)
    monkeypatch.setattr("kan_core.training.matrix_free._RESIDUAL", 1e-10)
    monkeypatch.setattr("kan_core.training.matrix_free._KEEP", 100)
    monkeypatch.setattr("kan_core.training.matrix_free._PIECE", 4000)
    free = matrix_free_model(network, parameters, x, loss, penalty)
    assert dense is not None
    assert free is not None
    torch.testing.assert_close(free.gradient, dense.gradient)
    exact, iterated = dense.solve(0.1), free.solve(0.1)
    if kind != "many outputs":
        torch.testing.assert_close(free.scaling, dense.scaling)
        torch.testing.assert_close(iterated, exact, rtol=1e-5, atol=1e-7)
    assert iterated is not None
    assert float(iterated @ dense.gradient) > 0


def test_the_factor_in_blocks_equals_lapack_s_and_says_when_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kan_core.training.dense._BLOCK", 16)
    square = torch.randn((75, 75), generator=generator(), dtype=torch.float64)
    matrix = square @ square.T + torch.eye(75)
    made = cholesky(matrix)
    assert made is not None
    torch.testing.assert_close(made.tril(), torch.linalg.cholesky(matrix))
    assert cholesky(matrix - 5 * torch.eye(75)) is None
    assert cholesky(matrix, stop=lambda: True) is None


def test_the_gram_in_blocks_is_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    network, table = mixed_network()
    parameters, x = free_parameters(network), rows_of(network, table)
    loss = output_model(network, forward(network, x).output, table.targets, SquaredLoss())
    whole = normal_equations(network, parameters, x, loss)
    monkeypatch.setattr("kan_core.training.linearise._BLOCK", 16)
    parts = normal_equations(network, parameters, x, loss)
    assert whole is not None
    assert parts is not None
    torch.testing.assert_close(parts.matrix, whole.matrix)


@pytest.mark.parametrize("solver", ["dense", "matrix-free"])
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda objective: objective.name)
def test_training_reaches_a_point_without_gradient(objective, solver) -> None:
    x = uniform(200, 2)
    noise = uniform(200, 1, 4)
    shares = torch.sigmoid(3 * x[:, :1] ** 2 - x[:, 1:] + 2 * noise)
    table = Table(x, torch.cat([shares, 1 - shares], 1), uniform(200, 1, 8)[:, 0].abs() + 0.1)
    network = create_network([2, 2], table, generator=generator())
    settings = {"objective": objective, "smoothness": 0.01}
    options = LevenbergMarquardtOptions(steps=200, tolerance=0, solver=solver, **settings)
    for progress in train(network, Split(table, table), options):
        network = progress.network
    problem, parameters = make_problem(network, table, FirstOrderOptions(**settings))
    _, gradients = problem.value_and_gradient(parameters)
    assert max(float(gradient.abs().max()) for gradient in gradients) < 1e-6


def test_matrix_free_steps_learn_the_toy_with_sparsity() -> None:
    table = toy_table(400)
    network = create_network([2, 4, 1], table, generator=generator(1))
    options = LevenbergMarquardtOptions(steps=60, sparsity=1e-3, solver="matrix-free")
    for progress in train(network, Split(table, table), options):
        network = progress.network
    assert progress.train_error < 0.03


def test_training_goes_on_where_it_stopped_when_told_its_damping() -> None:
    table = toy_table(200)
    split = Split(table, table)
    network = create_network([2, 3, 1], table, generator=generator(2))
    whole = list(train(network, split, LevenbergMarquardtOptions(steps=8, update_grid=False)))
    stopped = whole[3]
    rest = list(train(stopped.network, split, LevenbergMarquardtOptions(steps=4, update_grid=False, damping=stopped.damping)))
    assert [each.train_error for each in rest] == [each.train_error for each in whole[4:]]
