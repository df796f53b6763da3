"""The everyday steps against what they are made of."""

from __future__ import annotations

import pytest
import torch

from kan_core import (
    EdgeId,
    Network,
    Split,
    TrainingOptions,
    active_edges,
    create_network,
    edge_scores,
    evaluate,
    fit,
    lock,
    make_table,
    prune_weak,
    split_rows,
    suggest,
    to_bytes,
    trace_rows,
    what_if,
    write_formula,
)
from kan_core.errors import EdgeError
from kan_core.importance.scores import importance
from kan_core.symbolic.affine_fit import fit_affine


@pytest.fixture(scope="module")
def split() -> Split:
    random = torch.Generator().manual_seed(0)
    x = 2 * torch.rand((300, 2), generator=random, dtype=torch.float64) - 1
    return split_rows(make_table(x, torch.sin(3 * x[:, :1]) + x[:, 1:] ** 2), random)


@pytest.fixture(scope="module")
def network(split: Split) -> Network:
    random = torch.Generator().manual_seed(1)
    return fit(create_network([2, 1], split.train, generator=random, intervals=10), split, TrainingOptions(steps=20))


def test_scores_are_those_of_importance_most_important_first(network: Network, split: Split) -> None:
    scores = edge_scores(network, split)
    table = importance(network, trace_rows(network, split)).edges
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert scores == {edge: float(table[edge.layer][edge.target, edge.source]) for edge in active_edges(network)}
    assert max(scores.values()) == pytest.approx(1)


def test_suggestions_are_ranked_by_the_whole_model_and_carry_the_refitted_network(network: Network, split: Split) -> None:
    before = to_bytes(network)
    first = suggest(network, split, EdgeId(0, 0, 0))[0]
    assert first.fit.primitive == "sin"
    second = suggest(first.network, split, EdgeId(0, 1, 0))[0]
    assert second.fit.primitive == "x^2"
    assert second.error_after < 1e-9
    assert to_bytes(network) == before
    formula = write_formula(second.network, ["x", "y"], ["z"], split.test.inputs)
    assert formula.symbolic
    assert formula.complexity <= 9
    assert evaluate(second.network, split.test.inputs).sub(split.test.targets).abs().max() < 1e-8


def test_own_candidates_go_through_what_if(network: Network, split: Split) -> None:
    trace = trace_rows(network, split)
    fits = fit_affine(trace.inputs[0][:, 1], trace.layers[0].subnodes[:, 0], primitives=["x^2", "cosh"])
    assert {result.fit.primitive for result in what_if(network, split, EdgeId(0, 1, 0), fits)} == {"x^2", "cosh"}


def test_pruning_below_a_threshold_drops_exactly_the_weak_edges(network: Network, split: Split) -> None:
    scores = edge_scores(network, split)
    weak = min(scores, key=lambda edge: scores[edge])
    assert active_edges(prune_weak(network, split, scores[weak] + 1e-9)) == [
        edge for edge in active_edges(network) if edge != weak
    ]
    assert active_edges(prune_weak(network, split, 0.0)) == active_edges(network)


def test_a_locked_edge_gets_no_suggestions(network: Network, split: Split) -> None:
    with pytest.raises(EdgeError, match="locked"):
        suggest(lock(network, [EdgeId(0, 0, 0)]), split, EdgeId(0, 0, 0))
    with pytest.raises(EdgeError, match="there is no edge"):
        suggest(network, split, EdgeId(0, 7, 0))
