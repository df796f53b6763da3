"""scikit-learn's own checks of what an estimator is."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from kan_core.estimator import FormulaRegressor, KANClassifier, KANRegressor

# Random targets have no formula: the search says so, and splines take over.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ESTIMATORS = [
    KANRegressor(symbolic=False, steps=3),
    KANRegressor(max_tasks=1, steps=10, hidden=(2,)),
    FormulaRegressor(),
    KANClassifier(steps=10, hidden=(2,)),
]


@parametrize_with_checks(ESTIMATORS)
def test_the_estimator_keeps_scikit_learns_conventions(estimator: Any, check: Any) -> None:
    check(estimator)
