"""Coefficients from values and from other grids."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.splines.curve import spline_values
from kan_core.splines.grid import uniform_grid
from kan_core.splines.least_squares import fit_coefficients
from kan_core.splines.refine import extend, regrid


def random_splines(degree: int, intervals: int, targets: int = 2, inputs: int = 3, seed: int = 0):
    low = torch.tensor([-1.0, 0.0, 5.0][:inputs], dtype=torch.float64)
    grid = uniform_grid(low, low + torch.tensor([2.0, 1e-3, 40.0][:inputs], dtype=torch.float64), intervals, degree)
    made = torch.Generator().manual_seed(seed)
    return grid, torch.randn((targets, inputs, grid.basis), generator=made, dtype=torch.float64)


@given(st.integers(1, 5), st.integers(1, 12), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_extension_to_a_multiple_keeps_the_function_to_rounding(degree: int, intervals: int, factor: int) -> None:
    grid, coefficients = random_splines(degree, intervals)
    finer, moved = extend(grid, coefficients, intervals * factor)
    unit = torch.linspace(-0.2, 1.2, 101, dtype=torch.float64).unsqueeze(1)
    x = grid.low + unit * (grid.high - grid.low)
    torch.testing.assert_close(spline_values(finer, moved, x), spline_values(grid, coefficients, x), rtol=0, atol=2e-11)


def test_regridding_to_a_wider_range_stays_close() -> None:
    grid, coefficients = random_splines(3, 6)
    width = grid.high - grid.low
    wider = uniform_grid(grid.low - 0.05 * width, grid.high + 0.05 * width, 40, 3)
    unit = torch.linspace(0, 1, 101, dtype=torch.float64).unsqueeze(1)
    x = grid.low + unit * width
    moved = spline_values(wider, regrid(grid, coefficients, wider), x)
    assert float((moved - spline_values(grid, coefficients, x)).abs().max()) < 5e-3


@pytest.mark.parametrize("points", [1, 2, 5, 200])
def test_fit_recovers_a_spline_and_survives_few_points(points: int) -> None:
    grid, coefficients = random_splines(3, 4)
    unit = torch.linspace(0, 1, points, dtype=torch.float64).unsqueeze(1)
    x = grid.low + unit * (grid.high - grid.low)
    y = spline_values(grid, coefficients, x)
    fitted = fit_coefficients(grid, x, y)
    assert bool(torch.isfinite(fitted).all())
    torch.testing.assert_close(spline_values(grid, fitted, x), y, rtol=1e-6, atol=1e-6)
    if points == 200:
        torch.testing.assert_close(fitted, coefficients, rtol=0, atol=1e-9)


def test_a_gap_in_the_data_is_bridged_not_left_wild() -> None:
    low = torch.tensor([0.0], dtype=torch.float64)
    grid = uniform_grid(low, low + 1, 20)
    x = torch.cat([torch.linspace(0, 0.3, 50), torch.linspace(0.7, 1, 50)]).to(torch.float64).unsqueeze(1)
    fitted = fit_coefficients(grid, x, (2 * x + 1).unsqueeze(1))
    middle = torch.linspace(0.3, 0.7, 40, dtype=torch.float64).unsqueeze(1)
    torch.testing.assert_close(spline_values(grid, fitted, middle)[:, 0], 2 * middle + 1, rtol=0, atol=1e-4)
