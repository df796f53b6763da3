"""What a fit says beyond its constants: categories, ties, bands, leverage, profiles, prices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares
from scipy.stats import chi2, t

from kan_core.errors import DataError, FormulaError
from kan_core.fitting.formula import FormulaFit, Setting, fit_formula, read_model
from kan_core.fitting.joint import fit_together
from kan_core.fitting.prices import price_of
from kan_core.fitting.rows import rows_of
from tests.kan_core.fitting.puromycin import INPUTS, LABELS, NAMES, RATES

MICHAELIS = "Vm[state]*conc/(K + conc)"


def puromycin(text: str = MICHAELIS, settings: dict[str, Setting] | None = None, **more: object) -> FormulaFit:
    per = more.pop("per", None)
    model = read_model(text, NAMES, "rate", labels=LABELS, per=per)  # type: ignore[arg-type]
    return fit_formula(model, INPUTS, RATES, settings, **more)  # type: ignore[arg-type]


def test_one_value_per_category_is_that_of_the_published_fit() -> None:
    # Bates & Watts 1988, 3.7; R's nls(rate ~ (Vm + delV*(state == "untreated"))*conc/(K + conc)).
    made = puromycin()
    assert made.free == ("Vm[treated]", "Vm[untreated]", "K")
    assert made.values["Vm[treated]"] == pytest.approx(208.63, abs=0.005)
    assert made.values["Vm[untreated]"] - made.values["Vm[treated]"] == pytest.approx(-42.03, abs=0.005)
    assert made.values["K"] == pytest.approx(0.05797, abs=5e-6)
    assert made.constants[0].standard_error == pytest.approx(5.80, abs=0.005)
    assert made.constants[2].standard_error == pytest.approx(0.00591, abs=5e-6)


def test_brackets_and_a_setting_say_the_same() -> None:
    bracketed, set_so = puromycin(), puromycin("Vm*conc/(K + conc)", per={"Vm": "state"})
    assert bracketed.values == pytest.approx(set_so.values, rel=1e-9)
    assert bracketed.model.families == set_so.model.families


def test_categories_that_no_constant_has_have_no_prediction() -> None:
    made = puromycin()
    other = np.array([[0.5, 0.0], [0.5, 1.0], [0.5, 2.0]])
    predicted, band = made.predict(other), made.band(other)
    assert np.isfinite(predicted).tolist() == np.isfinite(band.confidence[0]).tolist() == [True, True, False]


def test_what_is_said_of_a_constant_holds_for_all_its_categories_unless_one_is_named() -> None:
    made = puromycin(settings={"Vm": Setting(low=0, high=200), "Vm[untreated]": Setting(150.0, fixed=True)})
    treated, untreated, _ = made.constants
    assert (treated.value, treated.at_bound) == (200, True)
    assert (untreated.value, untreated.fixed) == (150, True)


def test_whole_numbers_are_categories_and_measurements_are_not() -> None:
    x = np.column_stack([np.linspace(0, 1, 30), np.tile([-1.0, 3.0, 7.0], 10)])
    y = 2 * x[:, 0] + np.where(x[:, 1] < 0, 5.0, np.where(x[:, 1] < 4, -2.0, 1.0))
    made = fit_formula(read_model("a*x + b[k]", ["x", "k"], "y"), x, y)
    assert made.values == pytest.approx({"a": 2, "b[-1]": 5, "b[3]": -2, "b[7]": 1})
    with pytest.raises(FormulaError, match="'b' cannot have one value per x: that takes a column of labels"):
        fit_formula(read_model("a*x + b[x]", ["x", "k"], "y"), x, y)


@pytest.mark.parametrize(
    ("text", "per", "sentence"),
    [
        ("Vm[state]*conc/(Vm + conc)", {}, "'Vm' stands in the formula in two ways, Vm.state. and Vm"),
        ("Vm[state]*conc", {"Vm": "conc"}, "is to have one value per conc; say one of the two"),
        ("Vm*conc", {"K": "state"}, "the formula has no constant called 'K'"),
        ("Vm*conc", {"Vm": "colour"}, "there is no such column"),
        ("Vm[colour]*conc", {}, "position 4: there is no column called 'colour'"),
        ("Vm[state*conc", {}, "position 9: a '.' is missing"),
        ("Vm*state", {}, r"holds labels, not numbers; write A\[state\]"),
    ],
)
def test_errors_say_what_to_change(text: str, per: dict[str, str], sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence):
        puromycin(text, per=per)


def test_equal_constants_are_one_and_keep_their_names() -> None:
    apart = puromycin("Vm[state]*conc/(K[state] + conc)")
    tied = puromycin("Vm[state]*conc/(K[state] + conc)", {"K[untreated]": Setting(same_as="K[treated]")})
    shared = puromycin()
    assert tied.rss == pytest.approx(shared.rss)
    assert (tied.degrees_of_freedom, apart.degrees_of_freedom) == (20, 19)
    first, second = tied.constants[2:]
    assert second.same_as == "K[treated]"
    assert (first.value, first.standard_error) == (second.value, second.standard_error)


@pytest.mark.parametrize("ends", [("K", "K"), ("K", "q")])
def test_ties_that_lead_nowhere_are_refused(ends: tuple[str, str]) -> None:
    with pytest.raises(FormulaError, match="cannot be the same as"):
        puromycin(settings={ends[0]: Setting(same_as=ends[1])})


def test_a_band_is_that_of_linear_regression_where_the_formula_is_linear() -> None:
    generator = np.random.default_rng(1)
    x = generator.uniform(0, 3, 15)
    y = 1 + 2 * x + 0.3 * generator.standard_normal(15)
    made = fit_formula(read_model("a + b*x", ["x"], "y"), x[:, None], y)
    at = np.linspace(-1, 4, 7)
    spread = np.sqrt(made.rss / 13)
    near = t.ppf(0.95, 13) * spread * np.sqrt(1 / 15 + (at - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    far = t.ppf(0.95, 13) * spread * np.sqrt(1 + 1 / 15 + (at - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    band = made.band(at[:, None], level=0.9)
    assert band.confidence[1] - band.values == pytest.approx(near)
    assert band.values - band.prediction[0] == pytest.approx(far)
    leverage = 1 / 15 + (x - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    assert made.leverage == pytest.approx(leverage)
    studentised = (y - band_values(made, x)) / (spread * np.sqrt(1 - leverage))
    assert made.influence.distances == pytest.approx(studentised**2 * leverage / (2 * (1 - leverage)))


def band_values(made: FormulaFit, x: np.ndarray) -> np.ndarray:
    return made.predict(x[:, None])


def test_leaving_out_the_row_of_largest_distance_moves_the_constants_most() -> None:
    made = puromycin()
    moved = []
    for row in range(len(RATES)):
        kept = np.arange(len(RATES)) != row
        without = fit_formula(made.model, INPUTS[kept], RATES[kept], {n: Setting(v) for n, v in made.values.items()})
        step = np.array(list(without.values.values())) - np.array(list(made.values.values()))
        slopes = made._minimum.linearised[1]
        moved.append(float(np.sum((slopes @ step) ** 2)) / (3 * made.variance))
    assert made.influence.distances == pytest.approx(moved, rel=0.25)
    assert np.argmax(moved) == np.argmax(made.influence.distances)


def test_a_band_has_no_value_where_the_rows_do_not_determine_it() -> None:
    x = np.column_stack([np.linspace(0, 1, 9), np.zeros(9)])
    made = fit_formula(read_model("a*x + b*z", ["x", "z"], "y"), x, 3 * x[:, 0] + 0.01 * np.sin(40 * x[:, 0]))
    band = made.band(np.array([[0.5, 0.0], [0.5, 1.0]]))
    assert np.isfinite(band.deviation).tolist() == [True, False]


def test_a_profile_is_the_published_one() -> None:
    # Bates & Watts 1988, 6.1, treated rows alone; R's confint(nls(…)): Vm 197.302 … 229.290, K 0.04693 … 0.08616. For each K the
    # best Vm is a linear problem, so its ends are also found by bisection.
    made = fit_formula(read_model("Vm*conc/(K + conc)", ["conc"], "rate"), INPUTS[:12, :1], RATES[:12])
    speed, half = made.profile("Vm"), made.profile("K")
    assert (speed.low, speed.high) == (pytest.approx(197.302, abs=2e-3), pytest.approx(229.290, abs=2e-3))
    conc, rate = INPUTS[:12, 0], RATES[:12]

    def above(k: float) -> float:
        curve = conc / (k + conc)
        return float(((rate - curve @ rate / (curve @ curve) * curve) ** 2).sum() - made.rss) / made.variance - half.threshold

    assert half.low == pytest.approx(brentq(above, 0.03, 0.06), rel=3e-5)
    assert half.high == pytest.approx(brentq(above, 0.07, 0.15), rel=3e-5)
    assert (np.diff(half.values) > 0).all()
    assert half.threshold == pytest.approx(t.ppf(0.975, 10) ** 2)


def test_a_profile_is_a_parabola_where_the_formula_is_linear() -> None:
    x = np.linspace(0, 1, 20)
    made = fit_formula(read_model("a + b*x", ["x"], "y"), x[:, None], np.sin(9 * x), sigma=np.full(20, 0.5))
    profile, (a, _) = made.profile("a"), made.constants
    assert a.standard_error is not None
    assert profile.above == pytest.approx(((profile.values - a.value) / a.standard_error) ** 2, abs=1e-6)
    assert (profile.high, profile.threshold) == (pytest.approx(a.value + 1.959964 * a.standard_error), pytest.approx(3.841459))


def test_a_profile_that_does_not_close_is_open_and_says_so() -> None:
    x = np.linspace(0, 1, 12)
    y = 2 * x + 0.05 * np.random.default_rng(0).standard_normal(12)
    profile = fit_formula(read_model("a*(1 - exp(-k*x))", ["x"], "y"), x[:, None], y).profile("a")
    assert profile.low is not None
    assert profile.high is None
    assert "No upper end: as far as" in profile.notes[0]


def test_a_profile_ends_at_a_bound_and_when_it_is_told_to() -> None:
    bounded = puromycin(settings={"K": Setting(high=0.06)}).profile("K")
    assert bounded.low is not None
    assert bounded.high is None
    assert bounded.values[-1] == 0.06
    assert "the bound 0.06 comes before" in bounded.notes[0]
    assert "the time was over" in puromycin().profile("K", stop=lambda: True).notes[0]


def test_prices_are_the_differences_of_two_fits() -> None:
    each = puromycin()
    speed = price_of(each, "Vm", "state")
    half = price_of(each, "K", "state")
    assert speed is not None
    assert half is not None
    assert (speed.now, half.now) == ("each", "one")
    assert speed.one.rss == pytest.approx(puromycin("Vm*conc/(K + conc)").rss)
    assert half.each.rss == pytest.approx(puromycin("Vm[state]*conc/(K[state] + conc)").rss)
    assert (speed.called_for, half.called_for) == (True, False)


def test_chi2_and_p_are_of_absolute_sigma_only() -> None:
    sigma = np.full(len(RATES), 9.0)
    absolute, ratios = puromycin(sigma=sigma), puromycin(sigma=sigma, absolute=False)
    assert absolute.chi2 == pytest.approx(absolute.plain_rss / 81)
    assert absolute.p == pytest.approx(chi2.sf(absolute.chi2, 20))
    assert (ratios.chi2, ratios.reduced_chi2, ratios.p) == (None, None, None)
    plain = puromycin()
    assert [c.standard_error for c in ratios.constants] == pytest.approx([c.standard_error for c in plain.constants])
    factor = np.sqrt(absolute.reduced_chi2)
    assert ratios.constants[2].standard_error == pytest.approx(absolute.constants[2].standard_error * factor)


def test_the_path_goes_down_from_the_start_to_the_minimum() -> None:
    made = puromycin(settings={"Vm": Setting(100.0), "K": Setting(0.5)}, anywhere=False)
    assert made.path[0] == pytest.approx(float(((RATES - 100 * INPUTS[:, 0] / (0.5 + INPUTS[:, 0])) ** 2).sum()))
    assert (np.diff(made.path) <= 1e-9 * made.path[0]).all()
    assert made.path[-1] == pytest.approx(made.rss)


def test_a_fit_that_is_told_to_stop_says_so() -> None:
    made = puromycin(settings={"Vm": Setting(1.0), "K": Setting(50.0)}, stop=lambda: True)
    assert made.ended_early
    assert not made.converged
    assert "The time was over before the fit was; this is the best so far." in made.notes


def test_many_rows_are_searched_on_some_and_fitted_on_all() -> None:
    generator = np.random.default_rng(3)
    x = generator.uniform(0, 10, 60_000)
    y = 3 * np.exp(-x / 2) * np.sin(4 * x + 1) + 0.1 * generator.standard_normal(60_000)
    made = fit_formula(read_model("A*exp(-x/tau)*sin(w*x + p)", ["x"], "y"), x[:, None], y)
    wanted = least_squares(lambda q: q[0] * np.exp(-x / q[1]) * np.sin(q[2] * x + q[3]) - y, [3, 2, 4, 1]).x
    assert [made.values[name] for name in ("A", "tau", "w", "p")] == pytest.approx(wanted, rel=1e-6)


def test_targets_that_share_a_constant_are_fitted_together_each_in_its_own_noise() -> None:
    generator = np.random.default_rng(2)
    x = np.linspace(0, 4, 80)
    first = 3 * np.exp(-0.8 * x) + 0.01 * generator.standard_normal(80)
    second = 500 - 200 * np.exp(-0.8 * x) + 20 * generator.standard_normal(80)
    models = [read_model(text, ["t"], name) for text, name in (("a*exp(-k*t)", "y"), ("c - d*exp(-k*t)", "z"))]
    rows = [rows_of(model.left, x[:, None], target, None, None) for model, target in zip(models, (first, second), strict=True)]
    together = fit_together(models, rows, {}, "none")
    alone = [fit_formula(model, x[:, None], target) for model, target in zip(models, (first, second), strict=True)]
    assert together.values["k"] == pytest.approx(0.8, abs=0.01)
    assert abs(together.values["k"] - alone[0].values["k"]) < abs(together.values["k"] - alone[1].values["k"])
    wide, narrow = (next(c.standard_error for c in made.constants if c.name == "d") for made in (alone[1], together))
    assert narrow < wide


def test_too_few_rows_are_refused_with_how_many_are_needed() -> None:
    with pytest.raises(DataError, match="3 constants cannot be fitted to 2 rows"):
        fit_formula(read_model(MICHAELIS, NAMES, "rate", labels=LABELS), INPUTS[[0, 12]], RATES[[0, 12]])
