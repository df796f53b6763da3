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


def test_the_bands_of_u_are_as_good_at_their_borders_as_within() -> None:
    u = torch.cat([torch.linspace(border - 1e-9, border + 1e-9, 201, dtype=torch.float64) for border in (0, 4, 10, 17)])
    for order, name in enumerate(("J0", "J1")):
        wanted = torch.from_numpy(special.jv(order, u.numpy()))
        assert float((LIBRARY[name].evaluate(u) - wanted).abs().max()) < 1e-14
        alone = torch.stack([LIBRARY[name].evaluate(point) for point in u])
        assert float((LIBRARY[name].evaluate(u) - alone).abs().max()) < 1e-14


def test_derivatives_by_torch_are_those_of_scipy_up_to_the_third_also_row_by_row() -> None:
    u = torch.linspace(-40, 40, 401, dtype=torch.float64)
    f = LIBRARY["J1"].evaluate
    for order in range(1, 4):
        f = torch.func.grad(f)
        slopes = torch.func.vmap(f)(u)
        wanted = torch.from_numpy(special.jvp(1, u.numpy(), order))
        assert float((slopes - wanted).abs().max()) < 1e-13
