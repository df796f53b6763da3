"""Shapes, rows and clock of the training-step benchmark; knows torch only, so that it loads in every peer's environment."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

WARM_UP, RUNS = 4, 25

Step = Callable[[Tensor, Tensor], None]
"""Forward, backward and update on (batch, inputs) and (batch, outputs) rows."""


@dataclass(frozen=True)
class Shape:
    """Node counts, rows a step and intervals."""

    widths: tuple[int, ...]
    batch: int
    intervals: int

    @property
    def name(self) -> str:
        """As in the tables."""
        return f"{list(self.widths)}, {self.batch}, {self.intervals}".replace(" ", "")


SHAPES = (
    Shape((2, 5, 1), 1000, 5),
    Shape((4, 16, 16, 1), 1024, 10),
    Shape((64, 64, 64, 10), 1024, 5),
    Shape((64, 64, 64, 10), 1024, 20),
    Shape((64, 64, 64, 10), 1024, 50),
    Shape((64, 64, 64, 10), 1024, 200),
    Shape((256, 256, 10), 512, 5),
    Shape((1000, 100, 10), 512, 5),
)


def alternate(shape: Shape, steps: Mapping[str, Step]) -> dict[str, dict[str, float]]:
    """Milliseconds of each after the warm-up, taken in turns, so that other work on the machine strikes all alike.

    Median and least of the runs; rows are new at every turn, the same for all, and drawn outside the measured time.
    """
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(WARM_UP + RUNS):
        x, y = torch.rand(shape.batch, shape.widths[0]) * 2 - 1, torch.randn(shape.batch, shape.widths[-1])
        for name, step in steps.items():
            began = time.perf_counter()
            step(x, y)
            times[name].append(1000 * (time.perf_counter() - began))
    kept = {name: each[WARM_UP:] for name, each in times.items()}
    return {name: {"median_ms": median(each), "least_ms": min(each)} for name, each in kept.items()}
