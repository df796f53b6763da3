"""The judgement of an edge is decided, undecided or 'nothing fits', and says so."""

from __future__ import annotations

import torch

from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.description_length import rank_by_description
from kan_core.symbolic.suggest import judge

X = torch.linspace(-1, 1, 80, dtype=torch.float64)
NOISE = torch.randn(80, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def test_a_clean_sine_is_decided_although_cosine_with_a_phase_is_the_same() -> None:
    judgement = judge(fit_affine(X, torch.sin(3 * X)))
    assert judgement.decided
    assert judgement.fits[0].primitive == "sin"
    assert "clearly" in judgement.text


def test_a_shape_of_no_known_function_keeps_the_spline() -> None:
    judgement = judge(fit_affine(X, torch.sin(5 * X) * torch.exp(X) + torch.sign(X - 0.3)))
    assert not judgement.decided
    assert "keep the spline" in judgement.text


def test_forms_that_noise_hides_are_not_decided() -> None:
    judgement = judge(fit_affine(X, torch.tanh(1.2 * X) + 0.02 * NOISE))
    assert "keep the spline" not in judgement.text
    assert not judgement.decided
    assert "cannot be told apart" in judgement.text or "roughly" in judgement.text


def test_a_form_used_in_its_taylor_tail_is_recognised() -> None:
    fits = {fit.primitive: fit for fit in fit_affine(X, X**2)}
    assert fits["cosh"].extremeness > 50 > fits["x^2"].extremeness


def test_no_candidate_at_all_is_said() -> None:
    judgement = judge([])
    assert judgement.fits == ()
    assert not judgement.decided
    assert "No function of the library is defined" in judgement.text


def test_ranking_does_not_depend_on_the_order_given() -> None:
    fits = fit_affine(X, torch.exp(X))
    assert rank_by_description(fits[::-1]) == fits
