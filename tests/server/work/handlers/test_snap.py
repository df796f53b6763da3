"""Constants of noisy data become exact numbers, stay so in refits, and become numbers again when training moves them."""

import numpy as np
import pytest

from kan_core.errors import FormulaError
from server.contract.actions import Initialise, Lock, Refit, SetSymbolic, Snap, Train
from server.contract.base import Edge, SnapValue
from server.work.query import ConstantsQuery, ExportQuery
from server.work.result import WorkError

EDGES = [(Edge(layer=0, source=0, target=0), "sin"), (Edge(layer=0, source=1, target=0), "x^2")]


@pytest.fixture(scope="module")
def noisy():
    from tests.server.work.conftest import Bench

    bench = Bench()
    noise = np.random.default_rng(5)
    table = bench.law(lambda x, y: 1.37 * np.sin(np.pi * x) + 0.5 * y**2 + 0.02 * noise.normal(size=x.shape), rows=500)
    result = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1]), table))
    for edge, primitive in EDGES:
        result = bench.do(SetSymbolic(edge=edge, primitive=primitive), table, result)
    return table, bench.do(Refit(), table, result)


def proposed(answer, value: str) -> SnapValue:
    found = next(one for one in answer.constants for proposal in one.proposals if proposal.value == value)
    return SnapValue(constant=found.index, value=value)


def test_error_bars_and_prices_are_given_with_every_constant_marked(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    assert len(answer.constants) == answer.latex[0].count(r"\htmlData{constant=")
    slope = next(one for one in answer.constants if any(proposal.value == "pi" for proposal in one.proposals))
    assert abs(slope.value - np.pi) < 4 * slope.standard_error
    assert slope.standard_error < 0.01
    pi = slope.proposals[0]
    assert pi.deviations == pytest.approx(abs(np.pi - slope.value) / slope.standard_error)
    assert pi.test_rmse_after == pytest.approx(answer.test_rmse, rel=0.02)
    assert r"\htmlData{constant=" in slope.place


def test_a_snapped_constant_is_exact_everywhere_and_a_refit_keeps_it(bench, noisy):
    table, result = noisy
    snap = Snap(values=[proposed(bench.ask(ConstantsQuery(), result, table), "pi")])
    snapped = bench.do(snap, table, result)
    assert r"\pi" in snapped.formula.latex
    assert "pi*x0" in snapped.formula.sympy
    assert "→ pi (" in snapped.message
    assert "standard errors away" in snapped.message
    assert snapped.formula.maximum_difference < 1e-7
    again = bench.do(Refit(splines=False), table, snapped)
    assert "pi*x0" in again.formula.sympy
    assert "held" in again.message
    answer = bench.ask(ConstantsQuery(), again, table)
    assert [exact.value for exact in answer.exact] == ["pi"]


def test_the_price_that_was_shown_is_the_one_that_is_paid(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    wanted = proposed(answer, "pi")
    shown = next(one.test_rmse_after for one in answer.constants[wanted.constant].proposals if one.value == "pi")
    assert bench.do(Snap(values=[wanted]), table, result).metrics.test_rmse == pytest.approx(shown, rel=1e-3)


def test_all_at_once_leaves_the_law_and_training_frees_it_again(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    values = [SnapValue(constant=one.index, value=one.proposals[0].value) for one in answer.constants if one.proposals]
    snapped = bench.do(Snap(values=values), table, result)
    assert "pi*x0" in snapped.formula.sympy
    assert "/2" in snapped.formula.sympy
    assert snapped.formula.complexity < result.formula.complexity
    trained = bench.do(Train(sparsity=0), table, snapped)
    assert "pi" not in trained.formula.sympy


def test_the_exported_latex_and_python_know_the_exact_number(bench, noisy):
    table, result = noisy
    action = Snap(values=[proposed(bench.ask(ConstantsQuery(), result, table), "pi")])
    snapped = bench.do(action, table, result)
    revision = bench.revision(snapped, action)
    dataset = {"id": "d", "name": "d", "rows": 500, "columns": []}
    for form, text in (("latex", r"\pi"), ("sympy", "pi"), ("python", "pi")):
        document = bench.ask(ExportQuery(format=form, name="s", dataset=dataset, revision=revision), snapped, table)
        assert text in document.content
        assert "largest difference" in document.check


def test_a_snap_that_cannot_be_is_refused_with_what_to_do(bench, noisy):
    table, result = noisy
    with pytest.raises(FormulaError, match="there is no constant 99"):
        bench.do(Snap(values=[SnapValue(constant=99, value="pi")]), table, result)
    with pytest.raises(FormulaError, match="write a number such as"):
        bench.do(Snap(values=[SnapValue(constant=0, value="pie")]), table, result)
    with pytest.raises(WorkError, match="snapped twice"):
        bench.do(Snap(values=[SnapValue(constant=0, value="1"), SnapValue(constant=0, value="2")]), table, result)
    locked = bench.do(Lock(edges=[edge for edge, _ in EDGES]), table, result)
    with pytest.raises(FormulaError, match="unlock"):
        bench.do(Snap(values=[proposed(bench.ask(ConstantsQuery(), result, table), "pi")]), table, locked)


def test_splines_have_no_constants(bench):
    table = bench.law(lambda x, y: x + y)
    result = bench.do(Initialise(shape=[2, 1]), table)
    with pytest.raises(WorkError, match="Splines are left"):
        bench.ask(ConstantsQuery(), result, table)
