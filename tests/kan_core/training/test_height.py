"""What training lowers, as a number by which its steps are compared."""

from __future__ import annotations

from dataclasses import replace

from kan_core.network.create import create_network
from kan_core.training.data import largest_spread, weighted_spread
from kan_core.training.objectives import BinaryCrossEntropy, SquaredLoss
from kan_core.training.progress import Progress, height_of
from tests.kan_core.networks import generator, toy_table


def test_squared_errors_are_in_units_of_the_targets_scale_and_cross_entropies_are_as_they_are() -> None:
    table = toy_table(50)
    network = create_network([2, 1], table, generator=generator())
    scale = float(network.normalisation.target_scale)
    step = Progress(1, network, 3 * scale, 0.0, 0.25, 1.0)
    assert abs(height_of(network.normalisation, SquaredLoss(), step) - 9.25) < 1e-12
    assert height_of(network.normalisation, BinaryCrossEntropy(), replace(step, train_error=0.5)) == 0.75


def test_the_largest_spread_is_that_of_the_target_that_varies_most() -> None:
    table = toy_table(50)
    both = replace(table, targets=table.targets * table.targets.new_tensor([[1.0, 3.0]]))
    assert largest_spread(both) == float(weighted_spread(both)[1])
