import numpy as np
import pytest

from kan_core.errors import EdgeError, PrimitiveError
from server.contract.actions import Initialise, Lock, Prune, SetSymbolic, Train
from server.contract.base import Edge
from server.work.query import (
    CandidateQuery,
    CurvesQuery,
    EdgeDetailQuery,
    PrimitivesQuery,
    PruneProposalQuery,
    ReadFormulaQuery,
    ReadTableQuery,
    SampleListQuery,
    SampleQuery,
    SuggestionsQuery,
    TableRowsQuery,
)
from server.work.result import WorkError

EDGE = Edge(layer=0, source=0, target=0)


@pytest.fixture
def additive(bench):
    """[2, 1] trained on y = sin(3 x0) + x1²."""
    table = bench.law(lambda x, y: np.sin(3 * x) + y**2)
    return table, bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1], intervals=8), table))


def test_only_the_functions_of_the_library_asked_for_are_tried(bench, additive):
    table, result = additive
    answer = bench.ask(SuggestionsQuery(edge=EDGE, library=["tanh", "cos"]), result, table)
    assert {each.primitive for each in answer.suggestions} == {"tanh", "cos"}
    with pytest.raises(PrimitiveError, match="bump"):
        bench.ask(SuggestionsQuery(edge=EDGE, library=["bump"]), result, table)


def test_suggestions_are_ordered_by_what_they_do_to_the_whole_model(bench, additive):
    table, result = additive
    answer = bench.ask(SuggestionsQuery(edge=EDGE, top=5), result, table)
    best = answer.suggestions[0]
    assert best.primitive in ("sin", "cos")
    scale = bench.ask(EdgeDetailQuery(edge=EDGE), result, table).source_scale
    assert abs(best.a) / scale == pytest.approx(3, abs=0.01)
    assert answer.decided
    assert "is decided" in answer.verdict
    assert len(answer.suggestions) <= 5
    assert best.whole_model.test_rmse_before == pytest.approx(result.metrics.test_rmse, rel=1e-6)
    assert best.whole_model.test_rmse_after < best.whole_model.test_rmse_before
    assert best.domain_note == "valid everywhere"
    assert best.text
    assert best.latex


def test_a_formula_is_held_against_the_rows_before_it_becomes_a_network(bench):
    table = bench.law(lambda x, y: np.sin(3 * x) + y**2)
    exact = bench.ask(ReadFormulaQuery(target=0, text="sin(3*x0) + x1^2"), None, table)
    assert exact.test_rmse == pytest.approx(0, abs=1e-12)
    assert exact.rows_without_value == 0
    shifted = bench.ask(ReadFormulaQuery(target=0, text="sin(3*x0) + x1^2 + 0.25"), None, table)
    assert shifted.test_rmse == pytest.approx(0.25)
    partial = bench.ask(ReadFormulaQuery(target=0, text="log(x0)"), None, table)
    assert 0 < partial.rows_without_value < 300


def test_a_formula_that_cannot_be_read_says_where(bench):
    table = bench.law(lambda x, y: x * y)
    answer = bench.ask(ReadFormulaQuery(target=0, text="sine(x0)"), None, table)
    assert answer.problem.startswith("Position 1: ")
    assert "sine" in answer.problem
    assert answer.test_rmse is None
    with pytest.raises(WorkError, match="There is no target 3; they are y0"):
        bench.ask(ReadFormulaQuery(target=3, text="x0"), None, table)


def test_asking_changes_nothing(bench, additive):
    table, result = additive
    before = bytes(result.network)
    bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    assert result.network == before


def test_under_noise_nothing_is_decided_that_is_not(bench):
    values = np.random.default_rng(0).normal(size=(200, 2))
    table = bench.table(values, 1)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(), table))
    answer = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    assert not answer.decided


def test_a_curve_that_no_function_follows_keeps_its_spline(bench):
    table = bench.law(lambda x: np.sin(9 * x) * np.sign(x) + 0.8 * np.cos(17 * x), inputs=1, rows=600)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(intervals=40), table))
    answer = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    assert "keep the spline" in answer.verdict
    assert not answer.decided


