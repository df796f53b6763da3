"""Derivatives with respect to the inputs equal finite differences, in raw units."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.create import create_network
from kan_core.network.trace import evaluate
from kan_core.training.input_derivatives import input_derivatives
from tests.kan_core.networks import generator, mixed_network, toy_table


def networks():
    mixed, table = mixed_network(rows=40)
    plain = toy_table(40)
    return [(mixed, table), (create_network([2, 4, 1], plain, generator=generator(), degree=5), plain)]


@pytest.mark.parametrize("case", [0, 1])
def test_gradient_and_hessian_equal_finite_differences(case: int) -> None:
    network, table = networks()[case]
    x, step = 0.97 * table.inputs * 3 + 0.1, 1e-5  # off the ends of the grid, where φ″ jumps
    network = create_like(network, table, x)
    made = input_derivatives(network, x, "full")
    torch.testing.assert_close(made.value, evaluate(network, x))
    for a in range(x.shape[1]):
        bump = torch.zeros_like(x)
        bump[:, a] = step
        slope = (evaluate(network, x + bump) - evaluate(network, x - bump)) / (2 * step)
        torch.testing.assert_close(made.gradient[:, :, a], slope, rtol=1e-6, atol=1e-6)
        above, below = (input_derivatives(network, x + sign * bump, "none").gradient for sign in (1, -1))
        torch.testing.assert_close(made.hessian[:, :, a], (above - below) / (2 * step), rtol=1e-4, atol=1e-4)


def create_like(network, table, x):
    """The same network for wider raw units, so that scales matter."""
    normalisation = network.normalisation
    return type(network)(
        network.layers,
        type(normalisation)(
            normalisation.input_shift * 3 + 0.1,
            normalisation.input_scale * 3,
            normalisation.target_shift,
            normalisation.target_scale,
        ),
    )


def test_the_diagonal_is_that_of_the_whole() -> None:
    network, table = networks()[0]
    full, diagonal = (input_derivatives(network, table.inputs, second) for second in ("full", "diagonal"))
    torch.testing.assert_close(full.hessian.diagonal(dim1=2, dim2=3), diagonal.hessian)
    torch.testing.assert_close(full.hessian, full.hessian.transpose(2, 3))
    assert input_derivatives(network, table.inputs, "none").hessian is None
