"""Base functions and their derivatives against finite differences."""

from __future__ import annotations

import pytest
import torch

from kan_core.splines.base import BASES
from kan_core.splines.basis import dense_basis, value_and_slope
from kan_core.splines.grid import Grid
from tests.kan_core.networks import uniform


@pytest.mark.parametrize("name", list(BASES))
def test_slope_and_curvature_are_derivatives(name) -> None:
    base, x, h = BASES[name], 6 * uniform(50, 2), 1e-5
    torch.testing.assert_close(base.slope(x), (base.value(x + h) - base.value(x - h)) / (2 * h), rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(base.curvature(x), (base.slope(x + h) - base.slope(x - h)) / (2 * h), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", list(BASES))
def test_the_base_is_the_last_column_inside_and_outside_of_the_knots(name) -> None:
    ends = torch.ones(2, dtype=torch.float64)
    grid, x = Grid(-ends, ends, 4, 3, base=name), 3 * uniform(20, 2)
    assert grid.basis == 8
    for derivative in range(3):
        columns = dense_basis(grid, x, derivative)
        assert torch.equal(columns[..., -1], BASES[name][derivative](x))
        assert torch.equal(columns[..., :-1], dense_basis(grid.plain, x, derivative))
    value, slope = value_and_slope(grid, x)
    torch.testing.assert_close(value, dense_basis(grid, x))
    torch.testing.assert_close(slope, dense_basis(grid, x, 1))
