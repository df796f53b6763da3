"""Shapes, rows and clock of the training-step benchmark; knows torch only, so that it loads in every peer's environment."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

WARM_UP, RUNS = 4, 25
BUDGET = 15.0
"""Seconds after which no further turn is begun, for peers that take seconds a step; how many turns were taken is told."""

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
    Shape((256, 256, 10), 512, 5),
    Shape((1000, 100, 10), 512, 5),
)
"""The shapes of the table."""

FINER = tuple(Shape((64, 64, 64, 10), 1024, intervals) for intervals in (5, 10, 20, 50, 100, 200))
"""Growth in G."""

WIDER = tuple(Shape((width, width, width, 10), 1024, 5) for width in (16, 32, 64, 128, 256))
"""Growth in width."""

ALL = tuple(dict.fromkeys(SHAPES + FINER + WIDER))


def shape_named(name: str) -> Shape:
    """The shape of that name."""
    return next(shape for shape in ALL if shape.name == name)


def alternate(shape: Shape, steps: Mapping[str, Step], reference: str) -> dict[str, dict[str, float]]:
    """Milliseconds of each after the warm-up, taken in turns, so that other work on the machine strikes all alike.

    Median and least of the runs, and the median over the turns of the time relative to `reference` in the same turn; rows are
    new at every turn, the same for all, and drawn outside the measured time. Within a turn the
    order is drawn anew: the first finds its rows in no cache, and each finds what its predecessor left there.
    """
    times: dict[str, list[float]] = {name: [] for name in steps}
    names, started = list(steps), time.perf_counter()
    for turn in range(WARM_UP + RUNS):
        x, y = torch.rand(shape.batch, shape.widths[0]) * 2 - 1, torch.randn(shape.batch, shape.widths[-1])
        for place in torch.randperm(len(names)).tolist():
            name = names[place]
            began = time.perf_counter()
            steps[name](x, y)
            times[name].append(1000 * (time.perf_counter() - began))
        if turn >= 1 and time.perf_counter() - started > BUDGET:
            break
    turns = len(times[reference])
    # The first turns compile, allocate and plan.
    skipped = WARM_UP if turns > 2 * WARM_UP else 1
    kept = {name: each[skipped:] for name, each in times.items()}
    return {
        name: {
            "median_ms": median(each),
            "least_ms": min(each),
            "relative": median(own / other for own, other in zip(each, kept[reference], strict=True)),
            "turns": turns - skipped,
        }
        for name, each in kept.items()
    }
