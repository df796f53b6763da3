"""Another base function for all splines: φ(x) = w·b(x) + spline, with the spline taking up what the bases differ in."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.errors import EdgeError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import Trace, forward
from kan_core.splines.base import Base, base_column
from kan_core.splines.grid import Grid
from kan_core.splines.least_squares import fit_coefficients
from kan_core.splines.refine import sample_points


class Rebased(NamedTuple):
    """A network with another base, and the largest change of any output on the rows, in the targets' units."""

    network: Network
    largest_change: float


def set_base(network: Network, base: Base | None, trace: Trace) -> Rebased:
    """Swap the base function b of every layer for b̃ and keep the function.

    On each edge w·b becomes w·(β·b̃ + s) with β from least squares of b on (1, b̃) and s the least-squares spline of what is
    left, b - β·b̃, on the rows and on points in every interval of the edge's own grid. Where b is absent or the identity
    this is exact; a new base then starts with weight zero.

    Args:
        network: the network that made `trace`.
        base: name of b̃, None for splines alone.
        trace: evaluation on the training rows.

    Raises:
        EdgeError: a locked spline has a base function that would have to go.
    """
    changed = network
    for index, layer in enumerate(network.layers):
        if layer.grid.base != base:
            _refuse_locked(index, layer)
            changed = changed.with_layer(index, _swapped(layer, base, trace.inputs[index]))
    difference = forward(changed, trace.inputs[0]).output - trace.output
    known = torch.isfinite(difference)
    change = torch.where(known, difference.abs(), torch.zeros_like(difference)) * network.normalisation.target_scale
    return Rebased(changed, float(change.max()))


def _refuse_locked(index: int, layer: Layer) -> None:
    for target, source in sorted(layer.structure.locked):
        if layer.grid.base and bool(layer.structure.spline[target, source]) and float(layer.coefficients[target, source, -1]):
            raise EdgeError(f"edge {tuple(EdgeId(index, source, target))} is locked; unlock it before its base changes")


def _swapped(layer: Layer, base: Base | None, values: Tensor) -> Layer:
    old, new = layer.grid, replace(layer.grid, base=base)
    count = sum(part.splines for part in old.parts)
    coefficients = layer.coefficients.new_zeros((layer.targets, layer.inputs, new.basis))
    coefficients[..., :count] = layer.coefficients[..., :count]
    if old.base is not None:
        weight = layer.coefficients[..., -1]
        for part, grid in enumerate(old.parts):
            share, spline = _taken_up(grid, old.base, base, values)
            uses = weight if layer.structure.grids is None else weight * (layer.structure.grids == part)
            coefficients[..., new.columns(part)] += uses.unsqueeze(-1) * spline
            if base is not None:
                coefficients[..., -1] += uses * share
    return replace(layer, grid=new, coefficients=coefficients)


def _taken_up(grid: Grid, old: Base, new: Base | None, values: Tensor) -> tuple[Tensor, Tensor]:
    """β (inputs,) and the coefficients (inputs, splines) of s with b ≈ β·b̃ + s on a grid."""
    x = torch.cat([sample_points(grid), torch.where(torch.isfinite(values), values, grid.low)])
    wanted = base_column(old, x)[..., 0]
    share = torch.zeros_like(grid.low)
    if old == "identity":
        return share, grid.greville()
    if new is not None:
        column = base_column(new, x)[..., 0]
        centred = column - column.mean(0)
        share = (centred * wanted).sum(0) / centred.square().sum(0).clamp(min=1e-300)
        wanted = wanted - share * column
    return share, fit_coefficients(grid, x, wanted.unsqueeze(1))[0]


def identity_as_splines(layer: Layer) -> Layer:
    """A layer with the identity as base, written as splines alone: exact everywhere."""
    return _swapped(layer, None, layer.grid.low.unsqueeze(0))
