"""Margins, membership and intervals of domains with ends and poles."""

from __future__ import annotations

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from kan_core.expression.domain import NOT_NEGATIVE, NOT_ZERO, POSITIVE, REAL_LINE, UNIT_CLOSED, Domain

TANGENT = Domain(poles=(math.pi / 2,), pole_period=math.pi)


def row(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_real_line_has_infinite_margin() -> None:
    assert REAL_LINE.margin(row(-3, 0)).tolist() == [math.inf, math.inf]
    assert not REAL_LINE.bounded


def test_margin_is_signed_distance_to_the_nearest_end() -> None:
    assert UNIT_CLOSED.margin(row(-2, -1, 0, 0.75, 3)).tolist() == [-1, 0, 1, 0.25, -2]


def test_open_and_closed_ends_differ_only_on_the_border() -> None:
    assert POSITIVE.contains(row(-1, 0, 1)).tolist() == [False, False, True]
    assert NOT_NEGATIVE.contains(row(-1, 0, 1)).tolist() == [False, True, True]


def test_nan_is_in_no_domain() -> None:
    assert not bool(REAL_LINE.contains(row(math.nan)).any())
    assert bool(torch.isnan(POSITIVE.margin(row(math.nan))).all())


def test_an_interval_across_a_pole_is_not_contained() -> None:
    low, high = row(-1, 1, -2), row(1, 2, -1)
    assert NOT_ZERO.contains_interval(low, high).tolist() == [False, True, True]


def test_periodic_poles_split_the_line() -> None:
    assert TANGENT.contains_interval(row(-1.5, 1, 2, 2), row(1.5, 2, 4, 5)).tolist() == [True, False, True, False]
    assert torch.allclose(TANGENT.margin(row(0, math.pi)), row(math.pi / 2, math.pi / 2))


@given(st.floats(-50, 50), st.floats(0, 20))
def test_interval_membership_agrees_with_a_dense_sample(low: float, width: float) -> None:
    sample = torch.linspace(low, low + width, 2001, dtype=torch.float64)
    inside = bool(TANGENT.contains_interval(row(low), row(low + width)))
    crosses = bool((torch.diff(torch.tan(sample)) < 0).any())
    if abs(width - math.pi) > 0.01 and float(TANGENT.margin(row(low, low + width)).min()) > 0.02:
        assert inside == (not crosses)


def test_descriptions_are_readable() -> None:
    assert NOT_NEGATIVE.describe() == "u ≥ 0"
    assert NOT_ZERO.describe() == "u ≠ 0"
    assert UNIT_CLOSED.describe() == "u ≥ -1, u ≤ 1"
    assert UNIT_CLOSED.describe("v") == "v ≥ -1, v ≤ 1"
    assert NOT_ZERO.describe("v") == "v ≠ 0"
    assert REAL_LINE.describe() == "all real numbers"
    assert "3.142·n" in TANGENT.describe()
