"""Tables of numbers in the data's own units, and their split into training and held-out rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import DataError


@dataclass(frozen=True, eq=False)
class Table:
    """(batch, inputs) and (batch, targets), raw units, finite."""

    inputs: Tensor
    targets: Tensor

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inputs.shape[0]

    def take(self, rows: Tensor) -> Table:
        """The given rows."""
        return Table(self.inputs[rows], self.targets[rows])


@dataclass(frozen=True, eq=False)
class Split:
    """Training rows and rows held out for judging; with a single row both are that row."""

    train: Table
    test: Table


def make_table(inputs: Tensor, targets: Tensor) -> Table:
    """Check a table.

    Raises:
        DataError: no rows, no columns, different lengths, or a value that is not finite.
    """
    if inputs.ndim != 2 or targets.ndim != 2 or inputs.shape[0] != targets.shape[0]:
        raise DataError(f"inputs {tuple(inputs.shape)} and targets {tuple(targets.shape)} must be tables of equal length")
    if inputs.shape[0] == 0 or inputs.shape[1] == 0 or targets.shape[1] == 0:
        raise DataError("the table needs at least one row, one input and one target")
    for name, values in (("inputs", inputs), ("targets", targets)):
        bad = torch.nonzero(~torch.isfinite(values))
        if bad.shape[0]:
            row, column = bad[0].tolist()
            raise DataError(f"row {row} of the {name} (column {column}) is not a finite number")
    return Table(inputs, targets)


def split_rows(table: Table, generator: torch.Generator, test_share: float = 0.2) -> Split:
    """Random split; at least one row on each side when there are two or more."""
    train, test = split_places(table.rows, generator, test_share)
    if train is test:
        return Split(table, table)
    device = table.inputs.device
    return Split(table.take(train.to(device)), table.take(test.to(device)))


def split_places(rows: int, generator: torch.Generator, test_share: float = 0.2) -> tuple[Tensor, Tensor]:
    """Places of training and held-out rows in the table, rising; twice the same tensor for a single row."""
    held_out = min(max(round(rows * test_share), 1), rows - 1)
    if held_out < 1:
        every = torch.arange(rows)
        return every, every
    order = torch.randperm(rows, generator=generator)
    return order[held_out:].sort().values, order[:held_out].sort().values


def constant_of(values: Tensor) -> float | None:
    """The one number that (rows,) values are, up to rounding: the most frequent of them; None when they vary."""
    low, high = float(values.amin()), float(values.amax())
    if high / 2 - low / 2 > 1e-14 * max(abs(low), abs(high)):
        return None
    return float(values.mode().values)
