"""Whether a curve is clear about its function."""

from __future__ import annotations

import torch

from benchmarks.one_edge import is_clear
from kan_core.symbolic.affine_fit import fit_affine

X = torch.linspace(-1, 1, 80, dtype=torch.float64)
NOISE = torch.randn(80, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def test_a_clean_sine_is_clear_although_cosine_with_a_phase_is_the_same() -> None:
    fits = fit_affine(X, torch.sin(3 * X))
    assert is_clear(fits)
    assert fits[0].primitive == "sin"


def test_a_shape_of_no_known_function_is_not() -> None:
    assert not is_clear(fit_affine(X, torch.sin(5 * X) * torch.exp(X) + torch.sign(X - 0.3)))


def test_forms_that_noise_hides_are_not() -> None:
    assert not is_clear(fit_affine(X, torch.tanh(1.2 * X) + 0.02 * NOISE))
