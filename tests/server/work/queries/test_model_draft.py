"""A formula of a person's own while it is worked on: what is read, drawn, fitted, refused."""

from __future__ import annotations

import time

import numpy as np
import pytest

from kan_core.network.snapshot import from_bytes
from server.contract.actions import FromFormula, Refit
from server.contract.model_draft import ConstantSetting, DraftAnswer, ModelDraft
from server.tables.table import StoredTable
from server.work.query import ConstantsQuery, ModelDraftQuery
from server.work.result import TableData, WorkError
from tests.kan_core.fitting.puromycin import LABELS

MICHAELIS = "Vm[state]*conc/(K + conc)"


@pytest.fixture
def puromycin(bench) -> TableData:
    return bench.sample("puromycin")


def ask(bench, table: TableData, formula: str = MICHAELIS, **more: object) -> DraftAnswer:
    return bench.ask(ModelDraftQuery(draft=ModelDraft(formula=formula, **more)), table=table)


def test_letters_become_constants_with_values_to_begin_at(bench, puromycin):
    answer = ask(bench, puromycin)
    assert answer.problem is None
    assert [(each.key, each.category, each.given) for each in answer.constants] == [
        ("Vm[treated]", "treated", False),
        ("Vm[untreated]", "untreated", False),
        ("K", None, False),
    ]
    assert all(each.slider_low <= each.value <= each.slider_high for each in answer.constants)
    assert [each.unit for each in answer.constants] == ["1/min²", "1/min²", "ppm"]
    assert answer.per == {"Vm": "state"}
    assert {each.column: tuple(each.labels) for each in answer.categories} == LABELS
    assert (answer.x, answer.columns, answer.takes) == ("conc", ["conc"], True)


def test_the_curve_is_that_of_the_values_and_each_category_has_its_own(bench, puromycin):
    values = [("Vm", "treated", 200.0), ("Vm", "untreated", 150.0), ("K", None, 0.05)]
    constants = [ConstantSetting(name=name, category=category, value=value) for name, category, value in values]
    answer = ask(bench, puromycin, constants=constants, points=50)
    assert [curve.categories for curve in answer.curves] == [{"state": "treated"}, {"state": "untreated"}]
    for curve, speed in zip(answer.curves, (200, 150), strict=True):
        x = np.array(curve.x)
        assert curve.y == pytest.approx(speed * x / (0.05 + x))
        assert curve.confidence_low == []
    rows = answer.rows
    assert rows.total == len(rows.y) == 23
    assert answer.loss == pytest.approx(float(np.sum((np.array(rows.y) - np.array(rows.predicted)) ** 2)))
    assert answer.result is None


def test_a_curve_is_even_in_what_its_axis_is_linear_in(bench, puromycin):
    ends = {"x_low": 0.01, "x_high": 1.0, "points": 3}
    for scale, middle in (("linear", 0.505), ("log", 0.1), ("reciprocal", 2 / 101)):
        curve = ask(bench, puromycin, x_scale=scale, **ends).curves[0]
        assert curve.x == pytest.approx([0.01, middle, 1.0])
    # Zero has no logarithm: such an axis is drawn in the column itself.
    assert ask(bench, puromycin, x_scale="log", x_low=0, x_high=1, points=3).curves[0].x == pytest.approx([0, 0.5, 1])


def test_other_columns_are_told_with_where_they_stand_and_their_values_at_the_rows(bench):
    toy = bench.sample("toy")
    answer = ask(bench, toy, "a*x*y", x="x")
    assert list(answer.at) == ["y"]
    assert answer.at["y"] == pytest.approx(float(np.median(answer.rows.values["y"])))
    assert ask(bench, toy, "a*x*y", x="x", at={"y": 0.5}).at == {"y": 0.5}
    one = answer.constants[0].value
    assert answer.rows.predicted == pytest.approx(
        [one * x * y for x, y in zip(answer.rows.x, answer.rows.values["y"], strict=True)]
    )


