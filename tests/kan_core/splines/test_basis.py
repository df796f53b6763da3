"""The closed-form basis equals scipy's and the recursion, for every degree, grid and range."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from kan_core.errors import ShapeError
from kan_core.splines.basis import dense_basis, local_basis, value_and_slope
from kan_core.splines.cox_de_boor import cox_de_boor
from kan_core.splines.curve import spline_values
from kan_core.splines.grid import Grid, uniform_grid

GRIDS = st.tuples(st.integers(1, 5), st.integers(1, 40), st.floats(-1e3, 1e3), st.floats(1e-2, 1e3))


def make(degree: int, intervals: int, low: float, width: float) -> Grid:
    start = torch.tensor([low, -1.0], dtype=torch.float64)
    return uniform_grid(start, start + torch.tensor([width, 2.0], dtype=torch.float64), intervals, degree)


def inside(grid: Grid, points: int = 57) -> torch.Tensor:
    unit = torch.linspace(0, 1, points, dtype=torch.float64).unsqueeze(1)
    return grid.low + unit * (grid.high - grid.low)


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_values_equal_scipy_design_matrix(shape: tuple[int, int, float, float]) -> None:
    grid = make(*shape)
    x = inside(grid)
    ours = dense_basis(grid, x)
    for row in range(2):
        knots = grid.knots()[row].numpy()
        points = np.clip(x[:, row].numpy(), knots[grid.degree], knots[-grid.degree - 1])
        scipy = BSpline.design_matrix(points, knots, grid.degree).toarray()
        np.testing.assert_allclose(ours[:, row].numpy(), scipy, atol=1e-9 * max(1, abs(shape[2]) / shape[3]))


@given(GRIDS)
@settings(max_examples=40, deadline=None)
def test_values_equal_the_recursion_and_sum_to_one(shape: tuple[int, int, float, float]) -> None:
    grid = make(*shape)
    x = inside(grid)[1:-1]
    ours = dense_basis(grid, x)
    tolerance = 1e-9 * max(1, abs(shape[2]) / shape[3])
    torch.testing.assert_close(ours, cox_de_boor(grid.knots(), grid.degree, x), atol=tolerance, rtol=0)
    torch.testing.assert_close(ours.sum(-1), torch.ones_like(x), atol=1e-12, rtol=0)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("derivative", [1, 2])
def test_derivatives_equal_scipy(degree: int, derivative: int) -> None:
    grid = make(degree, 7, -0.3, 1.7)
    # scipy and we may take different sides at a knot, where low degrees jump
    x = inside(grid, 61)[1:-1] + 1e-4
    coefficients = torch.randn((1, 2, grid.basis), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    ours = spline_values(grid, coefficients, x, derivative)
    for row in range(2):
        spline = BSpline(grid.knots()[row].numpy(), coefficients[0, row].numpy(), degree)
        expected = spline(x[:, row].numpy(), nu=derivative)
        np.testing.assert_allclose(ours[:, 0, row].numpy(), expected, atol=1e-9)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_outside_the_knots_the_spline_is_its_tangent(degree: int) -> None:
    grid = make(degree, 4, -1.0, 2.0)
    coefficients = torch.randn((1, 2, grid.basis), generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    for border, direction in ((grid.low, -1.0), (grid.high, 1.0)):
        at = spline_values(grid, coefficients, border.unsqueeze(0))
        slope = spline_values(grid, coefficients, border.unsqueeze(0), 1)
        for distance in (0.1, 3.0, 1e6):
            beyond = spline_values(grid, coefficients, (border + direction * distance).unsqueeze(0))
            torch.testing.assert_close(beyond, at + slope * direction * distance, rtol=1e-9, atol=1e-9)
            curvature = spline_values(grid, coefficients, (border + direction * distance).unsqueeze(0), 2)
            assert not curvature.any()


def test_value_and_slope_equal_the_single_calls() -> None:
    grid = make(3, 5, -1.0, 2.0)
    x = inside(grid) * 1.3
    values, slopes = value_and_slope(grid, x)
    torch.testing.assert_close(values, dense_basis(grid, x))
    torch.testing.assert_close(slopes, dense_basis(grid, x, 1))


def test_local_basis_names_the_first_function() -> None:
    grid = make(3, 5, 0.0, 5.0)
    first, values = local_basis(grid, torch.tensor([[0.5, 0.0], [4.5, 0.99]], dtype=torch.float64))
    assert first[:, 0].tolist() == [0, 4]
    assert values.shape == (2, 2, 4)


def test_a_constant_column_gets_a_range_and_bad_grids_are_refused() -> None:
    same = torch.tensor([3.0, 0.0], dtype=torch.float64)
    grid = uniform_grid(same, same, 5)
    assert bool((grid.high > grid.low).all())
    assert bool(torch.isfinite(dense_basis(grid, same.unsqueeze(0))).all())
    with pytest.raises(ShapeError, match="at least 1 interval"):
        uniform_grid(same, same, 0)
    with pytest.raises(ShapeError, match="degree"):
        uniform_grid(same, same, 3, 6)
    with pytest.raises(ShapeError, match="equal length"):
        uniform_grid(same, same[:1], 3)
