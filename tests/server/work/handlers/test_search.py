from dataclasses import replace

import numpy as np
import pytest

from server.contract.actions import Adopt, Initialise, Lock, Prune, Search
from server.contract.base import Edge
from server.contract.events import Front, Progress
from server.work.control import StoppedError
from server.work.result import WorkError

PATIENT = 600.0


def test_a_search_ends_with_the_formula_and_shows_its_front_on_the_way(bench):
    table = bench.law(lambda x, y: x * y)
    found = bench.do(Search(budget=PATIENT), table, bench.do(Initialise(), table))
    frames = bench.emit.frames
    assert {type(frame) for frame in frames} == {Progress, Front}
    assert next(frame.message for frame in frames if isinstance(frame, Progress)) == "laws of one term"
    assert found.outcome == "done"
    assert found.formula.symbolic
    assert found.metrics.test_nrmse < 1e-9
    assert "visited" in found.message
    last = [frame for frame in frames if isinstance(frame, Front)][-1]
    assert list(last.points) == [entry.point for entry in found.front]
    assert found.front[-1].point.sympy == "x0*x1"
    assert found.front[-1].point.latex == "y_{0} = x_{0} x_{1}"
    assert not any(entry.point.noise_left for entry in found.front)


def test_the_front_says_which_formulas_leave_only_noise(bench):
    noise = 0.1 * np.random.default_rng(1).normal(size=300)
    found = bench.do(Search(budget=PATIENT), bench.law(lambda x, y: x * y + noise))
    level = next(entry.point.test_rmse for entry in found.front if entry.point.noise_left)
    assert level == pytest.approx(0.1, rel=0.25)
    assert [frame for frame in bench.emit.frames if isinstance(frame, Front)][-1].points[-1].noise_left


def test_locked_edges_are_a_problem_that_names_them_unless_they_are_to_be_ignored(bench):
    table = bench.law(lambda x, y: x * y)
    start = bench.do(Initialise(shape=[2, 2, 1]), table)
    locked = bench.do(Lock(edges=[Edge(layer=0, source=1, target=0), Edge(layer=1, source=1, target=0)]), table, start)
    with pytest.raises(WorkError, match="x1 → h0, h1 → y0") as caught:
        bench.do(Search(budget=PATIENT), table, locked)
    assert caught.value.code == "locked"
    assert "Unlock" in caught.value.hint
    assert "ignore_locked" in caught.value.hint
    found = bench.do(Search(budget=PATIENT, ignore_locked=True), table, locked)
    assert found.formula.sympy == "x0*x1"
    assert "locked edges (x1 → h0, h1 → y0) are not in it" in found.message


def test_a_search_says_that_the_network_before_is_not_in_its_formula(bench):
    table = bench.law(lambda x, y: x * y)
    start = bench.do(Initialise(shape=[2, 2, 1]), table)
    edited = bench.do(Prune(edges=[Edge(layer=0, source=1, target=0)], refit=0), table, start)
    assert "the network before stays in the history" in bench.do(Search(budget=PATIENT), table, edited).message
    assert "before" not in bench.do(Search(budget=PATIENT), table, start).message


def test_an_entry_of_the_front_becomes_the_revision(bench):
    table = bench.law(lambda x, y: x * y)
    start = bench.do(Initialise(), table)
    found = bench.do(Search(budget=PATIENT), table, start)
    chosen = found.front[0]
    adopted = bench.do(Adopt(search="r1", index=0), table, replace(start, network=chosen.network))
    assert adopted.formula.sympy == chosen.point.sympy
    assert adopted.metrics.test_rmse == pytest.approx(chosen.point.test_rmse)
    assert adopted.network == chosen.network


def test_a_law_is_told_and_kept_with_the_constants_of_all_rows_and_its_exact_numbers(bench):
    noise = 0.02 * np.random.default_rng(1).normal(size=300)
    table = bench.law(lambda x, y: 0.7 * np.cos(2 * np.pi * x) * y + noise)
    start = bench.do(Initialise(), table)
    found = bench.do(Search(budget=PATIENT), table, start)
    told = [frame for frame in bench.emit.frames if isinstance(frame, Front)][-1]
    assert list(told.points) == [entry.point for entry in found.front]
    place = next(place for place, entry in enumerate(found.front) if "pi" in entry.point.sympy)
    chosen = found.front[place]
    adopted = bench.do(Adopt(search="r1", index=place), table, replace(start, network=chosen.network))
    assert "pi" in adopted.formula.sympy
    assert adopted.metrics.test_rmse == pytest.approx(chosen.point.test_rmse, rel=1e-7)
    assert adopted.formula.complexity == chosen.point.complexity


def test_a_cancel_before_the_first_formula_leaves_nothing(bench):
    table = bench.law(lambda x, y: x * y)
    with pytest.raises(StoppedError):
        bench.do(Search(budget=PATIENT), table, stop_after=1)


def test_several_targets_are_refused(bench):
    x = [[0.1 * i, 0.2 * i, 0.3 * i * i] for i in range(20)]
    with pytest.raises(WorkError, match="one target"):
        bench.do(Search(), bench.table(x, 1))


def test_a_target_that_is_all_noise_is_called_so(bench):
    table = bench.table(np.random.default_rng(2).standard_normal((300, 3)), 2)
    with pytest.raises(WorkError, match="looks like noise"):
        bench.do(Search(budget=1.0), table)