def test_a_fit_gives_errors_bands_leverage_profiles_and_prices(bench, puromycin):
    answer = ask(bench, puromycin, fit=True, find_starts=True, prices=True, profiles=["K", "Vm[treated]"])
    treated, _, half = answer.constants
    assert (treated.value, treated.standard_error) == (pytest.approx(208.63, abs=0.01), pytest.approx(5.80, abs=0.01))
    assert answer.result.degrees_of_freedom == 20
    assert (answer.result.chi2, answer.result.p) == (None, None)
    assert sum(answer.rows.leverage) == pytest.approx(3)
    curve = answer.curves[0]
    assert all(
        a <= b <= c <= d <= e
        for a, b, c, d, e in zip(
            curve.prediction_low, curve.confidence_low, curve.y, curve.confidence_high, curve.prediction_high, strict=True
        )
    )
    assert [profile.key for profile in answer.profiles] == ["Vm[treated]", "K"]
    assert answer.profiles[1].low < half.value < answer.profiles[1].high
    assert {price.name: (price.now, price.called_for) for price in answer.prices} == {"Vm": ("each", True), "K": ("one", False)}
    assert answer.path[-1] == pytest.approx(answer.result.rss)


def test_a_column_of_sigma_is_believed_or_taken_in_its_ratios(bench):
    x = np.linspace(0, 4, 40)
    sigma = np.where(x < 2, 0.1, 0.4)
    y = 1 + 2 * x + sigma * np.random.default_rng(0).standard_normal(40)
    table = bench.table(np.column_stack([x, sigma, y]), 2, ["x", "s", "y"])
    absolute = ask(bench, table, "a + b*x", sigma="s", fit=True)
    assert 0.001 < absolute.result.p < 0.999
    assert absolute.rows.error == pytest.approx(sigma)
    assert absolute.curves[0].prediction_high[-1] - absolute.curves[0].y[-1] > 3 * (
        absolute.curves[0].prediction_high[0] - absolute.curves[0].y[0]
    )
    ratios = ask(bench, table, "a + b*x", sigma="s", sigma_is="relative", fit=True)
    assert (ratios.result.chi2, ratios.result.p, ratios.rows.error) == (None, None, [])
    factor = ratios.constants[0].standard_error / absolute.constants[0].standard_error
    assert factor == pytest.approx(absolute.result.error_factor)


def test_bounds_ties_and_fixed_constants_hold(bench, puromycin):
    said = [
        ConstantSetting(name="K", category="untreated", same_as="K[treated]"),
        ConstantSetting(name="Vm", low=0, high=200),
        ConstantSetting(name="Vm", category="untreated", value=150, fixed=True),
    ]
    answer = ask(bench, puromycin, "Vm[state]*conc/(K[state] + conc)", constants=said, fit=True, find_starts=True)
    by_key = {each.key: each for each in answer.constants}
    assert by_key["K[treated]"].value == by_key["K[untreated]"].value
    assert (by_key["Vm[treated]"].value, by_key["Vm[treated]"].at_bound) == (200, True)
    assert (by_key["Vm[untreated]"].value, by_key["Vm[untreated]"].fixed) == (150, True)


@pytest.mark.parametrize(
    ("formula", "more", "problem", "position"),
    [
        ("Vm*conc/(K + ", {}, "the formula ends too early", 14),
        ("Vm[colour]*conc", {}, "there is no column called 'colour'", 4),
        ("Vm*state", {}, "holds labels", None),
        ("rate*2", {}, "is the target", None),
        ("K*conc", {"constants": [ConstantSetting(name="q", value=1)]}, "no constant called 'q'", None),
        ("K*conc", {"constants": [ConstantSetting(name="K", low=2, high=1)]}, "leave it no value", None),
        ("K*conc", {"per": {"K": "conc"}}, "cannot have one value per conc", None),
        ("K*log(-conc)", {"fit": True}, "not defined on all rows", None),
    ],
)
def test_what_is_wrong_is_said_in_the_answer(bench, puromycin, formula, more, problem, position):
    answer = ask(bench, puromycin, formula, **more)
    assert problem in answer.problem
    assert answer.position == position
    assert answer.curves == []


