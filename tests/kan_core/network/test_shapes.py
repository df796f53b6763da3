"""The shape that a network begins with."""

from __future__ import annotations

import pytest

from kan_core.errors import ShapeError
from kan_core.network.shapes import ShapeOptions, suiting_shape


@pytest.mark.parametrize("targets", [1, 3])
def test_one_input_needs_no_hidden_node(targets: int) -> None:
    assert suiting_shape(1, targets, 500, basis=8) == [1, targets]


@pytest.mark.parametrize(("rows", "hidden"), [(0, 1), (47, 1), (96, 2), (143, 2), (144, 3), (240, 5), (10_000, 5)])
def test_rows_outnumber_parameters_two_to_one(rows: int, hidden: int) -> None:
    # A hidden node of two inputs and one target has three edges of eight parameters.
    assert suiting_shape(2, 1, rows, basis=8) == [2, hidden, 1]


def test_very_many_columns_keep_the_network_small() -> None:
    assert suiting_shape(60, 2, 10**6, basis=8) == [60, 4, 2]


def test_limits_are_a_choice() -> None:
    wide = ShapeOptions(width=50, rows_per_parameter=1, parameters=10**6)
    assert suiting_shape(2, 1, 240, basis=8, options=wide) == [2, 10, 1]


@pytest.mark.parametrize(("inputs", "targets", "basis"), [(0, 1, 8), (1, 0, 8), (2, 1, 0)])
def test_a_shape_without_columns_or_parameters_is_refused(inputs: int, targets: int, basis: int) -> None:
    with pytest.raises(ShapeError, match="at least 1 input"):
        suiting_shape(inputs, targets, 100, basis)
