import numpy as np
import pytest

from server.contract.actions import Initialise, Lock, Train
from server.contract.base import Edge
from server.contract.events import Curves, Losses, Progress
from server.work.result import WorkError


def test_training_lowers_the_error_and_reports_on_the_way(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Initialise(), table)
    result = bench.do(Train(steps=20), table, start)
    assert result.outcome == "done"
    assert result.metrics.test_rmse < 0.1 * start.metrics.test_rmse
    frames = bench.emit.frames
    assert {type(frame) for frame in frames} == {Progress, Losses, Curves}
    progress = [frame for frame in frames if isinstance(frame, Progress)]
    assert [frame.step for frame in progress] == list(range(1, len(progress) + 1))
    assert all(frame.steps >= frame.step and frame.action_id == "action" for frame in progress)
    curves = [frame for frame in frames if isinstance(frame, Curves)]
    assert all(frame.density == b"" and frame.revision is None for frame in curves)
    assert result.curves.density
    assert [point.step for point in result.losses] == [frame.step for frame in progress]


def test_a_cancel_keeps_the_best_state(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Initialise(), table)
    result = bench.do(Train(steps=50), table, start, stop_after=4)
    assert result.outcome == "cancelled"
    assert len(result.losses) == 4
    assert result.metrics.train_rmse < start.metrics.train_rmse
    assert "Stopped after 4 steps" in result.message


def test_the_same_parent_gives_the_same_bytes(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Initialise(), table)
    assert bench.do(Train(steps=6), table, start).network == bench.do(Train(steps=6), table, start).network


def test_an_untrained_network_competes_with_other_starts_and_a_trained_one_does_not(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    first = bench.do(Train(steps=5), table, bench.do(Initialise(), table))
    assert any("start 2" in (point.event or "") for point in first.losses)
    second = bench.do(Train(steps=5), table, first)
    assert not any("start" in (point.event or "") for point in second.losses)
    assert len(second.losses) <= 5


def test_locked_edges_do_not_move(bench):
    table = bench.law(np.hypot)
    start = bench.do(Initialise(shape=[2, 1]), table)
    locked = bench.do(Lock(edges=[Edge(layer=0, source=0, target=0)]), table, start)
    assert [edge.locked for edge in locked.network_view.edges] == [True, False]
    trained = bench.do(Train(steps=5), table, locked)
    before, after = (np.frombuffer(result.curves.y, "<f4").reshape(2, -1) for result in (locked, trained))
    assert np.array_equal(before[0], after[0])
    assert not np.array_equal(before[1], after[1])


def test_with_everything_locked_there_is_nothing_to_train(bench):
    table = bench.law(np.hypot)
    start = bench.do(Initialise(shape=[2, 1]), table)
    edges = [edge.id for edge in start.network_view.edges]
    with pytest.raises(WorkError, match="nothing to train"):
        bench.do(Train(), table, bench.do(Lock(edges=edges), table, start))


def test_a_network_fitted_by_heart_is_said(bench):
    values = np.random.default_rng(0).normal(size=(60, 3))
    table = bench.table(values, 2)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 4, 1]), table))
    assert "much worse than training rows" in result.message