def test_columns_that_do_not_exist_are_problems_of_the_request(bench, puromycin):
    with pytest.raises(WorkError, match="There is no target 3"):
        ask(bench, puromycin, target=3)
    for more in ({"x": "colour"}, {"sigma": "colour"}, {"at": {"colour": 1.0}}, {"weights": "colour"}):
        assert "colour" in ask(bench, puromycin, **more).problem


def test_a_formula_of_no_column_is_drawn_against_the_first_input(bench, puromycin):
    answer = ask(bench, puromycin, "A")
    assert (answer.problem, answer.x, len(answer.curves)) == (None, "conc", 1)
    assert answer.constants[0].value == pytest.approx(np.mean(answer.rows.y))


def large(bench, rows: int) -> TableData:
    generator = np.random.default_rng(0)
    conc, state = generator.uniform(0.01, 1.2, rows), generator.integers(0, 2, rows)
    rate = np.where(state == 0, 210, 160) * conc / (0.06 + conc) + generator.normal(0, 8, rows)
    stored = StoredTable(("conc", "state", "rate"), (None,) * 3, np.column_stack([conc, state, rate]), ((), LABELS["state"], ()))
    return TableData(stored.content_hash(), stored.to_bytes(), ("conc", "state"), ("rate",))


def test_a_slider_on_many_rows_is_answered_within_a_frame(bench):
    table = large(bench, 100_000)
    ask(bench, table)
    taken = []
    for step in range(5):
        began = time.perf_counter()
        answer = ask(bench, table, constants=[ConstantSetting(name="K", value=0.05 + step / 100)])
        taken.append(time.perf_counter() - began)
    assert len(answer.rows.x) == 2_000
    assert answer.rows.total == 100_000
    assert min(taken) < 0.05


def test_a_fit_keeps_its_time_and_says_that_it_ended_early(bench):
    table = large(bench, 100_000)
    text = "A*exp(-a*conc) + B*exp(-b*conc) + C*exp(-c*conc) + D[state]*sin(w*conc + p)"
    began = time.perf_counter()
    answer = ask(bench, table, text, fit=True, find_starts=True, seconds=0.3)
    assert time.perf_counter() - began < 10
    assert answer.result.ended_early
    assert any("The time was over" in note for note in answer.notes)


def test_formulas_that_would_fill_the_memory_are_refused(bench, puromycin):
    x = np.random.default_rng(0).integers(0, 90, (2_000, 1)).astype(float)
    table = bench.table(np.column_stack([x, x]), 1)
    text = " + ".join(f"{chr(97 + place)}a[x0]" for place in range(5))
    assert "at most 200 are allowed" in ask(bench, table, text).problem
    wide = bench.table(np.random.default_rng(0).standard_normal((200_000, 2)), 1)
    long = " + ".join(f"c{place}*sin({place}*x0)" for place in range(60))
    assert "too many for 200,000 rows" in ask(bench, wide, long, fit=True).problem


def test_a_formula_with_letters_becomes_the_law_with_its_constants_fitted_to_all_rows(bench, puromycin):
    made = bench.do(FromFormula(formulas=[MICHAELIS]), puromycin)
    assert made.message.startswith("Fitted to all 23 rows: Vm[treated] = 208.6 ± 5.8, Vm[untreated] = 166.6 ± 5.8, K = 0.05797 ±")
    drafted = ask(bench, puromycin, fit=True, find_starts=True)
    residuals = np.array(drafted.rows.y) - np.array(drafted.rows.predicted)
    both = [made.metrics.train_rmse, made.metrics.test_rmse]
    split = bench_split(bench, puromycin)
    assert both == pytest.approx([float(np.sqrt(np.mean(residuals[list(part)] ** 2))) for part in split], rel=1e-6)


def bench_split(bench, table: TableData) -> tuple[list[int], list[int]]:
    """Places of the training and held-out rows in the table."""
    from server.work.situation import rows_of

    rows = rows_of(table)
    values = StoredTable.from_bytes(table.content).select(table.inputs + table.targets)
    found = []
    for part in (rows.split.train, rows.split.test):
        own = np.column_stack([part.inputs.numpy(), part.targets.numpy()])
        found.append([int(np.flatnonzero((values == row).all(axis=1))[0]) for row in own])
    return found[0], found[1]


