"""Make an untrained network for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from kan_core.errors import ShapeError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Node, Structure
from kan_core.network.network import Network, Normalisation
from kan_core.network.trace import combine
from kan_core.splines.base import Base
from kan_core.splines.curve import spline_values
from kan_core.splines.grid import Grid, uniform_grid
from kan_core.splines.quantile import quantile_grid
from kan_core.training.data import Table, mean_of

Knots = Literal["uniform", "quantile"]


def normalisation_of(table: Table) -> Normalisation:
    """Training range of each input → [-1, 1]; targets → mean 0, standard deviation 1; constant columns keep scale 1.

    Means are by the weights of the rows. Means and ranges are taken of halves, so that values near the largest double do not
    overflow.
    """
    low, high = table.inputs.amin(0), table.inputs.amax(0)
    shift, scale = low / 2 + high / 2, high / 2 - low / 2
    mean = (table.targets / table.rows).sum(0) if table.weights is None else mean_of(table.targets, table.weights)
    largest = (table.targets - mean).abs().amax(0)
    safe = torch.where(largest > 0, largest, torch.ones_like(largest))
    deviation = mean_of(((table.targets - mean) / safe).square(), table.weights).sqrt() * safe
    return Normalisation(shift, _usable(scale, shift), mean, _usable(deviation, mean))


def _usable(scale: Tensor, around: Tensor) -> Tensor:
    """1 where a column does not vary beyond rounding."""
    return torch.where(scale > 1e-14 * around.abs(), scale, torch.ones_like(scale))


def create_network(
    shape: Sequence[int | Sequence[Node]],
    table: Table,
    *,
    generator: torch.Generator,
    intervals: int = 5,
    degree: int = 3,
    noise_scale: float = 0.05,
    base: Base | None = None,
    knots: Knots = "uniform",
) -> Network:
    """Random splines: edge (j, i) starts as noise with node values of order one, grids on the range they reach.

    Without a base, c_{j,i,m} = (ξ_{j,i} t_m + noise_scale·ζ_{j,i,m})/√n_l with ξ uniform in ±1, ζ standard normal and t_m in
    [-1, 1] along the grid: a random slope that lets information through plus noise that breaks symmetry. With a base b the
    slope is carried by w_{j,i} b(x), w_{j,i} = ξ_{j,i}/√n_l, and the spline is noise alone, as in Liu et al. 2404.19756, §2.2.

    `noise_scale` is thus the standard deviation of the spline's noise relative to the slope. At 0 all curves start as
    straight lines (as w·b with a base), and edges between the same nodes differ only by their slopes; from about 0.5
    on the start is rough, and sparse training needs more steps to smooth what it cannot use. 0.05 is a start that is
    nearly linear; Liu et al. use 0.1 with a base.

    Args:
        shape: [n_0, …, n_L]; an entry after the first may be a sequence of `Node` instead of a number of sum nodes.
        table: training rows, for units and ranges.
        generator: source of randomness.
        intervals: G per edge.
        degree: k.
        noise_scale: see above, ≥ 0.
        base: base function of every layer, None for splines alone.
        knots: "uniform", or "quantile" for intervals that follow the density of the values.

    Raises:
        ShapeError: fewer than two entries, an entry < 1, first/last entry that differ from the table's columns, or a noise
            scale that is negative.
    """
    levels = [_nodes(entry) for entry in shape]
    _check_shape(levels, table)
    if not noise_scale >= 0:
        raise ShapeError(f"the noise scale must be 0 or more, got {noise_scale}")
    normalisation = normalisation_of(table)
    x = normalisation.inputs(table.inputs)
    layers: list[Layer] = []
    for nodes in levels[1:]:
        ends = (-torch.ones_like(x[0]), torch.ones_like(x[0])) if not layers else _range(x)
        grid = _grid(knots, x, ends, intervals, degree)
        layer = random_layer(nodes, replace(grid, base=base), generator, noise_scale)
        layers.append(layer)
        x = combine(layer.structure, spline_values(layer.grid, layer.coefficients, x).sum(-1))
    return Network(tuple(layers), normalisation)


def create_alike(network: Network, table: Table, generator: torch.Generator) -> Network:
    """Another random network with the nodes, grid sizes, base, kind of knots and precision of this one's first layer."""
    shape = [network.shape[0], *(layer.structure.nodes for layer in network.layers)]
    grid = network.layers[0].grid
    made = create_network(
        shape,
        table,
        generator=generator,
        intervals=grid.intervals,
        degree=grid.degree,
        base=grid.base,
        knots="uniform" if grid.is_uniform else "quantile",
    )
    return made.to(network.dtype, network.device)


