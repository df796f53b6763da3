"""Fits of one edge stand in the order of their descriptions; a form in its Taylor tail is recognised."""

from __future__ import annotations

import torch

from kan_core.symbolic.affine_fit import fit_affine
from kan_core.symbolic.description_length import rank_by_description

X = torch.linspace(-1, 1, 80, dtype=torch.float64)


def test_a_form_used_in_its_taylor_tail_is_recognised() -> None:
    fits = {fit.primitive: fit for fit in fit_affine(X, X**2)}
    assert fits["cosh"].extremeness > 50 > fits["x^2"].extremeness


def test_ranking_does_not_depend_on_the_order_given() -> None:
    fits = fit_affine(X, torch.exp(X))
    assert rank_by_description(fits[::-1]) == fits