def test_values_that_are_given_are_kept_to_the_digit(bench):
    table = bench.law(lambda x, y: 3 * np.exp(x) + y)
    said = [ConstantSetting(name="a", value=2.5), ConstantSetting(name="b", value=-0.25)]
    made = bench.do(FromFormula(formulas=["a*exp(x0) + b*x1"], constants=said), table)
    assert "The constants are as given." in made.message
    wanted = bench.do(FromFormula(formulas=["2.5*exp(x0) - 0.25*x1"]), table)
    assert made.metrics.test_rmse == pytest.approx(wanted.metrics.test_rmse, rel=1e-12)
    moved = bench.do(FromFormula(formulas=["a*exp(x0) + b*x1"], constants=said, fit=True), table)
    assert moved.metrics.test_rmse < 1e-9


def test_a_function_of_the_target_is_undone_and_formulas_share_constants(bench):
    x = np.random.default_rng(0).uniform(0.5, 2, (60, 1))
    table = bench.table(np.column_stack([x, 3 * x**-1.5, 10 - 4 * x**-1.5]), 1)
    made = bench.do(FromFormula(formulas=["log(y0) = a + n*log(x0)", "b - c*x0^n"]), table)
    assert made.metrics.test_rmse < 1e-6


@pytest.mark.parametrize(
    ("formula", "more", "sentence"),
    [
        (
            "k*x0",
            {"constants": [ConstantSetting(name="q", value=1)]},
            "no formula has a constant called 'q'; the constants are: k",
        ),
        ("k*x0", {"fit": False}, "k has no value, and nothing is to be fitted"),
        ("k*x0*other", {"constants": []}, "'other' is a column of the table, but no input of this session"),
        ("y0^2 + y0 = k*x0", {}, "cannot be solved for y0"),
    ],
)
def test_what_cannot_become_a_law_is_refused_with_what_to_change(bench, formula, more, sentence):
    values = np.random.default_rng(0).uniform(1, 2, (30, 3))
    stored = StoredTable(("x0", "other", "y0"), (None,) * 3, values)
    table = TableData(stored.content_hash(), stored.to_bytes(), ("x0",), ("y0",))
    with pytest.raises(Exception, match=sentence):
        bench.do(FromFormula(formulas=[formula], **more), table)


def test_the_law_of_a_revision_has_the_constants_by_their_names_and_refits_move_them_alone(bench, puromycin):
    said = [ConstantSetting(name="K", value=0.06, fixed=True)]
    made = bench.do(FromFormula(formulas=[MICHAELIS], constants=said), puromycin)
    law = from_bytes(made.network).law
    assert [(each.name, each.state) for each in law.constants] == [
        ("Vm[treated]", "free"),
        ("Vm[untreated]", "free"),
        ("K", "fixed"),
    ]
    listed = bench.ask(ConstantsQuery(), made, puromycin)
    assert [each.name for each in listed.constants] == ["Vm[treated]", "Vm[untreated]", "K"]
    refitted = from_bytes(bench.do(Refit(), puromycin, made).network).law
    assert [each.name for each in refitted.constants] == [each.name for each in law.constants]
    assert refitted["K"].value == 0.06


@pytest.mark.parametrize(
    "formula", ["A", "sin(A*conc)", "A/conc^999", "log(rate) = A + B*conc", "max(A, conc)", "sqrt(-1)", "A[state]*B"]
)
@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0.0])
def test_numbers_at_the_ends_of_what_doubles_are_have_an_answer(bench, puromycin, formula, value):
    said = [ConstantSetting(name="A", value=value)]
    for more in ({}, {"fit": True, "profiles": ["A"], "seconds": 0.2}):
        answer = ask(bench, puromycin, formula, constants=said, x_low=-1e300, x_high=1e300, **more)
        assert answer.problem is not None or all(each.slider_low <= each.value <= each.slider_high for each in answer.constants)
