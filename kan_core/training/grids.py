"""Let knots follow node values: when a hidden node leaves its grid, or uses little of it, its splines get a new range.

The kind of knots stays: uniform ones stay uniform, quantile-adapted ones follow the quantiles of the new values, and finer
grids of single edges keep their number of intervals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.network.network import Network
from kan_core.network.trace import Trace
from kan_core.splines.grid import Grid
from kan_core.splines.move import moved_grid
from kan_core.splines.refine import regrid

# A grid is left alone while the values fill more than this share of it.
_FILL = 0.7
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Room:
    """How close node values may come to the ends of a grid.

    Attributes:
        overshoot: share of the width by which they may lie outside before the grid moves; negative, how near inside.
        margin: share of their spread by which a new grid is wider on either side.
    """

    overshoot: float = 0.02
    margin: float = 0.02


_FIT = Room()


def update_grids(network: Network, trace: Trace, *, force: bool = False, room: Room = _FIT) -> Network | None:
    """The network with the knots of drifted hidden nodes moved to the range of their values, else None.

    Splines are refitted by least squares (`regrid`); inputs keep the range of the data that the normalisation fixed.

    Args:
        network: the network that made `trace`.
        trace: an evaluation on the training rows.
        force: move the knots of all hidden nodes.
        room: when and how far.
    """
    changed = network
    for index in range(1, len(network.layers)):
        layer = changed.layers[index]
        if not layer.structure.has_splines:
            continue
        grid = _followed(layer.grid, trace.inputs[index], room, force=force)
        if grid is not None:
            coefficients = regrid(layer.grid, layer.coefficients, grid)
            coefficients = coefficients * layer.structure.spline.unsqueeze(-1)
            changed = changed.with_layer(index, replace(layer, grid=grid, coefficients=coefficients))
    return changed if changed is not network else None


def grow_grids(network: Network, trace: Trace, room: Room = _FIT) -> Network | None:
    """The network with more intervals at both ends of the knots that hidden values have come close to, else None.

    All former knots stay, and so does the function between them, to rounding: for fits too good to survive `update_grids`. The
    new coefficients lie on the line through the last two. Only uniform knots without finer grids of single edges can grow.

    Args:
        network: the network that made `trace`.
        trace: an evaluation on the training rows.
        room: when, and by which share of the width.
    """
    changed = network
    for index in range(1, len(network.layers)):
        layer, values = changed.layers[index], trace.inputs[index]
        grid = layer.grid
        nearest = torch.maximum(grid.low - values.amin(0), values.amax(0) - grid.high)
        if not layer.structure.has_splines or not grid.is_uniform or grid.finer:
            continue
        if bool((nearest > room.overshoot * (grid.high - grid.low)).any()):
            changed = changed.with_layer(index, _grown(layer, math.ceil(room.margin * grid.intervals)))
    return changed if changed is not network else None


def _grown(layer: Layer, more: int) -> Layer:
    """A layer with so many more intervals at either end."""
    grid, splines = layer.grid, layer.grid.splines
    wider = replace(grid, low=grid.low - more * grid.step, high=grid.high + more * grid.step, intervals=grid.intervals + 2 * more)
    old, others = layer.coefficients[..., :splines], layer.coefficients[..., splines:]
    along = torch.arange(1, more + 1, dtype=old.dtype, device=old.device)
    before = old[..., :1] + (old[..., :1] - old[..., 1:2]) * along.flip(0)
    after = old[..., -1:] + (old[..., -1:] - old[..., -2:-1]) * along
    return replace(layer, grid=wider, coefficients=torch.cat([before, old, after, others], -1))


def reach(network: Network, low: Tensor, high: Tensor) -> Network:
    """The network with the knots of its inputs moved so that they reach over a box, by least squares (`regrid`).

    Needed where something is asked outside the training rows: there splines are straight, and curvature could not be learned.

    Args:
        network: whose first layer is widened; the others follow their values in training.
        low: (inputs,) of the box, raw units.
        high: (inputs,) of the box, raw units.
    """
    layer, ends = network.layers[0], network.normalisation.inputs(torch.stack([low, high]))
    grid = layer.grid
    beyond = (ends[0] < grid.low - _ROUNDING) | (ends[1] > grid.high + _ROUNDING)
    if not layer.structure.has_splines or not bool(beyond.any()):
        return network
    moved = moved_grid(grid, beyond, torch.minimum(grid.low, ends[0]), torch.maximum(grid.high, ends[1]), ends)
    coefficients = regrid(grid, layer.coefficients, moved) * layer.structure.spline.unsqueeze(-1)
    return network.with_layer(0, replace(layer, grid=moved, coefficients=coefficients))


def _followed(grid: Grid, values: Tensor, room: Room, *, force: bool) -> Grid | None:
    low, high = values.amin(0), values.amax(0)
    width, spread = grid.high - grid.low, high - low
    outside = torch.maximum(grid.low - low, high - grid.high)
    drifted = (outside > room.overshoot * width) | (spread < _FILL * width)
    # A node that hardly varies is dying: squeezing its knots together would only magnify rounding.
    drifted &= spread > 1e-6 * torch.maximum(low.abs(), high.abs()).clamp(min=1e-3)
    if force:
        drifted |= spread > 0
    if not bool(drifted.any()):
        return None
    margin = room.margin * spread
    return moved_grid(grid, drifted, low - margin, high + margin, values)
