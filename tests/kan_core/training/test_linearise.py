"""The Jacobian and the sparse model equal finite differences, in all mixtures of edges."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kan_core.ids import EdgeId
from kan_core.network.edits import lock
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.data import Table
from kan_core.training.linearise import OutputModel, jacobian, normal_equations
from kan_core.training.objectives import SquaredLoss
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.sparsity import layer_penalties, penalty_value
from tests.kan_core.networks import mixed_network, output_model, rows_of


def differences(network: Network, parameters: Parameters, x: Tensor, step: float = 1e-6) -> Tensor:
    """(batch, outputs, params) central differences."""
    vector = parameters.gather(network)
    columns: list[Tensor] = []
    for index in range(vector.numel()):
        bump = torch.zeros_like(vector)
        bump[index] = step
        above = forward(parameters.scatter(network, vector + bump), x).output
        below = forward(parameters.scatter(network, vector - bump), x).output
        columns.append((above - below) / (2 * step))
    return torch.stack(columns, dim=2)


def squared_loss(network: Network, table: Table) -> OutputModel:
    return output_model(network, forward(network, rows_of(network, table)).output, table.targets, SquaredLoss())


@pytest.mark.parametrize("products", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
def test_jacobian_equals_finite_differences(products: bool, outputs: int) -> None:
    network, table = mixed_network(outputs=outputs, products=products)
    x = rows_of(network, table)
    parameters = free_parameters(network)
    exact = jacobian(network, parameters, forward(network, x, slopes=True))
    torch.testing.assert_close(exact, differences(network, parameters, x), rtol=1e-5, atol=1e-7)


def test_normal_equations_do_not_depend_on_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    network, table = mixed_network()
    x, outputs = rows_of(network, table), squared_loss(network, table)
    parameters = free_parameters(network)
    whole = normal_equations(network, parameters, x, outputs)
    assert whole is not None
    monkeypatch.setattr("kan_core.training.linearise._CHUNK", 700)
    parts = normal_equations(network, parameters, x, outputs)
    assert parts is not None
    for left, right in zip(whole, parts, strict=True):
        torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)


def test_gradient_is_minus_half_the_derivative_of_the_loss() -> None:
    network, table = mixed_network()
    x, y = rows_of(network, table), network.normalisation.targets(table.targets)
    parameters = free_parameters(network)
    vector = parameters.gather(network)
    equations = normal_equations(network, parameters, x, squared_loss(network, table))
    assert equations is not None
    direction = torch.randn(vector.shape, generator=torch.Generator().manual_seed(3), dtype=torch.float64)

    def loss(step: float) -> float:
        output = forward(parameters.scatter(network, vector + step * direction), x).output
        return float((y - output).square().sum(1).mean())

    slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
    assert slope == pytest.approx(-2 * float(equations.gradient @ direction), rel=1e-5)


def test_penalty_weights_are_the_derivative_of_the_penalty() -> None:
    network, table = mixed_network(products=False)
    x = rows_of(network, table)
    parameters = free_parameters(network)
    trace = forward(network, x)
    penalties = layer_penalties(network, parameters, trace, entropy=0.0)
    layer, part, penalty = network.layers[1], parameters.layers[1], penalties[1]
    assert penalty is not None
    coefficients = layer.coefficients[part.targets, part.sources]
    gradient = (penalty.weight[:, None, None] * penalty.gram @ coefficients.unsqueeze(-1)).reshape(-1)
    vector = parameters.gather(network)
    start = vector.numel() - part.constants - gradient.numel()
    for index in range(0, gradient.numel(), 5):
        bump = torch.zeros_like(vector)
        bump[start + index] = 1e-6
        values = [
            float(penalty_value(layer_penalties(moved, parameters, forward(moved, x), 0.0)))
            for moved in (parameters.scatter(network, vector + bump), parameters.scatter(network, vector - bump))
        ]
        assert (values[0] - values[1]) / 2e-6 == pytest.approx(float(gradient[index]), rel=1e-4, abs=1e-7)


def test_locked_edges_and_redundant_constants_are_not_free() -> None:
    network, _ = mixed_network()
    before = free_parameters(network)
    locked = free_parameters(lock(network, [EdgeId(0, 0, 1), EdgeId(0, 0, 0)]))
    assert before.count(network) - locked.count(network) == network.layers[0].grid.basis + 3
    names = [edge.primitive for edge in network.layers[0].structure.symbolic]
    free = before.layers[0].free
    # exp: b is a factor of c; a subnode with a spline needs no d
    assert not free[names.index("exp"), 1]
    assert not free[:, 3].any()
    assert free_parameters(network, splines=False).count(network) < before.count(network)


def test_scatter_and_gather_are_inverse() -> None:
    network, _ = mixed_network()
    parameters = free_parameters(network)
    vector = torch.arange(parameters.count(network), dtype=torch.float64)
    torch.testing.assert_close(parameters.gather(parameters.scatter(network, vector)), vector)
