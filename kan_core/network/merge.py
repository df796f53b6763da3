"""Two networks on the same inputs side by side in one, their outputs added with weights; exact to rounding."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure, SymbolicEdge
from kan_core.network.common_grid import common_grid
from kan_core.network.network import Network, Normalisation
from kan_core.splines.grid import Grid


def merge(first: Network, second: Network, weights: Tensor) -> Network:
    """The network whose outputs are, in raw units, y_j = w_{1,j}·y_{1,j} + w_{2,j}·y_{2,j}.

    The shallower network is made as deep as the other, and both at least two layers deep, by layers that hand their values
    on; the last layers are scaled and meet in common sum nodes. Units are those of the first network.

    Args:
        first: keeps its units.
        second: with as many inputs and outputs, in units of its own.
        weights: (2, outputs).

    Raises:
        ShapeError: different inputs or outputs, weights of another shape, or splines of different degree in one layer.
    """
    ends = (first.shape[0], first.shape[-1])
    if (second.shape[0], second.shape[-1]) != ends:
        raise ShapeError(
            f"networks of {ends[0]} inputs and {ends[1]} outputs cannot merge with {second.shape[0]} and {second.shape[-1]}"
        )
    if weights.shape != (2, ends[1]):
        raise ShapeError(f"merging needs two weights for each of {ends[1]} outputs, got shape {tuple(weights.shape)}")
    second = _in_units_of(first.normalisation, second.to(first.dtype, first.device))
    one, two = _summed(first), _summed(second)
    depth = max(len(one), len(two), 2)
    one, two = (_as_deep(layers, depth) for layers in (one, two))
    weights = weights.to(first.device, first.dtype)
    one, two = [*one[:-1], _scaled(one[-1], weights[0])], [*two[:-1], _scaled(two[-1], weights[1])]
    places = range(depth)
    pairs = [_beside(one[place], two[place], first=place == 0, last=place == depth - 1) for place in places]
    units = first.normalisation
    # Each part is in the first's units, y = Σ w_j (s·out_j + m): the shift counts Σ w_j times, but must count once.
    excess = (weights.sum(0) - 1) * units.target_shift.to(weights.dtype) / units.target_scale.to(weights.dtype)
    layers = [*pairs[:-1], _shifted(pairs[-1], excess)]
    functions = tuple(dict.fromkeys([*first.functions, *second.functions]))
    former = first.law or first.former
    return Network(tuple(layers), units, max(first.steps, second.steps), functions=functions, former=former)


def _in_units_of(units: Normalisation, network: Network) -> Network:
    """The same function with other units: affine layers before and after take up the difference where there is one."""
    own = network.normalisation
    before = (units.input_scale / own.input_scale, (units.input_shift - own.input_shift) / own.input_scale)
    after = (own.target_scale / units.target_scale, (own.target_shift - units.target_shift) / units.target_scale)
    layers = list(network.layers)
    if _matters(*before):
        layers.insert(0, _straight(*(part.to(network.dtype) for part in before)))
    if _matters(*after):
        layers.append(_straight(*(part.to(network.dtype) for part in after)))
    return replace(network, layers=tuple(layers), normalisation=units, law=None, former=network.law or network.former)


def _matters(scale: Tensor, shift: Tensor) -> bool:
    return not (torch.equal(scale, torch.ones_like(scale)) and torch.equal(shift, torch.zeros_like(shift)))


def _straight(scale: Tensor, shift: Tensor) -> Layer:
    """Node i becomes scale_i·x + shift_i, by symbolic edges that may be trained like any."""
    nodes, device = scale.shape[0], scale.device
    edges = tuple(SymbolicEdge(node, node, "x") for node in range(nodes))
    structure = Structure((Node(),) * nodes, torch.zeros((nodes, nodes), dtype=torch.bool, device=device), edges)
    ends = torch.ones_like(scale)
    constants = torch.stack([ends, torch.zeros_like(ends), scale, shift], 1)
    grid = Grid(-ends, ends, 1, 1)
    return Layer(structure, grid, scale.new_zeros((nodes, nodes, grid.basis)), constants)


def hand_on(nodes: int, like: Tensor) -> Layer:
    """Node i stays node i."""
    ones = like.new_ones(nodes)
    return _straight(ones, torch.zeros_like(ones))


def _summed(network: Network) -> list[Layer]:
    """Layers that end in sum nodes: an output that is a product is handed on by one layer more."""
    layers = list(network.layers)
    if layers[-1].structure.has_products:
        layers.append(hand_on(network.shape[-1], layers[-1].coefficients))
    return layers


def _as_deep(layers: list[Layer], depth: int) -> list[Layer]:
    """Hand the outputs on until there are `depth` layers."""
    outputs = len(layers[-1].structure.nodes)
    return layers + [hand_on(outputs, layers[-1].coefficients)] * (depth - len(layers))


def _scaled(layer: Layer, weights: Tensor) -> Layer:
    """A layer of sum nodes with node j times weight j."""
    constants = layer.constants.clone()
    for row, edge in enumerate(layer.structure.symbolic):
        constants[row, 2:] *= weights[edge.target]
    return layer.with_parameters(layer.coefficients * weights[:, None, None], constants)


def _shifted(layer: Layer, shift: Tensor) -> Layer:
    """Add a constant to each sum node, on the first of its edges."""
    coefficients, constants, structure = layer.coefficients.clone(), layer.constants.clone(), layer.structure
    symbolic = {edge.target: row for row, edge in reversed(list(enumerate(structure.symbolic)))}
    for target, value in enumerate(shift.tolist()):
        if not value:
            continue
        if target in symbolic:
            constants[symbolic[target], 3] += value
        else:
            sources = torch.nonzero(structure.spline[target]).flatten().tolist()
            for source in sources[:1]:
                coefficients[target, source, layer.grid.columns(structure.part(target, source))] += value
    return layer.with_parameters(coefficients, constants)


def _beside(one: Layer, two: Layer, *, first: bool, last: bool) -> Layer:
    """Two layers in one: common sources before the first layer, common sum nodes after the last, nothing across."""
    common = common_grid(one, two, shared=first)
    sources, targets = (0 if first else one.inputs), (0 if last else one.targets)
    size = (targets + two.targets, common.grid.inputs)
    spline = torch.zeros(size, dtype=torch.bool, device=one.structure.spline.device)
    grids = torch.zeros(size, dtype=torch.long, device=spline.device)
    coefficients = one.coefficients.new_zeros((*size, common.grid.basis))
    for placed, t, s in ((common.one, 0, 0), (common.two, targets, sources)):
        layer = placed.layer
        place = (slice(t, t + layer.targets), slice(s, s + layer.inputs))
        spline[place] |= layer.structure.spline
        coefficients[place] += placed.coefficients(common.grid)
        grids[place] += placed.grids()
    rows = [*zip(one.structure.symbolic, one.constants, strict=True)]
    rows += [
        (SymbolicEdge(edge.target + targets, edge.source + sources, edge.primitive), constants)
        for edge, constants in zip(two.structure.symbolic, two.constants, strict=True)
    ]
    rows.sort(key=lambda row: row[0][:2])
    locked = one.structure.locked | {(t + targets, s + sources) for t, s in two.structure.locked}
    nodes = one.structure.nodes if last else one.structure.nodes + two.structure.nodes
    held = one.structure.held | {(t + targets, s + sources, place) for t, s, place in two.structure.held}
    structure = Structure(nodes, spline, tuple(row[0] for row in rows), locked, grids if common.grid.finer else None, held)
    constants = torch.stack([row[1] for row in rows]) if rows else one.constants[:0]
    return Layer(structure, common.grid, coefficients, constants)
