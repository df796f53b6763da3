"""Prune, set symbolic, set spline, lock, extend grid, refit."""

import numpy as np
import pytest

from kan_core.errors import EdgeError, PrimitiveError
from server.contract.actions import ExtendGrid, Initialise, Lock, Prune, Refit, SetSpline, SetSymbolic, Train
from server.contract.base import Edge, Node
from server.work.result import WorkError

EDGE = Edge(layer=0, source=0, target=0)


@pytest.fixture
def additive(bench):
    """[2, 1] trained on y = e^x + x1²."""
    table = bench.law(lambda x, y: np.exp(x) + y**2)
    return table, bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1]), table))


@pytest.fixture
def hidden(bench):
    """[2, 3, 1] trained sparsely on the same."""
    table = bench.law(lambda x, y: np.exp(x + y**2))
    return table, bench.do(Train(), table, bench.do(Initialise(shape=[2, 3, 1]), table))


def kinds(result) -> list[str]:
    return [edge.function.kind for edge in result.network_view.edges]


def test_pruning_a_node_takes_its_edges_and_says_so(bench, hidden):
    table, result = hidden
    pruned = bench.do(Prune(nodes=[Node(layer=1, index=0)], refit=0), table, result)
    gone = [edge for edge in pruned.network_view.edges if edge.function.kind == "zero"]
    assert {(edge.id.layer, edge.id.source, edge.id.target) for edge in gone} >= {(0, 0, 0), (0, 1, 0), (1, 0, 0)}
    node = next(node for node in pruned.network_view.nodes if (node.layer, node.index) == (1, 0))
    assert not node.active
    assert "pruned" in pruned.message


def test_pruning_an_input_names_the_column(bench, additive):
    table, result = additive
    pruned = bench.do(Prune(inputs=[1]), table, result)
    assert "Not used any more: x1." in pruned.message
    assert kinds(pruned) == ["spline", "zero"]
    assert "x_{1}" not in pruned.formula.latex


def test_pruning_by_threshold_removes_what_the_view_shows_as_weak(bench, hidden):
    table, result = hidden
    weak = sum(edge.importance < 0.05 for edge in result.network_view.edges)
    pruned = bench.do(Prune(threshold=0.05), table, result)
    assert weak >= 1
    assert kinds(pruned).count("zero") >= weak


@pytest.mark.parametrize(
    ("action", "words"),
    [(Prune(), "No edge has an importance below 0.03"), (Prune(threshold=0.0), "No edge has an importance below")],
)
def test_pruning_nothing_is_refused(bench, additive, action, words):
    table, result = additive
    with pytest.raises(WorkError, match=words):
        bench.do(action, table, result)


def test_pruning_twice_or_elsewhere_or_what_is_locked_is_refused(bench, additive):
    table, result = additive
    pruned = bench.do(Prune(edges=[EDGE], refit=0), table, result)
    with pytest.raises(WorkError, match="pruned already"):
        bench.do(Prune(edges=[EDGE]), table, pruned)
    with pytest.raises(EdgeError, match="no edge"):
        bench.do(Prune(edges=[Edge(layer=0, source=9, target=0)]), table, result)
    with pytest.raises(EdgeError, match="locked"):
        bench.do(Prune(edges=[EDGE]), table, bench.do(Lock(edges=[EDGE]), table, result))


def test_a_form_is_fitted_and_everything_else_refitted(bench, additive):
    table, result = additive
    exact = bench.do(SetSymbolic(edge=EDGE, primitive="exp"), table, result)
    function = exact.network_view.edges[0].function
    assert (function.kind, function.primitive) == ("symbolic", "exp")
    assert function.a == pytest.approx(1, abs=0.05)
    both = bench.do(SetSymbolic(edge=Edge(layer=0, source=1, target=0), primitive="square"), table, exact)
    assert both.metrics.test_rmse < 1e-10
    assert both.formula.symbolic


def test_constants_that_a_fit_brings_to_0_or_1_are_none(bench, additive):
    table, result = additive
    for place, primitive in enumerate(["exp", "square"]):
        edge = Edge(layer=0, source=place, target=0)
        begins = {"a": 1.0 + 1e-6, "b": 1e-6, "hold": False}
        result = bench.do(SetSymbolic(edge=edge, primitive=primitive, **begins), table, result)
    assert result.metrics.test_rmse < 1e-10
    assert result.formula.complexity == 6


def test_given_constants_stay_when_nothing_is_refitted(bench, additive):
    table, result = additive
    action = SetSymbolic(edge=EDGE, primitive="sin", a=2.0, b=0.5, c=3.0, d=-1.0, refit=0)
    function = bench.do(action, table, result).network_view.edges[0].function
    assert (function.a, function.b, function.c, function.d) == (2.0, 0.5, 3.0, -1.0)


