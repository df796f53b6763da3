"""Classes as what a session learns: one logit for two, one a class for more; labels, metrics and the formula's meaning."""

from dataclasses import replace

import numpy as np
import pytest

from server.contract.actions import GridSchedule, Initialise, Prune, Refit, Search, SetConstants, SetSymbolic, Train
from server.contract.base import ConstantChange, Edge
from server.tables.table import StoredTable
from server.work.query import ConstantsQuery, EdgeDetailQuery, PruneProposalQuery, SuggestionsQuery
from server.work.result import TableData, WorkError


def table_of(values, names, labels=()):
    stored = StoredTable(tuple(names), (None,) * len(names), values, labels)
    return TableData(stored.content_hash(), stored.to_bytes(), tuple(names[:-1]), (names[-1],), "classification")


@pytest.fixture
def moons():
    """Two half circles that reach into each other, with noise."""
    rng = np.random.default_rng(0)
    angle, side = rng.uniform(0, np.pi, 400), rng.integers(0, 2, 400)
    x = np.where(side, 1 - np.cos(angle), np.cos(angle)) + 0.08 * rng.normal(size=400)
    y = np.where(side, 0.5 - np.sin(angle), np.sin(angle)) + 0.08 * rng.normal(size=400)
    return table_of(np.column_stack([x, y, side]), ["x", "y", "side"])


