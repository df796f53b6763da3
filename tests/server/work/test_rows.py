"""Weights, groups and judging rows of a session: page, REST, commands and Python come to the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kan_core.estimator import KANRegressor
from kan_core.evidence.r2 import r_squared
from server.contract.actions import Initialise, Refit, Search, SetSymbolic, Train
from server.contract.base import Edge
from server.contract.rows import Judging, RowRoles
from server.discover.columns import read_columns
from server.discover.rows import RowOptions
from server.fit.job import answer_to
from server.fit.request import FitRequest
from server.work.query import ConstantsQuery, EdgeDetailQuery, SuggestionsQuery
from server.work.result import TableData, WorkError
from server.work.situation import rows_of
from tests.server.work.conftest import Bench

SLOPE = 2.7136219


def two_halves() -> np.ndarray:
    """y = SLOPE·x where the weight is 1, nonsense where it is a millionth."""
    random = np.random.default_rng(5)
    x = random.uniform(0.2, 4, 200)
    weights = np.where(np.arange(200) < 100, 1.0, 1e-6)
    return np.column_stack(
        [x, np.where(weights == 1, SLOPE * x + random.normal(0, 1e-4, 200), random.normal(0, 50, 200)), weights]
    )


def weighed(bench: Bench, roles: RowRoles | None = None, values: np.ndarray | None = None) -> TableData:
    table = bench.table(two_halves() if values is None else values, 1, ["x", "y", "w"])
    return replace(table, targets=("y",), rows=(roles or RowRoles(weight="w")).model_dump_json())


def test_a_weighted_question_has_one_answer_through_every_action(bench: Bench) -> None:
    table = weighed(bench)
    start = bench.do(Initialise(shape=[1, 1]), table)
    trained = bench.do(Train(sparsity=0), table, start)
    # The nonsense of 50, a millionth of it, is 0.05.
    assert trained.metrics.test_rmse < 0.1
    edge = Edge(layer=0, source=0, target=0)
    found = bench.ask(SuggestionsQuery(edge=edge), trained, table)
    assert found.suggestions[0].primitive == "x"
    detail = bench.ask(EdgeDetailQuery(edge=edge), trained, table)
    assert detail.weight is not None
    assert max(detail.weight) == 1.0
    accepted = bench.do(SetSymbolic(edge=edge, primitive="x"), table, trained)
    refitted = bench.do(Refit(splines=False), table, accepted)
    for result in (accepted, refitted):
        assert result.metrics.judged is not None
        assert (result.metrics.judged.method, result.metrics.judged.rows) == ("leave_one_out", 200)
        assert result.metrics.test_rmse == pytest.approx(0.05, abs=0.03)
    slope = max(constant.value for constant in bench.ask(ConstantsQuery(), refitted, table).constants)
    assert slope == pytest.approx(SLOPE, abs=0.001)


def test_commands_and_python_answer_the_same_weighted_question(bench: Bench, tmp_path: Path) -> None:
    file, values = tmp_path / "halves.csv", two_halves()
    values[:100, 1] = 3 * values[:100, 0]
    np.savetxt(file, values, delimiter=",", header="x,y,w", comments="", fmt="%.17g")
    table = read_columns(file, "y", None, RowOptions(weights="w"))
    assert (table.inputs, table.targets) == (("x",), ("y",))
    searched = bench.do(Search(budget=20), table, bench.do(Initialise(shape=[1, 1]), table))
    law = KANRegressor(max_tasks=3).fit(values[:, :1], values[:, 1], values[:, 2])
    assert searched.formula.sympy == "3*x"
    assert law.formula_ == "3*x0"
    assert searched.metrics.test_rmse == pytest.approx(law.rmse_, rel=1e-6)
    assert law.judged_by_ == "leave-one-out, all 200 rows"
    assert searched.metrics.judged is not None
    assert searched.metrics.judged.text == law.judged_by_


def test_a_written_formula_and_an_accepted_one_have_the_same_error_bars(bench: Bench, tmp_path: Path) -> None:
    file, values = tmp_path / "halves.csv", two_halves()
    np.savetxt(file, values, delimiter=",", header="x,y,w", comments="", fmt="%.17g")
    fitted = answer_to(FitRequest(file, "y", "a*x + b", (), (), (), None, "w", 0))
    table = weighed(bench)
    start = bench.do(Train(sparsity=0, steps=5), table, bench.do(Initialise(shape=[1, 1]), table))
    accepted = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="x"), table, start)
    found = {round(constant.value, 2): constant for constant in bench.ask(ConstantsQuery(), accepted, table).constants}
    for written in fitted.constants:
        assert written.standard_error is not None
        constant = found[round(written.value, 2)]
        assert constant.value == pytest.approx(written.value, rel=1e-4, abs=1e-6)
        assert constant.standard_error == pytest.approx(written.standard_error, rel=1e-3)


def test_sigma_is_absolute_and_weights_are_relative(bench: Bench) -> None:
    random = np.random.default_rng(1)
    x, sigma = random.uniform(1, 2, 60), random.uniform(0.1, 0.3, 60)
    values = np.column_stack([x, 2 * x + 0.1 * sigma * random.normal(size=60), sigma])
    bars = {}
    for name, roles in (("σ", RowRoles(sigma="w")), ("w", RowRoles(weight="w"))):
        table = weighed(bench, roles, values)
        start = bench.do(Train(sparsity=0, steps=5), table, bench.do(Initialise(shape=[1, 1]), table))
        law = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="x"), table, start)
        bars[name] = bench.ask(ConstantsQuery(), law, table).constants[0].standard_error
    # The scatter is a tenth of what σ claims.
    assert bars["σ"] > 5 * bars["w"]


def test_the_same_rows_judge_whatever_columns_are_chosen(bench: Bench) -> None:
    values = np.random.default_rng(2).normal(size=(300, 4))
    table = replace(bench.table(values, 3, ["a", "b", "c", "d"]), rows=RowRoles().model_dump_json())
    whole, fewer = rows_of(table), rows_of(replace(table, inputs=("c", "a"), targets=("d",)))
    assert whole.split.test.inputs[:, 0].tolist() == fewer.split.test.inputs[:, 1].tolist()


@pytest.mark.parametrize(
    ("judging", "rows", "text"),
    [
        (Judging(kind="share", share=0.3), 60, "60 of 200 rows held out"),
        (Judging(kind="last", share=0.1), 20, "the last 20 of 200 rows"),
        (Judging(kind="column", column="w", value=1), 100, "100 of 200 rows named by w"),
        (Judging(kind="cross_validation"), 200, "leave-one-out, all 200 rows"),
    ],
)
def test_who_judges_is_said_and_heeded(bench: Bench, judging: Judging, rows: int, text: str) -> None:
    table = weighed(bench, RowRoles(judging=judging))
    trained = bench.do(Train(sparsity=0, steps=3), table, bench.do(Initialise(shape=[1, 1]), table))
    assert trained.metrics.judged is not None
    assert (trained.metrics.judged.rows, trained.metrics.judged.text) == (rows, text)
    assert trained.metrics.rows_test == rows
    if judging.kind == "cross_validation":
        assert all(point.test_rmse is None for point in trained.losses)


def test_groups_are_never_split_and_a_law_leaves_whole_groups_out(bench: Bench) -> None:
    values = np.random.default_rng(3).normal(size=(240, 3))
    values[:, 2] = np.arange(240) % 12
    table = weighed(bench, RowRoles(group="w"), values)
    assert rows_of(table).chosen.units == 12
    start = bench.do(Train(sparsity=0, steps=3), table, bench.do(Initialise(shape=[1, 1]), table))
    assert start.metrics.judged is not None
    assert start.metrics.judged.text == "40 of 240 rows held out, groups of w whole"
    law = bench.do(SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="x"), table, start)
    assert law.metrics.judged is not None
    assert law.metrics.judged.text == "leave-one-group-out by w, all 240 rows"


def test_r2_is_absent_with_fewer_than_five_judged_rows_and_against_their_own_mean(bench: Bench) -> None:
    x = np.linspace(0, 1, 20)
    values = np.column_stack([x, 3 * x, np.arange(20) >= 16])
    four = weighed(bench, RowRoles(judging=Judging(kind="column", column="w")), values)
    assert bench.do(Initialise(shape=[1, 1]), four).metrics.r2_test is None
    five = weighed(bench, RowRoles(judging=Judging(kind="last", share=0.25)), values)
    told = bench.do(Initialise(shape=[1, 1]), five).metrics
    targets = 3 * x[15:]
    assert told.r2_test == pytest.approx(1 - told.test_rmse**2 / targets.var())
    assert r_squared(np.zeros(4), targets[:4]) is None


def test_a_session_without_a_choice_has_the_rows_it_had(bench: Bench) -> None:
    table = bench.law(np.hypot, rows=60)
    split = rows_of(table).split
    assert (split.train.rows, split.test.rows, split.units, split.laws) == (48, 12, None, None)


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (RowRoles(judging=Judging(kind="column")), "Say by which column"),
        (RowRoles(judging=Judging(kind="column", column="w", value="often")), "is none"),
        (RowRoles(judging=Judging(kind="column", column="w", value=7)), "No row judges"),
        (RowRoles(sigma="y"), "Σ|σ must be a positive number"),
    ],
)
def test_a_choice_that_cannot_be_is_told(bench: Bench, roles: RowRoles, message: str) -> None:
    with pytest.raises(WorkError, match=message):
        bench.do(Initialise(shape=[1, 1]), weighed(bench, roles))
