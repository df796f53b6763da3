"""Let knots follow node values: when a hidden node leaves its grid, or uses little of it, its splines get a new range.

The kind of knots stays: uniform ones stay uniform, quantile-adapted ones follow the quantiles of the new values, and finer
grids of single edges keep their number of intervals.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import Trace
from kan_core.splines.grid import Grid
from kan_core.splines.move import moved_grid
from kan_core.splines.refine import regrid

# A grid is left alone while the values overshoot it by less than this share of its width …
_OVERSHOOT = 0.02
# … and fill more than this share of it.
_FILL = 0.7
# A new grid is wider than the values by this share on either side.
_MARGIN = 0.02
_ROUNDING = 1e-9


def update_grids(network: Network, trace: Trace, *, force: bool = False) -> Network | None:
    """The network with the knots of drifted hidden nodes moved to the range of their values, else None.

    Splines are refitted by least squares (`regrid`); inputs keep the range of the data that the normalisation fixed.

    Args:
        network: the network that made `trace`.
        trace: an evaluation on the training rows.
        force: move the knots of all hidden nodes.
    """
    changed = network
    for index in range(1, len(network.layers)):
        layer = changed.layers[index]
        if not layer.structure.has_splines:
            continue
        grid = _followed(layer.grid, trace.inputs[index], force)
        if grid is not None:
            coefficients = regrid(layer.grid, layer.coefficients, grid)
            coefficients = coefficients * layer.structure.spline.unsqueeze(-1)
            changed = changed.with_layer(index, replace(layer, grid=grid, coefficients=coefficients))
    return changed if changed is not network else None


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


def _followed(grid: Grid, values: Tensor, force: bool) -> Grid | None:
    low, high = values.amin(0), values.amax(0)
    width, spread = grid.high - grid.low, high - low
    outside = torch.maximum(grid.low - low, high - grid.high)
    drifted = (outside > _OVERSHOOT * width) | (spread < _FILL * width)
    # A node that hardly varies is dying: squeezing its knots together would only magnify rounding.
    drifted &= spread > 1e-6 * torch.maximum(low.abs(), high.abs()).clamp(min=1e-3)
    if force:
        drifted |= spread > 0
    if not bool(drifted.any()):
        return None
    margin = _MARGIN * spread
    return moved_grid(grid, drifted, low - margin, high + margin, values)