def _grid(knots: Knots, x: Tensor, ends: tuple[Tensor, Tensor], intervals: int, degree: int) -> Grid:
    if knots == "uniform":
        return uniform_grid(*ends, intervals, degree)
    return quantile_grid(x, *ends, intervals, degree)


def random_layer(nodes: tuple[Node, ...], grid: Grid, generator: torch.Generator, noise_scale: float) -> Layer:
    """Random splines for `nodes` over the sources of a grid; see `create_network`. They all use the first of its parts."""
    grid = replace(grid, finer=())
    inputs, targets = grid.inputs, sum(node.arity for node in nodes)
    dtype, device = grid.low.dtype, grid.low.device
    along = torch.linspace(-1, 1, grid.splines, dtype=dtype)
    slopes = torch.rand((targets, inputs, 1), generator=generator, dtype=dtype) * 2 - 1
    noise = torch.randn((targets, inputs, grid.splines), generator=generator, dtype=dtype)
    line = slopes * along if grid.base is None else torch.zeros_like(noise)
    coefficients = ((line + noise_scale * noise) / inputs**0.5).to(device)
    structure = Structure(nodes, torch.ones((targets, inputs), dtype=torch.bool, device=device))
    coefficients = _lift_factors(structure, coefficients, generator)
    if grid.base is not None:
        coefficients = torch.cat([coefficients, (slopes / inputs**0.5).to(device)], -1)
    return Layer(structure, grid, coefficients, coefficients.new_zeros((0, 4)))


def _lift_factors(structure: Structure, coefficients: Tensor, generator: torch.Generator) -> Tensor:
    """Give each factor of a product node a constant, uniform in ±1.

    Factors that start near zero have no gradient, and factors that all start near 1 behave like a sum and get stuck
    there (measured: x·y trains from 6 of 8 starts instead of none).
    """
    lift = torch.zeros(coefficients.shape[0], dtype=coefficients.dtype)
    for node, first in zip(structure.nodes, structure.first_subnode, strict=True):
        if node.kind == "product":
            lift[first : first + node.arity] = torch.rand(node.arity, generator=generator, dtype=coefficients.dtype) * 2 - 1
    return coefficients + (lift / coefficients.shape[1]).to(coefficients.device)[:, None, None]


def _range(x: Tensor) -> tuple[Tensor, Tensor]:
    """Range of each column with 5 % margin."""
    low, high = x.amin(0), x.amax(0)
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _nodes(entry: int | Sequence[Node]) -> tuple[Node, ...]:
    return (Node(),) * entry if isinstance(entry, int) else tuple(entry)


def _check_shape(levels: list[tuple[Node, ...]], table: Table) -> None:
    counts = [len(level) for level in levels]
    if len(counts) < 2 or min(counts) < 1:
        raise ShapeError(f"a shape needs at least two entries of at least 1 node, got {counts}")
    for entry in (node for level in levels for node in level):
        if (entry.kind == "product") != (entry.arity >= 2):
            raise ShapeError(f"a product node has arity ≥ 2 and a sum node arity 1, got {entry}")
    wanted = (table.inputs.shape[1], table.targets.shape[1])
    if (counts[0], counts[-1]) != wanted:
        raise ShapeError(
            f"the table has {wanted[0]} inputs and {wanted[1]} targets, so the shape must be [{wanted[0]}, …, {wanted[1]}],"
            f" got {counts}"
        )
