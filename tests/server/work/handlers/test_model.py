"""Start with product nodes, bases, knots and precision; widen, deepen, set base, from formula, merge; grids of single edges."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kan_core.errors import EdgeError, FormulaError, ShapeError
from kan_core.network.snapshot import from_bytes
from server.contract.actions import (
    Deepen,
    ExtendGrid,
    FromFormula,
    Initialise,
    Lock,
    Merge,
    Prune,
    Refit,
    SetBase,
    SetSpline,
    SetSymbolic,
    Train,
    Widen,
)
from server.contract.base import Edge
from server.work.pair import both, pair
from server.work.query import EdgeDetailQuery, ExportQuery, PruneProposalQuery, SuggestionsQuery
from server.work.result import WorkError


def law(x, y):
    return np.exp(x) * np.sin(2 * y)


@pytest.fixture
def table(bench):
    return bench.law(law)


def joined(bench, action, table, head, other):
    """A merge as the session has it performed."""
    return bench.do(action, table, replace(head, network=pair(head.network, other.network)))


def test_a_start_with_product_nodes_shows_them(bench, table):
    view = bench.do(Initialise(shape=[2, 1, 1], products=[2], arity=3), table).network_view
    assert view.shape == [2, 3, 1]
    hidden = [node for node in view.nodes if node.layer == 1]
    assert [node.kind for node in hidden] == ["sum", "product", "product"]
    assert [node.subnodes for node in hidden] == [[0], [1, 2, 3], [4, 5, 6]]


def test_a_hidden_layer_may_be_of_product_nodes_alone(bench, table):
    assert bench.do(Initialise(shape=[2, 0, 1], products=[1]), table).network_view.shape == [2, 1, 1]


def test_product_nodes_need_a_number_for_each_hidden_layer(bench, table):
    with pytest.raises(WorkError, match=r"given for 2 hidden layers, the shape \[2, 3, 1\] has 1"):
        bench.do(Initialise(shape=[2, 3, 1], products=[1, 1]), table)
    with pytest.raises(WorkError, match="given for 1 hidden layer"):
        bench.do(Initialise(shape=[2, 1], products=[1]), table)


def test_the_size_of_product_nodes_counts(bench, table):
    with pytest.raises(WorkError, match="training handles"):
        bench.do(Initialise(shape=[2, 1, 1], products=[9_000], arity=8), table)


@pytest.mark.parametrize("base", ["none", "silu", "identity"])
@pytest.mark.parametrize("knots", ["uniform", "quantile"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_every_start_can_be_trained_and_everything_be_asked_of_it(bench, table, base, knots, precision):
    start = bench.do(Initialise(shape=[2, 2, 1], products=[1], base=base, knots=knots, precision=precision), table)
    view = start.network_view
    assert (view.base, view.knots, view.precision) == (base, knots, precision)
    assert view.edges[0].function.intervals == 5
    trained = bench.do(Train(steps=25), table, start)
    assert trained.metrics.test_rmse < 0.7 * start.metrics.test_rmse
    view = trained.network_view
    assert (view.base, view.knots, view.precision) == (base, knots, precision)
    edge = next(edge.id for edge in view.edges if edge.function.kind == "spline")
    assert bench.ask(SuggestionsQuery(edge=edge), trained, table).suggestions
    assert "spline" in bench.ask(EdgeDetailQuery(edge=edge), trained, table).text
    bench.ask(PruneProposalQuery(threshold=0.1), trained, table)
    symbolic = bench.do(SetSymbolic(edge=edge, primitive="sin"), table, trained)
    free = bench.do(SetSpline(edge=edge), table, symbolic)
    bench.do(Prune(edges=[edge]), table, free)
    bench.do(Refit(splines=False), table, symbolic)
    finer = bench.do(ExtendGrid(intervals=10, steps=2), table, trained)
    assert from_bytes(finer.network).dtype == {"float64": torch.float64, "float32": torch.float32}[precision]
    # Splines between few rows are as wild in single precision as in double: the error only has to be one.
    assert finer.metrics.train_rmse < 1.01 * trained.metrics.train_rmse + 1e-3
    revision = bench.revision(trained, Train())
    dataset = bench.ask(EdgeDetailQuery(edge=edge), trained, table)
    assert dataset.source_scale > 0
    assert revision.network == view


@pytest.mark.parametrize("form", ["json", "python"])
def test_exports_of_bases_and_uneven_knots_are_checked(bench, table, form):
    start = bench.do(Initialise(shape=[2, 2, 1], base="silu", knots="quantile"), table)
    result = bench.do(ExtendGrid(intervals=9, steps=5, edges=[Edge(layer=0, source=0, target=0)]), table, start)
    sample = bench.ask(ExportQuery(
        format=form, name="n", dataset=_dataset(table), revision=bench.revision(result, Train()), history=[]
    ), result, table)  # fmt: skip
    assert "differ" in sample.check or "equal" in sample.check or "same" in sample.check or "e-" in sample.check


def _dataset(table):
    from server.contract.views import ColumnView, DatasetView

    columns = [ColumnView(name=name, role="input", usable=True) for name in table.inputs]
    columns += [ColumnView(name=name, role="target", usable=True) for name in table.targets]
    return DatasetView(id=table.key, name="law", rows=300, columns=columns)


def test_a_single_precision_network_keeps_a_far_origin(bench):
    x = 1.7e9 + np.linspace(0, 1e3, 200)
    table = bench.table(np.column_stack([x, np.sin((x - 1.7e9) / 200)]), 1)
    result = bench.do(Train(steps=40, sparsity=0), table, bench.do(Initialise(precision="float32"), table))
    assert result.metrics.test_rmse < 0.03


def test_single_edges_get_a_finer_grid(bench, table):
    start = bench.do(Train(), table, bench.do(Initialise(shape=[2, 2, 1]), table))
    edge = next(edge.id for edge in start.network_view.edges if edge.function.kind == "spline")
    finer = bench.do(ExtendGrid(intervals=10, steps=0, edges=[edge]), table, start)
    assert finer.message.startswith("10 intervals on 1 edge; the others keep theirs.")
    assert finer.network_view.intervals == start.network_view.intervals
    counts = {(e.id.layer, e.id.source, e.id.target): e.function.intervals for e in finer.network_view.edges}
    assert counts.pop((edge.layer, edge.source, edge.target)) == 10
    assert set(counts.values()) <= {5, None}
    assert finer.metrics.test_rmse == pytest.approx(start.metrics.test_rmse, rel=1e-6)
    assert "13 coefficients" in bench.ask(EdgeDetailQuery(edge=edge), finer, table).text
    assert bench.do(Train(steps=5), table, finer).metrics.train_rmse <= 1.01 * finer.metrics.train_rmse
    locked = bench.do(Lock(edges=[edge]), table, start)
    with pytest.raises(EdgeError, match="locked"):
        bench.do(ExtendGrid(intervals=10, edges=[edge]), table, locked)


@pytest.mark.parametrize("kind", ["sum", "product"])
def test_widening_keeps_the_errors_and_gives_training_room(bench, table, kind):
    start = bench.do(Train(steps=20), table, bench.do(Initialise(shape=[2, 1, 1]), table))
    wider = bench.do(Widen(layer=1, nodes=2, node_kind=kind, arity=3), table, start)
    assert wider.network_view.shape == [2, 3, 1]
    assert wider.metrics.test_rmse == pytest.approx(start.metrics.test_rmse, rel=1e-9)
    assert wider.formula.symbolic is False
    trained = bench.do(Train(steps=40, sparsity=0), table, wider)
    assert trained.metrics.train_rmse < 0.8 * start.metrics.train_rmse


def test_only_hidden_layers_can_be_widened(bench, table):
    flat = bench.do(Initialise(shape=[2, 1]), table)
    with pytest.raises(WorkError, match="no hidden layer 1; this network has 0 hidden layers") as error:
        bench.do(Widen(layer=1), table, flat)
    assert error.value.hint == "Put a layer in first."
    with pytest.raises(WorkError, match="136,024 free parameters"):
        bench.do(Widen(layer=1, nodes=1_000, node_kind="product", arity=8), table, bench.do(Initialise(shape=[2, 1, 1]), table))


def test_deepening_keeps_the_errors(bench, table):
    start = bench.do(Train(steps=20), table, bench.do(Initialise(shape=[2, 2, 1]), table))
    for position in range(3):
        deeper = bench.do(Deepen(position=position), table, start)
        assert deeper.network_view.shape == {0: [2, 2, 2, 1], 1: [2, 2, 2, 1], 2: [2, 2, 1, 1]}[position]
        assert deeper.metrics.test_rmse == pytest.approx(start.metrics.test_rmse, rel=1e-8)
    with pytest.raises(EdgeError, match="not at 9"):
        bench.do(Deepen(position=9), table, start)
    while len(deeper.network_view.shape) < 8:
        deeper = bench.do(Deepen(position=0), table, deeper)
    with pytest.raises(WorkError, match="7 layers already"):
        bench.do(Deepen(position=0), table, deeper)


def test_the_base_changes_and_the_change_is_told(bench, table):
    start = bench.do(Train(steps=20), table, bench.do(Initialise(shape=[2, 2, 1], base="silu"), table))
    plain = bench.do(SetBase(base="none"), table, start)
    assert plain.network_view.base == "none"
    assert plain.message.startswith("Outputs changed by at most ")
    assert plain.metrics.test_rmse == pytest.approx(start.metrics.test_rmse, rel=0.05)
    assert bench.do(SetBase(base="identity"), table, plain).metrics.test_rmse == pytest.approx(plain.metrics.test_rmse)
    with pytest.raises(WorkError, match="base is silu already"):
        bench.do(SetBase(base="silu"), table, start)
    with pytest.raises(WorkError, match="no base function already"):
        bench.do(SetBase(base="none"), table, plain)


def test_a_formula_becomes_the_network(bench, table):
    exact = bench.do(FromFormula(formulas=["exp(x0)*sin(2*x1)"]), table)
    assert exact.metrics.test_rmse < 1e-12
    assert exact.formula.symbolic
    assert {node.kind for node in exact.network_view.nodes} == {"input", "sum", "product"}
    rough = bench.do(FromFormula(formulas=["1.2*exp(x0)*sin(1.8*x1)"]), table)
    assert bench.do(Refit(), table, rough).metrics.test_rmse < 1e-10
    with pytest.raises(WorkError, match="no spline left"):
        bench.do(SetBase(base="silu"), table, exact)


def test_a_bad_formula_is_refused_with_its_place(bench, table):
    with pytest.raises(FormulaError, match="position 6: there is no column called 'z'"):
        bench.do(FromFormula(formulas=["x0 + `z`"]), table)
    with pytest.raises(FormulaError, match="one formula is needed for each of y0; the number given is 2"):
        bench.do(FromFormula(formulas=["x0", "x1"]), table)
    with pytest.raises(WorkError, match="no value on these rows"):
        bench.do(FromFormula(formulas=["log(x0 - 5)"]), table)


def test_merged_networks_are_no_worse_than_either_on_the_training_rows(bench, table):
    one = bench.do(Train(steps=6), table, bench.do(Initialise(shape=[2, 2, 1], seed=1), table))
    two = bench.do(FromFormula(formulas=["x0 + x1"]), table)
    merged = joined(bench, Merge(revision="r1"), table, one, two)
    assert merged.metrics.train_rmse <= min(one.metrics.train_rmse, two.metrics.train_rmse) * (1 + 1e-9)
    assert merged.message.startswith("Weights ")
    half = joined(bench, Merge(revision="r1", weights="equal"), table, one, two)
    assert half.message.startswith("Weights 0.5 and 0.5.")
    inputs = torch.tensor([[0.1, 0.2]], dtype=torch.float64)
    from kan_core.network.trace import evaluate

    values = [float(evaluate(from_bytes(result.network), inputs)) for result in (one, two, half)]
    assert values[2] == pytest.approx(values[0] / 2 + values[1] / 2, abs=1e-12)


def test_what_cannot_be_merged_is_said(bench, table):
    one = bench.do(Initialise(shape=[2, 1]), table)
    with pytest.raises(WorkError, match="same network"):
        joined(bench, Merge(revision="r1"), table, one, one)
    with pytest.raises(WorkError, match="needs two networks"):
        bench.do(Merge(revision="r1"), table, one)
    with pytest.raises(ShapeError, match="degree"):
        joined(bench, Merge(revision="r1"), table, one, bench.do(Initialise(shape=[2, 1], degree=2), table))


def test_a_pair_is_taken_apart_again():
    assert both(pair(b"one", b"two")) == (b"one", b"two")
    assert both(b"one") is None
    assert both(None) is None
