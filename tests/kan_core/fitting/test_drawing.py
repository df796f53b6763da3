"""Curves along a column, the rows beside them, and what a formula leaves of those."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kan_core.fitting.along import Lines, axis_of, drawn_rows, points_between, still_point
from kan_core.fitting.problem import Rows
from kan_core.fitting.residuals import count_without_value, deviation_of, residual_sum, row_deviations, weighted_residuals


def test_points_are_even_in_what_the_axis_is_linear_in() -> None:
    assert points_between(1, 3, 5, "linear").tolist() == [1, 1.5, 2, 2.5, 3]
    np.testing.assert_allclose(points_between(1, 100, 3, "log"), [1, 10, 100])
    np.testing.assert_allclose(1 / points_between(0.5, 2, 4, "reciprocal"), [2, 1.5, 1, 0.5])


@pytest.mark.parametrize("scale", ["log", "reciprocal"])
@pytest.mark.parametrize("low", [0.0, -2.0])
def test_an_end_that_is_not_above_zero_leaves_the_axis_linear(scale: str, low: float) -> None:
    assert points_between(low, 2, 5, scale).tolist() == np.linspace(low, 2, 5).tolist()  # type: ignore[arg-type]


def test_columns_stand_at_their_medians() -> None:
    assert still_point(np.array([[1.0, 7.0], [2.0, 9.0], [90.0, 8.0]])).tolist() == [2.0, 8.0]


def test_all_rows_on_a_curve_are_drawn_while_they_are_few() -> None:
    lines = Lines(({},), ({},), np.array([0, -1, 0, 0, -1]))
    assert drawn_rows(lines, 3).tolist() == [0, 2, 3]


def test_of_many_rows_the_same_ones_are_drawn_each_time_none_twice() -> None:
    lines = Lines(({},), ({},), np.where(np.arange(1000) % 2 == 0, 0, -1))
    drawn = drawn_rows(lines, 100)
    assert drawn.tolist() == sorted(set(drawn.tolist()))
    assert len(drawn) == 100
    assert (drawn % 2 == 0).all()
    assert drawn.tolist() == drawn_rows(lines, 100).tolist()


INPUTS, TARGET, PREDICTED = np.zeros((4, 1)), np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 1.0, 5.0, 4.5])


def test_without_weights_residuals_are_target_minus_value() -> None:
    rows = Rows(INPUTS, TARGET)
    assert weighted_residuals(rows, PREDICTED).tolist() == [0, 1, -2, -0.5]
    assert residual_sum(rows, PREDICTED) == 5.25
    assert deviation_of(rows, PREDICTED, constants=1) == math.sqrt(5.25 / 3)
    assert row_deviations(rows, 4.0) is None


def test_residuals_are_in_standard_deviations_where_rows_know_theirs() -> None:
    sigma = np.array([1.0, 0.5, 2.0, 0.25])
    rows = Rows(INPUTS, TARGET, 1 / sigma)
    assert weighted_residuals(rows, PREDICTED).tolist() == [0, 2, -1, -2]
    assert residual_sum(rows, PREDICTED) == 9
    deviations, doubled = row_deviations(rows, 1.0), row_deviations(rows, 4.0)
    assert deviations is not None
    assert doubled is not None
    assert deviations.tolist() == sigma.tolist()
    assert doubled.tolist() == (2 * sigma).tolist()


def test_as_many_constants_as_rows_leave_no_deviation_to_be_known() -> None:
    assert math.isnan(deviation_of(Rows(INPUTS, TARGET), PREDICTED, constants=4))


def test_a_row_without_a_value_leaves_no_sum() -> None:
    assert math.isnan(residual_sum(Rows(INPUTS, TARGET), np.array([1.0, math.nan, 5.0, 4.5])))


def test_some_rows_keep_what_they_weigh() -> None:
    rows = Rows(np.arange(4.0)[:, None], TARGET, np.array([1.0, 2.0, 3.0, 4.0]))
    taken = rows.take(np.array([3, 1]))
    assert taken.inputs.tolist() == [[3.0], [1.0]]
    assert taken.target.tolist() == [4.0, 2.0]
    assert taken.root is not None
    assert taken.root.tolist() == [4.0, 2.0]
    assert Rows(INPUTS, TARGET).take(slice(None, None, 2)).root is None


def test_an_axis_runs_over_its_column_unless_ends_are_given() -> None:
    column = np.array([4.0, 1.0, 2.0])
    assert axis_of(column, 4, "linear").tolist() == [1, 2, 3, 4]
    assert axis_of(column, 3, "linear", 0.0, 10.0).tolist() == [0, 5, 10]


def test_values_that_are_not_finite_are_counted() -> None:
    assert count_without_value(np.array([1.0, math.nan, math.inf])) == 2
