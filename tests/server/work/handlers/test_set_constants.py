"""What a person sets of a constant stays until a person changes it: through train, refit, prune, accept and export."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from kan_core.errors import FormulaError
from kan_core.network.snapshot import from_bytes
from server.contract.actions import (
    FromFormula,
    Initialise,
    Lock,
    Prune,
    Refit,
    SetConstants,
    SetSpline,
    SetSymbolic,
    Train,
)
from server.contract.base import Bounds, ConstantChange, Edge
from server.contract.model_draft import ConstantSetting, ModelDraft
from server.work.query import ConstantsQuery, ExportQuery, ModelDraftQuery
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


@pytest.fixture(scope="module")
def pendulum():
    """Periods of a pendulum with a clock that starts late, as a person writes the law."""
    from tests.server.work.conftest import Bench

    bench = Bench()
    random = np.random.default_rng(3)
    length, kicked = random.uniform(0.2, 3, 60), random.uniform(0, 1, 60)
    period = 2 * np.pi * np.sqrt(length / 9.7) + 0.3 + 0.1 * kicked**2 + 0.002 * random.normal(size=60)
    table = bench.table(np.column_stack([length, kicked, period]), 2, ["L", "k", "T"])
    return table, bench.do(FromFormula(formulas=["2*3.14*sqrt(L/9.81) + 0.25 + 0.15*k^2"]), table)


def without_mark(latex: str, mark: str) -> str:
    """The text without one mark, whose brace is closed where as many are closed as are open."""
    before, _, after = latex.partition(mark)
    depth = 1
    for place, sign in enumerate(after):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return before + after[:place] + after[place + 1 :]
    raise AssertionError(latex)


def proposed(answer, value: str) -> ConstantChange:
    found = next(one for one in answer.constants for proposal in one.proposals if proposal.value == value)
    return ConstantChange(name=found.name, exact=value)


def inner(result) -> tuple[float, float]:
    """a and b of the first edge, in the network's units."""
    edge = next(each.function for each in result.network_view.edges if each.id == EDGES[0][0])
    return edge.a, edge.b


def constants_in(result) -> dict[str, tuple[str, float]]:
    law = from_bytes(result.network).law
    assert law is not None
    return {each.name: (each.state, each.value) for each in law.constants}


