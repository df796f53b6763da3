"""Scores say what matters, proposals say what it would cost, neither changes the network."""

from __future__ import annotations

import pytest
import torch

from kan_core.importance.proposal import propose_prune, used_inputs, weak_edges
from kan_core.importance.scores import importance
from kan_core.network.create import create_network
from kan_core.network.snapshot import to_bytes
from kan_core.training.data import make_table, split_rows
from kan_core.training.levenberg_marquardt import LevenbergMarquardtOptions, train
from tests.kan_core.networks import generator, mixed_network, trace_of, uniform


def test_an_input_that_does_not_matter_scores_near_zero() -> None:
    x = uniform(500, 4)
    y = x[:, :1] ** 2 + 0.3 * x[:, 1:2] + 0.1 * x[:, 2:3] ** 3
    split = split_rows(make_table(x, y), generator())
    network = create_network([4, 5, 1], split.train, generator=generator())
    for progress in train(network, split, LevenbergMarquardtOptions(steps=60, sparsity=1e-3)):
        network = progress.network
    scores = importance(network, trace_of(network, split.train)).nodes[0]
    assert scores[0] > scores[1] > scores[2] > 10 * scores[3]
    before = to_bytes(network)
    proposal = propose_prune(network, split, 0.02)
    assert 3 in proposal.inputs
    assert proposal.error_refit < 2 * proposal.error_before + 1e-3
    assert to_bytes(network) == before


def test_scores_are_shares_of_the_largest() -> None:
    network, table = mixed_network()
    scores = importance(network, trace_of(network, table))
    assert max(float(edge.max()) for edge in scores.edges) == pytest.approx(1)
    assert max(float(node.max()) for node in scores.nodes) == pytest.approx(1)
    assert [tuple(edge.shape) for edge in scores.edges] == [(4, 3), (2, 3)]
    assert used_inputs(network) == {0, 1, 2}
    assert weak_edges(network, scores, 0.0) == []


def test_a_dead_network_scores_zero_not_nan() -> None:
    table = make_table(torch.ones((4, 2), dtype=torch.float64), torch.ones((4, 1), dtype=torch.float64))
    network = create_network([2, 2, 1], table, generator=generator())
    scores = importance(network, trace_of(network, table))
    assert all(not edge.any() for edge in scores.edges)
