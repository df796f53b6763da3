"""The weights of two networks, against NumPy's least squares."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kan_core.errors import DataError
from kan_core.network.merge_weights import fitted_weights
from kan_core.network.trace import evaluate
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import make_table


def test_weights_are_least_squares_of_the_targets_on_both() -> None:
    x = torch.from_numpy(np.random.default_rng(0).uniform(0.5, 2, (80, 1)))
    table = make_table(x, torch.sin(x) + 0.2 * x**2)
    one, two = (from_formula([text], table, ["x"], ["y"]) for text in ("sin(x)", "sqrt(x)"))
    both = np.column_stack([evaluate(network, x).numpy()[:, 0] for network in (one, two)])
    wanted = np.linalg.lstsq(both, table.targets.numpy()[:, 0], rcond=None)[0]
    assert fitted_weights(one, two, x, table.targets)[:, 0].tolist() == pytest.approx(wanted.tolist(), rel=1e-9)


def test_two_networks_without_a_row_in_common_have_no_weights() -> None:
    x = torch.linspace(0.5, 2, 40, dtype=torch.float64)[:, None]
    table = make_table(x, x)
    one, two = (from_formula([text], table, ["x"], ["y"]) for text in ("sqrt(x)", "x"))
    with pytest.raises(DataError, match="no row on which both"):
        fitted_weights(one, two, -x, table.targets)
