"""A law that a person wrote keeps its form: its constants move, and what is fixed, bounded or weighted stays so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import curve_fit

from kan_core.errors import DataError, FormulaError
from kan_core.fitting.formula import Setting, fit_formula, read_model

RNG = np.random.default_rng(5)
X = RNG.uniform(0.5, 4.0, 60)
DECAY = 3.0 * np.exp(-0.7 * X) + 0.05 * RNG.standard_normal(60)


def fit(text: str, x: np.ndarray, y: np.ndarray, names: tuple[str, ...] = ("x",), **more: object):
    return fit_formula(read_model(text, names, "y"), x.reshape(len(y), -1), y, **more)  # type: ignore[arg-type]


def test_values_and_errors_are_those_of_scipy() -> None:
    wanted, covariance = curve_fit(lambda x, a, b: a * np.exp(-b * x), X, DECAY, p0=[1, 1], ftol=1e-14, xtol=1e-14)
    made = fit("a*exp(-b*x)", X, DECAY)
    assert [made.values["a"], made.values["b"]] == pytest.approx(wanted, rel=1e-7)
    errors = [constant.standard_error for constant in made.constants]
    assert errors == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-5)
    assert made.correlation[0, 1] == pytest.approx(covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]), rel=1e-4)


def test_sigma_is_believed_and_weights_are_relative() -> None:
    sigma = np.where(X < 2, 0.05, 0.5)
    wanted, covariance = curve_fit(lambda x, a, b: a + b * x, X, DECAY, sigma=sigma, absolute_sigma=True)
    made = fit("a + b*x", X, DECAY, sigma=sigma)
    assert list(made.values.values()) == pytest.approx(wanted, rel=1e-8)
    assert [each.standard_error for each in made.constants] == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-6)
    assert made.reduced_chi2 == pytest.approx(made.rss / 58)
    one, many = (fit("a + b*x", X, DECAY, weights=factor / sigma**2) for factor in (1.0, 1000.0))
    assert [each.standard_error for each in one.constants] == pytest.approx([each.standard_error for each in many.constants])
    assert one.reduced_chi2 is None


def test_a_row_of_weight_zero_is_left_out() -> None:
    bad = DECAY.copy()
    bad[7] = 1e6
    weights = np.ones(60)
    weights[7] = 0
    kept = np.arange(60) != 7
    assert fit("a*exp(-b*x)", X, bad, weights=weights).values == pytest.approx(fit("a*exp(-b*x)", X[kept], DECAY[kept]).values)


def test_a_fixed_constant_stays_and_has_no_error() -> None:
    made = fit("a*exp(-b*x)", X, DECAY, settings={"b": Setting(1.0, fixed=True)})
    a, b = made.constants
    assert (b.value, b.standard_error, b.fixed) == (1.0, None, True)
    assert made.degrees_of_freedom == 59
    e = np.exp(-X)
    assert a.value == pytest.approx(e @ DECAY / (e @ e))


def test_a_constant_at_its_bound_is_named() -> None:
    made = fit("a*exp(-b*x)", X, DECAY, settings={"b": Setting(low=0.0, high=0.5)})
    assert made.values["b"] == 0.5
    assert made.constants[1].at_bound
    assert made.constants[1].standard_error is None
    assert any("b ended at a bound" in note for note in made.notes)


def test_one_name_in_several_places_is_one_constant() -> None:
    y = 2.5 * X + np.sin(2.5 * X)
    made = fit("k*x + sin(k*x)", X, y)
    assert list(made.values) == ["k"]
    assert made.values["k"] == pytest.approx(2.5)


def test_the_left_side_may_be_a_function_of_the_target() -> None:
    y = 3 * X**1.5
    made = fit("log(y) = c + n*log(x)", X, y)
    assert made.values == pytest.approx({"c": math.log(3), "n": 1.5})


def test_sigma_is_carried_through_the_left_side() -> None:
    y = 3 * np.exp(-0.7 * X) * (1 + 0.05 * RNG.standard_normal(60))
    sigma = 0.05 * np.exp(-0.3 * X)
    wanted, covariance = curve_fit(lambda x, c, k: c - k * x, X, np.log(y), sigma=sigma / y, absolute_sigma=True)
    made = fit("log(y) = c - k*x", X, y, sigma=sigma)
    assert list(made.values.values()) == pytest.approx(wanted, rel=1e-8)
    assert [each.standard_error for each in made.constants] == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-6)


def test_a_part_that_no_constant_makes_finite_is_named() -> None:
    x = np.r_[-1.0, 0.0, X]
    y = np.r_[1.0, 1.0, DECAY]
    with pytest.raises(FormulaError, match=r"not defined on all rows: log\(x\) is no finite number at row 1, 2"):
        fit("a*log(x) + b", x, y)
    with pytest.raises(FormulaError, match=r"exp\(1000\*x\) is no finite number"):
        fit("a*exp(k*x)", X, DECAY, settings={"k": Setting(1000.0, fixed=True)})


def test_names_that_look_like_columns_are_told() -> None:
    made = fit("a*Time + b", X, DECAY, names=("time",))
    assert "“Time” is a constant here; the column is called “time”." in made.notes
    micro, mu = "\u00b5", "\u03bc"
    assert any("is a constant here" in note for note in fit(f"a*{micro} + b", X, DECAY, names=(mu,)).notes)
    assert "The formula names no column of the table." in fit("a", X, DECAY).notes
    assert fit("a*exp(-x/X)", X, DECAY).notes == ()


@pytest.mark.parametrize("scale", [1e200, 1e160, 1e-160, 1e-200])
def test_numbers_whose_squares_are_none_are_refused(scale: float) -> None:
    with pytest.raises(DataError, match="write it in another unit"):
        fit("a*x + b", X, DECAY * scale)


@pytest.mark.parametrize("scale", [1e100, 1e-100])
def test_large_and_small_numbers_are_fitted_like_others(scale: float) -> None:
    wanted, made = fit("a*x + b", X, DECAY), fit("a*x + b", X / scale, DECAY * scale)
    assert made.values["a"] == pytest.approx(wanted.values["a"] * scale**2, rel=1e-9)
    assert made.r2 == pytest.approx(wanted.r2)
    assert np.array(made.constants[0].standard_error) == pytest.approx(np.array(wanted.constants[0].standard_error) * scale**2)


def test_columns_too_large_to_be_squared_are_no_fit_of_zero() -> None:
    with pytest.raises(FormulaError, match="too large to be squared"):
        fit("a*x + b", X * 1e200, DECAY)


def test_many_rows_of_a_wave_are_fitted() -> None:
    x = np.arange(20_000) / 50
    y = 2 * np.sin(11.0 * x + 1) + 0.1 * RNG.standard_normal(len(x))
    made = fit("a*sin(w*x + p)", x, y)
    assert made.rss / len(x) == pytest.approx(0.01, rel=0.1)


def test_constants_that_the_rows_do_not_tell_apart_are_named() -> None:
    made = fit("a*b*x", X, 2 * X + 0.01 * RNG.standard_normal(60))
    assert [constant.standard_error for constant in made.constants] == [None, None]
    assert any("do not determine a and b" in note for note in made.notes)


def test_r2_is_not_given_from_fewer_than_five_rows() -> None:
    assert fit("a + b*x", X[:4], DECAY[:4]).r2 is None
    assert fit("a + b*x", X[:5], DECAY[:5]).r2 is not None


def test_the_same_seed_gives_the_same_answer() -> None:
    y = np.sin(3 * X) + 0.3 * np.cos(7.1 * X)
    first, second = (fit("a*sin(w*x) + b*cos(v*x)", X, y, seed=3) for _ in range(2))
    assert first.values == second.values
    assert first.rss < 1e-20


def test_signs_and_order_are_those_of_the_start() -> None:
    y = 2 * np.exp(-0.5 * X) + 3 * np.exp(-2 * X)
    fast_first = fit("a*exp(-b*x) + c*exp(-d*x)", X, y, settings={"b": Setting(3.0), "d": Setting(0.1)})
    assert [fast_first.values[name] for name in "abcd"] == pytest.approx([3, 2, 2, 0.5])
    unaided = fit("a*exp(-b*x) + c*exp(-d*x)", X, y)
    assert [unaided.values[name] for name in "abcd"] == pytest.approx([2, 0.5, 3, 2])
    bell = np.exp(-(((X - 2) / 0.4) ** 2))
    assert fit("a*exp(-((x-m)/w)^2)", X, bell).values["w"] == pytest.approx(0.4)
    assert fit("a*exp(-((x-m)/w)^2)", X, bell, settings={"m": Setting(1.5), "w": Setting(-1.0)}).values["w"] == pytest.approx(
        -0.4
    )


@pytest.mark.parametrize(
    ("text", "settings", "sentence"),
    [
        ("a*x + b", {"c": Setting(1.0)}, "no constant called 'c'; its constants are: a, b"),
        ("a*x", {"a": Setting(fixed=True)}, "fixed, but no value"),
        ("a*x", {"a": Setting(low=2.0, high=1.0)}, "leave it no value"),
        ("a*x", {"a": Setting(5.0, high=1.0)}, "outside its bounds"),
        ("a*log(-x)", {}, "not defined on all rows"),
        ("a*y", {}, "'y' is the target"),
        ("5 = a*x", {}, "'y' is the target; it must stand on the left"),
        ("y = a*(x", {}, "position 9"),
        ("e*x + b", {"e": Setting(2.0)}, "'e' is a known number, not a constant"),
        ("a*x + b", {"x": Setting(2.0)}, "'x' is a column, not a constant"),
        ("a*x² + b", {}, "write a power with"),
    ],
)
def test_errors_say_what_to_change(text: str, settings: dict[str, Setting], sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence):
        fit(text, X, DECAY, settings=settings)


def test_rows_that_cannot_be_used_are_named() -> None:
    holes = DECAY.copy()
    holes[[2, 4]] = math.nan
    with pytest.raises(DataError, match="look at row 3, 5"):
        fit("a*x", X, holes)
    with pytest.raises(DataError, match="σ must be a positive number: look at row 1"):
        fit("a*x", X, DECAY, sigma=np.r_[0.0, np.ones(59)])
    with pytest.raises(DataError, match="3 constants cannot be fitted to 2 rows"):
        fit("a + b*x + c*x^2", X[:2], DECAY[:2])


def test_a_law_with_nothing_to_fit_is_judged() -> None:
    made = fit("3*exp(-0.7*x)", X, DECAY)
    assert made.constants == ()
    assert made.degrees_of_freedom == 60
    assert made.rss == pytest.approx(float(((DECAY - 3 * np.exp(-0.7 * X)) ** 2).sum()))


def test_predictions_are_the_right_hand_side() -> None:
    made = fit("a*exp(-b*x)", X, DECAY)
    assert made.predict(np.array([[0.0]]))[0] == pytest.approx(made.values["a"])


def test_a_comparison_in_a_model_parts_no_sides() -> None:
    x = np.linspace(0, 4, 41)
    y = np.where(x >= 2, 1.5 * x, 0.5)
    for text in ("where(x >= 2, a*x, b)", "y = a*x*(x >= 2) + b*(x < 2)"):
        assert fit(text, x, y).values == pytest.approx({"a": 1.5, "b": 0.5})
