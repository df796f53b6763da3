"""A packed network computes what the core computes, and its gradients are those of the exact Jacobian."""

from __future__ import annotations

import pytest
import torch

from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import lock
from kan_core.network.trace import forward
from kan_core.training.linearise import jacobian
from kan_core.training.parameters import free_parameters
from kan_core.training.wide_network import wide_network
from tests.kan_core.networks import generator, mixed_network, rows_of, toy_table, uniform


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_the_output_is_that_of_the_core(degree: int) -> None:
    table = toy_table(50)
    network = create_network([2, 4, 3, 1], table, generator=generator(), degree=degree)
    x = 1.2 * rows_of(network, table)
    wide = wide_network(network)
    made = wide.run(wide.parameters(network), x).output
    torch.testing.assert_close(made, forward(network, x).output, rtol=0, atol=1e-12)


@pytest.mark.parametrize("products", [False, True])
def test_gradients_of_mixed_networks_are_those_of_the_jacobian(products: bool) -> None:
    network, table = mixed_network(products=products)
    x, push = rows_of(network, table), uniform(60, 2, 9)
    wide = wide_network(network)
    parameters = wide.parameters(network)
    done = wide.run(parameters, x)
    torch.testing.assert_close(done.output, forward(network, x).output, rtol=0, atol=1e-12)
    gradients = wide.write_back(network, wide.gradients(parameters, done, push))
    free = free_parameters(network)
    exact = torch.einsum("nop,no->p", jacobian(network, free, forward(network, x, slopes=True)), push)
    torch.testing.assert_close(free.gather(gradients), exact, rtol=0, atol=1e-10)


def test_locked_and_absent_edges_get_no_gradient() -> None:
    network, table = mixed_network(products=False)
    network = lock(network, [EdgeId(0, 2, 0)])
    wide = wide_network(network)
    parameters = wide.parameters(network)
    done = wide.run(parameters, rows_of(network, table))
    gradient = wide.write_back(network, wide.gradients(parameters, done, torch.ones_like(done.output))).layers[0].coefficients
    assert bool((gradient[0, 2] == 0).all())
    assert bool((gradient[~network.layers[0].structure.spline] == 0).all())


def test_buffers_are_used_again_without_harm() -> None:
    table = toy_table(50)
    network = create_network([2, 4, 1], table, generator=generator())
    wide, x = wide_network(network), rows_of(network, table)
    parameters = wide.parameters(network)
    buffers = wide.make_buffers(25, x)
    for rows in (x[:25], x[25:]):
        done = wide.run(parameters, rows, buffers)
        made = wide.gradients(parameters, done, torch.ones_like(done.output))
        expected = wide.gradients(parameters, wide.run(parameters, rows), torch.ones_like(done.output))
        for one, other in zip(made, expected, strict=True):
            assert torch.equal(one, other)