def test_suggestions_for_a_pruned_locked_or_absent_edge_are_refused(bench, additive):
    table, result = additive
    with pytest.raises(WorkError, match="pruned"):
        bench.ask(SuggestionsQuery(edge=EDGE), bench.do(Prune(edges=[EDGE]), table, result), table)
    with pytest.raises(WorkError, match="locked"):
        bench.ask(SuggestionsQuery(edge=EDGE), bench.do(Lock(edges=[EDGE]), table, result), table)
    with pytest.raises(EdgeError):
        bench.ask(SuggestionsQuery(edge=Edge(layer=7, source=0, target=0)), result, table)


def test_functions_that_are_the_same_on_these_rows_are_one_entry_of_which_each_can_be_chosen(bench):
    noise = np.random.default_rng(1).normal(0, 0.1, 300)
    table = bench.law(lambda x, y: np.sin(3 * x) + y**2 + noise)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1]), table))
    sine = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    first = [each for each in sine.suggestions if each.entry == 0]
    assert [each.primitive for each in first][:2] == ["sin", "cos"]
    assert first[0].alike[0] == "cos"
    assert "sin, the same here as cos" in sine.verdict

    square = Edge(layer=0, source=1, target=0)
    parabola = bench.ask(SuggestionsQuery(edge=square), result, table)
    entries = [each.entry for each in parabola.suggestions]
    assert entries == sorted(entries)
    assert parabola.suggestions[0].primitive == "x^2"
    same = [each for each in parabola.suggestions if each.entry == 0]
    assert len(same) > 2
    for each in same:
        assert set(each.alike) == {other.primitive for other in same} - {each.primitive}
    # What the verdict decides between are entries: at least two were looked at, or the library has no other.
    assert max(entries) > 0
    other = same[2]
    chosen = SetSymbolic(edge=square, primitive=other.primitive, a=other.a, b=other.b, c=other.c, d=other.d)
    assert bench.do(chosen, table, result).network_view.edges[1].function.primitive == other.primitive


def test_how_near_the_border_of_a_domain_is_stands_in_the_unit_of_the_column(bench):
    table = bench.law(lambda x: np.log(10 * x + 10.5), inputs=1)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(), table))
    answer = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    log = next(each for each in answer.suggestions if each.primitive == "log")
    # The border is at -1.05, the smallest row near -1.
    assert log.border_distance == pytest.approx(0.05, abs=0.02)
    assert log.domain == "u > 0"
    assert log.domain_margin < 0.1
    sine = bench.ask(SuggestionsQuery(edge=EDGE, top=8), result, table).suggestions
    assert all(each.border_distance is None for each in sine if each.domain_margin is None)


def test_a_domain_is_told(bench):
    table = bench.law(lambda x: np.log(x + 1.5), inputs=1)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(), table))
    answer = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    log = next(each for each in answer.suggestions if each.primitive == "log")
    assert log.domain_margin == pytest.approx(0.25, abs=0.02)
    assert log.domain_note.startswith("valid on all data; its border (u > 0) is 2")


def test_edge_detail_shows_what_the_rows_say(bench, additive):
    table, result = additive
    detail = bench.ask(EdgeDetailQuery(edge=EDGE), result, table)
    assert (len(detail.x), len(detail.y)) == (200, 200)
    assert len(detail.data_x) == len(detail.data_y) == 240
    assert (detail.source_name, detail.target_name) == ("x0", "y0")
    assert detail.text == "spline, 11 coefficients"
    raw = detail.source_shift + detail.source_scale * np.array(detail.data_x)
    assert raw.min() >= -1
    # For an additive network the partial residuals are the law itself up to a constant, in units of the target's spread.
    scale = np.ptp(detail.data_y) / np.ptp(np.sin(3 * raw))
    rest = np.array(detail.data_y) - scale * np.sin(3 * raw)
    assert np.std(rest) < 0.02 * np.std(detail.data_y)


