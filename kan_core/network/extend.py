"""Grid extension: all splines of a network, or only some edges, on more (or fewer) intervals of the same range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import EdgeError, ShapeError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.edges import check_edge
from kan_core.network.network import Network
from kan_core.splines.grid import Grid
from kan_core.splines.refine import extend, refined, regrid


def extend_grid(network: Network, intervals: int, edges: Iterable[EdgeId] = ()) -> Network:
    """Splines on `intervals` pieces of the same range; exact to rounding when that is a multiple of the present number.

    Args:
        network: what to extend.
        intervals: G of the extended splines.
        edges: which splines; all of them when none is named. The others keep their grid and their coefficients.

    Raises:
        ShapeError: intervals < 1.
        EdgeError: no such edge, or it is no spline, or it is locked.
    """
    chosen = list(dict.fromkeys(edges))
    if not chosen:
        for index, layer in enumerate(network.layers):
            network = network.with_layer(index, _extend_layer(layer, intervals))
        return network
    if intervals < 1:
        raise ShapeError(f"a grid needs at least 1 interval, got {intervals}")
    for edge in chosen:
        _check_spline(network, edge)
    for index in sorted({edge.layer for edge in chosen}):
        places = [(edge.target, edge.source) for edge in chosen if edge.layer == index]
        network = network.with_layer(index, _extend_edges(network.layers[index], intervals, places))
    return network


def _check_spline(network: Network, edge: EdgeId) -> None:
    structure = check_edge(network, edge).structure
    if structure.kind(edge.target, edge.source) != "spline":
        raise EdgeError(f"edge {tuple(edge)} is no spline, so it has no grid; name spline edges only")
    if (edge.target, edge.source) in structure.locked:
        raise EdgeError(f"edge {tuple(edge)} is locked; unlock it before changing it")


def _extend_layer(layer: Layer, intervals: int) -> Layer:
    grid, coefficients = extend(layer.grid, layer.coefficients, intervals)
    coefficients = coefficients * layer.structure.spline.unsqueeze(-1)
    return replace(layer, structure=replace(layer.structure, grids=None), grid=grid, coefficients=coefficients)


def _extend_edges(layer: Layer, intervals: int, places: list[tuple[int, int]]) -> Layer:
    """Each spline on the grid of its number of intervals; grids that no edge uses any more are left out."""
    count = [[layer.intervals(target, source) for source in range(layer.inputs)] for target in range(layer.targets)]
    for target, source in places:
        count[target][source] = intervals
    in_use = {count[target][source] for target, source in torch.nonzero(layer.structure.spline).tolist()}
    # The first grid stays while a spline uses it, so that the others keep their coefficients bit for bit.
    first = layer.grid.intervals if layer.grid.intervals in in_use else min(in_use)
    sizes = [first, *sorted(in_use - {first})]
    grid = _with_sizes(layer.grid, sizes)
    place = [[sizes.index(entry) if entry in sizes else 0 for entry in row] for row in count]
    grids = torch.tensor(place, dtype=torch.long, device=layer.structure.spline.device)
    structure = replace(layer.structure, grids=grids if grid.finer else None)
    return Layer(structure, grid, _on_parts(layer, grid, grids), layer.constants)


def _with_sizes(grid: Grid, sizes: list[int]) -> Grid:
    known = {part.intervals: part for part in grid.parts}
    parts = [known.get(size) or refined(grid.plain, size) for size in sizes]
    return replace(parts[0], base=grid.base, finer=tuple(parts[1:]))


def _on_parts(layer: Layer, grid: Grid, grids: Tensor) -> Tensor:
    """(targets, inputs, basis) coefficients of every spline on the part that `grids` names."""
    made = layer.coefficients.new_zeros((layer.targets, layer.inputs, grid.basis))
    if grid.base is not None:
        made[..., -1] = layer.coefficients[..., -1]
    for target, source in torch.nonzero(layer.structure.spline).tolist():
        before, after = layer.structure.part(target, source), int(grids[target, source])
        old, new = layer.grid.parts[before], grid.parts[after]
        coefficients = layer.coefficients[target, source, layer.grid.columns(before)]
        if old.intervals != new.intervals:
            coefficients = regrid(old.row(source), coefficients.view(1, 1, -1), new.row(source)).view(-1)
        made[target, source, grid.columns(after)] = coefficients
    return made
