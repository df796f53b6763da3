"""What a classifier learns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import sympy
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sympy.core.function import AppliedUndef

from kan_core.estimator import KANClassifier


def ring() -> tuple[np.ndarray, np.ndarray]:
    """Points of the plane and whether they lie outside a circle; no line divides them."""
    x = np.random.default_rng(0).normal(size=(300, 2))
    return x, np.where((x**2).sum(1) > 2, "outside", "inside")


def test_only_functions_of_the_library_stand_in_its_formula():
    random = np.random.default_rng(2)
    x = random.uniform(-1, 1, (300, 2))
    ring = (x**2).sum(1) + 0.05 * random.normal(size=300) > 0.6
    found = KANClassifier(hidden=(), library=["cos"]).fit(x, ring)
    assert "cos" in found.formula_[0]
    assert "**" not in found.formula_[0]
    assert "exp" not in found.formula_[0]


def test_a_ring_is_a_sum_of_two_curves() -> None:
    x, labels = ring()
    fitted = KANClassifier(hidden=(), symbolic=False, random_state=2).fit(x, labels)
    assert list(fitted.classes_) == ["inside", "outside"]
    assert fitted.score(x, labels) > 0.97
    assert fitted.network_.shape == (2, 1)
    assert "varphi" in fitted.latex()
    assert len(fitted.formula_) == len(fitted.expressions_) == 1


def test_the_log_odds_become_a_formula_in_the_names_of_the_columns() -> None:
    x, labels = ring()
    frame = pl.DataFrame({"width": x[:, 0], "height": x[:, 1]})
    fitted = KANClassifier(hidden=()).fit(frame, labels)
    (odds,) = fitted.expressions_
    assert not odds.atoms(AppliedUndef)
    assert {str(symbol) for symbol in odds.free_symbols} == {"width", "height"}
    assert "varphi" not in fitted.latex()
    columns = {sympy.Symbol("width"): x[:, 0], sympy.Symbol("height"): x[:, 1]}
    written = sympy.lambdify(list(columns), odds, "numpy")(*columns.values())
    np.testing.assert_allclose(fitted.decision_function(frame), written, rtol=1e-6, atol=1e-6)
    assert fitted.score(frame, labels) > 0.95
    assert np.isfinite(fitted.predict_proba(pl.DataFrame({"width": [1e3, -1e3], "height": [0.0, 1e3]}))).all()


def test_probabilities_are_the_logistic_function_of_the_logit() -> None:
    x, labels = ring()
    fitted = KANClassifier(hidden=(2,), steps=20).fit(x, labels)
    logit, shares = fitted.decision_function(x), fitted.predict_proba(x)
    np.testing.assert_allclose(shares[:, 1], 1 / (1 + np.exp(-logit)), rtol=1e-12)
    np.testing.assert_allclose(shares.sum(1), 1)
    assert (fitted.predict(x) == np.where(logit > 0, "outside", "inside")).all()


def test_three_irises_are_told_apart_on_rows_never_seen() -> None:
    x, y = load_iris(return_X_y=True)
    assert cross_val_score(KANClassifier(hidden=(2,), intervals=3, steps=40), x, y, cv=3).mean() > 0.9
    fitted = KANClassifier(hidden=(2,), intervals=3, steps=10).fit(x, y)
    assert fitted.decision_function(x).shape == (150, 3)
    assert len(fitted.formula_) == 3


def test_a_class_of_rows_without_weight_is_not_learned() -> None:
    x, labels = ring()
    labels = np.where(np.arange(300) % 10 == 0, "noise", labels)
    weights = np.where(labels == "noise", 0.0, 1.0)
    fitted = KANClassifier(hidden=(), steps=20).fit(x, labels, weights)
    assert list(fitted.classes_) == ["inside", "outside"]
    kept = weights > 0
    np.testing.assert_array_equal(
        fitted.decision_function(x), KANClassifier(hidden=(), steps=20).fit(x[kept], labels[kept]).decision_function(x)
    )
    assert fitted.score(x, labels, weights) > 0.9


def test_one_class_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="only one class"):
        KANClassifier().fit([[1.0], [2.0]], ["a", "a"])
