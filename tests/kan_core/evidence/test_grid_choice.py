"""Grids are compared by rows that the training has not seen."""

from __future__ import annotations

import math

import pytest
import torch

from kan_core.evidence.grid_choice import GridChoiceOptions, Stage, best_stage, has_risen, rising, settled_stage
from kan_core.evidence.validation import judged_error
from kan_core.network.create import create_network
from kan_core.network.network import Network
from kan_core.network.settle import settle
from kan_core.training.data import Split
from kan_core.training.objectives import SquaredLoss
from tests.kan_core.networks import generator, toy_split


@pytest.fixture(scope="module")
def split() -> Split:
    return toy_split(200)


@pytest.fixture(scope="module")
def network(split: Split) -> Network:
    return create_network([2, 1], split.train, generator=generator(1), intervals=12, noise_scale=0.5)


@pytest.mark.parametrize(("grids", "expected"), [((5,), True), ((3, 6, 12), True), ((5, 5), False), ((6, 3), False)])
def test_grids_rise_when_each_is_finer_than_the_one_before(grids: tuple[int, ...], expected: bool) -> None:
    assert rising(grids) is expected


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([1.0], False),
        ([1.0, 0.5], False),
        ([1.0, 1.02], False),
        ([1.0, 1.03], True),
        ([1.0, 2.0, 1.01], False),
        ([1.0, math.nan], True),
    ],
)
def test_an_error_has_risen_when_it_is_above_the_best_before_by_more_than_chance(
    network: Network, errors: list[float], expected: bool
) -> None:
    assert has_risen([Stage(place, network, error) for place, error in enumerate(errors)]) is expected


def test_how_much_an_error_may_rise_is_a_choice(network: Network) -> None:
    stages = [Stage(3, network, 1.0), Stage(6, network, 1.4)]
    assert has_risen(stages)
    assert not has_risen(stages, GridChoiceOptions(rise=1.5))


def test_the_best_stage_is_the_first_with_the_smallest_error(network: Network) -> None:
    stages = [Stage(grid, network, error) for grid, error in [(3, 0.4), (6, 0.1), (12, 0.1)]]
    assert best_stage(stages).grid == 6


def test_a_settled_stage_is_judged_by_the_rows_that_judge(network: Network, split: Split) -> None:
    made = settled_stage(Stage(12, network, math.inf), split, SquaredLoss(), GridChoiceOptions(settling=math.inf))
    wanted = settle(network, network.normalisation.inputs(split.train.inputs))
    assert torch.equal(made.network.layers[0].coefficients, wanted.layers[0].coefficients)
    assert made.error == judged_error(wanted, split)


def test_splines_do_not_settle_where_that_spoils_the_fit(network: Network, split: Split) -> None:
    made = settled_stage(Stage(12, network, math.inf), split, SquaredLoss(), GridChoiceOptions(settling=0.0))
    assert made.network is network
    assert made.error == judged_error(network, split)
