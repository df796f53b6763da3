"""A sample of the gallery: a table, what it means, where it is from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]


class Column(NamedTuple):
    """Name and unit of a column; None where the number has no unit. `labels` are what 0, 1, … stand for."""

    name: str
    unit: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """A table to try Kanscope with.

    Attributes:
        name: key in the gallery.
        title: a few words.
        summary: one sentence for a person who chooses.
        inputs: suggested input columns, in the order of the table.
        targets: suggested target columns, after the inputs.
        make: generator → (rows, columns); measured tables ignore the generator.
        seed: of the generator, so that everyone has the same table.
        formula_hint: the law as LaTeX; for measured data the law one expects.
        real: measured, not made from a formula.
        source: where the law or the measurements were published.
        licence: under which the numbers may be used.
    """

    name: str
    title: str
    summary: str
    inputs: tuple[Column, ...]
    targets: tuple[Column, ...]
    make: Callable[[np.random.Generator], Rows]
    formula_hint: str
    source: str
    licence: str
    real: bool = False
    seed: int = 0

    @property
    def columns(self) -> tuple[Column, ...]:
        """Inputs, then targets."""
        return self.inputs + self.targets

    def values(self) -> Rows:
        """(rows, columns) float64, the same at every call."""
        return self.make(np.random.default_rng(self.seed))


MADE = "CC0-1.0 (made from the formula)"


def made(ranges: list[tuple[float, float]], law: Callable[..., Rows], rows: int) -> Callable[[np.random.Generator], Rows]:
    """Inputs uniform in `ranges`, one target: their law."""

    def make(generator: np.random.Generator) -> Rows:
        inputs = np.column_stack([generator.uniform(low, high, rows) for low, high in ranges])
        return np.column_stack([inputs, law(*inputs.T)])

    return make
