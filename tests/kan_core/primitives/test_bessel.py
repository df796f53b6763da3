"""J0 and J1 over a long range against scipy."""

from __future__ import annotations

import pytest
import torch
from scipy import special

from kan_core.primitives.library import LIBRARY


@pytest.mark.parametrize(("name", "order"), [("J0", 0), ("J1", 1)])
def test_bessel_functions_equal_scipy_near_and_far(name: str, order: int) -> None:
    u = torch.linspace(-300, 300, 30_001, dtype=torch.float64)
    for d, function in enumerate((LIBRARY[name].evaluate, LIBRARY[name].derivative, LIBRARY[name].second_derivative)):
        wanted = torch.from_numpy(special.jvp(order, u.numpy(), d))
        assert float((function(u) - wanted).abs().max()) < 5e-14