def test_edge_detail_of_hidden_symbolic_and_pruned_edges(bench):
    table = bench.law(lambda x, y: np.exp(x + y))
    result = bench.do(Train(steps=20), table, bench.do(Initialise(shape=[2, 2, 1]), table))
    inner = bench.ask(EdgeDetailQuery(edge=Edge(layer=1, source=0, target=0)), result, table)
    assert (inner.source_name, inner.target_name, inner.source_scale) == ("h0", "y0", 1.0)
    symbolic = bench.do(SetSymbolic(edge=EDGE, primitive="x", a=1, b=0, c=2, d=0, refit=0), table, result)
    shown = bench.ask(EdgeDetailQuery(edge=EDGE), symbolic, table)
    # 2 x in the network's units, told in the column's name and unit.
    assert shown.text.startswith(f"{2 / shown.source_scale:.3g} x0 ")
    pruned = bench.do(Prune(edges=[EDGE], refit=0), table, result)
    detail = bench.ask(EdgeDetailQuery(edge=EDGE), pruned, table)
    assert detail.text == "pruned"
    assert set(detail.y) == {0.0}


def test_a_candidate_lies_on_the_points_of_the_detail(bench, additive):
    table, result = additive
    detail = bench.ask(EdgeDetailQuery(edge=EDGE), result, table)
    curve = bench.ask(CandidateQuery(edge=EDGE, primitive="sin"), result, table)
    assert len(curve.y) == len(detail.y)
    assert curve.r2 > 0.999
    assert np.allclose(curve.y, detail.y, atol=0.05)
    gap = bench.ask(CandidateQuery(edge=EDGE, primitive="log", a=1.0, b=0.0, c=1.0, d=0.0), result, table)
    assert gap.y[0] is None
    assert gap.y[-1] is not None
    assert gap.r2 == 0


def test_a_prune_proposal_is_what_pruning_then_does(bench):
    table = bench.law(lambda x, y: np.exp(x + y**2))
    result = bench.do(Train(), table, bench.do(Initialise(shape=[2, 3, 1]), table))
    proposal = bench.ask(PruneProposalQuery(threshold=0.05), result, table)
    pruned = bench.do(Prune(threshold=0.05, refit=0), table, result)
    gone = {tuple(edge.id.model_dump().values()) for edge in pruned.network_view.edges if edge.function.kind == "zero"}
    assert {tuple(edge.model_dump().values()) for edge in proposal.edges} == gone
    assert proposal.test_rmse_before == pytest.approx(result.metrics.test_rmse)
    assert proposal.test_rmse_after == pytest.approx(pruned.metrics.test_rmse)


def test_curves_carry_their_revision(bench, additive):
    table, result = additive
    assert bench.ask(CurvesQuery(), result, table).y == result.curves.y
    assert bench.ask(CurvesQuery(), result, table).revision == "revision"


def test_an_upload_becomes_a_table_or_a_problem(bench):
    answer = bench.ask(ReadTableQuery(filename="a.csv"), upload=b"x;y\nm;s\n1,5;2\n2,5;4\n3,5;7\n")
    assert [(column.name, column.unit, column.role) for column in answer.view.columns] == [
        ("x", "m", "input"),
        ("y", "s", "target"),
    ]
    with pytest.raises(WorkError) as caught:
        bench.ask(ReadTableQuery(filename="a.csv"), upload=b"PK\x03\x04")
    assert caught.value.code == "bad_table"
    assert caught.value.hint
    with pytest.raises(WorkError, match="no file"):
        bench.ask(ReadTableQuery(filename="a.csv"))


def test_samples_are_listed_and_given_as_tables(bench):
    listed = bench.ask(SampleListQuery()).samples
    assert listed[0].name == "toy"
    assert sum(sample.real for sample in listed) >= 2
    answer = bench.ask(SampleQuery(name="kepler"))
    assert answer.view.source
    assert answer.view.licence
    assert [column.role for column in answer.view.columns] == ["input", "target"]
    with pytest.raises(WorkError) as caught:
        bench.ask(SampleQuery(name="nothing"))
    assert caught.value.code == "not_found"


def test_rows_come_in_pages(bench):
    table = bench.table([[1, 2], [3, 4], [5, 6]], 1)
    page = bench.ask(TableRowsQuery(offset=1, limit=5), table=table)
    assert (page.total, page.columns, page.rows) == (3, ["x0", "y0"], [[3, 4], [5, 6]])
    assert bench.ask(TableRowsQuery(offset=9, limit=5), table=table).rows == []


def test_the_library_is_listed(bench):
    rows = bench.ask(PrimitivesQuery()).primitives
    assert {"sin", "exp", "x^2", "J0"} <= {row.name for row in rows}
    assert all(row.latex and row.domain for row in rows)
