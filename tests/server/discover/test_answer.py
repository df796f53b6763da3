"""The numbers of a formula come with what the data say about them."""

from __future__ import annotations

import pytest
import torch

from kan_core.evidence.choosing import choose_rows
from kan_core.expression.text import parse
from kan_core.training.data import make_table
from server.discover.numbers import constants
from server.work.situation import Rows


def noisy_line() -> Rows:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((200, 1), generator=generator, dtype=torch.float64)
    y = 2 * x + 0.1 * torch.randn((200, 1), generator=generator, dtype=torch.float64)
    return Rows(choose_rows(make_table(x, y)), ("x",), ("y",), (None, None), 0)


def test_constants_have_error_bars() -> None:
    (slope,) = constants(parse("2.0123456*x", ["x"]), noisy_line())
    assert (slope.value, slope.snapped) == (2.0123456, False)
    # σ/√(N·mean(x²)) = 0.1/√(160/3)
    assert slope.stderr == pytest.approx(0.0137, rel=0.3)


def test_exact_numbers_are_constants_with_their_evidence() -> None:
    (factor,) = constants(parse("2*x", ["x"]), noisy_line())
    assert (factor.value, factor.snapped) == (2.0, True)
    assert factor.stderr == pytest.approx(0.0137, rel=0.3)
    numbers = constants(parse("2*pi*x^3 + 0.35 - x^2", ["x"]), noisy_line())
    assert sorted(number.value for number in numbers) == pytest.approx([0.35, 6.283185307])
    assert all(number.snapped for number in numbers)
    assert constants(parse("x^2 + x + 1", ["x"]), noisy_line()) == ()


def test_what_is_not_defined_on_the_rows_has_constants_without_error_bars() -> None:
    (inside,) = constants(parse("log(x - 2.5)", ["x"]), noisy_line())
    assert (abs(inside.value), inside.stderr) == (2.5, None)
