"""Tables of numbers in the data's own units, and their split into training and held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import DataError


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of measurements.

    Attributes:
        inputs, targets: (batch, inputs) and (batch, targets), raw units, finite.
        weights: (batch,) ≥ 0, what each row counts in every fit and every error; None when all count the same. Their sum is the
            number of observations: 1 on average, but that equal rows may have been put together.
        variance: of the noise of a row of weight 1, where it is known; error bars are then not estimated from residuals.
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor | None = None
    variance: float | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.inputs.shape[0]

    def take(self, rows: Tensor) -> Table:
        """The given rows."""
        weights = None if self.weights is None else self.weights[rows]
        return Table(self.inputs[rows], self.targets[rows], weights, self.variance)

    def to(self, device: torch.device) -> Table:
        """The same rows on a device."""
        weights = None if self.weights is None else self.weights.to(device)
        return Table(self.inputs.to(device), self.targets.to(device), weights, self.variance)


@dataclass(frozen=True, eq=False)
class Split:
    """Rows to fit and rows that judge.

    Attributes:
        train: rows to fit.
        test: rows that judge; those of `train` where there are no others, or where cross-validation judges.
        units: (rows,) where cross-validation judges: rows of one number are left out together, 0, 1, … in an order by chance.
            `kan_core.evidence.validation` then says what is predicted for each row by a fit without it.
        laws: the rows of networks without splines, where those are others: their few constants need no rows kept back.
    """

    train: Table
    test: Table
    units: Tensor | None = None
    laws: Split | None = None

    @property
    def for_laws(self) -> Split:
        """The rows that a law is fitted to, and judged by."""
        return self.laws or self

    @property
    def every(self) -> Table:
        """All rows, those that judge behind the others."""
        return self.train if self.test is self.train else joined([self.train, self.test])


def make_table(inputs: Tensor, targets: Tensor, weights: Tensor | None = None, sigma: Tensor | None = None) -> Table:
    """Check a table.

    Args:
        inputs: (rows, inputs), raw units.
        targets: (rows, targets).
        weights: (rows,) ≥ 0, relative: only how they compare matters.
        sigma: (rows,) > 0, standard deviations of the targets, in place of weights.

    Raises:
        DataError: no rows, no columns, different lengths, a value that is not finite, or weights that cannot weigh.
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
    if sigma is not None:
        return _with_sigma(Table(inputs, targets), sigma, given=weights is not None)
    table = Table(inputs, targets, weights)
    check_weights(table)
    if weights is None:
        return table
    return Table(inputs, targets, weights * (int((weights > 0).sum()) / weights.sum()))


def _with_sigma(table: Table, sigma: Tensor, *, given: bool) -> Table:
    """Weights 1/σ², 1 on average, and the variance that weight 1 stands for."""
    if given:
        raise DataError("give σ or weights, not both")
    if sigma.shape != (table.rows,):
        raise DataError(f"{table.rows} rows need as many σ, got shape {tuple(sigma.shape)}")
    bad = torch.nonzero(~(torch.isfinite(sigma) & (sigma > 0)))
    if bad.shape[0]:
        raise DataError(f"σ must be a positive number: look at row {int(bad[0]) + 1}")
    # Relative to the smallest first, so that squares do not overflow.
    least = float(sigma.amin())
    weights = (least / sigma).square()
    mean = float(weights.mean())
    return Table(table.inputs, table.targets, weights / mean, least**2 / mean)


def check_weights(table: Table) -> None:
    """Refuse weights that do not fit the rows.

    Raises:
        DataError: another number of weights than rows, a negative or missing one, or nothing but zeros.
    """
    weights = table.weights
    if weights is None:
        return
    if weights.shape != (table.rows,):
        raise DataError(f"{table.rows} rows need as many weights, got shape {tuple(weights.shape)}")
    if not bool((weights >= 0).all()) or not 0 < float(weights.sum()) < float("inf"):
        raise DataError("row weights must be finite, ≥ 0 and not all zero")


def row_roots(table: Table) -> Tensor:
    """(rows, 1) by which residuals are multiplied so that the sum of their squares is the weighted mean square."""
    if table.weights is None:
        return table.inputs.new_full((table.rows, 1), table.rows**-0.5)
    return (table.weights / table.weights.sum()).sqrt().unsqueeze(1)


def joined(tables: Sequence[Table]) -> Table:
    """Tables one below the other; where some rows weigh, those of a table without weights weigh 1."""
    weighed = any(table.weights is not None for table in tables)
    weights = [table.targets.new_ones(table.rows) if table.weights is None else table.weights for table in tables]
    return Table(
        torch.cat([table.inputs for table in tables]),
        torch.cat([table.targets for table in tables]),
        torch.cat(weights) if weighed else None,
        tables[0].variance,
    )


def without_idle_rows(table: Table) -> Table:
    """Without rows that weigh nothing: they would still say where knots and scales are."""
    if table.weights is None or bool((table.weights > 0).all()):
        return table
    return table.take(torch.nonzero(table.weights > 0)[:, 0])


def weighted_spread(table: Table) -> Tensor:
    """(targets,) standard deviation around the mean, both by the weights; 0 for a constant, without overflow."""
    return spread_of(table.targets, table.weights)


def largest_spread(table: Table) -> float:
    """The largest of `weighted_spread`, by which errors over all targets are judged."""
    return float(weighted_spread(table).amax())


def spread_of(values: Tensor, weights: Tensor | None = None) -> Tensor:
    """(columns,) the same of any (rows, columns)."""
    largest = torch.clamp(values.abs().amax(0), min=1e-300)
    unit = values / largest
    deviation = mean_of((unit - mean_of(unit, weights)).square(), weights).sqrt()
    # What is left of a constant after rounding is no spread.
    return torch.where(deviation > 1e-14, deviation * largest, torch.zeros_like(deviation))


def mean_of(values: Tensor, weights: Tensor | None = None) -> Tensor:
    """(columns,) mean of (rows, columns) by (rows,) weights."""
    if weights is None:
        return values.mean(0)
    share = (weights / weights.sum()).to(values)
    return (values * share.unsqueeze(1)).sum(0)


def split_rows(table: Table, generator: torch.Generator, test_share: float = 0.2) -> Split:
    """Split drawn by place; at least one row on each side when there are two or more.

    `kan_core.evidence.choose_rows` is what sessions, commands and estimators use; this one is for rows that are made up.
    """
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
