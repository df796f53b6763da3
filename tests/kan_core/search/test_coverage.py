"""Error bars cover the truth in the promised share of repeated draws."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
import torch

from kan_core.expression.text import parse
from kan_core.expression.tree import Column
from kan_core.law.constants import decimals, law_constants
from kan_core.law.rows import law_rows
from kan_core.search.laws.candidates import add, apply, multiply, number, numbers_of
from kan_core.search.laws.least_squares import fit
from kan_core.training.data import make_table

DRAWS, ROWS, NOISE = 200, 60, 0.05
TRUTH = (0.8, -1.4, 0.25)
X = Column(0)
LAW = add(multiply(number(1.0), apply("exp", multiply(number(-1.0), X))), number(0.0))


def deviations() -> np.ndarray:
    """(draws, constants) distance of each fitted constant from the truth in its standard errors."""
    generator = np.random.default_rng(11)
    found: list[list[float]] = []
    for _ in range(DRAWS):
        inputs = generator.uniform(0, 2, (ROWS, 1))
        values = TRUTH[0] * np.exp(TRUTH[1] * inputs[:, 0]) + TRUTH[2] + NOISE * generator.standard_normal(ROWS)
        fitted = numbers_of(fit(LAW, inputs, values, tolerance=1e-12))
        expression = parse(f"{fitted[0]!r}*exp({fitted[1]!r}*x) + {fitted[2]!r}", ["x"])
        table = make_table(torch.from_numpy(inputs), torch.from_numpy(values)[:, None])
        errors = {one.value: one.stderr for one in law_constants(decimals([expression]), law_rows(table))}
        found.append([(value - truth) / errors[value] for value, truth in zip(fitted, TRUTH, strict=True)])
    return np.array(found)


@pytest.mark.parametrize("share", [0.68, 0.95])
def test_error_bars_cover_the_truth_as_often_as_promised(share: float) -> None:
    reach = NormalDist().inv_cdf((1 + share) / 2)
    covered = (np.abs(deviations()) < reach).sum(axis=0)
    # three standard deviations of a binomial count
    margin = 3 * np.sqrt(DRAWS * share * (1 - share))
    assert (np.abs(covered - share * DRAWS) <= margin).all(), covered / DRAWS
