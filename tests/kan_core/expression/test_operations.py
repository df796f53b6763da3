"""Formulas are computed alike at once, step by step, in NumPy and in torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kan_core.expression.operations import Steps, evaluated
from kan_core.expression.text import parse

OWN = {"mean": "mean(x, y) = (x + y)/2", "bump": "bump(x) = x*exp(-x^2)"}
TEXTS = ("u", "2.5", "-u^2 + 2*u*v/3", "u^-3 + v^0.5 + v^2.5 + v^u", "mean(bump(u), mean(v, 1))", "max(u, where(v > 1, u*v, 2))")


@pytest.mark.parametrize("text", TEXTS)
def test_numpy_and_torch_compute_the_same_with_and_without_steps(text: str) -> None:
    tree = parse(text, ["u", "v"], functions=OWN)
    columns = [np.linspace(-2, 2, 9), np.linspace(0.5, 1.7, 9)]
    with np.errstate(all="ignore"):
        wanted = evaluated(np, tree, columns)
        (stepwise,) = Steps([tree]).values(np, columns)
    given = [torch.from_numpy(column) for column in columns]
    for value in (evaluated(torch, tree, given), *Steps([tree]).values(torch, given)):
        np.testing.assert_allclose(value.numpy(), wanted, rtol=1e-13, equal_nan=True)
    np.testing.assert_array_equal(stepwise, wanted)


def test_a_part_that_formulas_share_is_one_step() -> None:
    one, other = parse("exp(u*v) + 1", ["u", "v"]), parse("sin(exp(u*v))", ["u", "v"])
    assert len(Steps([one, other])) == len(Steps([one])) + 1
