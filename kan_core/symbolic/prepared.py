"""Curves brought into the coordinates of the search: t in [-1, 1], y of mean 0 and unit spread."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.symbolic.variable_projection import Curves

_CONSTANT = 1e-13


@dataclass(frozen=True, eq=False)
class Prepared:
    """The batch in both coordinates.

    Attributes:
        x, y: (edges, points) as given, points left out replaced by a point that counts.
        weight: (edges, points), sum 1, 0 for points left out.
        centre, half: (edges,) x = centre + half·t.
        mean: (edges,) weighted mean of y.
        spread: (edges,) weighted standard deviation of y.
        count: (edges,) points that count.
        usable: (edges,) whether x and y both vary.
        curves: the normalised batch.
    """

    x: Tensor
    y: Tensor
    weight: Tensor
    centre: Tensor
    half: Tensor
    mean: Tensor
    spread: Tensor
    count: Tensor
    usable: Tensor
    curves: Curves


def prepare(x: Tensor, y: Tensor, weights: Tensor | None) -> Prepared:
    """Normalise; any finite scale is allowed, from 1e-300 to 1e300.

    Args:
        x: (edges, points).
        y: (edges, points).
        weights: (edges, points) or None.
    """
    x, y = x.to(torch.float64), y.to(torch.float64)
    given = torch.ones_like(x) if weights is None else weights.to(torch.float64)
    counts = torch.isfinite(x) & torch.isfinite(y) & torch.isfinite(given) & (given > 0)
    weight = torch.where(counts, given, 0.0)
    weight = weight / weight.amax(dim=1, keepdim=True).clamp(min=1e-300)
    weight = weight / weight.sum(dim=1, keepdim=True).clamp(min=1e-300)
    x, y = _filled(x, counts), _filled(y, counts)
    low, high = x.amin(dim=1), x.amax(dim=1)
    centre, half = low / 2 + high / 2, high / 2 - low / 2
    largest = y.abs().amax(dim=1).clamp(min=1e-300)
    unit = y / largest[:, None]
    mean = (weight * unit).sum(dim=1)
    centred = unit - mean[:, None]
    spread = (weight * centred.square()).sum(dim=1).sqrt()
    extent = torch.maximum(low.abs(), high.abs())
    usable = (spread > _CONSTANT) & (half > _CONSTANT * extent) & (half > 0)
    t = (x - centre[:, None]) / torch.where(usable, half, torch.ones_like(half))[:, None]
    root = weight.sqrt()
    scaled = centred / torch.where(usable, spread, torch.ones_like(spread))[:, None]
    curves = Curves(t.clamp(-1.0, 1.0), root, root * scaled)
    return Prepared(x, y, weight, centre, half, mean * largest, spread * largest, counts.sum(dim=1), usable, curves)


def _filled(values: Tensor, counts: Tensor) -> Tensor:
    """Points left out take the value of the first point that counts, so they change no extreme."""
    first = values.gather(1, counts.to(torch.uint8).argmax(dim=1, keepdim=True))
    first = torch.where(counts.any(dim=1, keepdim=True), first, torch.zeros_like(first))
    return torch.where(counts, values, first)
