"""Adam and L-BFGS: exact gradients of the whole objective, falling errors, sparse when asked, resumable, never NaN."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from kan_core.errors import DataError
from kan_core.ids import EdgeId
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.edits import lock
from kan_core.network.snapshot import to_bytes
from kan_core.network.trace import evaluate
from kan_core.training.adam import AdamOptions
from kan_core.training.choice import choose_trainer
from kan_core.training.data import Split, make_table
from kan_core.training.first_order import FirstOrderOptions, make_problem
from kan_core.training.objectives import BinaryCrossEntropy, CrossEntropy, HuberLoss
from kan_core.training.options import TrainingOptions
from kan_core.training.trainer import OPTIONS, chosen, options_of, train
from tests.kan_core.networks import generator, mixed_network, toy_split, toy_table, trace_of, uniform

FIRST_ORDER = ("l-bfgs", "adam")


def make(method, **settings):
    """Options of a method."""
    return options_of(method, TrainingOptions(), **settings)


def last(steps):
    progress = None
    for progress in steps:
        assert math.isfinite(progress.train_error)
    assert progress is not None
    return progress


@pytest.mark.parametrize("objective", [None, HuberLoss(0.4)])
def test_the_gradient_of_the_whole_objective_equals_finite_differences(objective) -> None:
    network, table = mixed_network()
    weights = uniform(60, 1, 4)[:, 0].abs()
    table = replace(table, weights=weights)
    options = FirstOrderOptions(sparsity=0.1, smoothness=0.2)
    if objective is not None:
        options = FirstOrderOptions(sparsity=0.1, smoothness=0.2, objective=objective)
    problem, parameters = make_problem(network, table, options)
    _, gradients = problem.value_and_gradient(parameters)
    step = 1e-6
    for index, parameter in enumerate(parameters):
        flat, gradient = parameter.view(-1), gradients[index].reshape(-1)
        moving = torch.nonzero(gradient).flatten()
        for place in moving[:: max(1, len(moving) // 6)].tolist():
            start, values = float(flat[place]), []
            for sign in (1, -1):
                flat[place] = start + sign * step
                values.append(problem.value_and_gradient(parameters)[0])
            flat[place] = start
            torch.testing.assert_close((values[0] - values[1]) / (2 * step), gradient[place], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("method", OPTIONS)
def test_every_trainer_learns_the_toy(method) -> None:
    split = toy_split()
    network = create_network([2, 3, 1], split.train, generator=generator(1))
    options = make(method, steps=60, batch=80)
    assert last(train(network, split, options)).test_error < (0.15 if method == "adam" else 0.05)


def test_a_large_table_trains_in_single_precision_and_stays_in_the_network_s_own() -> None:
    split = toy_split()
    network = create_network([2, 3, 1], split.train, generator=generator(1))
    for method in FIRST_ORDER:
        made = last(train(network, split, make(method, steps=20, batch=40, precision="float32")))
        assert made.network.dtype == torch.float64
        assert made.train_error < 0.7


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_sparsity_weakens_what_is_not_needed(method) -> None:
    split = toy_split()
    network = create_network([2, 4, 1], split.train, generator=generator(3))
    weak = []
    for sparsity in (0.0, 0.03):
        trained = last(train(network, split, make(method, steps=60, batch=320, rate=0.03, sparsity=sparsity)))
        scores = importance(trained.network, trace_of(trained.network, split.train))
        weak.append(sum(int((edges < 0.03).sum()) for edges in scores.edges))
    assert weak[1] > weak[0]


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_locked_edges_do_not_move(method) -> None:
    split = toy_split()
    network = lock(create_network([2, 2, 1], split.train, generator=generator()), [EdgeId(0, 1, 0)])
    options = make(method, steps=4, sparsity=0.01, update_grid=False)
    trained = last(train(network, split, options)).network
    assert torch.equal(trained.layers[0].coefficients[0, 1], network.layers[0].coefficients[0, 1])


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_the_same_seed_gives_the_same_bytes(method) -> None:
    split = toy_split()
    made = []
    for _ in range(2):
        network = create_network([2, 3, 1], split.train, generator=generator(4))
        made.append(to_bytes(last(train(network, split, make(method, steps=6, batch=100))).network))
    assert made[0] == made[1]


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_training_never_ends_in_nan(method) -> None:
    network, table = mixed_network()
    split = Split(table, table)
    for progress in train(network, split, make(method, steps=12, rate=1e200)):
        assert bool(torch.isfinite(evaluate(progress.network, table.inputs)).all())


def classes(count: int):
    x = uniform(300, 2)
    label = ((x[:, 0] ** 2 + x[:, 1]) * 1.2 + 0.5 * count).floor().clamp(0, count - 1)
    return x, label


@pytest.mark.parametrize("method", FIRST_ORDER)
def test_classes_are_learned(method) -> None:
    x, label = classes(3)
    table = make_table(x, torch.nn.functional.one_hot(label.long(), 3).double())
    split = Split(table, table)
    network = create_network([2, 3, 3], table, generator=generator())
    options = make(method, steps=40, batch=50, rate=0.05, objective=CrossEntropy())
    trained = last(train(network, split, options)).network
    assert float((evaluate(trained, x).argmax(1) == label).double().mean()) > 0.95


def test_two_classes_are_learned_from_one_logit() -> None:
    x, label = classes(2)
    table = make_table(x, label.unsqueeze(1))
    network = create_network([2, 2, 1], table, generator=generator())
    trained = last(train(network, Split(table, table), TrainingOptions(steps=30, objective=BinaryCrossEntropy()))).network
    assert float(((evaluate(trained, x)[:, 0] > 0) == (label > 0.5)).double().mean()) > 0.95


def test_the_choice_names_its_reason() -> None:
    table = toy_table(100)
    small = create_network([2, 3, 1], table, generator=generator())
    middle = create_network([2, 30, 20, 1], table, generator=generator())
    wide = create_network([2, 60, 60, 1], table, generator=generator())
    large = create_network([2, 100, 100, 1], table, generator=generator())
    assert choose_trainer(small, 1000).method == "levenberg-marquardt"
    assert "without a matrix" not in choose_trainer(small, 1000).reason
    assert choose_trainer(middle, 6000).method == "levenberg-marquardt"
    assert "without a matrix" in choose_trainer(middle, 6000).reason
    assert choose_trainer(middle, 1000).method == "l-bfgs"
    assert "by heart" in choose_trainer(middle, 1000).reason
    assert choose_trainer(middle, 1000, TrainingOptions(sparsity=0.01)).method == "levenberg-marquardt"
    assert choose_trainer(wide, 1000).method == "l-bfgs"
    assert choose_trainer(large, 1000).method == "adam"
    assert choose_trainer(small, 10**9).method == "adam"
    assert "Huber" in choose_trainer(small, 1000, TrainingOptions(objective=HuberLoss())).reason


def test_common_options_leave_the_method_to_the_choice() -> None:
    split = toy_split(50)
    network = create_network([2, 2, 1], split.train, generator=generator())
    assert chosen(network, split, TrainingOptions()).method == "levenberg-marquardt"
    common = list(train(network, split, TrainingOptions(steps=3)))
    own = list(train(network, split, make("levenberg-marquardt", steps=3)))
    assert to_bytes(common[-1].network) == to_bytes(own[-1].network)


def test_options_of_a_method_take_what_it_knows() -> None:
    common = TrainingOptions(sparsity=0.1)
    assert options_of("levenberg-marquardt", common, rate=0.5, batch=7).steps == 60
    made = options_of("adam", common, rate=0.5, batch=7)
    assert isinstance(made, AdamOptions)
    assert (made.rate, made.batch, made.sparsity) == (0.5, 7, 0.1)


BAD_WEIGHTS = {"as many weights": torch.ones(3), "finite": torch.full((40,), float("nan")), "not all zero": torch.zeros(40)}


@pytest.mark.parametrize("method", OPTIONS)
@pytest.mark.parametrize("message", BAD_WEIGHTS)
def test_bad_weights_are_named_by_every_trainer(method, message: str) -> None:
    split = toy_split(50)
    network = create_network([2, 2, 1], split.train, generator=generator())
    with pytest.raises(DataError, match=message):
        next(train(network, replace(split, train=replace(split.train, weights=BAD_WEIGHTS[message])), make(method)))


@pytest.mark.parametrize("method", OPTIONS)
def test_a_row_with_a_weight_of_two_trains_as_if_it_were_there_twice(method) -> None:
    table = toy_table(80)
    twice = make_table(torch.cat([table.inputs, table.inputs[:9]]), torch.cat([table.targets, table.targets[:9]]))
    weights = torch.ones(80, dtype=torch.float64)
    weights[:9] = 2
    network = create_network([2, 2, 1], table, generator=generator())
    settings = {"steps": 3, "update_grid": False, "batch": 1000, "sparsity": 0.0}
    left = last(train(network, Split(replace(table, weights=weights), table), make(method, **settings))).network
    right = last(train(network, Split(twice, table), make(method, **settings))).network
    torch.testing.assert_close(evaluate(left, table.inputs), evaluate(right, table.inputs), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("method", OPTIONS)
def test_rows_without_weight_do_not_bend_the_fit(method) -> None:
    split = toy_split(300)
    spoiled = split.train.targets.clone()
    spoiled[::5] = 50.0
    weights = torch.ones(split.train.rows, dtype=torch.float64)
    weights[::5] = 0
    network = create_network([2, 3, 1], split.train, generator=generator(1))
    options = make(method, steps=60, batch=60)
    trained = last(train(network, Split(make_table(split.train.inputs, spoiled, weights), split.test), options))
    assert trained.test_error < (0.2 if method == "adam" else 0.06)


@pytest.mark.parametrize("method", OPTIONS)
def test_smoothness_straightens_the_splines(method) -> None:
    split = toy_split(200)
    network = create_network([2, 2, 1], split.train, generator=generator(1))
    bends = []
    for smoothness in (0.0, 10.0):
        trained = last(train(network, split, make(method, steps=40, batch=1000, smoothness=smoothness))).network
        bends.append(float(sum(layer.coefficients.diff(n=2, dim=2).square().sum() for layer in trained.layers)))
    assert bends[1] < 0.2 * bends[0]


@pytest.mark.parametrize("method", OPTIONS)
def test_a_stop_ends_a_step_halfway_and_nothing_more_is_reported(method) -> None:
    split = toy_split(100)
    network = create_network([2, 16, 16, 1], split.train, generator=generator())
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 2

    assert list(train(network, split, make(method, steps=50, batch=10), stop)) == []
    assert len(asked) <= 4
