"""What comes in, checked in scikit-learn's own words; what scikit-learn leaves to the estimator: names of columns, seeds."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import (
    _check_sample_weight,  # pyright: ignore[reportPrivateUsage] - made for authors of estimators, says its documentation
    validate_data,
)

Array = NDArray[np.float64]
# scikit-learn is not typed; what its functions take and give is declared below.
_validate = cast("Any", validate_data)
_weigh = cast("Any", _check_sample_weight)


def rows_to_learn(estimator: BaseEstimator, X: object, y: object, *, numeric: bool) -> tuple[Array, NDArray[Any]]:
    """(rows, inputs) numbers and (rows,) targets, numbers or labels; the estimator remembers the columns.

    Raises:
        ValueError: values that are missing or infinite, fewer than two rows, wrong shapes.
    """
    return _validate(estimator, X, y, dtype=np.float64, y_numeric=numeric, ensure_min_samples=2)


def weights_of(sample_weight: object, X: Array) -> Array | None:
    """(rows,) weights ≥ 0; None when none were given.

    Raises:
        ValueError: another number than rows, negative, missing or infinite ones, or nothing but zeros.
    """
    if sample_weight is None:
        return None
    return _weigh(sample_weight, X, dtype=np.float64, ensure_non_negative=True)


def groups_of(groups: object, X: Array) -> Array | None:
    """(rows,) a number for each row's group; None when none were given.

    Raises:
        ValueError: another number than rows.
    """
    if groups is None:
        return None
    labels = np.asarray(groups).reshape(-1)
    if len(labels) != len(X):
        raise ValueError(f"groups has {len(labels)} entries for {len(X)} rows.")
    return np.unique(labels, return_inverse=True)[1].astype(np.float64)


def rows_to_judge(estimator: BaseEstimator, X: object) -> Array:
    """(rows, inputs) numbers in the columns that the estimator has learned from.

    Raises:
        ValueError: other columns, or values that are missing or infinite.
    """
    return _validate(estimator, X, dtype=np.float64, reset=False)


def column_names(estimator: BaseEstimator) -> list[str]:
    """Names of the columns as `fit` saw them, x0, x1, … for an array.

    Raises:
        ValueError: two columns of one name, which no formula could tell apart.
    """
    count = cast("int", getattr(estimator, "n_features_in_"))  # noqa: B009 - set by scikit-learn, unknown to its class
    names = [str(name) for name in getattr(estimator, "feature_names_in_", [f"x{place}" for place in range(count)])]
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise ValueError(f"Two columns are called {twice[0]!r}; rename one, the formula could not tell them apart.")
    return names


def check_share(test_share: float | None) -> None:
    """Refuse a share that leaves no rows to learn from.

    Raises:
        ValueError: below 0, or more than half.
    """
    if test_share is not None and not 0 <= test_share <= 0.5:
        raise ValueError(f"test_share is the share of the rows that are held out, from 0 to 0.5, got {test_share}.")


def seed_of(random_state: int | np.random.RandomState | None) -> int:
    """A number as it is, so that it means the same as everywhere else in Kanscope; else one drawn from the state."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))
