"""The best starts of every primitive for every edge, from correlations with a fixed dictionary of curves.

All edges share one grid in t, so f is evaluated once for the dictionary and never for an edge: the weighted
correlation of (edges) curves with (starts) curves is three matrix products. Used by `affine_fit` only.
"""

from __future__ import annotations

import torch
from torch import Tensor

from kan_core.symbolic.starts import GRID_POINTS, Dictionary, dictionary
from kan_core.symbolic.variable_projection import Curves


def best_starts(names: tuple[str, ...], curves: Curves, basins: int) -> tuple[Tensor, Tensor, Tensor]:
    """For each edge and primitive the best start of each of its up to `basins` best rows.

    Returns:
        edge (starts,), index into the curves; kind (starts,), index into `names`; theta (starts, 2), α and β.
    """
    table = dictionary(names)
    score = _correlations(table, *_on_common_grid(curves))
    edges: list[Tensor] = []
    kinds: list[Tensor] = []
    chosen: list[Tensor] = []
    everyone = torch.arange(len(score))
    for kind, rows in enumerate(table.rows):
        best = [score[:, row].max(dim=1) for row in rows]
        heights = torch.stack([value for value, _ in best], dim=1)
        places = torch.stack([row[index] for row, (_, index) in zip(rows, best, strict=True)], dim=1)
        top = heights.topk(min(basins, len(rows)), dim=1).indices
        picked = places.gather(1, top).reshape(-1)
        chosen.append(picked)
        edges.append(everyone.repeat_interleave(top.shape[1]))
        kinds.append(torch.full_like(picked, kind))
    start = torch.cat(chosen)
    return torch.cat(edges), torch.cat(kinds), torch.stack([table.alpha[start], table.beta[start]], dim=1)


def _on_common_grid(curves: Curves) -> tuple[Tensor, Tensor]:
    """Weights and weighted values shared out linearly to the two neighbouring grid points, (edges, GRID_POINTS) each."""
    position = (curves.t + 1) * ((GRID_POINTS - 1) / 2)
    left = position.floor().clamp(0, GRID_POINTS - 2)
    share = position - left
    index = left.to(torch.long)
    weight, weighted = curves.root_weight.square(), curves.root_weight * curves.y
    shape = (len(curves.t), GRID_POINTS)
    on_grid: list[Tensor] = []
    for values in (weight, weighted):
        total = torch.zeros(shape, dtype=torch.float64)
        total.scatter_add_(1, index, values * (1 - share))
        total.scatter_add_(1, index + 1, values * share)
        on_grid.append(total)
    return on_grid[0], on_grid[1]


def _correlations(table: Dictionary, weight: Tensor, weighted: Tensor) -> Tensor:
    """(edges, starts) squared weighted correlation, proportional to R² of the best c and d."""
    mean = weight @ table.curves
    variance = (weight @ table.squares).addcmul_(mean, mean, value=-1.0)
    covariance = (weighted @ table.curves).sub_(mean.mul_(weighted.sum(dim=1, keepdim=True)))
    return covariance.square_().div_(variance.clamp_(min=1e-9))