@pytest.mark.parametrize("given", [{"a": 1.0}, {"b": 0.25}, {"a": 1.0, "b": 0.0}, {"c": 2.0}, {"d": 0.125}, {"a": 1.0, "c": 1.5}])
def test_constants_that_are_given_stay_and_the_others_are_fitted(bench, additive, given):
    table, result = additive
    function = bench.do(SetSymbolic(edge=EDGE, primitive="exp", refit=0, **given), table, result).network_view.edges[0].function
    for name, value in given.items():
        assert getattr(function, name) == value


def test_a_function_outside_its_domain_or_unknown_is_refused(bench, additive):
    table, result = additive
    with pytest.raises(WorkError, match="log is not defined on this edge's data"):
        bench.do(SetSymbolic(edge=EDGE, primitive="log", a=1.0, b=0.0), table, result)
    with pytest.raises(PrimitiveError, match="did you mean"):
        bench.do(SetSymbolic(edge=EDGE, primitive="sine"), table, result)
    explicit = SetSymbolic(edge=EDGE, primitive="log", a=1.0, b=-5.0, c=1.0, d=0.0, refit=0)
    with pytest.raises(WorkError, match="no value on these rows"):
        bench.do(explicit, table, result)


def test_rows_outside_a_domain_are_counted_not_hidden(bench, additive):
    table, result = additive
    action = SetSymbolic(edge=EDGE, primitive="log", a=1.0, b=0.9, c=1.0, d=0.0, refit=0)
    message = bench.do(action, table, result).message
    assert "an edge leaves the domain of its function; errors do not count them." in message


def test_a_form_on_a_pruned_edge_needs_all_constants(bench, additive):
    table, result = additive
    pruned = bench.do(Prune(edges=[EDGE], refit=0), table, result)
    with pytest.raises(WorkError, match="pruned"):
        bench.do(SetSymbolic(edge=EDGE, primitive="exp"), table, pruned)
    given = bench.do(SetSymbolic(edge=EDGE, primitive="exp", a=1.0, b=0.0, c=1.0, d=0.0), table, pruned)
    assert kinds(given) == ["symbolic", "spline"]


def test_a_symbolic_edge_given_back_keeps_its_values(bench, additive):
    table, result = additive
    symbolic = bench.do(SetSymbolic(edge=EDGE, primitive="exp"), table, result)
    free = bench.do(SetSpline(edge=EDGE), table, symbolic)
    assert kinds(free) == ["spline", "spline"]
    assert free.metrics.test_rmse == pytest.approx(symbolic.metrics.test_rmse, abs=1e-3)
    with pytest.raises(WorkError, match="spline already"):
        bench.do(SetSpline(edge=EDGE), table, free)


def test_unlocking_undoes_locking(bench, additive):
    table, result = additive
    locked = bench.do(Lock(edges=[EDGE, EDGE]), table, result)
    assert locked.message == "1 edge locked."
    assert bench.do(Lock(edges=[EDGE], locked=False), table, locked).network == result.network


def test_a_finer_grid_keeps_the_values_and_fits_better(bench, additive):
    table, result = additive
    finer = bench.do(ExtendGrid(intervals=10, steps=0), table, result)
    assert finer.network_view.intervals == [10]
    assert finer.metrics.test_rmse == pytest.approx(result.metrics.test_rmse, rel=1e-6)
    assert bench.do(ExtendGrid(intervals=10), table, result).metrics.test_rmse < result.metrics.test_rmse
    wide = bench.do(Initialise(shape=[2, 200, 1]), table)
    with pytest.raises(WorkError, match="free parameters"):
        bench.do(ExtendGrid(intervals=200), table, wide)


def test_refitting_constants_leaves_splines_alone(bench, additive):
    table, result = additive
    with pytest.raises(WorkError, match="no constants"):
        bench.do(Refit(splines=False), table, result)
    rough = bench.do(SetSymbolic(edge=EDGE, primitive="exp", a=0.8, b=0.0, refit=0), table, result)
    refitted = bench.do(Refit(splines=False), table, rough)
    before, after = (np.frombuffer(each.curves.y, "<f4").reshape(2, -1) for each in (rough, refitted))
    assert np.array_equal(before[1], after[1])
    assert refitted.metrics.train_rmse < rough.metrics.train_rmse


def test_a_finished_formula_has_no_grid_to_extend(bench, additive):
    table, result = additive
    for source, primitive in ((0, "exp"), (1, "x^2")):
        result = bench.do(SetSymbolic(edge=Edge(layer=0, source=source, target=0), primitive=primitive), table, result)
    with pytest.raises(WorkError, match="no spline left"):
        bench.do(ExtendGrid(intervals=20), table, result)
