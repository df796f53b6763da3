"""Equations as what a session learns: solved at the points of a table of their own, or met beside measured rows."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from kan_core.network.snapshot import from_bytes
from server.contract.actions import FitEquation, Initialise, Lock, Search, SetSymbolic
from server.contract.base import Edge
from server.contract.rest import CreateEquations, EquationInput
from server.tables.table import StoredTable
from server.work.query import EquationTableQuery, ExportQuery, TableRowsQuery
from server.work.result import TableData, WorkError

DECAY = ["n_t = -n/2", "n = 3 at t = 0"]


def asked(bench, inputs, unknowns, equations, points=200):
    """The table of points that equations begin with."""
    problem = CreateEquations(
        inputs=[EquationInput(name=name, low=low, high=high) for name, low, high in inputs],
        unknowns=unknowns,
        equations=equations,
        points=points,
    )
    answer = bench.ask(EquationTableQuery(problem=problem))
    return answer.view, TableData(answer.view.id, answer.content, tuple(each[0] for each in inputs), tuple(unknowns))


def solved(table, result):
    """The table a revision is measured on."""
    return replace(table, key="solved", content=result.table, origin=table.key)


@pytest.fixture
def decay(bench):
    return asked(bench, [("t", 0, 4)], ["n"], DECAY)


def test_equations_become_a_table_of_points_with_the_equations_written_on_it(decay):
    view, table = decay
    stored = StoredTable.from_bytes(table.content)
    assert stored.equations == tuple(DECAY) == tuple(view.equations)
    assert [(column.name, column.role) for column in view.columns] == [("t", "input"), ("n", "target")]
    times = stored.select(("t",))[:, 0]
    assert (times.min(), times.max()) == (0, 4)
    assert (np.sum(times == 0), np.sum(times == 4)) == (8, 8)
    np.testing.assert_allclose(stored.select(("n",)), 3)
    assert view.name == "n_t = -n/2"


def test_the_solution_becomes_the_values_of_the_rows(bench, decay):
    _, table = decay
    start = bench.do(Initialise(), table)
    assert start.network_view.shape == [1, 1]
    assert start.metrics.equation_rms > 0.1
    result = bench.do(FitEquation(), table, start)
    assert result.metrics.equation_rms < 1e-4
    assert result.metrics.condition_rms < 1e-5
    assert result.metrics.test_rmse == 0
    rows = np.array(bench.ask(TableRowsQuery(offset=0, limit=500), result, solved(table, result)).rows)
    np.testing.assert_allclose(rows[:, 1], 3 * np.exp(-rows[:, 0] / 2), atol=1e-4)
    assert result.losses[-1].train_rmse < 1e-4
    assert "Left minus right" in result.message


def test_a_formula_of_the_solution_is_held_against_the_equation(bench, decay):
    _, table = decay
    result = bench.do(FitEquation(), table, bench.do(Initialise(), table))
    rows = solved(table, result)
    formula = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="exp"), rows, result)
    assert formula.metrics.test_rmse < 1e-4
    assert formula.metrics.equation_rms < 1e-4
    assert formula.table is None
    # The rows are held out as before, and solving again starts from the formula, whose constants it makes exact.
    assert formula.metrics.rows_test == result.metrics.rows_test
    again = bench.do(FitEquation(), rows, formula)
    assert again.metrics.equation_rms < 1e-9
    assert again.metrics.condition_rms < 1e-9


def test_a_search_among_equations_ends_with_the_law_that_fulfils_them(bench):
    # exp(-x²/2); sums of several Gaussians meet the solution's values better than it does, since those have an error.
    _, table = asked(bench, [("x", -4, 4)], ["f"], ["f_xx = (x^2 - 1)*f", "f = 1 at x = 0", "f_x = 0 at x = 0"], points=300)
    result = bench.do(FitEquation(intervals=[20]), table, bench.do(Initialise(degree=5), table))
    assert result.metrics.equation_rms > 1e-6
    law = bench.do(Search(budget=10), solved(table, result), result)
    assert law.formula.sympy == "exp(-0.5*x**2)"
    assert law.metrics.equation_rms < 1e-13
    assert law.metrics.condition_rms < 1e-13
    assert "fulfils the equations" in law.message
    assert any(entry.point.sympy == law.formula.sympy for entry in law.front)
    assert law.metrics.verdict == law.front[-1].point.verdict == "solved"


def test_a_law_has_no_term_that_the_equations_do_not_need(bench):
    # Values alone also allow tanh beside its relative 1/(exp + 1), which equals it but for a factor and a constant.
    _, table = asked(bench, [("t", 0, 3)], ["v"], ["v_t = 9.81 - v^2/5", "v = 0 at t = 0"], points=300)
    result = bench.do(FitEquation(), table, bench.do(Initialise(degree=5), table))
    law = bench.do(Search(budget=30), solved(table, result), result)
    assert law.metrics.equation_rms < 1e-12
    assert law.formula.complexity <= 10
    at_two = float(sympy.sympify(law.formula.sympy).subs("t", 2))
    assert at_two == pytest.approx(np.sqrt(9.81 * 5) * np.tanh(np.sqrt(9.81 / 5) * 2), rel=1e-10)


def test_a_report_lists_the_equations_and_what_is_left_of_them(bench, decay):
    view, table = decay
    result = bench.do(FitEquation(), table, bench.do(Initialise(), table))
    rows = solved(table, result)
    revision = bench.revision(result, FitEquation())
    summary = bench.summary(revision).model_copy(update={"equation_rms": 1.25e-7})
    query = ExportQuery(format="report", name="decay", dataset=view, revision=revision, history=[summary])
    content = bench.ask(query, result, rows).content
    assert "n_t = -n/2" in content
    assert "n = 3 at t = 0" in content
    assert "left minus right of the conditions" in content
    assert "1.25e-07" in content
    assert ">equations<" in content


def test_a_solution_is_called_solved_by_metrics_and_message(bench, decay):
    _, table = decay
    start = bench.do(Initialise(), table)
    assert start.metrics.verdict == "not_a_solution"
    result = bench.do(FitEquation(), table, start)
    assert result.metrics.verdict == "solved"
    assert result.metrics.relative_residual < 1e-3
    assert "Solved: of the size of the terms" in result.message
    assert "start over" not in result.message
    # A formula that is another function is none, whatever it is close to in the rows.
    wrong = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="x", refit=0), solved(table, result), result)
    assert wrong.metrics.verdict == "not_a_solution"


BURGERS = ["u_t + u*u_x = 0.01/pi*u_xx", "u = -sin(pi*x) at t = 0", "u = 0 at x = -1", "u = 0 at x = 1"]
HELMHOLTZ = [
    "u_xx + u_yy + u = (1 - 17*pi^2)*sin(pi*x)*sin(4*pi*y)",
    *(f"u = 0 at {side}" for side in ("x = -1", "x = 1", "y = -1", "y = 1")),
]


@pytest.mark.parametrize(
    ("inputs", "equations"), [([("x", -1, 1), ("t", 0, 1)], BURGERS), ([("x", -1, 1), ("y", -1, 1)], HELMHOLTZ)]
)
def test_what_is_no_solution_says_so_where_most_is_left_and_what_may_help(bench, inputs, equations):
    _, table = asked(bench, inputs, ["u"], equations, points=300)
    result = bench.do(FitEquation(steps=6, starts=1, intervals=[6]), table, bench.do(Initialise(degree=5), table))
    assert result.metrics.verdict == "not_a_solution"
    assert 0.05 < result.metrics.relative_residual <= 1
    assert "This is not a solution: of the size of the terms" in result.message
    assert any(f"Most is left of ‘{equation}’" in result.message for equation in equations)
    # Knots may have grown with the values, so the grid it ended on is asked of the network.
    grid = max(layer.grid.intervals for layer in from_bytes(result.network).layers)
    assert grid >= 10
    assert f"finer grids ({2 * grid}, {4 * grid}) or more points (600)" in result.message
    view = bench.revision(result, FitEquation())
    for form, mark in (("python", "# "), ("sympy", "# "), ("latex", "% ")):
        document = bench.ask(
            ExportQuery(format=form, name="b", dataset=_, revision=view, history=[]), result, solved(table, result)
        )
        assert document.content.startswith(f"{mark}This is not a solution: ")
        assert "This is not a solution" in document.check
    report = bench.ask(
        ExportQuery(format="report", name="b", dataset=_, revision=view, history=[bench.summary(view)]),
        result,
        solved(table, result),
    )
    assert "This is not a solution: " in report.content
    assert "not a solution</td>" in report.content


def test_a_stopped_solution_is_told_to_go_on_first(bench):
    _, table = asked(bench, [("x", -1, 1), ("t", 0, 1)], ["u"], BURGERS, points=200)
    result = bench.do(FitEquation(), table, bench.do(Initialise(degree=5), table), stop_after=30)
    assert "Solving again goes on." in result.message


def test_a_search_without_a_law_gives_the_shortest_description(bench):
    _, table = asked(bench, [("t", 0, 6)], ["a"], ["a_tt = -sin(a)", "a = 1 at t = 0", "a_t = 0 at t = 0"], points=200)
    result = bench.do(FitEquation(intervals=[20]), table, bench.do(Initialise(degree=5), table))
    found = bench.do(Search(budget=4), solved(table, result), result)
    assert "shortest description" in found.message
    assert found.metrics.equation_rms > 1e-9
    # Each formula of the front says what it leaves of the equations, not only how near it is to the solution's values.
    front = [entry.point for entry in found.front]
    assert front[0].verdict == "not_a_solution"
    assert front[-1].relative_residual < front[0].relative_residual <= 1
    assert "of the size of the terms that should cancel" in found.message


def test_a_partial_differential_equation_is_solved_by_the_best_of_some_starts(bench):
    _, table = asked(
        bench,
        [("x", 0, 1), ("t", 0, 1)],
        ["u"],
        ["u_t = 0.1*u_xx", "u = sin(pi*x) at t = 0", "u = 0 at x = 0", "u = 0 at x = 1"],
        points=300,
    )
    start = bench.do(Initialise(shape=[2, 2, 1]), table)
    result = bench.do(FitEquation(starts=3, intervals=[10], steps=40), table, start)
    rows = np.array(bench.ask(TableRowsQuery(offset=0, limit=500), result, solved(table, result)).rows)
    truth = np.exp(-0.1 * np.pi**2 * rows[:, 1]) * np.sin(np.pi * rows[:, 0])
    assert np.sqrt(np.mean((rows[:, 2] - truth) ** 2)) < 1e-3
    events = [point.event for point in result.losses if point.event and point.event != "grid update"]
    assert events == ["best start", "grid 10"]
    kinds = [(point.event_kind, point.intervals) for point in result.losses if point.event and point.event != "grid update"]
    assert kinds == [("best_start", None), ("grid", 10)]
    assert {point.event_kind for point in result.losses if point.event == "grid update"} <= {"grid_update"}
    assert [point.step for point in result.losses] == list(range(1, len(result.losses) + 1))
    steps = len(result.losses)
    assert f" after {steps} steps on 2 grids. 3 starts competed for " in result.message


def test_several_unknowns_and_a_second_order_equation_as_two_of_the_first(bench):
    _, table = asked(bench, [("t", 0, 3)], ["x", "v"], ["x_t = v", "v_t = -x", "x = 1 at t = 0", "v = 0 at t = 0"])
    result = bench.do(FitEquation(), table, bench.do(Initialise(), table))
    rows = np.array(bench.ask(TableRowsQuery(offset=0, limit=500), result, solved(table, result)).rows)
    np.testing.assert_allclose(rows[:, 1:], np.column_stack([np.cos(rows[:, 0]), -np.sin(rows[:, 0])]), atol=1e-4)


def test_measured_rows_are_met_beside_an_equation_that_holds_between_them(bench):
    # Six rows of one and a half periods say little; with the equation of the oscillator they say all.
    times = np.linspace(0, 9, 6)
    table = bench.table(np.column_stack([times, np.cos(times)]), 1, ["t", "x"])
    start = bench.do(Initialise(shape=[1, 1], intervals=20), table)
    result = bench.do(FitEquation(equations=["D(x, t, t) + x = 0"], intervals=[40]), table, start)
    assert result.table is None
    assert result.metrics.equation_rms is None
    assert result.metrics.verdict is None
    assert result.metrics.train_rmse < 1e-4
    assert result.metrics.test_rmse < 1e-3


def test_a_stop_keeps_the_best_state_as_the_solution(bench, decay):
    _, table = decay
    result = bench.do(FitEquation(), table, bench.do(Initialise(), table), stop_after=6)
    assert result.outcome == "cancelled"
    assert StoredTable.from_bytes(result.table).equations == tuple(DECAY)
    # Going on goes on to the finer grids that were left out.
    assert result.network_view.intervals == [5]
    again = bench.do(FitEquation(), solved(table, result), result)
    assert again.network_view.intervals == [80]
    assert again.metrics.equation_rms < 1e-4


def test_other_equations_are_written_on_the_solution(bench, decay):
    _, table = decay
    result = bench.do(FitEquation(equations=["n_t = -n", "n = 1 at t = 0"]), table, bench.do(Initialise(), table))
    assert StoredTable.from_bytes(result.table).equations == ("n_t = -n", "n = 1 at t = 0")
    assert result.metrics.equation_rms < 1e-4


def test_points_at_which_an_equation_has_no_value_are_left_out(bench):
    # The axis of a radial equation, whose solution is 1 - r².
    _, table = asked(bench, [("r", 0, 1)], ["u"], ["u_rr + u_r/r = -4", "u = 0 at r = 1", "u_r = 0 at r = 0"])
    result = bench.do(FitEquation(), table, bench.do(Initialise(), table))
    assert "have no value" in result.message
    assert result.metrics.equation_rms < 1e-6
    rows = np.array(bench.ask(TableRowsQuery(offset=0, limit=500), result, solved(table, result)).rows)
    np.testing.assert_allclose(rows[:, 1], 1 - rows[:, 0] ** 2, atol=1e-6)


@pytest.mark.parametrize(
    ("equations", "words"),
    [
        (["n_t = -n +", "n = 3 at t = 0"], "Line 1, position 11"),
        (["n = 3 at t = 0"], "holds everywhere is missing"),
        (["n_t = -m"], "no unknown or input called 'm'"),
        (["n_t = -n", "n = 3 at t = 9"], "outside its range 0 … 4"),
        (["n_t = -n", "n = 3 at s = 0"], "'s' is no input"),
        (["D(n, t, t, t) = 0"], "second order"),
        (["n_t = log(-1 - t)"], "have no value at"),
        (["n_t = -n", "n = 1/t at t = 0"], "right side has no value"),
    ],
)
def test_what_is_wrong_with_equations_is_said_where_it_is(bench, decay, equations, words):
    _, table = decay
    with pytest.raises(WorkError) as caught:
        bench.do(FitEquation(equations=equations), table, bench.do(Initialise(), table))
    assert words in caught.value.detail
    assert caught.value.hint


@pytest.mark.parametrize(
    ("inputs", "unknowns", "words"),
    [
        ([("t", 0, 4)], ["t"], "given twice"),
        ([("t", 4, 0)], ["n"], "from 4 to 0"),
        ([(" ", 0, 4)], ["n"], "no name"),
    ],
)
def test_names_and_ranges_that_cannot_be_are_refused(bench, inputs, unknowns, words):
    with pytest.raises(WorkError, match=words):
        asked(bench, inputs, unknowns, DECAY)


def test_a_session_without_equations_or_of_classes_says_so(bench):
    table = bench.law(lambda x, y: x + y)
    start = bench.do(Initialise(), table)
    with pytest.raises(WorkError, match="No equation is given"):
        bench.do(FitEquation(), table, start)
    with pytest.raises(WorkError, match="box has 1 lower"):
        bench.do(FitEquation(equations=["D(y0, x0) = 1"], low=[0], high=[1]), table, start)
    locked = bench.do(Lock(edges=[edge.id for edge in start.network_view.edges]), table, start)
    with pytest.raises(WorkError, match="nothing to fit"):
        bench.do(FitEquation(equations=["D(y0, x0) = 1"]), table, locked)
    classes = replace(bench.table([[0.1, 0], [0.2, 1], [0.3, 0], [0.4, 1]], 1), task="classification")
    with pytest.raises(WorkError, match="learns classes"):
        bench.do(FitEquation(equations=["D(y0, x0) = 1"]), classes, bench.do(Initialise(), classes))


def test_a_network_of_single_precision_is_solved_in_doubles_and_stays_single(bench, decay):
    _, table = decay
    result = bench.do(FitEquation(), table, bench.do(Initialise(precision="float32"), table))
    assert result.metrics.equation_rms < 1e-2
    assert result.network_view.precision == "float32"
