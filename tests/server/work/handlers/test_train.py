import numpy as np
import pytest

from server.contract.actions import Initialise, Lock, Train
from server.contract.base import Edge
from server.contract.events import Curves, Losses, Progress
from server.work.result import WorkError


def frames(bench):
    return [frame for frame in bench.emit.frames if isinstance(frame, Progress)]


def test_training_lowers_the_error_and_reports_on_the_way(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Initialise(), table)
    result = bench.do(Train(steps=20), table, start)
    assert result.outcome == "done"
    assert result.metrics.test_rmse < 0.1 * start.metrics.test_rmse
    assert {type(frame) for frame in bench.emit.frames} == {Progress, Losses, Curves}
    assert all(frame.steps >= frame.step and frame.action_id == "action" for frame in frames(bench))
    progress = [frame for frame in frames(bench) if frame.start is None]
    assert [frame.step for frame in progress] == list(range(16, len(progress) + 16))
    curves = [frame for frame in bench.emit.frames if isinstance(frame, Curves)]
    assert all(frame.density == b"" and frame.revision is None for frame in curves)
    assert result.curves.density
    assert [point.step for point in result.losses] == list(range(1, progress[-1].step + 1))


def test_a_cancel_keeps_the_best_state(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Train(steps=1), table, bench.do(Initialise(), table))
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
    competing = [(frame.start, frame.starts) for frame in frames(bench) if frame.start is not None]
    assert set(competing) == {(1, 3), (2, 3), (3, 3)}
    second = bench.do(Train(steps=5), table, first)
    assert all(frame.start is None for frame in frames(bench))
    assert len(second.losses) <= 5


def test_the_steps_asked_for_are_those_told_and_competing_starts_are_told_apart(bench):
    table = bench.law(lambda x, y: np.exp(np.sin(np.pi * x) + y**2))
    result = bench.do(Train(steps=20), table, bench.do(Initialise(), table))
    assert "after 20 steps by Levenberg-Marquardt. 3 starts competed for 15 steps each." in result.message
    assert [point.step for point in result.losses] == list(range(1, 21))
    training = [frame for frame in frames(bench) if frame.start is None]
    assert [(frame.step, frame.steps) for frame in training] == [(step, 20) for step in range(16, 21)]
    competing = [(frame.start, frame.step, frame.steps) for frame in frames(bench) if frame.start is not None]
    assert competing == [(start, step, 15) for start in (1, 2, 3) for step in range(1, 16)]


def test_a_cancel_while_starts_compete_keeps_the_best_of_them_and_says_that_no_training_was_done(bench):
    table = bench.law(lambda x, y: np.exp(x) + y)
    start = bench.do(Initialise(), table)
    result = bench.do(Train(steps=50), table, start, stop_after=20)
    assert result.outcome == "cancelled"
    assert result.losses == ()
    assert result.metrics.train_rmse < start.metrics.train_rmse
    assert "Stopped while starts still competed; the best state so far is kept." in result.message


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
