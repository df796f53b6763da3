"""Cross-validation against fits that really leave rows out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from kan_core.evidence.choosing import choose_rows
from kan_core.evidence.leaving_out import left_out
from kan_core.evidence.validation import error_without, judged, judged_error
from kan_core.ids import EdgeId
from kan_core.network.create import create_network
from kan_core.network.edits import set_symbolic
from kan_core.network.network import Network
from kan_core.network.trace import evaluate
from kan_core.training.data import Split, Table, make_table
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train


def uniform(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def least_squares(jacobian: torch.Tensor, target: torch.Tensor, root: torch.Tensor) -> torch.Tensor:
    return torch.linalg.lstsq(jacobian * root, target * root, driver="gelsd").solution


@pytest.mark.parametrize("together", [1, 3])
@pytest.mark.parametrize("weighed", [False, True])
def test_the_hat_matrix_says_what_fits_without_the_rows_say(together: int, weighed: bool) -> None:
    x = uniform(30, 2)
    target = x[:, :1] * 2 + 0.1 * uniform(30, 1, seed=1)
    # The last column does the same as one before.
    jacobian = torch.cat([torch.ones(30, 1), x, 3 * x[:, :1]], 1)
    weights = uniform(30, seed=2) + 0.1 if weighed else None
    root = torch.ones(30, 1) if weights is None else weights.sqrt().unsqueeze(1)
    units = torch.arange(30) // together
    residual = target - jacobian @ least_squares(jacobian, target, root)
    wanted = torch.empty_like(residual)
    for unit in units.unique():
        rest = units != unit
        constants = least_squares(jacobian[rest], target[rest], root[rest])
        wanted[~rest] = target[~rest] - jacobian[~rest] @ constants
    found = left_out(residual, jacobian.unsqueeze(1), units, weights)
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-12)
    mean = wanted.square() if weights is None else wanted.square() * weights.unsqueeze(1) / weights.mean()
    assert error_without(residual[:, 0], units, jacobian, weights) == pytest.approx(math.sqrt(float(mean.mean())))


def test_a_row_that_decides_a_constant_alone_is_predicted_by_nothing() -> None:
    jacobian = torch.cat([torch.ones(6, 1), torch.eye(6)[:, :1]], 1).unsqueeze(1)
    assert left_out(torch.ones(6, 1), jacobian) is None


def fitted(network: Network, table: Table, steps: int = 60) -> Network:
    options = LevenbergMarquardtOptions(steps=steps, tolerance=1e-12, update_grid=False)
    for progress in train(network, Split(table, table), options):
        network = progress.network
    return network


def test_one_layer_of_splines_is_left_out_exactly() -> None:
    x = uniform(60, 1)
    table = make_table(x, torch.sin(6 * x) + 0.2 * uniform(60, 1, seed=3))
    chosen = choose_rows(table)
    start = create_network([1, 1], chosen.split.train, generator=torch.Generator().manual_seed(0), intervals=3)
    found = judged(fitted(start, table), chosen.split)
    assert found.method == "leave_one_out"
    for row in (0, 17, 59):
        rest = table.take(torch.arange(60) != row)
        without = fitted(start, rest)
        assert float(found.outputs[row]) == pytest.approx(float(evaluate(without, x[row : row + 1])), abs=1e-6)


def test_the_constants_of_a_law_are_left_out_to_first_order() -> None:
    x = uniform(200, 1)
    table = make_table(x, torch.exp(2 * x) + 0.05 * (uniform(200, 1, seed=3) - 0.5))
    split = choose_rows(table).split
    start = create_network([1, 1], table, generator=torch.Generator().manual_seed(0))
    law = fitted(set_symbolic(start, EdgeId(0, 0, 0), "exp", (1.0, 0.0, 1.0, 0.0)), table)
    found = judged(law, split.for_laws)
    assert (found.method, len(found.outputs)) == ("leave_one_out", 200)
    rest = table.take(torch.arange(200) != 5)
    assert float(found.outputs[5]) == pytest.approx(float(evaluate(fitted(law, rest), x[5:6])), abs=1e-5)
    # The error that is seen when rows come that no constant has been fitted to.
    other = uniform(5000, 1, seed=9)
    fresh = make_table(other, torch.exp(2 * other) + 0.05 * (uniform(5000, 1, seed=8) - 0.5))
    assert judged_error(law, split.for_laws) == pytest.approx(judged_error(law, Split(table, fresh)), rel=0.1)


def test_splines_on_splines_are_fitted_again_without_each_fold() -> None:
    x = uniform(80, 2)
    table = make_table(x, torch.sin(3 * x[:, :1]) + x[:, 1:] + 0.1 * uniform(80, 1, seed=3))
    split = choose_rows(table).split
    network = fitted(create_network([2, 3, 1], table, generator=torch.Generator().manual_seed(0)), table, 20)
    found = judged(network, split)
    assert (found.method, found.folds) == ("folds", 5)
    assert judged_error(network, split) > judged_error(network, Split(table, table))


@pytest.mark.parametrize("intervals", [5, 12])
def test_a_network_that_can_meet_all_rows_does_not_predict_noise(intervals: int) -> None:
    x = uniform(25, 1)
    table = make_table(x, uniform(25, 1, seed=1))
    split = choose_rows(table).split
    start = create_network([1, 2, 1], table, generator=torch.Generator().manual_seed(0), intervals=intervals)
    network = fitted(start, table, 100)
    found = judged(network, split)
    assert found.method == "folds"
    assert judged_error(network, split) > float(table.targets.std()) / 2


def test_a_law_with_a_constant_for_every_row_does_not_predict_noise() -> None:
    table = make_table(uniform(6, 1), uniform(6, 1, seed=1))
    split = choose_rows(table).split
    network = create_network([1, 2, 1], table, generator=torch.Generator().manual_seed(0))
    for layer, source, target, name in ((0, 0, 0, "sin"), (0, 0, 1, "x^2"), (1, 0, 0, "x"), (1, 1, 0, "exp")):
        network = set_symbolic(network, EdgeId(layer, source, target), name, (1.0, 0.1 * target, 1.0, 0.0))
    network = fitted(network, table, 300)
    assert judged_error(network, split.for_laws) > float(table.targets.std()) / 2


def test_weights_count_where_rows_judge() -> None:
    x = uniform(200, 1)
    spoilt = torch.arange(200) % 2 == 0
    targets = torch.where(spoilt.unsqueeze(1), 30 * uniform(200, 1, seed=4), 3 * x)
    table = make_table(x, targets, torch.where(spoilt, 1e-9, 1.0).double())
    start = create_network([1, 1], table, generator=torch.Generator().manual_seed(0), intervals=3)
    split = choose_rows(table).split
    network = fitted(start, split.train)
    assert judged_error(network, split) < 0.01
    assert judged_error(network, replace(split, test=replace(split.test, weights=None))) > 5