@pytest.fixture
def rings():
    """Three rings with text labels; the class is a function of x² + y²."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (500, 2))
    ring = np.digitize((x**2).sum(1) + 0.02 * rng.normal(size=500), [0.4, 0.9])
    labels = ((), (), ("inner", "middle", "outer"))
    return table_of(np.column_stack([x, ring]), ["x", "y", "ring"], labels)


def test_two_moons_are_told_apart_by_one_logit(bench, moons):
    start = bench.do(Initialise(shape=[2, 3, 1], seed=1), moons)
    assert start.network_view.nodes[-1].name == "logit 1"
    result = bench.do(Train(sparsity=0.001, steps=40), moons, start)
    assert result.metrics.accuracy_test > 0.97
    assert result.metrics.cross_entropy_test < start.metrics.cross_entropy_test
    assert result.metrics.cross_entropy_formula == pytest.approx(result.metrics.cross_entropy_test, rel=1e-6)
    assert 0.97 < result.metrics.accuracy_train <= 1
    assert result.metrics.cross_entropy_train < 0.2
    assert "cross-entropy" in bench.emit.frames[0].message or "Levenberg" in result.message
    assert "1/(1 + exp(-logit))" in result.formula.note
    assert result.metrics.network_formula < 1e-9
    taken = result.metrics.confusion_test
    assert taken.classes == ["0", "1"]
    assert sum(map(sum, taken.counts)) == result.metrics.rows_test
    assert min(taken.recall) > 0.9


def test_three_classes_have_a_logit_each_named_by_their_labels(bench, rings):
    result = bench.do(Train(sparsity=0.001, steps=40), rings, bench.do(Initialise(shape=[2, 3]), rings))
    assert [output.target for output in result.formula.outputs] == ["logit inner", "logit middle", "logit outer"]
    assert result.metrics.accuracy_test > 0.9
    assert "divided by the sum" in result.formula.note
    taken = result.metrics.confusion_test
    assert taken.classes == ["inner", "middle", "outer"]
    right = sum(row[place] for place, row in enumerate(taken.counts))
    assert result.metrics.accuracy_test == pytest.approx(right / result.metrics.rows_test)
    assert taken.recall == pytest.approx([row[place] / sum(row) for place, row in enumerate(taken.counts)])


@pytest.mark.parametrize("method", ["lbfgs", "adam"])
def test_every_method_learns_classes(bench, rings, method):
    start = bench.do(Initialise(shape=[2, 3]), rings)
    result = bench.do(Train(method=method, sparsity=0, steps=60, batch=100, rate=0.05), rings, start)
    assert result.metrics.accuracy_test > 0.85


def test_edits_refit_the_cross_entropy(bench, rings):
    trained = bench.do(Train(sparsity=0.001, steps=30), rings, bench.do(Initialise(shape=[2, 3]), rings))
    edge = Edge(layer=0, source=0, target=0)
    symbolic = bench.do(SetSymbolic(edge=edge, primitive="x^2"), rings, trained)
    assert symbolic.metrics.accuracy_test > 0.9
    refitted = bench.do(Refit(steps=5), rings, symbolic)
    assert refitted.metrics.cross_entropy_test < 0.4
    finer = bench.do(GridSchedule(intervals=[5, 8], steps=5), rings, trained)
    assert "kept" in finer.message
    pruned = bench.do(Prune(edges=[edge]), rings, trained)
    assert pruned.metrics.accuracy_test is not None


def test_nothing_of_classes_is_called_by_the_errors_of_numbers(bench, rings):
    trained = bench.do(Train(sparsity=0.001, steps=15), rings, bench.do(Initialise(shape=[2, 3]), rings))
    metrics = trained.metrics
    of_numbers = (metrics.train_rmse, metrics.test_rmse, metrics.test_nrmse, metrics.r2_test, metrics.data_formula)
    assert of_numbers == (None,) * 5
    again = bench.do(Train(sparsity=0.001, steps=5), rings, trained)
    assert "Accuracy on held-out rows" in again.message
    assert "Cross-entropy there" in again.message
    assert "Error on" not in again.message
    assert all(point.test_rmse is None and point.cross_entropy_test > 0 for point in again.losses)
    assert again.losses[-1].cross_entropy_train == pytest.approx(again.metrics.cross_entropy_train)
    frames = [frame for frame in bench.emit.frames if frame.type == "progress"]
    assert frames
    assert all(frame.test_rmse is None and frame.cross_entropy_test is not None for frame in frames)
    histories = [frame for frame in bench.emit.frames if frame.type == "losses"]
    assert all(not frame.test_rmse and len(frame.cross_entropy_test) == len(frame.step) for frame in histories)


def test_questions_are_answered_by_cross_entropies(bench, rings):
    trained = bench.do(Train(sparsity=0.001, steps=30), rings, bench.do(Initialise(shape=[2, 3]), rings))
    edge = Edge(layer=0, source=0, target=0)
    asked = bench.ask(SuggestionsQuery(edge=edge), trained, rings)
    assert asked.suggestions
    for each in asked.suggestions:
        assert each.whole_model.test_rmse_after is None
        assert each.whole_model.cross_entropy_before == pytest.approx(trained.metrics.cross_entropy_test)
        accepted = bench.do(
            SetSymbolic(edge=edge, primitive=each.primitive, a=each.a, b=each.b, c=each.c, d=each.d), rings, trained
        )
        assert accepted.metrics.cross_entropy_test < 2 * each.whole_model.cross_entropy_after + 0.05
    proposal = bench.ask(PruneProposalQuery(threshold=0.1), trained, rings)
    assert proposal.test_rmse_before is None
    assert proposal.cross_entropy_before == pytest.approx(trained.metrics.cross_entropy_test)
    assert bench.ask(EdgeDetailQuery(edge=edge), trained, rings).data_y


def test_losses_for_numbers_and_the_search_are_refused(bench, moons):
    start = bench.do(Initialise(shape=[2, 1]), moons)
    for objective in ("squared", "huber"):
        with pytest.raises(WorkError, match="learns classes"):
            bench.do(Train(objective=objective), moons, start)
    with pytest.raises(WorkError, match="learns classes"):
        bench.do(Search(), moons, start)


def test_constants_of_logits_are_judged_and_fitted_by_their_likelihood(bench, moons):
    start = bench.do(Initialise(shape=[2, 1]), moons)
    for source in range(2):
        start = bench.do(SetSymbolic(edge=Edge(layer=0, source=source, target=0), primitive="x^3"), moons, start)
    assert start.formula.symbolic
    before = start.metrics.cross_entropy_test
    answer = bench.ask(ConstantsQuery(), start, moons)
    assert answer.test_rmse == pytest.approx(before, rel=1e-6)
    assert all(each.standard_error > 0 for each in answer.constants)
    name = answer.constants[0].name
    fixed = bench.do(SetConstants(changes=[ConstantChange(name=name, state="fixed", value=0.75)]), moons, start)
    kept = next(each for each in bench.ask(ConstantsQuery(), fixed, moons).constants if each.name == name)
    assert (kept.value, kept.state, kept.standard_error) == (0.75, "fixed", None)
    assert bench.do(Refit(splines=False), moons, start).metrics.cross_entropy_test < before + 0.05


def test_a_target_without_classes_is_refused(bench):
    values = np.random.default_rng(0).normal(size=(50, 2))
    with pytest.raises(WorkError, match="50 different values"):
        bench.do(Initialise(), table_of(values, ["x", "y"]))
    two = replace(table_of(np.column_stack([values, values[:, 0] > 0]), ["x", "y", "z"]), inputs=("x",), targets=("y", "z"))
    with pytest.raises(WorkError, match="one target"):
        bench.do(Initialise(), two)
