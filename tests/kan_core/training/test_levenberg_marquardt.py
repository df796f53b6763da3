"""Training: monotone, finite whatever the data, sparse when asked, reproducible."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kan_core.errors import DataError
from kan_core.ids import EdgeId
from kan_core.importance.proposal import weak_edges
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.edges import active_edges
from kan_core.network.edits import lock, prune_edges, set_symbolic
from kan_core.network.snapshot import to_bytes
from kan_core.network.trace import evaluate
from kan_core.training.data import Split, make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, objective, train
from kan_core.training.starts import train_from_starts
from tests.kan_core.networks import generator, toy_split, trace_of, uniform


def last(steps):
    progress = None
    for progress in steps:
        assert math.isfinite(progress.train_error)
    assert progress is not None
    return progress


def test_the_objective_never_rises_between_grid_events() -> None:
    split = toy_split()
    options = LevenbergMarquardtOptions(steps=25, sparsity=0.01)
    network = create_network([2, 4, 1], split.train, generator=generator(1))
    value = objective(network, split, options)
    for progress in train(network, split, options):
        reached = objective(progress.network, split, options)
        assert reached <= value * (1.5 if progress.event == "grid update" else 1 + 1e-9)
        value = reached


@pytest.mark.parametrize("seed", [0, 2, 6])
def test_sparse_training_finds_the_minimal_graph_of_the_toy(seed: int) -> None:
    split = toy_split(1000, seed)
    made = generator(seed)
    networks = [create_network([2, 5, 1], split.train, generator=made) for _ in range(3)]
    network = last(train_from_starts(networks, split, LevenbergMarquardtOptions(steps=60, sparsity=0.01))).network
    trace = trace_of(network, split.train)
    pruned = prune_edges(network, weak_edges(network, importance(network, trace), 0.03), trace)
    assert len(active_edges(pruned)) == 3
    assert last(train(pruned, split, LevenbergMarquardtOptions(steps=20))).test_error < 1e-2


def test_constants_of_a_symbolic_network_reach_machine_precision() -> None:
    split = toy_split(1000)
    network = create_network([2, 1, 1], split.train, generator=generator())
    network = set_symbolic(network, EdgeId(0, 0, 0), "sin", (3.0, 0.05, 0.9, 0.0))
    network = set_symbolic(network, EdgeId(0, 1, 0), "x^2", (1.0, 0.02, 1.1, 0.0))
    network = set_symbolic(network, EdgeId(1, 0, 0), "exp", (1.0, 0.0, 0.8, 0.1))
    assert last(train(network, split, LevenbergMarquardtOptions(steps=100, splines=False))).test_error < 1e-13


def test_the_same_seed_gives_the_same_bytes() -> None:
    made = []
    for _ in range(2):
        split = toy_split()
        network = create_network([2, 3, 1], split.train, generator=generator(4))
        made.append(to_bytes(last(train(network, split, LevenbergMarquardtOptions(steps=8, sparsity=0.01))).network))
    assert made[0] == made[1]


def test_locked_edges_do_not_move() -> None:
    split = toy_split()
    network = lock(create_network([2, 2, 1], split.train, generator=generator()), [EdgeId(0, 1, 0)])
    trained = last(train(network, split, LevenbergMarquardtOptions(steps=5, update_grid=False))).network
    torch.testing.assert_close(trained.layers[0].coefficients[0, 1], network.layers[0].coefficients[0, 1], rtol=0, atol=0)


def test_nothing_free_means_nothing_to_do() -> None:
    split = toy_split()
    network = create_network([2, 1, 1], split.train, generator=generator())
    assert list(train(network, split, LevenbergMarquardtOptions(splines=False))) == []


def test_a_candidate_that_leaves_its_domain_is_refused_not_followed() -> None:
    split = toy_split()
    network = create_network([2, 1, 1], split.train, generator=generator())
    network = set_symbolic(network, EdgeId(0, 0, 0), "log", (1.0, 1.05, 0.3, 0.0))
    progress = last(train(network, split, LevenbergMarquardtOptions(steps=30)))
    assert bool(torch.isfinite(evaluate(progress.network, split.train.inputs)).all())


DEGENERATE = {
    "one row": (torch.tensor([[0.3, -2.0]]), torch.tensor([[5.0]])),
    "two rows": (torch.tensor([[0.3, -2.0], [0.1, 7.0]]), torch.tensor([[5.0], [6.0]])),
    "all equal": (torch.ones((30, 2)), torch.full((30, 1), 2.0)),
    "constant input": (torch.cat([uniform(50, 1), torch.full((50, 1), 7.0)], 1), uniform(50, 1, 1)),
    "constant target": (uniform(50, 2), torch.full((50, 1), -3.0)),
    "duplicated rows": (uniform(10, 2).repeat(6, 1), uniform(10, 1, 3).repeat(6, 1)),
    "two values": (uniform(50, 2).sign(), uniform(50, 1, 1)),
    "huge": (uniform(50, 2) * 1e300, uniform(50, 1, 1) * 1e300),
    "tiny": (uniform(50, 2) * 1e-300, uniform(50, 1, 1) * 1e-300),
    "far from zero": (uniform(50, 2) + 1e9, uniform(50, 1, 1) + 1e9),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_data_stay_finite(name: str) -> None:
    inputs, targets = (part.to(torch.float64) for part in DEGENERATE[name])
    split = split_rows(make_table(inputs, targets), generator())
    network = create_network([2, 3, 1], split.train, generator=generator(2))
    for progress in train(network, split, LevenbergMarquardtOptions(steps=15, sparsity=0.01)):
        network = progress.network
        assert math.isfinite(progress.train_error)
        assert math.isfinite(progress.test_error)
    assert bool(torch.isfinite(evaluate(network, inputs)).all())
    scores = importance(network, trace_of(network, split.train))
    assert all(bool(torch.isfinite(edge).all()) for edge in scores.edges)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5), st.integers(1, 9), st.integers(1, 30), st.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_any_shape_grid_and_row_count_trains(
    inputs: int, outputs: int, degree: int, intervals: int, rows: int, seed: int
) -> None:
    table = make_table(uniform(rows, inputs, seed), uniform(rows, outputs, seed + 1))
    split = Split(table, table)
    network = create_network([inputs, 2, outputs], table, generator=generator(seed), intervals=intervals, degree=degree)
    start = objective(network, split, LevenbergMarquardtOptions())
    moves = 0
    for progress in train(network, split, LevenbergMarquardtOptions(steps=3)):
        network = progress.network
        moves += progress.event == "grid update"
    assert objective(network, split, LevenbergMarquardtOptions()) <= start * 1.5**moves


def test_bad_tables_are_named() -> None:
    with pytest.raises(DataError, match="row 1 of the targets"):
        make_table(uniform(3, 2), torch.tensor([[1.0], [float("nan")], [2.0]], dtype=torch.float64))
    with pytest.raises(DataError, match="at least one row"):
        make_table(uniform(0, 2), uniform(0, 1))
    with pytest.raises(DataError, match="equal length"):
        make_table(uniform(3, 2), uniform(4, 1))


def test_a_root_at_the_border_of_its_domain_still_trains() -> None:
    x = uniform(200, 1)
    split = split_rows(make_table(x, 2 * torch.sqrt(x - x.min()) + 0.3 * x), generator())
    network = create_network([1, 1, 1], split.train, generator=generator())
    network = set_symbolic(network, EdgeId(0, 0, 0), "sqrt", (1.0, 1.0, 1.0, 0.0))
    start = objective(network, split, LevenbergMarquardtOptions())
    assert objective(last(train(network, split)).network, split, LevenbergMarquardtOptions()) < 1e-2 * start
