"""Evaluate a network; the node values on the way are returned, never stored in it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import DataError
from kan_core.layers.layer import Layer
from kan_core.layers.structure import Structure
from kan_core.network.network import Network
from kan_core.primitives.library import get_primitive
from kan_core.primitives.primitive import Primitive
from kan_core.splines.basis import dense_basis, value_and_slope
from kan_core.splines.grid import Grid


@dataclass(frozen=True, eq=False)
class SymbolicValues:
    """One primitive group of a layer at u = a·x + b: f(u) and, when asked for, f'(u), each (batch, edges)."""

    x: Tensor
    value: Tensor
    slope: Tensor | None


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What one layer computed.

    Attributes:
        inputs: (batch, inputs) source node values.
        basis, slope: (batch, inputs, basis) B and dB/dx; None in layers without splines, slope None unless asked for.
        symbolic: per group of `structure.groups`.
        subnodes: (batch, targets) sums of the incoming edge functions.
    """

    inputs: Tensor
    basis: Tensor | None
    slope: Tensor | None
    symbolic: tuple[SymbolicValues, ...]
    subnodes: Tensor


@dataclass(frozen=True, eq=False)
class Trace:
    """A whole evaluation: one `LayerTrace` a layer and the (batch, outputs) result, in the network's units."""

    layers: tuple[LayerTrace, ...]
    output: Tensor
    has_slopes: bool = False

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """Node values entering each layer."""
        return tuple(layer.inputs for layer in self.layers)


@dataclass(frozen=True, eq=False)
class InputBasis:
    """B and dB/dx of the input layer on fixed rows: the inputs and their grid stay while training, so once is enough.

    Attributes:
        grid: the grid it was made for; used only for layers that have this very one.
        basis, slope: (batch, inputs, basis).
    """

    grid: Grid
    basis: Tensor
    slope: Tensor


def input_basis(network: Network, x: Tensor) -> InputBasis:
    """The input layer's basis on (batch, inputs) rows in the network's units."""
    grid = network.layers[0].grid
    return InputBasis(grid, *value_and_slope(grid, x))


def forward(network: Network, x: Tensor, *, slopes: bool = False, known: InputBasis | None = None) -> Trace:
    """Evaluate at (batch, inputs) points in the network's units.

    Args:
        network: what to evaluate.
        x: points.
        slopes: also keep dB/dx and f'(u).
        known: `input_basis` of the same points, to save making it again.
    """
    traces: list[LayerTrace] = []
    for layer in network.layers:
        trace = _layer_forward(layer, x, slopes=slopes, known=known if known and known.grid is layer.grid else None)
        traces.append(trace)
        x = combine(layer.structure, trace.subnodes)
    return Trace(tuple(traces), x, slopes)


def evaluate(network: Network, inputs: Tensor) -> Tensor:
    """(batch, outputs) predictions in the data's own units for (batch, inputs) raw rows, on the rows' device.

    A row that leaves the domain of a symbolic edge (a logarithm of a negative number) gives NaN in that row only.

    Raises:
        DataError: the number of columns is not the network's.
    """
    if inputs.ndim != 2 or inputs.shape[1] != network.shape[0]:
        raise DataError(f"the network has {network.shape[0]} inputs, the table has shape {tuple(inputs.shape)}")
    normalisation = network.normalisation
    x = normalisation.inputs(inputs)
    return normalisation.raw_targets(forward(network, x).output).to(inputs.device)


def _layer_forward(layer: Layer, x: Tensor, *, slopes: bool, known: InputBasis | None = None) -> LayerTrace:
    basis = slope = None
    if layer.structure.has_splines:
        if known is not None:
            basis, slope = known.basis, known.slope
        elif slopes:
            basis, slope = value_and_slope(layer.grid, x)
        else:
            basis = dense_basis(layer.grid, x)
        subnodes = basis.flatten(1) @ layer.coefficients.flatten(1).T
    else:
        subnodes = x.new_zeros((x.shape[0], layer.targets))
    symbolic: list[SymbolicValues] = []
    for group in layer.structure.groups:
        primitive = get_primitive(group.primitive)
        a, b, c, d = layer.constants[group.rows].unbind(-1)
        source = x[:, group.sources]
        argument = a * source + b
        value = primitive.evaluate(argument)
        subnodes = subnodes.index_add(1, group.targets, c * value + d)
        symbolic.append(SymbolicValues(source, value, _slope(primitive, argument, value) if slopes else None))
    return LayerTrace(x, basis, slope, tuple(symbolic), subnodes)


def _slope(primitive: Primitive, argument: Tensor, value: Tensor) -> Tensor:
    """f'(u); rows on a closed border with an infinite slope (a root at 0) give no direction instead of spoiling all others."""
    slope = primitive.derivative(argument, value)
    return torch.where(torch.isinf(slope), torch.zeros_like(slope), slope)


def combine(structure: Structure, subnodes: Tensor) -> Tensor:
    """(batch, nodes): a sum node is its subnode, a product node the product of its subnodes."""
    if not structure.has_products:
        return subnodes
    columns = [
        subnodes[:, first] if node.kind == "sum" else subnodes[:, first : first + node.arity].prod(dim=1)
        for node, first in zip(structure.nodes, structure.first_subnode, strict=True)
    ]
    return torch.stack(columns, dim=1)


def combine_tangent(structure: Structure, subnodes: Tensor, tangent: Tensor) -> Tensor:
    """How (batch, nodes) move when (batch, targets) subnodes move by `tangent`: the derivative of `combine`."""
    if not structure.has_products:
        return tangent
    columns: list[Tensor] = []
    for node, first in zip(structure.nodes, structure.first_subnode, strict=True):
        factors = range(first, first + node.arity)
        moves = [tangent[:, one] * subnodes[:, [other for other in factors if other != one]].prod(dim=1) for one in factors]
        columns.append(torch.stack(moves).sum(0))
    return torch.stack(columns, dim=1)


def split_sensitivity(structure: Structure, subnodes: Tensor, sensitivity: Tensor) -> Tensor:
    """∂out/∂node (batch, outputs, nodes) → ∂out/∂subnode (batch, outputs, targets); for products, times the other factors."""
    if not structure.has_products:
        return sensitivity
    columns: list[Tensor] = []
    for index, (node, first) in enumerate(zip(structure.nodes, structure.first_subnode, strict=True)):
        if node.kind == "sum":
            columns.append(sensitivity[:, :, index])
            continue
        for factor in range(node.arity):
            others = [first + other for other in range(node.arity) if other != factor]
            columns.append(sensitivity[:, :, index] * subnodes[:, others].prod(dim=1).unsqueeze(1))
    return torch.stack(columns, dim=2)
