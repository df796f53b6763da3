"""Error bars cover the truth in the promised share of repeated draws, and say when the data are silent."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from kan_core.expression.text import parse
from kan_core.expression.tree import Column, Exact, Product, Sum
from kan_core.symbolic.constants import Model, expression_constants, parametrise
from kan_core.symbolic.snap import refit
from kan_core.training.data import Split, Table


def table_of(x: torch.Tensor, y: torch.Tensor) -> Split:
    table = Table(x[:, None], y[:, None])
    return Split(table, table)


def test_intervals_cover_the_truth_in_the_promised_share_of_draws() -> None:
    law = parametrise([parse("1.5*exp(-0.8*x) + 0.3", ["x"])])
    exact = law.values.copy()
    model = Model(law)
    generator = torch.Generator().manual_seed(5)
    x = torch.linspace(0.0, 3.0, 40, dtype=torch.float64)
    clean = 1.5 * torch.exp(-0.8 * x) + 0.3
    one = two = total = 0
    for _ in range(200):
        split = table_of(x, clean + 0.05 * torch.randn(40, generator=generator, dtype=torch.float64))
        fitted = refit(model, exact, split.train)
        expressions = law.with_values([Exact(value) for value in fitted.tolist()])
        for constant, wanted in zip(expression_constants(expressions, split), exact, strict=True):
            gap = abs(constant.value - wanted) / constant.stderr
            one, two, total = one + (gap <= 1), two + (gap <= 2), total + 1
    assert total == 600
    assert 0.60 <= one / total <= 0.76
    assert 0.92 <= two / total <= 0.98


def test_constants_that_only_their_sum_determines_have_no_error_bar() -> None:
    x = torch.ones(30, dtype=torch.float64)
    y = 3.25 + torch.linspace(-0.1, 0.1, 30, dtype=torch.float64)
    found = expression_constants([parse("2.5*x + 0.75", ["x"])], table_of(x, y))
    assert len(found) == 2
    assert all(math.isinf(constant.stderr) and not constant.determined for constant in found)


def test_a_straight_line_has_the_textbook_errors() -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.linspace(-1.0, 1.0, 25, dtype=torch.float64)
    y = 2.25 * x + 0.75 + 0.1 * torch.randn(25, generator=generator, dtype=torch.float64)
    (slope, offset), covariance = np.polyfit(x.numpy(), y.numpy(), 1, cov=True)
    found = expression_constants([Sum((Product((Exact(slope), Column(0))), Exact(offset)))], table_of(x, y))
    assert sorted(c.stderr for c in found) == pytest.approx(sorted(np.sqrt(np.diag(covariance))), rel=1e-9)
