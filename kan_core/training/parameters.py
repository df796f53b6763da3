"""Free parameters of a network as one vector, without the constants that others already express.

Redundant constants (the d of two edges into one node, the a of a power, the b of an exponential) would only make the
normal equations singular; they stay at their present value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Structure, SymbolicEdge
from kan_core.network.network import Network
from kan_core.primitives.library import get_primitive


class LayerParameters(NamedTuple):
    """Which entries of one layer are free.

    Attributes:
        targets, sources: (splines,) places of the free spline edges.
        free: (symbolic edges, 4) bool, which of a, b, c, d are free.
        constants: number of free constants.
        columns: (splines, basis) bool, the columns of the basis that each free spline has; None when it is all of them.
    """

    targets: Tensor
    sources: Tensor
    free: Tensor
    constants: int
    columns: Tensor | None = None

    def coefficients(self, basis: int) -> int:
        """Number of free coefficients on a basis of so many columns."""
        return self.targets.numel() * basis if self.columns is None else int(self.columns.sum())

    def own(self, values: Tensor) -> Tensor:
        """(splines, basis) values of all columns → (coefficients,) those of the columns that the splines have."""
        return values.reshape(-1) if self.columns is None else values[self.columns]


@dataclass(frozen=True, eq=False)
class Parameters:
    """The vector is, layer by layer, all coefficients of the free splines, then the free constants row by row."""

    layers: tuple[LayerParameters, ...]

    def count(self, network: Network) -> int:
        """Length of the vector."""
        return sum(
            part.coefficients(layer.grid.basis) + part.constants for part, layer in zip(self.layers, network.layers, strict=True)
        )

    def gather(self, network: Network) -> Tensor:
        """Network → vector."""
        pieces: list[Tensor] = []
        for part, layer in zip(self.layers, network.layers, strict=True):
            pieces.append(part.own(layer.coefficients[part.targets, part.sources]))
            pieces.append(layer.constants[part.free])
        return torch.cat(pieces)

    def scatter(self, network: Network, vector: Tensor) -> Network:
        """Vector → network."""
        layers = list(network.layers)
        position = 0
        for index, (part, layer) in enumerate(zip(self.layers, network.layers, strict=True)):
            coefficients, constants = layer.coefficients, layer.constants
            size = part.coefficients(layer.grid.basis)
            if size:
                values = _spread(part, vector[position : position + size], layer.grid.basis)
                coefficients = coefficients.index_put((part.targets, part.sources), values)
                position += size
            if part.constants:
                places = torch.nonzero(part.free, as_tuple=True)
                constants = constants.index_put(places, vector[position : position + part.constants])
                position += part.constants
            layers[index] = layer.with_parameters(coefficients, constants)
        return network.with_layers(tuple(layers))

    def directions(self, network: Network, vector: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Vector → per layer the moves of all coefficients and constants, 0 for those that are not free."""
        still = [
            layer.with_parameters(torch.zeros_like(layer.coefficients), torch.zeros_like(layer.constants))
            for layer in network.layers
        ]
        moved = self.scatter(network.with_layers(tuple(still)), vector)
        return [(layer.coefficients, layer.constants) for layer in moved.layers]


def _spread(part: LayerParameters, values: Tensor, basis: int) -> Tensor:
    """(splines, basis) coefficients of the free splines, zero in columns that they do not have."""
    if part.columns is None:
        return values.view(-1, basis)
    return values.new_zeros(part.columns.shape).index_put(torch.nonzero(part.columns, as_tuple=True), values)


def free_parameters(network: Network, *, splines: bool = True) -> Parameters:
    """All that training may move: unlocked splines (unless `splines` is false) and unlocked, non-redundant constants."""
    return Parameters(tuple(_of_layer(layer, splines) for layer in network.layers))


def _of_layer(layer: Layer, splines: bool) -> LayerParameters:
    part, columns = _of_structure(layer.structure, splines), layer.columns
    return part if columns is None else part._replace(columns=columns[part.targets, part.sources])


@lru_cache(maxsize=256)
def _of_structure(structure: Structure, splines: bool) -> LayerParameters:
    mask = structure.spline.clone()
    for target, source in structure.locked:
        mask[target, source] = False
    if not splines:
        mask = torch.zeros_like(mask)
    targets, sources = torch.nonzero(mask, as_tuple=True)
    free = torch.zeros((len(structure.symbolic), 4), dtype=torch.bool)
    level_set = {int(target) for target in torch.nonzero(mask.any(1)).flatten()}
    for row, edge in enumerate(structure.symbolic):
        if (edge.target, edge.source) in structure.locked:
            continue
        held = [(edge.target, edge.source, place) in structure.held for place in range(4)]
        free[row] = torch.tensor([*_free_of_primitive(edge, held), edge.target not in level_set and not held[3]])
        if free[row, 3]:
            level_set.add(edge.target)
    return LayerParameters(targets, sources, free.to(structure.spline.device), int(free.sum()))


def _free_of_primitive(edge: SymbolicEdge, held: list[bool]) -> tuple[bool, bool, bool]:
    """Whether a, b and c carry information of their own; where one that is held would say what another does, that other does."""
    primitive = get_primitive(edge.primitive)
    if primitive.exponent == 0:
        return False, False, False
    a = primitive.free_a or (held[2] and primitive.homogeneity is not None)
    b = primitive.free_b or (held[2] and primitive.shift_is_factor)
    return a and not held[0], b and not held[1], not held[2]
