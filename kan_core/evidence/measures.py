"""How far predictions are from what they should be, in the data's units, without overflow and without NaN."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from kan_core.training.data import mean_of

LARGEST = 1e12


def rmse(difference: Tensor, scale: Tensor, weights: Tensor | None = None) -> float | None:
    """√(mean over finite rows, by their weights, and outputs of difference²); None when no row is finite.

    Args:
        difference: (rows, outputs) raw units.
        scale: (outputs,) > 0, size of the targets; keeps squares from overflowing.
        weights: (rows,) ≥ 0, what each row counts.
    """
    finite = finite_rows(difference)
    if not bool(finite.any()):
        return None
    largest = torch.clamp(scale.amax(), min=1e-300)
    unit = difference[finite] / largest
    peak = torch.clamp(unit.abs().amax(), min=1e-300)
    value = float(mean_of((unit / peak).square(), _of(weights, finite)).mean().sqrt()) * float(peak) * float(largest)
    return value if math.isfinite(value) else None


def finite_rows(values: Tensor) -> Tensor:
    """(rows,) whether all outputs of a row are finite."""
    return torch.isfinite(values).all(dim=1)


def rows_without_value(values: Tensor) -> int:
    """How many of (rows, outputs) have an output that is not finite."""
    return int((~finite_rows(values)).sum())


def largest_difference(wanted: Tensor, found: Tensor) -> float | None:
    """The largest |wanted - found| of (rows, outputs) values where both are finite; None where they never are."""
    both = torch.isfinite(wanted) & torch.isfinite(found)
    return float((wanted[both] - found[both]).abs().amax()) if bool(both.any()) else None


def rows_of_one_value(wanted: Tensor, found: Tensor) -> int:
    """On how many rows only one of two (rows, outputs) predictions has a value."""
    return int((torch.isfinite(wanted) != torch.isfinite(found)).any(dim=1).sum())


def nrmse(difference: Tensor, deviation: Tensor, weights: Tensor | None = None) -> float:
    """Error in units of the spread, over outputs; for a constant target 0 when met to rounding, else 1."""
    known = finite_rows(difference)
    finite = difference[known]
    unit = finite / torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    constant = (finite.abs() > 0).to(unit.dtype)
    unit = torch.where(deviation > 0, unit.clamp(-LARGEST, LARGEST), constant)
    return float(mean_of(unit.square(), _of(weights, known)).mean().sqrt())


def _of(weights: Tensor | None, rows: Tensor) -> Tensor | None:
    return None if weights is None else weights[rows]
