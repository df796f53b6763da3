"""Every export carries a proof, whatever the network holds."""

import json
import re

import numpy as np
import pytest
import torch

from kan_core.network.trace import evaluate
from server.contract.actions import Initialise, Prune, SetSymbolic, Train
from server.contract.base import Edge
from server.contract.exports import EXPORTS
from server.contract.views import ColumnView, DatasetView
from server.tables.table import StoredTable
from server.work.checks.compare import compared
from server.work.checks.executed import run_python, run_sympy
from server.work.checks.reread import read_network
from server.work.query import ExportQuery
from server.work.result import TableData, WorkError
from server.work.situation import situation_of

FORMATS = tuple(EXPORTS)
NASTY = ["</script><b>", 'a\\b "c"', "z'); import os"]


@pytest.fixture(params=["fresh", "mixed", "symbolic", "pruned"])
def made(bench, request):
    """A revision in each state of the work, with column names nobody should use."""
    x = np.random.default_rng(0).uniform(-1, 1, (150, 2))
    table = bench.table(np.column_stack([x, np.exp(x[:, 0]) + x[:, 1] ** 2]), 2, NASTY, ["m", None, "s"])
    action = Initialise(shape=[2, 1])
    result = bench.do(action, table)
    if request.param != "fresh":
        result = bench.do(Train(steps=20, sparsity=0), table, result)
    if request.param in ("mixed", "symbolic"):
        action = SetSymbolic(edge=Edge(layer=0, source=0, target=0), primitive="exp")
        result = bench.do(action, table, result)
    if request.param == "symbolic":
        result = bench.do(SetSymbolic(edge=Edge(layer=0, source=1, target=0), primitive="x^2"), table, result)
    if request.param == "pruned":
        result = bench.do(Prune(inputs=[0, 1]), table, result)
    return table, result, action


def export(bench, made, name):
    table, result, action = made
    columns = [ColumnView(name=each, role="input", usable=True, note="<i>") for each in NASTY]
    dataset = DatasetView(id="d", name="<data>", rows=150, columns=columns, notes=["a & b"])
    view = bench.revision(result, action)
    query = ExportQuery(format=name, name="My/ session: 1", dataset=dataset, revision=view, history=[bench.summary(view)])
    return bench.ask(query, result, table)


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_agrees_with_the_network(bench, made, name):
    document = export(bench, made, name)
    assert document.format == name
    assert document.filename.startswith("My_session_1-r1.")
    assert document.content
    if "largest difference" in document.check:
        assert float(document.check.split("largest difference ")[1].split(";")[0]) < 1e-7
    else:
        assert name == "sympy"
        assert "splines stand in it as names" in document.check


def test_python_and_json_are_executed_or_read_back_bit_for_bit(bench, made):
    table, result, _ = made
    situation = situation_of(result.network, table)
    rows = situation.split.test.inputs[:20]
    wanted = evaluate(situation.network, rows)
    assert torch.equal(evaluate(read_network(export(bench, made, "json").content), rows), wanted)
    assert torch.allclose(run_python(export(bench, made, "python").content, rows), wanted, atol=1e-8)
    json.loads(export(bench, made, "json").content)


def test_a_report_stands_alone_and_no_name_is_markup(bench, made):
    content = export(bench, made, "report").content
    shown = content[: content.index('<script type="text/plain" id="plotly">')]
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "<data>" not in shown
    for attribute in ('src="', 'href="', "url(", "@import"):
        assert attribute not in shown
    assert '<math display="block">' in shown
    assert 'data-figure="predictions"' in shown
    for word in ("torch", "sympy", "held out", "data ↔ network", "Check:"):
        assert word in shown


def test_a_program_that_fails_or_prints_is_told_apart():
    rows = torch.zeros((2, 1), dtype=torch.float64)
    with pytest.raises(WorkError, match="exported program fails"):
        run_python("import numpy as np\n", rows)
    noisy = "import numpy as np\nprint('hello')\ndef predict(x):\n    return x + 1\n"
    assert run_python(noisy, rows).tolist() == [[1.0], [1.0]]
    script = "import sympy\nx = sympy.Symbol('x')\nformulas = {'y': 1/x}\n"
    assert torch.isnan(run_sympy(script, ["x"], rows)).all()


def test_comparisons_are_told_in_a_sentence():
    wanted, found = torch.tensor([[1.0], [2.0]]), torch.tensor([[1.0], [float("nan")]])
    assert compared("executed", wanted, wanted) == "executed on 2 held-out rows, largest difference 0"
    assert "on 1 row only one of the two has a value" in compared("executed", wanted, found)
    assert "none of which has a value" in compared("executed", wanted[1:], found[1:])


def test_a_report_of_classes_speaks_of_accuracy_and_cross_entropy_only(bench):
    x = np.random.default_rng(0).uniform(-1, 1, (120, 2))
    stored = StoredTable(("x", "y", "kind"), (None,) * 3, np.column_stack([x, x[:, 0] + x[:, 1] ** 2 > 0.4]))
    table = TableData(stored.content_hash(), stored.to_bytes(), ("x", "y"), ("kind",), "classification")
    action = Train(steps=8)
    trained = bench.do(action, table, bench.do(Initialise(shape=[2, 1]), table))
    view = bench.revision(trained, action)
    summary = bench.summary(view).model_copy(update={"test_rmse": None, "cross_entropy_test": view.metrics.cross_entropy_test})
    dataset = {"id": "d", "name": "kinds", "rows": 120, "columns": []}
    query = ExportQuery(format="report", name="kinds", dataset=dataset, revision=view, history=[summary])
    text = bench.ask(query, trained, table).content
    # The plotting library is in the page, too, and has words of its own.
    text = re.sub(r"<script\b.*?</script>", lambda found: "" if len(found[0]) > 100_000 else found[0], text, flags=re.DOTALL)
    assert "RMSE" not in text
    assert "R²" not in text
    assert "accuracy on held-out rows" in text
    assert f"{view.metrics.cross_entropy_test:.3g}" in text
    assert "cross-entropy on held-out rows" in text
