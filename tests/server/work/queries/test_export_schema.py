"""The JSON export is what the OpenAPI document says, whatever the network is made of."""

import json
from pathlib import Path

import numpy as np
import pytest

from server.contract.actions import (
    DefinePrimitive,
    ExtendGrid,
    FromFormula,
    Initialise,
    SetSymbolic,
    Train,
)
from server.contract.base import Edge
from server.contract.views import ColumnView, DatasetView
from server.tables.table import StoredTable
from server.work.query import ExportQuery
from server.work.result import TableData
from tests.contract.json_schema import faults

ROOT = Path(__file__).parent.parent.parent.parent.parent
DOCUMENT = json.loads((ROOT / "frontend" / "src" / "contract" / "openapi.json").read_text())
COMPONENTS = DOCUMENT["components"]["schemas"]
GET = DOCUMENT["paths"]["/api/v1/sessions/{session_id}/export/{name}"]["get"]
SCHEMA = GET["responses"]["200"]["content"]["application/json"]["schema"]
FIRST = Edge(layer=0, source=0, target=0)


def classes() -> TableData:
    x = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    ring = np.digitize((x**2).sum(1), [0.4, 0.9]).astype(float)
    stored = StoredTable(("x0", "x1", "y0"), (None, "m", None), np.column_stack([x, ring]), ((), (), ("a", "b", "c")))
    return TableData(stored.content_hash(), stored.to_bytes(), ("x0", "x1"), ("y0",), "classification")


CASES = {
    "splines": [Initialise(shape=[2, 3, 1])],
    "uneven knots": [Initialise(shape=[2, 2, 1], knots="quantile", degree=2)],
    "single precision": [Initialise(shape=[2, 2, 1], precision="float32")],
    "products and a base": [Initialise(shape=[2, 2, 1], products=[2], base="silu"), Train(steps=3)],
    "finer grids of single edges": [Initialise(shape=[2, 2, 1]), ExtendGrid(intervals=20, edges=[FIRST], steps=0)],
    "functions": [Initialise(shape=[2, 1]), SetSymbolic(edge=FIRST, primitive="exp")],
    "a function of one's own": [
        Initialise(shape=[2, 1]), DefinePrimitive(name="bump", text="x*exp(-x^2)"), SetSymbolic(edge=FIRST, primitive="bump"),
    ],
    "a law": [FromFormula(formulas=["x0^7*sin(x1) + 2"])],
    "a law without a value on most rows": [FromFormula(formulas=["log(x0 - 0.5)"])],
}  # fmt: skip


def exported(bench, table, actions):
    result = None
    for action in actions:
        result = bench.do(action, table, result)
    columns = [ColumnView(name=name, role="input", usable=True) for name in (*table.inputs, *table.targets)]
    view = bench.revision(result, actions[-1])
    about = DatasetView(id="d", name="data", rows=300, columns=columns)
    query = ExportQuery(format="json", name="s", dataset=about, revision=view, history=[bench.summary(view)])
    return bench.ask(query, result, table)


@pytest.mark.parametrize("case", CASES)
def test_the_document_is_as_described(bench, case):
    made = exported(bench, bench.law(lambda x, y: np.exp(x) + y**2), CASES[case])
    assert list(faults(json.loads(made.content), SCHEMA, COMPONENTS)) == []
    assert list(faults(json.loads(made.content), COMPONENTS["NetworkDocument"], COMPONENTS)) == []
    # What ?format=document answers.
    assert list(faults(made.model_dump(mode="json"), SCHEMA, COMPONENTS)) == []


def test_classes_are_as_described(bench):
    made = exported(bench, classes(), [Initialise(shape=[2, 2, 3]), Train(steps=3)])
    assert list(faults(json.loads(made.content), SCHEMA, COMPONENTS)) == []


def test_a_document_with_a_field_more_or_less_would_be_found(bench):
    document = json.loads(exported(bench, bench.law(lambda x, y: x + y), CASES["splines"]).content)
    for change in ({"more": 1}, {"version": "2"}, {"layers": [{}]}):
        assert list(faults({**document, **change}, SCHEMA, COMPONENTS))
    del document["shape"]
    assert list(faults(document, SCHEMA, COMPONENTS))
