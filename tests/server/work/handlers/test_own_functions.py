"""Own functions are defined, suggested, accepted by their word, exported, and forgotten."""

import numpy as np
import pytest
import torch

from kan_core.errors import PrimitiveError
from kan_core.network.snapshot import from_bytes
from kan_core.network.trace import evaluate
from server.contract.actions import DefinePrimitive, ForgetPrimitive, FromFormula, Initialise, SetSymbolic, Train
from server.contract.base import Edge
from server.work.perform import problem_of
from server.work.query import CandidateQuery, ExportQuery, PrimitivesQuery, SuggestionsQuery, ValidityQuery
from server.work.registry import REGISTRY
from server.work.result import WorkError

EDGE = Edge(layer=0, source=0, target=0)
FULL = "bump(x) = x*exp(-x^2)"


@pytest.fixture(scope="module")
def defined():
    from tests.server.work.conftest import Bench

    bench = Bench()
    table = bench.law(lambda x, y: 2 * (3 * x) * np.exp(-((3 * x) ** 2)) + np.exp(y))
    trained = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1], intervals=12), table))
    return table, bench.do(DefinePrimitive(name="bump", text="x*exp(-x^2)"), table, trained)


def test_a_defined_function_travels_with_the_network(bench, defined):
    table, result = defined
    (own,) = result.network_view.functions
    assert (own.name, own.short, own.edges) == (FULL, "bump", 0)
    assert "numeric check" in result.message
    views = bench.ask(PrimitivesQuery(), result, table).primitives
    assert [view.name for view in views if view.own] == [FULL]
    assert not any(view.own for view in bench.ask(PrimitivesQuery()).primitives)
    fresh = bench.do(Initialise(shape=[2, 1]), table, result)
    assert [one.name for one in fresh.network_view.functions] == [FULL]


def test_it_is_suggested_where_it_fits(bench, defined):
    table, result = defined
    answer = bench.ask(SuggestionsQuery(edge=EDGE), result, table)
    assert answer.suggestions[0].primitive == FULL
    assert "with bump(x) = x*exp(-x^2)" in answer.suggestions[0].text
    assert answer.verdict.startswith("bump ")


def test_it_is_accepted_by_its_word_and_exported(bench, defined):
    table, result = defined
    assert bench.ask(CandidateQuery(edge=EDGE, primitive="bump"), result, table).primitive == FULL
    action = SetSymbolic(edge=EDGE, primitive="bump")
    accepted = bench.do(action, table, result)
    assert accepted.network_view.functions[0].edges == 1
    assert accepted.message.startswith("bump with R²")
    accepted = bench.do(SetSymbolic(edge=Edge(layer=0, source=1, target=0), primitive="exp"), table, accepted)
    assert accepted.formula.symbolic
    revision = bench.revision(accepted, action)
    dataset = {"id": "d", "name": "d", "rows": 300, "columns": []}
    for form in ("latex", "sympy", "python", "json"):
        document = bench.ask(ExportQuery(format=form, name="s", dataset=dataset, revision=revision), accepted, table)
        assert float(document.check.split("difference ")[1].split()[0].rstrip(";,.")) < 1e-8
    forgotten = bench.do(ForgetPrimitive(name="bump"), table, accepted)
    assert forgotten.network_view.functions == []
    assert forgotten.network_view.edges[0].function.primitive == FULL
    assert "1 edge keeps it" in forgotten.message


def test_a_typed_text_is_assigned_and_remembered(bench, defined):
    table, result = defined
    accepted = bench.do(SetSymbolic(edge=EDGE, primitive="sinh(x)*exp(-x^2)"), table, result)
    assert [one.short for one in accepted.network_view.functions] == ["bump", "sinh(x)*exp(-x^2)"]


def test_what_cannot_be_defined_or_forgotten_is_refused(bench, defined):
    table, result = defined
    with pytest.raises(WorkError, match="defined already"):
        bench.do(DefinePrimitive(name="bump", text="x+exp(x)"), table, result)
    with pytest.raises(WorkError, match="The library has this"):
        bench.do(DefinePrimitive(text="x^2"), table, result)
    with pytest.raises(PrimitiveError, match="position 3"):
        bench.do(DefinePrimitive(text="x+"), table, result)
    with pytest.raises(WorkError, match="no function of yours"):
        bench.do(ForgetPrimitive(name="dent"), table, result)


