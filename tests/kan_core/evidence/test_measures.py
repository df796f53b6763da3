"""Predictions that have no value on some rows, counted and compared."""

from __future__ import annotations

import math

import torch

from kan_core.evidence.measures import largest_difference, rows_of_one_value, rows_without_value

WANTED = torch.tensor([[1.0, 2.0], [math.nan, 1.0], [math.inf, 5.0], [0.0, 0.0]])
FOUND = torch.tensor([[1.5, 2.0], [7.0, 1.0], [math.nan, 5.0], [0.0, -0.25]])


def test_a_row_counts_once_however_many_of_its_outputs_have_no_value() -> None:
    assert rows_without_value(WANTED) == 2
    assert rows_without_value(torch.full((3, 2), math.nan)) == 3


def test_predictions_are_compared_where_both_have_a_value() -> None:
    assert largest_difference(WANTED, FOUND) == 0.5
    assert rows_of_one_value(WANTED, FOUND) == 1
    assert largest_difference(WANTED, torch.full_like(WANTED, math.nan)) is None
