"""Page, Python, estimators and search: the same question has the same answer, in the same order, with the same numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from kan_core import EdgeId, Network, SuggestOptions, TrainingOptions, active_edges, from_bytes, prune_weak, suggest
from kan_core.estimator.learning import rows_of as rows_to_learn
from kan_core.estimator.learning import trained, untrained
from kan_core.estimator.naming import named
from kan_core.search.assign import assign
from kan_core.training.confusion import confusion
from kan_core.training.data import Split
from kan_core.training.objectives import BinaryCrossEntropy
from server.contract.actions import DefinePrimitive, Initialise, Prune, Train
from server.contract.base import Edge
from server.tables.table import StoredTable
from server.work.query import PruneProposalQuery, SuggestionsQuery
from server.work.result import TableData, WorkError
from server.work.situation import rows_of


def _classes(count: int) -> TableData:
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, (400, 2))
    ring = np.digitize((x**2).sum(1) + 0.02 * random.normal(size=400), [0.4, 0.9][: count - 1])
    stored = StoredTable(("x", "y", "ring"), (None,) * 3, np.column_stack([x, ring]))
    return TableData(stored.content_hash(), stored.to_bytes(), ("x", "y"), ("ring",), "classification")


def _numbers(bench, *columns):
    x = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    return bench.table(np.column_stack([x, *(column(*x.T) for column in columns)]), 2)


CASES = {
    "regression": lambda bench: _numbers(bench, lambda x, y: np.sin(3 * x) + y**2),
    "noise": lambda bench: _numbers(bench, lambda x, y: np.exp(x) + y**3 + 0.05 * np.random.default_rng(5).normal(size=len(x))),
    "several outputs": lambda bench: _numbers(bench, lambda x, y: np.sin(3 * x) + y, lambda x, y: 100 * (x**2 - np.exp(y))),
    "two classes": lambda _bench: _classes(2),
    "three classes": lambda _bench: _classes(3),
    "own function": lambda bench: _numbers(bench, lambda x, y: 6 * x * np.exp(-9 * x**2) + np.exp(y)),
}


@pytest.mark.parametrize("case", CASES)
def test_page_and_python_suggest_the_same(bench, case):
    table = CASES[case](bench)
    outputs = rows_of(table).split.train.targets.shape[1]
    result = bench.do(Train(sparsity=0.001, steps=25), table, bench.do(Initialise(shape=[2, outputs], intervals=8), table))
    if case == "own function":
        result = bench.do(DefinePrimitive(name="bump", text="x*exp(-x^2)"), table, result)
    rows = rows_of(table)
    for place in (EdgeId(0, 0, 0), EdgeId(0, 1, outputs - 1)):
        edge = Edge(layer=place.layer, source=place.source, target=place.target)
        page = bench.ask(SuggestionsQuery(edge=edge), result, table).suggestions
        python = suggest(from_bytes(result.network), rows.split, place, SuggestOptions(objective=rows.objective))
        assert page
        assert [each.primitive for each in page] == [each.fit.primitive for each in python]
        numbers = [(each.a, each.b, each.c, each.d, each.r2) for each in page]
        assert numbers == [pytest.approx((*each.fit.constants, min(each.fit.r2, 1)), rel=1e-9) for each in python]
        name = "cross_entropy" if rows.classes else "test_rmse"
        for when in ("before", "after"):
            told = [getattr(each.whole_model, f"{name}_{when}") for each in page]
            assert told == pytest.approx([getattr(each, f"error_{when}") for each in python], rel=1e-9)
    if case == "own function":
        assert suggest(from_bytes(result.network), rows.split, EdgeId(0, 0, 0))[0].fit.primitive == "bump(x) = x*exp(-x^2)"


@pytest.mark.parametrize("case", ["regression", "noise", "three classes"])
def test_a_bare_prune_takes_the_proposal_that_is_shown(bench, case):
    table = CASES[case](bench)
    outputs = rows_of(table).split.train.targets.shape[1]
    result = bench.do(Train(sparsity=0.01, steps=30), table, bench.do(Initialise(shape=[2, 3, outputs]), table))
    shown = bench.ask(PruneProposalQuery(), result, table)
    assert shown.edges
    pruned = bench.do(Prune(), table, result)
    gone = {_place(edge) for edge in result.network_view.edges if edge.function.kind != "zero"} - {
        _place(edge) for edge in pruned.network_view.edges if edge.function.kind != "zero"
    }
    assert gone == {(edge.layer, edge.source, edge.target) for edge in shown.edges}
    assert Prune().label() == "prune weak edges"
    explicit = bench.do(Prune(threshold=shown.threshold), table, result)
    assert explicit.network == pruned.network
    rows = rows_of(table)
    assert active_edges(prune_weak(from_bytes(result.network), rows.split)) == active_edges(from_bytes(pruned.network))


def _place(edge) -> tuple[int, int, int]:
    return edge.id.layer, edge.id.source, edge.id.target


def test_a_bare_prune_with_nothing_weak_says_so(bench):
    table = CASES["regression"](bench)
    result = bench.do(Train(sparsity=0, steps=20), table, bench.do(Initialise(shape=[2, 1]), table))
    with pytest.raises(WorkError, match=r"No edge has an importance below 0\.03"):
        bench.do(Prune(), table, result)


def test_accepting_all_suggestions_keeps_a_classifier_accurate(bench):
    table = _classes(2)
    result = bench.do(Train(sparsity=0.001, steps=40), table, bench.do(Initialise(shape=[2, 1], intervals=6), table))
    rows, network = rows_of(table), from_bytes(result.network)
    options = SuggestOptions(objective=rows.objective)
    for edge in active_edges(network):
        network = suggest(network, rows.split, edge, options)[0].network
    assert _accuracy(network, rows.split.test) > result.metrics.accuracy_test - 0.03
    assert _accuracy(network, rows.split.test) > 0.93


def _accuracy(network: Network, table) -> float:
    from kan_core import evaluate

    counts = confusion(evaluate(network, table.inputs), table.targets)
    return float(counts.diagonal().sum() / counts.sum())


def _ring(weights: np.ndarray | None) -> Split:
    random = np.random.default_rng(2)
    x = random.uniform(-1, 1, (300, 2))
    label = ((x**2).sum(1) + 0.05 * random.normal(size=300) > 0.6).astype(float)
    return rows_to_learn(x, label[:, None], weights, 0.25).split


@pytest.mark.parametrize("weighed", [False, True])
def test_the_estimators_take_the_suggestion_that_python_gives(weighed):
    weights = np.random.default_rng(3).uniform(0.2, 3, 300) if weighed else None
    split = _ring(weights)
    options = TrainingOptions(sparsity=1e-3, objective=BinaryCrossEntropy(), steps=20)
    network = trained(untrained(split, (), 4, 3, 0), split, options)
    asked = SuggestOptions(objective=options.objective, everywhere=True, most=4, least_r2=0.9)
    first = suggest(network, split, EdgeId(0, 0, 0), asked)[0]
    chosen = named(network, split, options).layers[0].structure
    row = chosen.row(0, 0)
    assert row is not None
    assert chosen.symbolic[row].primitive == first.fit.primitive


def test_a_weight_is_so_many_rows_and_no_weight_is_no_row():
    split = _ring(None)
    train = split.train
    network = trained(untrained(split, (), 4, 3, 0), split, TrainingOptions(objective=BinaryCrossEntropy(), steps=10))
    weights = torch.ones(train.rows, dtype=torch.float64)
    weights[::3] = 0
    kept = train.take(torch.nonzero(weights)[:, 0])
    asked = SuggestOptions(objective=BinaryCrossEntropy())

    def counted(table, weights):
        return suggest(network, replace(split, train=replace(table, weights=weights)), EdgeId(0, 0, 0), asked)

    one, other = counted(train, weights), counted(kept, torch.ones(kept.rows, dtype=torch.float64))
    assert [each.fit.primitive for each in one] == [each.fit.primitive for each in other]
    assert [each.error_after for each in one] == pytest.approx([each.error_after for each in other], rel=1e-6)
    doubled = counted(train, 2 * weights)
    assert [each.error_after for each in doubled] == pytest.approx([each.error_after for each in one], rel=1e-6)


def test_the_search_gives_an_edge_what_is_suggested_for_it(bench):
    table = CASES["regression"](bench)
    result = bench.do(Train(sparsity=0, steps=40), table, bench.do(Initialise(shape=[2, 1], intervals=12), table))
    split, network = rows_of(table).split, from_bytes(result.network)
    *_, best, _second = assign(network, split)
    for edge in active_edges(network):
        structure = best.network.layers[0].structure
        row = structure.row(edge.target, edge.source)
        assert row is not None
        page = bench.ask(SuggestionsQuery(edge=Edge(layer=0, source=edge.source, target=0)), result, table)
        assert structure.symbolic[row].primitive == page.suggestions[0].primitive
