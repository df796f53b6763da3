"""How far predictions are from what they should be, in the data's units, without overflow and without NaN."""

from __future__ import annotations

import math

import torch
from torch import Tensor

LARGEST = 1e12


def rmse(difference: Tensor, scale: Tensor) -> float | None:
    """√(mean over finite rows and outputs of difference²); None when no row is finite.

    Args:
        difference: (rows, outputs) raw units.
        scale: (outputs,) > 0, size of the targets; keeps squares from overflowing.
    """
    finite = finite_rows(difference)
    if not bool(finite.any()):
        return None
    largest = torch.clamp(scale.amax(), min=1e-300)
    unit = difference[finite] / largest
    peak = torch.clamp(unit.abs().amax(), min=1e-300)
    value = float((unit / peak).square().mean().sqrt()) * float(peak) * float(largest)
    return value if math.isfinite(value) else None


def finite_rows(values: Tensor) -> Tensor:
    """(rows,) whether all outputs of a row are finite."""
    return torch.isfinite(values).all(dim=1)


def spread(targets: Tensor) -> Tensor:
    """(outputs,) standard deviation, computed of scaled values so that it does not overflow; 0 for a constant."""
    largest = torch.clamp(targets.abs().amax(0), min=1e-300)
    unit = targets / largest
    deviation = (unit - unit.mean(0)).square().mean(0).sqrt()
    # What is left of a constant after rounding is no spread.
    return torch.where(deviation > 1e-14, deviation * largest, torch.zeros_like(deviation))


def nrmse(difference: Tensor, deviation: Tensor) -> float:
    """Error in units of the spread, over outputs; for a constant target 0 when met to rounding, else 1."""
    finite = difference[finite_rows(difference)]
    unit = finite / torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    constant = (finite.abs() > 0).to(unit.dtype)
    unit = torch.where(deviation > 0, unit.clamp(-LARGEST, LARGEST), constant)
    return float(unit.square().mean().sqrt())


def r2(difference: Tensor, targets: Tensor, centre: Tensor, deviation: Tensor) -> float:
    """1 - Σ difference²/Σ(target - centre)², averaged over outputs; for rows that do not vary, by the spread of all rows."""
    finite = finite_rows(difference)
    size = torch.where(deviation > 0, deviation, torch.ones_like(deviation))
    error = (difference[finite] / size).clamp(-LARGEST, LARGEST).square().mean(0)
    around = ((targets[finite] - centre) / size).clamp(-LARGEST, LARGEST).square().mean(0)
    around = torch.where(around > 1e-20, around, (deviation > 0).to(around.dtype))
    share = torch.where(around > 0, error / torch.clamp(around, min=1e-300), (error > 0).to(error.dtype))
    return float((1 - share).mean().clamp(-LARGEST, 1.0))
