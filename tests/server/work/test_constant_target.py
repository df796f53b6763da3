"""A target that is one number on every row: that number, exactly, through every door."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from kan_core import discover, evaluate, from_bytes, make_table, split_rows
from kan_core.estimator import KANRegressor
from kan_core.expression.tree import Exact
from server.contract.actions import Initialise, Search, Train
from server.work.queries import ANSWERS
from server.work.query import ReadTableQuery
from server.work.result import Material

ROOT = Path(__file__).parents[3]
X = np.random.default_rng(0).uniform(-1, 1, (40, 2))
TARGETS = {
    "4.2": np.full(40, 4.2),
    "zero": np.zeros(40),
    "huge": np.full(40, 1e200),
    "tiny and negative": np.full(40, -3e-300),
    "rounding": np.where(np.arange(40) % 3 == 0, 0.1 + 0.2, 0.3),
}
VALUES = {name: (0.3 if name == "rounding" else float(values[0])) for name, values in TARGETS.items()}


@pytest.mark.parametrize("name", TARGETS)
def test_the_search_finds_it_at_once(name):
    split = split_rows(make_table(torch.tensor(X), torch.tensor(TARGETS[name])[:, None]), torch.Generator().manual_seed(0))
    (progress,) = discover(split)
    (found,) = progress.front
    assert found.formula.expressions == (Exact(VALUES[name]),)
    assert found.exact
    assert set(evaluate(found.network, torch.tensor(X)).flatten().tolist()) == {VALUES[name]}


@pytest.mark.parametrize("symbolic", [True, False])
@pytest.mark.parametrize("name", TARGETS)
def test_estimators_predict_it(name, symbolic):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        law = KANRegressor(symbolic=symbolic).fit(X, TARGETS[name])
    assert set(law.predict(X).tolist()) == {VALUES[name]}
    assert float(law.expression_) == VALUES[name]
    assert law.symbolic_


@pytest.mark.parametrize("hidden", [[2, 1], [2, 3, 1]])
@pytest.mark.parametrize("name", TARGETS)
def test_a_session_says_it_from_the_start_and_after_training_and_search(bench, name, hidden):
    table = bench.table(np.column_stack([X, TARGETS[name]]), 2)
    start = bench.do(Initialise(shape=hidden), table)
    for result in (start, bench.do(Train(), table, start), bench.do(Search(), table, start)):
        assert set(evaluate(from_bytes(result.network), torch.tensor(X)).flatten().tolist()) == {VALUES[name]}
        assert "on every row" in result.message
        assert result.metrics.r2_test is None
        assert float(result.formula.sympy) == VALUES[name]
        assert result.metrics.test_rmse < 1e-15 or name == "rounding"


def test_one_constant_among_several_targets_stays_exact_while_the_others_are_learned(bench):
    table = bench.table(np.column_stack([X, X[:, 0] ** 2, np.full(40, 4.2)]), 2)
    result = bench.do(Train(steps=10), table, bench.do(Initialise(shape=[2, 3, 2]), table))
    values = evaluate(from_bytes(result.network), torch.tensor(X))
    assert set(values[:, 1].tolist()) == {4.2}
    assert float((values[:, 0] - torch.tensor(X[:, 0] ** 2)).abs().max()) < 0.2
    assert result.formula.outputs[1].sympy == "4.2"


def test_a_single_row_is_given_back(bench):
    table = bench.table([[1.0, 2.0, 4.2]], 2)
    start = bench.do(Initialise(), table)
    assert evaluate(from_bytes(start.network), torch.tensor([[1.0, 2.0], [5.0, 7.0]])).flatten().tolist() == [4.2, 4.2]
    assert start.metrics.r2_test is None


def test_an_uploaded_constant_column_can_be_the_target_but_no_input_by_itself():
    upload = "x,y\n" + "".join(f"{x},4.2\n" for x in range(9))
    view = ANSWERS["read_table"](ReadTableQuery(filename="t.csv"), Material(upload=upload.encode())).view
    assert [(column.name, column.role, column.usable) for column in view.columns] == [("x", "input", True), ("y", "target", True)]
    assert "constant (4.2): there is nothing to explain" in view.columns[1].note


def test_the_command_line_answers_with_it(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("x,y\n" + "".join(f"{x},4.2\n" for x in range(9)))
    # A process of its own, as a person starts it: the command is doubled, which one that has computed with threads is not.
    command = [sys.executable, "-m", "server", "discover", str(file), "--target", "y", "--json", "--workers", "1"]
    found = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert (found["formula"], found["constant"], found["r2_test"], found["rmse_test"]) == ("4.2", 4.2, None, 0.0)
