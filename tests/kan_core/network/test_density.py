"""Where the values of a node lie."""

from __future__ import annotations

import math

import torch

from kan_core.network.density import densities


def test_the_fullest_bin_is_one_and_the_largest_value_is_in_the_last() -> None:
    values = torch.tensor([[0.0], [0.1], [0.2], [0.6], [1.0]], dtype=torch.float64)
    torch.testing.assert_close(densities(values, 4), torch.tensor([[3, 0, 1, 1]], dtype=torch.float64) / 3)


def test_a_node_that_does_not_vary_lies_in_the_middle() -> None:
    assert densities(torch.ones((5, 1), dtype=torch.float64), 4).tolist() == [[0, 0, 1, 0]]


def test_values_that_are_not_finite_make_no_density_that_is_not() -> None:
    values = torch.tensor([[math.nan, 1.0], [math.inf, 2.0], [-math.inf, 3.0]], dtype=torch.float64)
    made = densities(values, 3)
    assert made.tolist() == [[1, 1, 1], [1, 1, 1]]
