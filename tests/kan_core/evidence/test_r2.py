"""R² is given by one function, from five rows on, against the mean of the rows that are judged."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from kan_core.evidence.r2 import LEAST_JUDGED, r_squared


def test_it_is_what_scikit_learn_says_weights_included() -> None:
    random = np.random.default_rng(0)
    targets, guess, weights = random.normal(size=30), random.normal(size=30), random.uniform(0, 3, 30)
    assert r_squared(targets - guess, targets) == pytest.approx(r2_score(targets, guess))
    assert r_squared(targets - guess, targets, weights) == pytest.approx(r2_score(targets, guess, sample_weight=weights))


def test_the_mean_is_that_of_the_rows_that_are_judged() -> None:
    targets = np.array([1000.1, 1000.2, 1000.3, 1000.4, 1000.5])
    assert r_squared(targets - targets.mean(), targets) == pytest.approx(0.0, abs=1e-12)


def test_fewer_than_five_rows_have_none_and_rows_without_weight_or_value_are_no_rows() -> None:
    targets, errors = np.arange(6.0), np.full(6, 0.1)
    assert LEAST_JUDGED == 5
    assert r_squared(errors[:4], targets[:4]) is None
    assert r_squared(errors[:5], targets[:5]) is not None
    assert r_squared(errors, targets, np.array([0, 0, 1, 1, 1, 1])) is None
    assert r_squared(np.array([np.nan, np.inf, 0.1, 0.1, 0.1, 0.1]), targets) is None


def test_a_target_that_does_not_vary_has_none_and_takes_no_part_beside_others() -> None:
    assert r_squared(np.zeros(9), np.full(9, 4.2)) is None
    both = np.column_stack([np.arange(9.0), np.full(9, 4.2)])
    assert r_squared(np.zeros((9, 2)), both) == 1.0


def test_numbers_near_the_largest_double_do_not_overflow() -> None:
    targets = np.linspace(1e300, 1.7e308, 9)
    assert r_squared(0.01 * targets, targets) == pytest.approx(1, abs=0.01)
