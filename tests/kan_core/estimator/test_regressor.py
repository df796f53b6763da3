"""What a regressor learns, against the laws the rows were made from."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest
import sympy
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kan_core.errors import ShapeError
from kan_core.estimator import KANRegressor
from kan_core.network.snapshot import from_bytes
from kan_core.search.discover import SearchProgress


def area(rows: int = 200) -> pl.DataFrame:
    """Width, height in m (a name that is no identifier) and their product."""
    sides = np.random.default_rng(0).uniform(1, 2, (rows, 2))
    return pl.DataFrame({"width": sides[:, 0], "height / m": sides[:, 1], "A": sides[:, 0] * sides[:, 1]})


@pytest.fixture(scope="module")
def law() -> KANRegressor:
    frame = area()
    return KANRegressor().fit(frame[["width", "height / m"]], frame["A"])


def test_the_formula_speaks_the_names_of_the_data_frame(law: KANRegressor) -> None:
    assert law.expression_ == sympy.Symbol("width") * sympy.Symbol("height / m")
    assert set(law.formula_.split("*")) == {"width", "height_m"}
    assert law.latex().startswith("A = ")
    assert law.symbolic_
    assert law.rmse_ < 1e-12
    assert list(law.feature_names_in_) == ["width", "height / m"]


def test_predictions_are_the_formula(law: KANRegressor) -> None:
    frame = area()
    assert law.score(frame[["width", "height / m"]], frame["A"]) == pytest.approx(1)
    np.testing.assert_allclose(law.predict(frame[["width", "height / m"]]), frame["A"].to_numpy(), rtol=1e-12)


def test_columns_in_another_order_are_refused_in_scikit_learns_words(law: KANRegressor) -> None:
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        law.predict(area()[["height / m", "width"]])


def test_the_front_has_simple_and_exact_formulas_and_each_can_predict(law: KANRegressor) -> None:
    complexities, errors = [point.complexity for point in law.pareto_], [point.rmse for point in law.pareto_]
    assert complexities == sorted(complexities)
    assert errors == sorted(errors, reverse=True)
    frame = area()
    for place, point in enumerate(law.pareto_):
        columns = {sympy.Symbol(name): frame[name].to_numpy() for name in ("width", "height / m")}
        values = sympy.lambdify(list(columns), point.expression, "numpy")(*columns.values())
        predicted = law.predict(frame[["width", "height / m"]], point=place)
        np.testing.assert_allclose(predicted, np.broadcast_to(values, predicted.shape), atol=1e-7)
        assert from_bytes(point.snapshot).shape[0] == 2


def test_constants_come_with_error_bars_that_cover_the_truth() -> None:
    generator = np.random.default_rng(3)
    x = generator.uniform(0, 4, (300, 1))
    y = 2.4731 * np.exp(-0.72193 * x[:, 0]) + generator.normal(0, 0.002, 300)
    fitted = KANRegressor(max_tasks=4).fit(x, y)
    for truth in (2.4731, 0.72193):
        near = min(fitted.constants_, key=lambda constant: abs(abs(constant.value) - truth))
        assert abs(abs(near.value) - truth) < 5 * near.stderr < 0.1


def test_the_same_seed_gives_the_same_bytes() -> None:
    x = np.random.default_rng(1).normal(size=(60, 2))
    first, second = (KANRegressor(max_tasks=2, steps=10, symbolic=False).fit(x, x[:, 0]) for _ in range(2))
    assert first.snapshot_ == second.snapshot_
    other = KANRegressor(steps=10, symbolic=False, random_state=np.random.RandomState(5)).fit(x, x[:, 0])
    assert other.snapshot_ != first.snapshot_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_caller_is_asked_within_tasks_and_may_end_the_search_after_any() -> None:
    seen: list[SearchProgress] = []

    def stop(progress: SearchProgress) -> bool:
        seen.append(progress)
        return progress.done == 2

    x = np.random.default_rng(2).normal(size=(40, 2))
    noise = np.random.default_rng(3).normal(size=40)
    assert KANRegressor(stop=stop, steps=5).fit(x, noise).n_tasks_ == 2
    assert sorted({progress.done for progress in seen}) == [0, 1, 2]
    assert seen[-1].done == 2
    assert KANRegressor(max_tasks=1, steps=5).fit(x, noise).n_tasks_ == 1


def test_where_nothing_elementary_fits_splines_predict_and_a_warning_says_so() -> None:
    x = np.random.default_rng(2).uniform(0, 1, (200, 1))
    zigzag = np.abs((7.3 * x[:, 0]) % 2 - 1)
    with pytest.warns(ConvergenceWarning, match="No elementary formula was found in 1 tasks"):
        fitted = KANRegressor(max_tasks=1, intervals=20).fit(x, zigzag)
    assert not fitted.symbolic_
    assert fitted.constants_ == []
    assert fitted.score(x, zigzag) > 0.8
    assert [point.formula for point in fitted.pareto_] == [fitted.formula_]


def test_a_network_of_splines_alone_writes_its_formula_with_phi() -> None:
    x = np.random.default_rng(4).uniform(-1, 1, (200, 2))
    fitted = KANRegressor(symbolic=False, hidden=()).fit(x, np.sin(x[:, 0]) + x[:, 1] ** 2)
    assert fitted.score(x, np.sin(x[:, 0]) + x[:, 1] ** 2) > 0.999
    assert "varphi" in fitted.latex()
    assert fitted.network_.shape == (2, 1)


def test_weights_count_rows_in_formulas_and_splines() -> None:
    generator = np.random.default_rng(4)
    x = generator.uniform(0.5, 2, (120, 1))
    y = 1.37 * x[:, 0] ** 2 + generator.normal(0, 0.01, 120)
    spoilt = np.where(np.arange(120) % 3 == 0, y + 0.8, y)
    weights = np.where(np.arange(120) % 3 == 0, 1e-9, 1.0)
    weighed = KANRegressor(max_tasks=3).fit(x, spoilt, weights)
    np.testing.assert_allclose(weighed.predict(x), 1.37 * x[:, 0] ** 2, atol=0.03)
    assert weighed.rmse_ < 0.02
    assert KANRegressor(max_tasks=3).fit(x, spoilt).rmse_ > 0.2
    counts = generator.integers(0, 4, 120)
    for settings in ({"max_tasks": 3}, {"symbolic": False, "steps": 20}):
        whole = KANRegressor(**settings).fit(x, y, counts)
        repeated = KANRegressor(**settings).fit(x.repeat(counts, 0), y.repeat(counts))
        np.testing.assert_allclose(whole.predict(x), repeated.predict(x), rtol=1e-8)
        gone = KANRegressor(**settings).fit(x, spoilt, weights > 0.5)
        left = KANRegressor(**settings).fit(x[weights > 0.5], y[weights > 0.5])
        np.testing.assert_array_equal(gone.predict(x), left.predict(x))


def test_error_bars_do_not_shrink_when_all_weights_grow() -> None:
    generator = np.random.default_rng(5)
    x = generator.uniform(0.5, 2, (80, 1))
    y = 1.3721 * x[:, 0] + generator.normal(0, 0.01, 80)
    weights = generator.uniform(0.5, 2, 80)
    bars = [KANRegressor(max_tasks=1).fit(x, y, weights * scale).constants_[0].stderr for scale in (1.0, 1e6)]
    assert bars[0] == pytest.approx(bars[1], rel=1e-6)
    with pytest.raises(ValueError, match="at least one non-zero"):
        KANRegressor().fit(x, y, 0 * weights)
    with pytest.raises(ValueError, match="Negative values"):
        KANRegressor().fit(x, y, -weights)


def test_it_works_inside_scikit_learns_own_tools() -> None:
    frame = area(60)
    x, y = frame[["width", "height / m"]].to_numpy(), frame["A"].to_numpy()
    pipeline = make_pipeline(StandardScaler(), KANRegressor(symbolic=False, steps=20))
    search = GridSearchCV(pipeline, {"kanregressor__hidden": [(), (2,)]}, cv=2).fit(x, y)
    assert search.best_params_["kanregressor__hidden"] == (2,)
    assert clone(search.best_estimator_[-1]).get_params()["hidden"] == (2,)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [({"max_tasks": 0}, "max_tasks must be 1 or more"), ({"test_share": 1.0}, "test_share is the share")],
)
def test_settings_out_of_range_are_named(settings: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        KANRegressor(**settings).fit([[1.0], [2.0]], [1.0, 2.0])


def test_splines_keep_the_state_that_does_best_on_rows_held_out() -> None:
    x = np.random.default_rng(6).uniform(-1, 1, (60, 3))
    y = x[:, 0] + np.random.default_rng(7).normal(0, 0.5, 60)
    errors = [KANRegressor(symbolic=False, steps=steps, sparsity=0.0).fit(x, y).rmse_ for steps in (1, 5, 40)]
    assert errors == sorted(errors, reverse=True)


def test_bad_rows_are_refused_in_scikit_learns_words() -> None:
    with pytest.raises(ValueError, match="Input X contains NaN"):
        KANRegressor().fit([[1.0], [np.nan]], [1.0, 2.0])
    with pytest.raises(ValueError, match="Input y contains NaN"):
        KANRegressor().fit([[1.0], [2.0]], [1.0, np.nan])
    with pytest.raises(ShapeError, match="at least 1 node"):
        KANRegressor(symbolic=False, hidden=(0,)).fit([[1.0], [2.0]], [1.0, 2.0])
    with pytest.raises(NotFittedError):
        KANRegressor().latex()


def test_without_scikit_learn_the_message_says_what_to_install() -> None:
    program = "import sys; sys.modules['sklearn'] = None; import kan_core.estimator"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "The estimators need scikit-learn: pip install 'kanscope[sklearn]'." in done.stderr
