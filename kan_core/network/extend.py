"""Grid extension: all splines of a network, or only some edges, on more (or fewer) intervals of the same range."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import EdgeError, ShapeError
from kan_core.ids import EdgeId
from kan_core.layers.layer import Layer
from kan_core.network.common_grid import same_knots
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


def refine_grid(network: Network, intervals: int) -> Network:
    """All splines on at least `intervals` pieces, a multiple of what each layer has: the function stays, to rounding.

    Raises:
        ShapeError: intervals < 1.
    """
    if intervals < 1:
        raise ShapeError(f"a grid needs at least 1 interval, got {intervals}")
    for index, layer in enumerate(network.layers):
        present = layer.grid.intervals
        network = network.with_layer(index, _extend_layer(layer, present * max(1, math.ceil(intervals / present))))
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
    """The named splines on refined knots of their own; grids that no spline uses any more are left out."""
    parts, structure = list(layer.grid.parts), layer.structure
    grids = torch.zeros_like(structure.spline, dtype=torch.long) if structure.grids is None else structure.grids.clone()
    moved: dict[tuple[int, int], Tensor] = {}
    for target, source in places:
        part = int(grids[target, source])
        place = _place_of(parts, refined(parts[part], intervals))
        own = layer.coefficients[target, source, layer.grid.columns(part)].view(1, 1, -1)
        moved[target, source] = own if place == part else regrid(parts[part].row(source), own, parts[place].row(source))
        grids[target, source] = place
    used = sorted(set(grids[structure.spline].tolist()))
    rank = torch.zeros(len(parts), dtype=torch.long, device=grids.device)
    rank[used] = torch.arange(len(used), device=grids.device)
    grid = replace(parts[used[0]], base=layer.grid.base, finer=tuple(parts[place] for place in used[1:]))
    made, ranked = _rearranged(layer, grid, {place: int(rank[place]) for place in used}), rank[grids]
    for (target, source), own in moved.items():
        made[target, source, : made.shape[2] - (grid.base is not None)] = 0.0
        made[target, source, grid.columns(int(ranked[target, source]))] = own.view(-1)
    return Layer(replace(structure, grids=ranked if grid.finer else None), grid, made, layer.constants)


def _place_of(parts: list[Grid], wanted: Grid) -> int:
    """Where the knots stand among `parts`; they are added when they are new."""
    for place, part in enumerate(parts):
        if same_knots(part, wanted):
            return place
    parts.append(wanted)
    return len(parts) - 1


def _rearranged(layer: Layer, grid: Grid, places: dict[int, int]) -> Tensor:
    """(targets, inputs, basis) coefficients with the columns of each remaining part where the new grid has them."""
    made = layer.coefficients.new_zeros((layer.targets, layer.inputs, grid.basis))
    for part in range(len(layer.grid.parts)):
        if part in places:
            made[..., grid.columns(places[part])] = layer.coefficients[..., layer.grid.columns(part)]
    if grid.base is not None:
        made[..., -1] = layer.coefficients[..., -1]
    return made
