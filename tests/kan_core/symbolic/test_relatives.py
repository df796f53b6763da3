"""A primitive that is another one in disguise is found as well as the other one."""

from __future__ import annotations

import pytest
import torch

from kan_core.symbolic.affine_fit import fit_affine


@pytest.mark.parametrize(("name", "source"), [("cos", "sin"), ("sigmoid", "tanh"), ("arccos", "arcsin")])
def test_relatives_fit_as_well_as_their_source_and_as_well_as_alone(name: str, source: str) -> None:
    x = torch.linspace(-1.0, 1.0, 64, dtype=torch.float64)
    y = 0.7 * torch.tanh(1.3 * x + 0.2) - 0.1
    both = {fit.primitive: fit for fit in fit_affine(x, y, primitives=[source, name])}
    (alone,) = fit_affine(x, y, primitives=[name])
    assert both[name].rms == pytest.approx(both[source].rms, abs=1e-12, rel=1e-6)
    assert both[name].rms <= 1.01 * alone.rms + 1e-12
