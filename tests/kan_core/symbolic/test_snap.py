"""Exact values are proposed inside the error bar, priced on held-out rows, and applied with the others refitted."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from kan_core.errors import FormulaError
from kan_core.expression.text import parse
from kan_core.expression.tree import Column, Exact, Product, walk
from kan_core.expression.values import values_of
from kan_core.symbolic.constants import Constant
from kan_core.symbolic.exact import exact_text, exact_value
from kan_core.symbolic.snap import apply_snaps, candidates, propose_snaps
from kan_core.training.data import Split, Table

X = Column(0)


def noisy_wave(noise: float) -> Split:
    generator = torch.Generator().manual_seed(3)
    x = torch.rand(120, generator=generator, dtype=torch.float64) * 2 - 1
    y = 0.5 * torch.sin(math.pi * x) + 1.37 + noise * torch.randn(120, generator=generator, dtype=torch.float64)
    table = Table(x[:, None], y[:, None])
    return Split(table.take(torch.arange(90)), table.take(torch.arange(90, 120)))


WAVE = parse("0.5003*sin(3.1409*x) + 1.3702", ["x"])


@pytest.mark.parametrize(
    ("value", "exact"),
    [(2.0, "2"), (-1 / 3, "-1/3"), (math.pi / 2, "pi/2"), (math.sqrt(2), "sqrt(2)"), (2 * math.e, "2*E"), (7 / 12, "7/12")],
)
def test_the_simplest_exact_number_comes_first(value: float, exact: str) -> None:
    assert str(candidates(Constant(0, value, 1e-6, 1e-6))[0][1]) == exact


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 9.81, "1/9.81"),
        (9.81, "9.81"),
        (-0.00812, "-0.00812"),
        (2 * math.pi, "2*pi"),
        (1 / (4 * math.pi), "1/(4*pi)"),
        (1 / math.sqrt(2 * math.pi), "sqrt(2)/(2*sqrt(pi))"),
        (math.sqrt(2 / math.pi), "sqrt(2)/sqrt(pi)"),
        (1 / math.pi**2, "pi^(-2)"),
        (math.pi / 180, "pi/180"),
        (1 / 3.6, "5/18"),
        (1 / 30, "1/30"),
    ],
)
@pytest.mark.parametrize("relative", [1e-6, 0.0])
def test_textbook_constants_are_proposed_in_words_that_are_read_back(value: float, text: str, relative: float) -> None:
    simplicity, exact = candidates(Constant(0, value * (1 + relative), abs(value) * relative, relative))[0]
    assert exact_text(exact) == text
    assert exact_value(text) == exact
    assert float(exact) == pytest.approx(value, rel=1e-14)
    assert 1 < simplicity < 20


def test_an_error_bar_that_admits_many_numbers_of_that_length_gets_none_of_them() -> None:
    assert candidates(Constant(0, 1 / 9.81, 1e-3 / 9.81, 1e-3)) == []
    drawn = (10 ** (6 * torch.rand(400, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 3)).tolist()
    proposed = {rel: sum(bool(candidates(Constant(0, value, value * rel, rel))) for value in drawn) for rel in (1e-4, 1e-5, 1e-6)}
    assert proposed[1e-4] < 120
    assert proposed[1e-5] < 40
    assert proposed[1e-6] < 8


def test_a_number_that_is_nothing_special_gets_no_proposal() -> None:
    assert candidates(Constant(0, 1.2345678912, 1e-12, 1e-12)) == []


def test_true_values_are_proposed_at_no_price_and_applied() -> None:
    split = noisy_wave(0.01)
    snaps = propose_snaps([WAVE], split)
    best = {snap.constant.value: snap for snap in reversed(snaps)}
    chosen = [best[0.5003], best[3.1409]]
    assert [snap.text for snap in chosen] == ["1/2", "pi"]
    assert all(snap.rmse_after < 1.05 * snap.rmse_before for snap in chosen)
    (applied,) = apply_snaps([WAVE], chosen, split)
    assert {Exact(math.pi, "pi"), Exact(0.5, "1/2")} < set(walk(applied))
    assert float(values_of(applied, np.zeros((1, 1)))[0]) == pytest.approx(1.37, abs=0.005)


def test_a_snap_of_another_formula_is_refused() -> None:
    split = noisy_wave(0.01)
    snap = propose_snaps([WAVE], split)[0]
    with pytest.raises(FormulaError, match="ask for proposals again"):
        apply_snaps([Product((Exact(9.25), X))], [snap], split)
    with pytest.raises(FormulaError, match="twice"):
        apply_snaps([WAVE], [snap, snap], split)
