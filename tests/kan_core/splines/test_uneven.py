"""Knots at unequal distances: values and derivatives equal scipy's; quantiles; refinement that keeps old knots."""

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
from kan_core.splines.grid import Grid, grid_of_breaks, uniform_grid
from kan_core.splines.move import moved_grid
from kan_core.splines.quantile import quantile_grid
from kan_core.splines.refine import extend, refined, regrid
from tests.kan_core.networks import generator, uniform

DEGREES = (1, 2, 3, 4, 5)


def uneven(degree: int, intervals: int, seed: int = 0, inputs: int = 2) -> Grid:
    widths = 0.05 + torch.rand((inputs, intervals), generator=generator(seed), dtype=torch.float64)
    start = torch.full((inputs, 1), -1.3, dtype=torch.float64)
    return grid_of_breaks(torch.cat([start, start + widths.cumsum(1)], 1), degree)


def inside(grid: Grid, points: int = 61) -> torch.Tensor:
    unit = torch.linspace(0, 1, points, dtype=torch.float64).unsqueeze(1)
    return grid.low + unit * (grid.high - grid.low)


def random_coefficients(grid: Grid, seed: int = 1) -> torch.Tensor:
    return torch.randn((2, grid.inputs, grid.basis), generator=generator(seed), dtype=torch.float64)


