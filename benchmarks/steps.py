"""Shapes, rows and clock of the training-step benchmark; knows torch only, so that it loads in every peer's environment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import torch
from torch import Tensor

WARM_UP, RUNS = 4, 30


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


@dataclass
class StepTimes:
    """A stopwatch for the inside of a `with`."""

    seconds: list[float] = field(default_factory=list)
    began: float = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds.append(time.perf_counter() - self.began)

    def summary(self) -> dict[str, float]:
        """Milliseconds after the warm-up: median, and the least, which a busy machine disturbs less."""
        kept = [1000 * each for each in self.seconds[WARM_UP:]]
        return {"median_ms": median(kept), "least_ms": min(kept)}


def draw(shape: Shape) -> tuple[Tensor, Tensor]:
    """Inputs uniform in ±1 and any targets, the same for every peer in kind."""
    return torch.rand(shape.batch, shape.widths[0]) * 2 - 1, torch.randn(shape.batch, shape.widths[-1])


def measure(step: Callable[[], None]) -> None:
    """Warm up, then run."""
    for _ in range(WARM_UP + RUNS):
        step()
