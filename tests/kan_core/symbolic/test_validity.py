"""Domain margins on the data and on a box, against what interval arithmetic by hand says."""

from __future__ import annotations

import math

import pytest
import torch

from kan_core.errors import DataError
from kan_core.expression.domain import NOT_NEGATIVE, NOT_ZERO, POSITIVE, REAL_LINE
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.symbolic.validity import (
    Box,
    box_points,
    candidate_margin,
    checked_box,
    default_box,
    edge_validities,
    interval_margin,
    node_range,
)
from kan_core.training.data import make_table
from tests.kan_core.networks import generator


def test_the_default_box_grows_by_a_tenth_and_keeps_the_sign_of_a_column() -> None:
    box = default_box(torch.tensor([[-1.0, 0.1, -5.0, 0.0], [1.0, 10.1, -0.2, 2.0]], dtype=torch.float64))
    assert box.low == pytest.approx((-1.2, 0.05, -5.48, 0.0))
    assert box.high == pytest.approx((1.2, 11.1, -0.1, 2.2))


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ([0.0], [1.0], "each of the 2 inputs: x, y"),
        ([0.0, 2.0], [1.0, 1.0], "'y' goes from 2 to 1"),
        ([0.0, math.nan], [1, 1], "'y'"),
    ],
)
def test_a_box_that_is_none_is_refused_by_name(low: list[float], high: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        checked_box(low, high, ["x", "y"])


def test_the_points_fill_the_box_and_contain_its_corners() -> None:
    box = Box((-1.0, 2.0), (3.0, 2.5))
    points = box_points(box)
    low, high = torch.tensor(box.low, dtype=torch.float64), torch.tensor(box.high, dtype=torch.float64)
    assert bool(((points >= low) & (points <= high)).all())
    assert {(-1.0, 2.0), (3.0, 2.5), (-1.0, 2.5), (3.0, 2.0)} <= {tuple(point) for point in points.tolist()}
    assert bool(((points - low) / (high - low)).mean(0).sub(0.5).abs().max() < 0.02)


@pytest.mark.parametrize(
    ("domain", "ends", "margin"),
    [
        (POSITIVE, (1.0, 3.0), 0.5),
        (POSITIVE, (-1.0, 1.0), -0.5),
        (NOT_NEGATIVE, (0.0, 2.0), 0.0),
        (NOT_ZERO, (1.0, 2.0), 1.0),
        (NOT_ZERO, (-1.0, 3.0), -0.25),
        (POSITIVE, (math.nan, 1.0), -math.inf),
        (REAL_LINE, (0.0, 1.0), math.inf),
    ],
)
def test_margins_are_distances_over_the_spread(domain, ends: tuple[float, float], margin: float) -> None:
    assert interval_margin(domain, *ends) == pytest.approx(margin)


def test_a_pole_between_the_ends_of_a_candidate_is_not_missed() -> None:
    assert candidate_margin("1/x", 1.0, 0.0, (-0.001, 5.0)) < 0
    assert candidate_margin("tan", 1.0, 0.0, (0.0, 2.0)) < 0
    assert candidate_margin("tan", 1.0, 0.0, (0.0, 1.5)) > 0
    assert candidate_margin("sin", 1.0, 0.0, (0.0, 2.0)) is None


def test_a_networks_edges_are_judged_on_data_and_box() -> None:
    x = torch.linspace(1.0, 3.0, 50, dtype=torch.float64)[:, None]
    table = make_table(x, x.log())
    network = create_network([1, 1], table, generator=generator(), intervals=4)
    network = set_symbolic(network, EdgeId(0, 0, 0), "log", (1.0, 2.0, 1.0, 0.0))
    # x = 1 … 3 is -1 … 1 in the network's units, so u = 1 … 3 on the data; x = -1 is u = -1.
    assert node_range(network, EdgeId(0, 0, 0), box_points(Box((-1.0,), (3.0,)))) == pytest.approx((-3.0, 1.0))
    (found,) = edge_validities(network, x, Box((-1.0,), (3.0,)))
    assert found.on_data == pytest.approx(0.5)
    assert found.on_box == pytest.approx(-0.25)
    assert found.box_range == pytest.approx((-1.0, 3.0))
    (inside,) = edge_validities(network, x, Box((0.5,), (3.0,)))
    assert inside.on_box == pytest.approx(0.5 / 2.5)
