"""Method, objective, weights and smoothness of a training, and the schedule of grids."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from server.contract.actions import GridSchedule, Initialise, Train
from server.contract.events import Losses, Progress
from server.contract.rows import RowRoles
from server.work.result import TableData, WorkError


def law(x, y):
    return np.exp(x) + y**2


def messages(bench) -> list[str]:
    return [frame.message for frame in bench.emit.frames if isinstance(frame, Progress) and frame.message]


@pytest.mark.parametrize(
    ("method", "name"), [("levenberg_marquardt", "Levenberg-Marquardt"), ("lbfgs", "L-BFGS"), ("adam", "Adam")]
)
def test_the_progress_names_the_trainer_that_was_asked_for(bench, method, name):
    table = bench.law(law)
    start = bench.do(Initialise(shape=[2, 1]), table)
    result = bench.do(Train(method=method, steps=12, batch=60, rate=0.05, sparsity=0), table, start)
    assert result.metrics.test_rmse < start.metrics.test_rmse
    assert f"{name}, as asked for." in messages(bench)
    assert f"by {name}" in result.message


@pytest.mark.parametrize("method", ["lbfgs", "adam"])
def test_a_training_that_is_to_be_compiled_says_whether_it_was_and_is_the_same(bench, method):
    table = bench.law(law)
    start = bench.do(Initialise(shape=[2, 1]), table)
    ordinary = bench.do(Train(method=method, steps=3, sparsity=0), table, start)
    result = bench.do(Train(method=method, steps=3, sparsity=0, compile=True), table, start)
    assert result.metrics.train_rmse == pytest.approx(ordinary.metrics.train_rmse, rel=1e-6)
    assert "compiled" in (result.losses[0].event or "")


def test_the_choice_is_explained_while_it_trains(bench):
    table = bench.law(law)
    start = bench.do(Initialise(shape=[2, 16, 16, 1]), table)
    bench.do(Train(steps=2), table, start)
    assert any("parameters and 240 rows" in text for text in messages(bench))


def test_huber_is_not_bent_by_outliers(bench):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (400, 2))
    y = law(*x.T)
    spoiled = np.where(rng.random(400) < 0.1, y + 20, y)
    table = bench.table(np.column_stack([x, spoiled]), 2)
    start = bench.do(Initialise(shape=[2, 1]), table)
    errors = []
    for objective in ("squared", "huber"):
        result = bench.do(Train(objective=objective, huber_delta=0.05, sparsity=0), table, start)
        errors.append(result.metrics.train_rmse)
    # The squared loss has the smaller squared error on spoiled rows, Huber ignores them.
    assert errors[1] > errors[0]


def weighed(bench, weights):
    x = np.random.default_rng(1).uniform(-1, 1, (300, 2))
    y = law(*x.T)
    y[::3] += 5
    table = bench.table(np.column_stack([x, y, weights(np.arange(300))]), 2, names=["x", "y", "z", "w"])
    return TableData(table.key, table.content, ("x", "y"), ("z",), rows=RowRoles(weight="w").model_dump_json())


def test_rows_without_weight_do_not_count(bench):
    table = weighed(bench, lambda row: (row % 3 > 0) * 2.0)
    start = bench.do(Initialise(shape=[2, 1]), table)
    result = bench.do(Train(sparsity=0), table, start)
    # A third of the rows lies 5 too high: they take no part, neither in the fit nor where it is judged.
    assert result.metrics.test_rmse < 0.05
    alike = replace(table, rows=RowRoles().model_dump_json())
    assert bench.do(Train(sparsity=0), alike, bench.do(Initialise(shape=[2, 1]), alike)).metrics.test_rmse > 1
    assert (result.metrics.rows_train, result.metrics.rows_test) == (160, 40)


@pytest.mark.parametrize(
    ("weights", "message"),
    [(lambda row: row - 7.0, "row 1 in the column 'w' is -7"), (lambda row: row * 0.0, "All weights")],
)
def test_weights_that_cannot_weigh_are_refused(bench, weights, message):
    with pytest.raises(WorkError, match=message):
        bench.do(Initialise(shape=[2, 1]), weighed(bench, weights))


def test_an_unknown_column_of_weights_is_named(bench):
    table = replace(bench.law(law), rows=RowRoles(sigma="sigma").model_dump_json())
    with pytest.raises(Exception, match="'sigma'"):
        bench.do(Initialise(shape=[2, 1]), table)


def test_cross_entropy_needs_classes(bench):
    table = bench.law(law)
    with pytest.raises(WorkError, match="target of this session is a number"):
        bench.do(Train(objective="cross_entropy"), table, bench.do(Initialise(shape=[2, 1]), table))


def test_smoothness_keeps_splines_from_following_noise(bench):
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, (80, 1))
    table = bench.table(np.column_stack([x, x**2 + 0.3 * rng.normal(size=(80, 1))]), 1)
    start = bench.do(Initialise(shape=[1, 1], intervals=40), table)
    rough, smooth = (bench.do(Train(sparsity=0, smoothness=value), table, start).metrics for value in (0, 1))
    assert smooth.test_rmse < rough.test_rmse


def test_a_cancel_takes_effect_within_a_long_step(bench):
    table = bench.law(lambda *x: sum(x), inputs=4, rows=400)
    start = bench.do(Initialise(shape=[4, 16, 16, 1]), table)
    result = bench.do(Train(method="levenberg_marquardt", steps=50), table, start, stop_after=3)
    assert result.outcome == "cancelled"
    assert len(result.losses) == 0


def test_a_grid_schedule_marks_each_grid_and_lowers_the_error(bench):
    table = bench.law(lambda x, y: np.sin(3 * x) + y**2, rows=600)
    start = bench.do(Initialise(shape=[2, 1], intervals=3), table)
    result = bench.do(GridSchedule(intervals=[3, 6, 12], steps=10), table, start)
    marks = [point.event for point in result.losses if point.event and point.event.startswith("grid ")]
    assert [mark for mark in marks if mark != "grid update"] == ["grid 3", "grid 6", "grid 12"]
    live = [frame for frame in bench.emit.frames if isinstance(frame, Losses)][-1]
    begun = {point.event: point.step for point in result.losses if point.event in marks and point.event != "grid update"}
    assert {mark.text: mark.step for mark in live.marks if mark.text in begun} == begun
    assert [point.step for point in result.losses] == sorted({point.step for point in result.losses})
    assert result.network_view.intervals == [12]
    assert "12 intervals per spline kept" in result.message
    assert result.metrics.test_rmse < 1e-3


def test_a_grid_schedule_stops_when_held_out_rows_fare_worse_and_keeps_the_best_grid(bench):
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, (100, 1))
    table = bench.table(np.column_stack([x, np.sin(2 * x) + 0.2 * rng.normal(size=(100, 1))]), 1)
    start = bench.do(Initialise(shape=[1, 1]), table)
    result = bench.do(GridSchedule(intervals=[3, 20, 60, 100], steps=10), table, start)
    assert result.network_view.intervals == [3]
    assert "the held-out error rose, so" in result.message
    assert "not tried" in result.message
    assert "100" not in result.message.split("kept.")[0]


def test_a_cancelled_grid_schedule_keeps_the_best_grid(bench):
    table = bench.law(lambda x, y: np.sin(3 * x) + y**2, rows=600)
    start = bench.do(Initialise(shape=[2, 1], intervals=3), table)
    result = bench.do(GridSchedule(intervals=[3, 6, 12], steps=10), table, start, stop_after=3)
    assert result.outcome == "cancelled"
    assert "the best grid so far is kept" in result.message
    assert result.metrics.test_rmse < start.metrics.test_rmse


@pytest.mark.parametrize(("grids", "message"), [([5, 5], "do not rise"), ([10, 5], "do not rise")])
def test_grids_that_do_not_rise_are_refused(bench, grids, message):
    table = bench.law(law)
    with pytest.raises(WorkError, match=message):
        bench.do(GridSchedule(intervals=grids), table, bench.do(Initialise(shape=[2, 1]), table))


def test_grids_beyond_the_limit_are_not_valid():
    with pytest.raises(ValidationError):
        GridSchedule(intervals=[401])