@given(st.integers(1, 5), st.integers(1, 20), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_values_equal_scipy_and_the_recursion_and_sum_to_one(degree: int, intervals: int, seed: int) -> None:
    grid = uneven(degree, intervals, seed)
    x = inside(grid)
    ours = dense_basis(grid, x)
    for row in range(2):
        knots = grid.knots()[row].numpy()
        points = np.clip(x[:, row].numpy(), knots[degree], knots[-degree - 1])
        np.testing.assert_allclose(ours[:, row].numpy(), BSpline.design_matrix(points, knots, degree).toarray(), atol=1e-11)
    inner = x[1:-1]
    torch.testing.assert_close(dense_basis(grid, inner), cox_de_boor(grid.knots(), degree, inner), atol=1e-11, rtol=0)
    torch.testing.assert_close(ours.sum(-1), torch.ones_like(x), atol=1e-12, rtol=0)


@pytest.mark.parametrize("degree", DEGREES)
@pytest.mark.parametrize("derivative", [1, 2])
def test_derivatives_equal_scipy(degree: int, derivative: int) -> None:
    grid = uneven(degree, 7)
    x = inside(grid)[1:-1] + 1e-4
    coefficients = random_coefficients(grid)
    ours = spline_values(grid, coefficients, x, derivative)
    for row in range(2):
        spline = BSpline(grid.knots()[row].numpy(), coefficients[0, row].numpy(), degree)
        np.testing.assert_allclose(ours[:, 0, row].numpy(), spline(x[:, row].numpy(), nu=derivative), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("degree", DEGREES)
def test_outside_the_knots_the_spline_is_its_tangent(degree: int) -> None:
    grid = uneven(degree, 4)
    coefficients = random_coefficients(grid)
    for border, direction in ((grid.low, -1.0), (grid.high, 1.0)):
        at, slope = (spline_values(grid, coefficients, border.unsqueeze(0), derivative) for derivative in (0, 1))
        beyond = (border + direction * 3.0).unsqueeze(0)
        torch.testing.assert_close(spline_values(grid, coefficients, beyond), at + 3.0 * direction * slope)
        torch.testing.assert_close(spline_values(grid, coefficients, beyond, 1), slope)
        assert not spline_values(grid, coefficients, beyond, 2).any()


@pytest.mark.parametrize("degree", DEGREES)
def test_equal_distances_give_what_the_closed_form_gives(degree: int) -> None:
    low = torch.tensor([-1.0, 2.0], dtype=torch.float64)
    even = uniform_grid(low, low + 3, 6, degree)
    general = grid_of_breaks(even.ends(), degree)
    x = 1.4 * inside(even) - 0.3
    for derivative in (0, 1, 2):
        one, other = local_basis(even, x, derivative), local_basis(general, x, derivative)
        assert float((dense_basis(even, x, derivative) - dense_basis(general, x, derivative)).abs().max()) < 1e-10
        assert bool((one[0] - other[0]).abs().max() <= 1)
    for one, other in zip(value_and_slope(even, x), value_and_slope(general, x), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-11)


def test_a_row_that_is_not_a_number_stays_alone() -> None:
    x = inside(uneven(3, 5), 4)
    x[2, 1] = torch.nan
    bad = torch.isnan(dense_basis(uneven(3, 5), x)).any(-1)
    assert bad.nonzero().tolist() == [[2, 1]]


def test_quantile_knots_are_dense_where_values_are_and_keep_the_ends() -> None:
    values = torch.cat([0.05 * uniform(900, 1), uniform(100, 1)]).repeat(1, 2)
    values[:, 1] = uniform(1000, 1, 4)[:, 0]
    low, high = -torch.ones(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64)
    grid = quantile_grid(values, low, high, 10)
    assert torch.equal(grid.low, low)
    assert torch.equal(grid.high, high)
    widths = grid.ends().diff(dim=1)
    assert float(widths[0].min()) < 0.04
    assert float(widths[1].min()) > 0.12
    counted = torch.quantile(values[:, 0], torch.linspace(0, 1, 11, dtype=torch.float64))
    expected = 0.1 * torch.linspace(-1, 1, 11, dtype=torch.float64) + 0.9 * counted
    torch.testing.assert_close(grid.ends()[0, 1:-1], expected[1:-1])


@pytest.mark.parametrize("values", [[0.0] * 50, [0.0] * 49 + [torch.nan], [torch.nan] * 50, [0.0, 1.0] * 25])
def test_equal_or_missing_values_still_give_ascending_knots(values: list[float]) -> None:
    column = torch.tensor(values, dtype=torch.float64).unsqueeze(1)
    grid = quantile_grid(column, column.new_tensor([0.0]), column.new_tensor([1.0]), 8)
    assert bool((grid.ends().diff() > 0.01).all())
    assert bool(torch.isfinite(dense_basis(grid, inside(grid))).all())


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_refinement_to_a_multiple_keeps_old_knots_and_the_function_to_rounding(degree: int, intervals: int, factor: int) -> None:
    grid = uneven(degree, intervals)
    coefficients = random_coefficients(grid)
    finer, moved = extend(grid, coefficients, intervals * factor)
    assert torch.equal(finer.ends()[:, ::factor], grid.ends())
    x = 1.3 * inside(grid) + 0.1
    torch.testing.assert_close(spline_values(finer, moved, x), spline_values(grid, coefficients, x), rtol=0, atol=2e-10)


def test_refinement_to_any_number_keeps_the_range_and_the_kind() -> None:
    grid = uneven(3, 5)
    other = refined(grid, 7)
    assert other.breaks is not None
    assert torch.equal(other.low, grid.low)
    assert torch.equal(other.high, grid.high)
    assert refined(uniform_grid(grid.low, grid.high, 5), 7).is_uniform


def test_moved_knots_keep_their_kind_and_untouched_rows() -> None:
    values = 3 * uniform(200, 2)
    rows = torch.tensor([True, False])
    low, high = values.amin(0), values.amax(0)
    grid = uneven(3, 5)
    moved = moved_grid(grid, rows, low, high, values)
    assert moved.breaks is not None
    assert torch.equal(moved.breaks[1], grid.ends()[1])
    assert float(moved.low[0]) == float(low[0])
    even = uniform_grid(grid.low, grid.high, 5)
    assert moved_grid(even, rows, low, high, values).is_uniform
    fitted = spline_values(moved, regrid(grid, random_coefficients(grid), moved), inside(grid))
    assert bool(torch.isfinite(fitted).all())


def test_bad_breaks_are_refused_with_what_to_change() -> None:
    with pytest.raises(ShapeError, match="must ascend"):
        grid_of_breaks(torch.tensor([[0.0, 1.0, 1.0]]))
    with pytest.raises(ShapeError, match="degree"):
        grid_of_breaks(torch.tensor([[0.0, 1.0]]), 6)
    with pytest.raises(ShapeError, match="at least 1 interval"):
        grid_of_breaks(torch.tensor([[0.0]]))
    with pytest.raises(ShapeError, match="at least 1 interval"):
        refined(uneven(3, 2), 0)
    with pytest.raises(ShapeError, match="same base"):
        regrid(uneven(3, 2), torch.zeros(1), Grid(torch.zeros(2), torch.ones(2), 2, 3, base="silu"))