def test_error_bars_and_prices_are_given_with_every_constant_marked(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    assert re.findall(r"constant=(\w+)}", answer.latex[0]) == [one.name for one in answer.constants]
    slope = next(one for one in answer.constants if any(proposal.value == "pi" for proposal in one.proposals))
    assert abs(slope.value - np.pi) < 4 * slope.standard_error
    assert slope.standard_error < 0.01
    pi = slope.proposals[0]
    assert pi.deviations == pytest.approx(abs(np.pi - slope.value) / slope.standard_error)
    assert pi.test_rmse_after == pytest.approx(answer.test_rmse, rel=0.02)
    assert pi.rivals < 0.05
    assert rf"\htmlData{{constant={slope.name}}}" in slope.place
    assert 0.9 < slope.share <= 1
    assert slope.drop.test_rmse_after > 10 * answer.test_rmse


def test_the_formula_on_the_screen_is_the_marked_one_without_marks(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    plain = answer.latex[0]
    for mark in re.findall(r"\\htmlData\{\w+=\w+\}\{", plain):
        plain = without_mark(plain, mark)
    assert plain == result.formula.latex


def test_an_exact_constant_is_exact_everywhere_and_a_refit_keeps_it(bench, noisy):
    table, result = noisy
    change = proposed(bench.ask(ConstantsQuery(), result, table), "pi")
    exact = bench.do(SetConstants(changes=[change]), table, result)
    assert r"\pi" in exact.formula.latex
    assert "pi*x0" in exact.formula.sympy
    assert f"{change.name} is pi, was 3.14" in exact.message
    assert exact.formula.maximum_difference < 1e-7
    again = bench.do(Refit(splines=False), table, exact)
    assert "pi*x0" in again.formula.sympy
    answer = bench.ask(ConstantsQuery(), again, table)
    assert [(one.name, one.symbol, one.symbol_latex) for one in answer.constants if one.state == "exact"] == [
        (change.name, "pi", r"\pi")
    ]
    freed = bench.do(SetConstants(changes=[ConstantChange(name=change.name, state="free")]), table, again)
    assert "pi" not in freed.formula.sympy


def test_the_price_that_was_shown_is_the_one_that_is_paid(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    wanted = proposed(answer, "pi")
    shown = next(each.test_rmse_after for one in answer.constants for each in one.proposals if each.value == "pi")
    assert bench.do(SetConstants(changes=[wanted]), table, result).metrics.test_rmse == pytest.approx(shown, rel=1e-3)
    one = next(one for one in answer.constants if one.drop is not None and any(each.value == "0" for each in one.proposals))
    dropped = bench.do(SetConstants(drop=[one.name]), table, result)
    assert dropped.metrics.test_rmse == pytest.approx(one.drop.test_rmse_after, rel=1e-6)
    assert dropped.formula.complexity == one.drop.complexity_after


def test_all_exact_numbers_at_once_shorten_the_law_and_training_keeps_them(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    changes = [ConstantChange(name=one.name, exact=one.proposals[0].value) for one in answer.constants if one.proposals]
    exact = bench.do(SetConstants(changes=changes), table, result)
    assert "pi*x0" in exact.formula.sympy
    assert "/2" in exact.formula.sympy
    assert exact.formula.complexity < result.formula.complexity
    trained = bench.do(Train(sparsity=0), table, exact)
    assert trained.formula.complexity == exact.formula.complexity
    assert "pi*x0" in trained.formula.sympy


def test_offsets_that_are_zero_within_their_errors_go_together_at_the_price_that_was_told(bench, noisy):
    table, result = noisy
    offsets = bench.ask(ConstantsQuery(), result, table).offsets
    assert offsets is not None
    assert len(offsets.names) >= 2
    dropped = bench.do(SetConstants(drop=offsets.names), table, result)
    assert dropped.metrics.test_rmse == pytest.approx(offsets.price.test_rmse_after, rel=1e-6)
    assert dropped.formula.complexity == offsets.price.complexity_after < result.formula.complexity


def test_a_junk_offset_set_to_zero_makes_the_formula_shorter(bench, noisy):
    table, result = noisy
    for name in [one.name for one in bench.ask(ConstantsQuery(), result, table).constants]:
        zero = bench.do(SetConstants(changes=[ConstantChange(name=name, exact="0")]), table, result)
        assert zero.formula.complexity < result.formula.complexity
        assert name not in constants_in(zero)


def test_a_law_that_a_person_wrote_keeps_its_form_when_it_is_refitted(bench, pendulum):
    table, _ = pendulum
    written = bench.do(FromFormula(formulas=["2*pi*sqrt(L/9.81)"]), table)
    refitted = bench.do(Refit(), table, written)
    assert re.fullmatch(r"2\*pi\*sqrt\(L/\d+\.\d+\)", refitted.formula.sympy)
    assert re.fullmatch(r"T = 2 \\pi \\sqrt\{\\frac\{L\}\{[\d.]+\}\}", refitted.formula.latex)
    assert refitted.formula.maximum_difference < 1e-7
    assert list(constants_in(refitted)) == ["c1"]


def test_what_a_person_set_stays_through_everything_that_is_done_to_the_pendulum(bench, pendulum):
    table, result = pendulum
    assert list(constants_in(result)) == ["c1", "c2", "c3", "c4"]
    changes = [
        ConstantChange(name="c1", exact="pi"),
        ConstantChange(name="c2", rename="g", state="fixed", value=9.7),
        ConstantChange(name="c3", rename="late", bounds=Bounds(low=0.31)),
    ]
    result = bench.do(SetConstants(changes=changes), table, result)

    def check(result, names=("c1", "g", "late", "c4")):
        kept = constants_in(result)
        assert list(kept) == list(names)
        assert kept["c1"] == ("exact", np.pi)
        assert kept["g"] == ("fixed", 9.7)
        assert kept["late"] == ("free", pytest.approx(0.31, abs=1e-12))
        assert result.formula.maximum_difference < 1e-7
        assert "2*pi*sqrt(L/9.7)" in result.formula.sympy
        return result

    check(result)
    check(bench.do(Refit(splines=False), table, result))
    check(bench.do(Train(sparsity=0), table, result))
    check(bench.do(Train(sparsity=0.01, objective="huber", method="adam"), table, result))
    edges = [edge for edge in result.network_view.edges if edge.function.kind == "symbolic"]
    check(bench.do(Lock(edges=[edge.id for edge in edges]), table, result))
    square = next(edge.id for edge in edges if edge.id.layer == 0 and edge.id.source == 1)
    pruned = bench.do(Prune(edges=[square]), table, result)
    kept = constants_in(pruned)
    assert [kept["c1"], kept["g"]] == [("exact", np.pi), ("fixed", 9.7)]
    assert list(kept) == ["c1", "g", "late"]
    assert kept["late"][1] >= 0.31
    spline = bench.do(SetSpline(edge=square), table, result)
    assert not spline.formula.symbolic
    trained = bench.do(Train(sparsity=0), table, spline)
    accepted = bench.do(SetSymbolic(edge=square, primitive="x^2"), table, trained)
    kept = constants_in(accepted)
    assert kept["c1"] == ("exact", np.pi)
    assert kept["g"] == ("fixed", 9.7)
    assert kept["late"] == ("free", pytest.approx(0.31, abs=1e-12))
    assert "2*pi*sqrt(L/9.7)" in accepted.formula.sympy
    revision = bench.revision(result, Refit())
    dataset = {"id": "d", "name": "d", "rows": 60, "columns": []}
    for form, text in (("latex", r"2 \pi \sqrt{\frac{L}{9.7}}"), ("sympy", "2*pi*sqrt(L/9.7)"), ("python", "pi")):
        document = bench.ask(ExportQuery(format=form, name="s", dataset=dataset, revision=revision), result, table)
        assert text in document.content
        assert "largest difference" in document.check


def test_numbers_typed_for_an_edge_stay_while_splines_are_left_and_after(bench, noisy):
    table, _ = noisy
    start = bench.do(Train(sparsity=0), table, bench.do(Initialise(shape=[2, 1]), table))
    typed = bench.do(SetSymbolic(edge=EDGES[0][0], primitive="sin", a=3.0, b=0.0), table, start)
    trained = bench.do(Train(sparsity=0), table, typed)
    whole = bench.do(SetSymbolic(edge=EDGES[1][0], primitive="x^2"), table, trained)
    refitted = bench.do(Refit(), table, whole)
    for kept in (typed, trained, whole, refitted):
        assert inner(kept) == pytest.approx((3.0, 0.0), abs=1e-9)
    assert [state for state, _ in constants_in(whole).values()].count("fixed") == 2
    let_go = bench.do(SetSymbolic(edge=EDGES[0][0], primitive="sin", a=3.0, b=0.0, hold=False), table, start)
    assert inner(let_go)[0] > 3.05


def test_what_cannot_be_set_is_refused_with_what_to_do(bench, noisy):
    table, result = noisy

    def ask(**change):
        return bench.do(SetConstants(changes=[ConstantChange(**change)]), table, result)

    with pytest.raises(FormulaError, match="no constant called 'c99'; its constants are: c1, c2"):
        ask(name="c99", exact="pi")
    with pytest.raises(FormulaError, match="write a number such as"):
        ask(name="c1", exact="pie")
    with pytest.raises(FormulaError, match="is a column"):
        ask(name="c1", rename="x0")
    with pytest.raises(FormulaError, match="is a function"):
        ask(name="c1", rename="sin")
    with pytest.raises(FormulaError, match="leave it no value"):
        ask(name="c1", bounds=Bounds(low=2, high=1))
    with pytest.raises(FormulaError, match="its bounds are"):
        ask(name="c1", bounds=Bounds(low=0, high=1), value=7)
    with pytest.raises(WorkError, match="named twice"):
        bench.do(SetConstants(changes=[ConstantChange(name="c1", exact="1")], drop=["c1"]), table, result)
    with pytest.raises(WorkError, match="No constant is named"):
        bench.do(SetConstants(), table, result)
    everything = [one.name for one in bench.ask(ConstantsQuery(), result, table).constants]
    with pytest.raises(FormulaError, match="nothing of the formula is left"):
        bench.do(SetConstants(drop=everything), table, result)
    locked = bench.do(Lock(edges=[edge for edge, _ in EDGES]), table, result)
    with pytest.raises(FormulaError, match="unlock"):
        bench.do(SetConstants(changes=[proposed(bench.ask(ConstantsQuery(), result, table), "pi")]), table, locked)


def test_splines_have_no_constants(bench):
    table = bench.law(lambda x, y: x + y)
    result = bench.do(Initialise(shape=[2, 1]), table)
    with pytest.raises(WorkError, match="Splines are left"):
        bench.ask(ConstantsQuery(), result, table)


def test_two_constants_that_are_tied_are_one(bench, pendulum):
    table, result = pendulum
    tied = bench.do(SetConstants(changes=[ConstantChange(name="c4", same_as="c3")]), table, result)
    assert list(constants_in(tied)) == ["c1", "c2", "c3"]
    assert len(set(re.findall(r"0\.\d+", tied.formula.sympy))) == 1


def test_terms_are_marked_with_their_edges_their_share_and_the_price_of_dropping_them(bench, noisy):
    table, result = noisy
    answer = bench.ask(ConstantsQuery(), result, table)
    names = re.findall(r"term=(\w+)}", answer.latex[0])
    assert sorted(names) == sorted(term.name for term in answer.terms)
    terms = {term.columns[0]: term for term in answer.terms if not term.factor and len(term.columns) == 1}
    assert terms["x0"].edges == [EDGES[0][0]]
    assert terms["x1"].edges == [EDGES[1][0]]
    assert terms["x0"].share + terms["x1"].share == pytest.approx(1, abs=0.05)
    assert terms["x0"].share > 0.9
    dropped = bench.do(SetConstants(drop_terms=[terms["x1"].name]), table, result)
    assert dropped.metrics.test_rmse == pytest.approx(terms["x1"].drop.test_rmse_after, rel=1e-6)
    assert dropped.formula.complexity == terms["x1"].drop.complexity_after
    assert "x1" not in dropped.formula.sympy
    assert "x1" in dropped.message
    with pytest.raises(FormulaError, match="its terms are: t1"):
        bench.do(SetConstants(drop_terms=["t99"]), table, result)


def test_a_constant_knows_its_term_its_columns_and_the_edge_that_says_it(bench, pendulum):
    table, result = pendulum
    answer = bench.ask(ConstantsQuery(), result, table)
    gravity = next(one for one in answer.constants if one.name == "c2")
    assert gravity.columns == ["L"]
    assert all(edge.layer == 0 and edge.source == 0 for edge in gravity.edges)
    assert len(gravity.edges) == 1
    assert gravity.term in {term.name for term in answer.terms if term.columns == ["L"]}


def test_the_law_by_names_is_what_a_draft_reads(bench, pendulum):
    table, result = pendulum
    answer = bench.ask(ConstantsQuery(), result, table)
    values = [ConstantSetting(name=one.name, value=one.value) for one in answer.constants]
    draft = bench.ask(ModelDraftQuery(draft=ModelDraft(formula=answer.formulas[0], constants=values)), result, table)
    assert draft.problem is None
    assert {each.key for each in draft.constants} == {one.name for one in answer.constants}
    assert draft.loss / draft.rows.total == pytest.approx(answer.test_rmse**2, rel=0.8)
    assert "c_{2}" in answer.named[0]


def test_dropping_offsets_tells_how_well_the_others_are_known_then(bench, noisy):
    table, result = noisy
    before = bench.ask(ConstantsQuery(), result, table)
    told = {each.name: each for each in before.offsets.left}
    dropped = bench.do(SetConstants(drop=before.offsets.names), table, result)
    after = {one.name: one for one in bench.ask(ConstantsQuery(), dropped, table).constants}
    assert told.keys() == {name for name, one in after.items() if one.state == "free"}
    for name, gain in told.items():
        assert gain.value == pytest.approx(after[name].value, rel=1e-5)
        assert gain.standard_error == pytest.approx(after[name].standard_error, rel=1e-3)


def test_digits_in_the_formula_follow_the_error_bar(bench, pendulum):
    table, result = pendulum
    answer = bench.ask(ConstantsQuery(), result, table)
    late = next(one for one in answer.constants if one.name == "c3")
    error = late.standard_error
    shown = float(re.search(r"constant=c3}{([\d.]+)}", answer.latex[0])[1])
    assert abs(shown - late.value) <= error
    assert len(f"{shown:g}".partition(".")[2]) <= -math.floor(math.log10(error)) + 1
    assert f"{shown:g}" in result.formula.latex
    assert repr(late.value) in result.formula.outputs[0].latex_full
