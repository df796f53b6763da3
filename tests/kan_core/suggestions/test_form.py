"""The constants outside a function, against NumPy's weighted least squares."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kan_core.suggestions.curve import EdgeCurve
from kan_core.suggestions.form import form_r2, outer_constants

RNG = np.random.default_rng(0)
X = torch.linspace(-1, 2, 60, dtype=torch.float64)
Y = 1.7 * torch.sin(2 * X + 0.3) - 0.4 + torch.from_numpy(RNG.normal(0, 0.1, 60))
CURVE = EdgeCurve(X, Y, torch.from_numpy(RNG.uniform(0.05, 1, 60)))


@pytest.mark.parametrize("given", [(None, None), (1.2, None), (None, -0.5), (1.2, -0.5)])
def test_outer_constants_are_weighted_least_squares(given: tuple[float | None, float | None]) -> None:
    root = np.sqrt(CURVE.weight.numpy())
    f = np.sin(2 * X.numpy() + 0.3)
    columns = [each for each, value in zip((f, np.ones(60)), given, strict=True) if value is None]
    left = Y.numpy() - (given[0] or 0.0) * f - (given[1] or 0.0)
    found = iter(np.linalg.lstsq(np.column_stack(columns) * root[:, None], left * root, rcond=None)[0] if columns else [])
    wanted = [next(found) if value is None else value for value in given]
    assert outer_constants(CURVE, "sin", (2, 0.3), given) == pytest.approx(wanted, rel=1e-12)


def test_r2_is_that_of_the_weighted_rows() -> None:
    weight = (CURVE.weight / CURVE.weight.sum()).numpy()
    left = Y.numpy() - (1.5 * np.sin(2 * X.numpy() + 0.3) - 0.4)
    around = Y.numpy() - weight @ Y.numpy()
    assert form_r2(CURVE, "sin", (2, 0.3, 1.5, -0.4)) == pytest.approx(1 - (weight @ left**2) / (weight @ around**2), rel=1e-12)


def test_a_form_without_a_value_has_no_constants_and_explains_nothing() -> None:
    assert outer_constants(CURVE, "log", (1, 0), (None, None)) is None
    assert form_r2(CURVE, "log", (1, 0, 1, 0)) == 0.0
