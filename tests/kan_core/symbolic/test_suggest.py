"""The judgement of an edge is decided, undecided or 'nothing fits', and says so."""

from __future__ import annotations

import torch

from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.suggest import is_taylor_tail, judge, rank_by_description

X = torch.linspace(-1, 1, 80, dtype=torch.float64)
NOISE = torch.randn(80, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def test_a_clean_sine_is_decided_although_cosine_with_a_phase_is_the_same() -> None:
    judgement = judge(fit_affine(X, torch.sin(3 * X)))
    assert judgement.decided
    assert judgement.fits[0].primitive == "sin"
    assert "clearly" in judgement.text


def test_a_shape_of_no_known_function_keeps_the_spline() -> None:
    judgement = judge(fit_affine(X, torch.sin(5 * X) * torch.exp(X) + torch.sign(X - 0.3)))
    assert not judgement.fitting
    assert "keep the spline" in judgement.text


def test_forms_that_noise_hides_are_not_decided() -> None:
    judgement = judge(fit_affine(X, torch.tanh(1.2 * X) + 0.02 * NOISE))
    assert judgement.fitting
    assert not judgement.decided
    assert "cannot be told apart" in judgement.text or "roughly" in judgement.text


def test_a_form_used_in_its_taylor_tail_is_recognised() -> None:
    fits = {fit.primitive: fit for fit in fit_affine(X, X**2)}
    assert is_taylor_tail(fits["cosh"])
    assert not is_taylor_tail(fits["x^2"])


def test_no_candidate_at_all_is_said() -> None:
    assert not judge([]).fitting


def test_ranking_does_not_depend_on_the_order_given() -> None:
    fits = fit_affine(X, torch.exp(X))
    assert rank_by_description(fits[::-1]) == fits