def test_the_formula_is_judged_on_a_box(bench):
    table = bench.law(lambda x, y: np.log(x + 1.5) + y)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1]), table))
    result = bench.do(SetSymbolic(edge=EDGE, primitive="log"), table, result)
    inside = bench.ask(ValidityQuery(), result, table)
    assert inside.holds
    assert not inside.given
    assert inside.low[0] == pytest.approx(-1.2, abs=0.02)
    outside = bench.ask(ValidityQuery(low=[-2, -1], high=[1, 1]), result, table)
    assert not outside.holds
    assert outside.text.startswith("log leaves its domain (u > 0) inside the box")
    near = bench.ask(SuggestionsQuery(edge=EDGE, low=[-2, -1], high=[1, 1]), result, table)
    margins = {one.primitive: (one.box_margin, one.box_note) for one in near.suggestions}
    assert margins["log"][0] < 0
    assert "inside the box" in margins["log"][1]


@pytest.mark.parametrize(("names", "argument"), [("xyz", "u"), ("uxz", "v"), ("wvu", "s")])
def test_the_argument_of_a_function_is_called_as_no_column_is(bench, names, argument):
    x = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    table = bench.table(np.column_stack([x, np.log(x[:, 0] + 1.5) + x[:, 1]]), 2, names=tuple(names))
    result = bench.do(Initialise(shape=[2, 1]), table)
    log = {"edge": EDGE, "primitive": "log", "a": 1, "b": 1.5, "c": 1, "d": 0}
    result = bench.do(SetSymbolic(**log), table, result)
    outside = bench.ask(ValidityQuery(low=[-2, -1], high=[1, 1]), result, table)
    assert f"({argument} > 0) inside the box: its argument {argument} goes from" in outside.text
    assert outside.checks[0].domain == f"{argument} > 0"
    assert outside.checks[0].text == outside.text
    near = bench.ask(SuggestionsQuery(edge=EDGE, low=[-2, -1], high=[1, 1]), result, table)
    notes = {one.primitive: (one.domain_note, one.box_note) for one in near.suggestions}
    assert all(f"({argument} > 0)" in note for note in notes["log"])
    with pytest.raises(WorkError, match=f"{argument} > 0"):
        bench.do(SetSymbolic(**log | {"b": -3, "c": None, "d": None}), table, result)


@pytest.mark.parametrize(
    ("name", "position"),
    [("x*(", 4), ("x**\u00e9", 4), ("bump(x) = x*exp(-y^2)", 8), ("x^^2", 3), ("foo(x)", 1), ("1", None)],
)
def test_the_place_of_a_slip_is_a_value_of_the_problem(defined, bench, name, position):
    table, result = defined
    with pytest.raises(PrimitiveError) as slip:
        bench.ask(CandidateQuery(edge=EDGE, primitive=name), result, table)
    told = problem_of(REGISTRY, slip.value)
    assert told is not None
    assert (told.code, told.position) == ("action_failed", position)


def test_a_function_of_several_arguments_is_used_in_formulas(bench, defined):
    table, result = defined
    result = bench.do(DefinePrimitive(name="mean(a, b)", text="sqrt(a^2 + b^2 + 1)/2"), table, result)
    assert "can be used in formulas" in result.message
    assert [one.short for one in result.network_view.functions] == ["bump", "mean"]
    assert "mean(a, b) = sqrt(a^2 + b^2 + 1)/2" not in [view.name for view in bench.ask(PrimitivesQuery(), result).primitives]
    made = bench.do(FromFormula(formulas=["mean(x0, 2*x1) + bump(x0)"]), table, result)
    rows = np.random.default_rng(1).uniform(-1, 1, (50, 2))
    wanted = np.sqrt(rows[:, 0] ** 2 + 4 * rows[:, 1] ** 2 + 1) / 2 + rows[:, 0] * np.exp(-(rows[:, 0] ** 2))
    found = evaluate(from_bytes(made.network), torch.from_numpy(rows))[:, 0].numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-10)
    assert "bump" not in made.formula.latex
    with pytest.raises(PrimitiveError, match="takes 2 arguments"):
        bench.do(SetSymbolic(edge=EDGE, primitive="mean"), table, result)
