"""Targets of the accuracy benchmark, with the published figures to reach; knows numpy and scipy only.

Liu et al. 2404.19756, §2.4 and §3.1, and the notebooks of pykan at commit 2191082 (`Example_8_scaling`, `Example_2`), which
hold the only figures in numbers: test RMSE after 50 L-BFGS steps a grid. Inputs are uniform in [-1, 1]. Three of the targets
are published as plots only; for these the theory's slope, error ∝ G^-4, is what can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import j0

TEST_ROWS = 3000


def _exponential_of_sine(x: np.ndarray) -> np.ndarray:
    return np.exp(np.sin(np.pi * x[:, :1]) + x[:, 1:] ** 2)


def _four(x: np.ndarray) -> np.ndarray:
    halves = [np.sin(np.pi * (x[:, i : i + 1] ** 2 + x[:, i + 1 : i + 2] ** 2)) for i in (0, 2)]
    return np.exp((halves[0] + halves[1]) / 2)


def _hundred(x: np.ndarray) -> np.ndarray:
    return np.exp((np.sin(np.pi * x / 2) ** 2).mean(1, keepdims=True))


@dataclass(frozen=True)
class Staircase:
    """One target and the grids to climb.

    Attributes:
        name: for files and tables.
        title: the target as text.
        shape: node counts of the KAN.
        rows: training rows.
        intervals: G of each stair.
        function: (rows, inputs) → (rows, 1).
        published: test RMSE by G, where there are numbers.
        mlp: (depth, width) of the MLPs in the same plot.
        mlp_steps: their L-BFGS steps.
        steps: Levenberg-Marquardt steps on each grid.
        seeds: runs whose median counts.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    rows: int
    intervals: tuple[int, ...]
    function: Callable[[np.ndarray], np.ndarray]
    published: dict[int, float] = field(default_factory=dict)
    mlp: tuple[tuple[int, int], ...] = ((2, 10), (2, 30), (3, 20), (3, 50))
    mlp_steps: int = 1800
    steps: int = 60
    seeds: int = 3


STAIRCASES = (
    Staircase(
        "toy_3000",
        "exp(sin πx + y²)",
        (2, 1, 1),
        3000,
        (5, 10, 20, 50, 100),
        _exponential_of_sine,
        {5: 6.77e-3, 10: 3.35e-4, 20: 1.86e-5, 50: 4.93e-7, 100: 3.27e-8},
    ),
    Staircase(
        "toy_1000",
        "exp(sin πx + y²)",
        (2, 1, 1),
        1000,
        (5, 10, 20, 50, 100),
        _exponential_of_sine,
        {5: 6.44e-3, 10: 3.76e-4, 20: 4.69e-5, 50: 1.30e-5, 100: 1.05e-5},
        mlp=(),
    ),
    Staircase(
        "four",
        "exp((sin π(a² + b²) + sin π(c² + d²))/2)",
        (4, 2, 1, 1),
        3000,
        (3, 5, 10, 20, 50),
        _four,
        {3: 4.57e-3, 5: 1.84e-3, 10: 1.47e-4, 20: 1.05e-5, 50: 5.07e-7},
    ),
    Staircase("bessel", "J₀(20x)", (1, 1), 1000, (5, 10, 20, 50, 100, 200), lambda x: j0(20 * x)),
    Staircase("product", "xy", (2, 2, 1), 1000, (3, 5, 10, 20, 50), lambda x: x[:, :1] * x[:, 1:]),
    Staircase(
        "hundred",
        "exp(mean sin²(πxᵢ/2)), i = 1 … 100",
        (100, 1, 1),
        3000,
        (3, 5, 10, 20),
        _hundred,
        mlp=((2, 10), (2, 30)),
        mlp_steps=600,
        steps=20,
        seeds=1,
    ),
)


def by_name(name: str) -> Staircase:
    """The staircase of that name."""
    return next(each for each in STAIRCASES if each.name == name)


def rows_of(case: Staircase, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Inputs and targets to train and to test, the same for all."""
    generator = np.random.default_rng(seed)
    train, test = (generator.uniform(-1, 1, (rows, case.shape[0])) for rows in (case.rows, TEST_ROWS))
    return train, case.function(train), test, case.function(test)
