"""Exact first and second derivatives of a network's outputs with respect to its inputs, for relations such as PDEs.

A jet (value, gradient, second derivatives) is carried through the layers. With y = Σ_i φ_i(x_i),
    ∂_a y = Σ φ'_i ∂_a x_i,   ∂_a ∂_b y = Σ φ''_i ∂_a x_i ∂_b x_i + φ'_i ∂_a ∂_b x_i,
and products of subnodes follow Leibniz' rule. Outside the grid splines are linear, so their second derivative is 0 there.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Structure
from kan_core.network.network import Network
from kan_core.primitives.library import get_primitive
from kan_core.splines.base import base_column
from kan_core.splines.basis import local_basis
from kan_core.splines.grid import Grid

Second = Literal["none", "diagonal", "full"]
Pairs = list[tuple[int, int]]


class InputDerivatives(NamedTuple):
    """All in raw units.

    Attributes:
        value: (batch, outputs).
        gradient: (batch, outputs, inputs).
        hessian: (batch, outputs, inputs) its diagonal, (batch, outputs, inputs, inputs) in full, or None.
    """

    value: Tensor
    gradient: Tensor
    hessian: Tensor | None


class _Jet(NamedTuple):
    """(batch, nodes), (batch, directions, nodes), (batch, pairs, nodes)."""

    value: Tensor
    first: Tensor
    second: Tensor


def input_derivatives(network: Network, inputs: Tensor, second: Second = "diagonal") -> InputDerivatives:
    """Value, gradient and second derivatives at (batch, inputs) points, everything in raw units.

    The formulas are explicit; they are torch operations all the same, so that a relation can be differentiated once more,
    in the parameters.
    """
    normalisation, count = network.normalisation, network.shape[0]
    x = normalisation.inputs(inputs)
    pairs = _pairs(count, second)
    first = torch.diag(1 / normalisation.input_scale).to(x.dtype).expand(x.shape[0], -1, -1)
    jet = _Jet(x, first, x.new_zeros((x.shape[0], len(pairs), count)))
    for layer in network.layers:
        jet = _combine(layer.structure, _through(layer, jet, pairs), pairs)
    scale = normalisation.target_scale
    gradient, curvature = (jet.first * scale).transpose(1, 2), (jet.second * scale).transpose(1, 2)
    return InputDerivatives(normalisation.raw_targets(jet.value), gradient, _arrange(curvature, count, second))


def _pairs(count: int, second: Second) -> Pairs:
    if second == "full":
        return [(a, b) for a in range(count) for b in range(a, count)]
    return [(a, a) for a in range(count)] if second == "diagonal" else []


def _arrange(curvature: Tensor, count: int, second: Second) -> Tensor | None:
    """Pairs → the shape that `InputDerivatives` promises."""
    if second == "none":
        return None
    if second == "diagonal":
        return curvature
    place = {pair: index for index, pair in enumerate(_pairs(count, "full"))}
    order = [place[min(a, b), max(a, b)] for a in range(count) for b in range(count)]
    return curvature[..., order].unflatten(-1, (count, count))


def _through(layer: Layer, jet: _Jet, pairs: Pairs) -> _Jet:
    """Node values → subnodes."""
    targets, batch = layer.targets, jet.value.shape[0]
    made = _Jet(
        jet.value.new_zeros((batch, targets)),
        jet.value.new_zeros((batch, jet.first.shape[1], targets)),
        jet.value.new_zeros((batch, len(pairs), targets)),
    )
    if layer.structure.has_splines:
        made = _splines(layer, jet, pairs)
    for group in layer.structure.groups:
        primitive = get_primitive(group.primitive)
        a, b, c, d = layer.constants[group.rows].unbind(-1)
        u = a * jet.value[:, group.sources] + b
        f = primitive.evaluate(u)
        slope, curvature = a * c * primitive.derivative(u, f), a * a * c * primitive.second_derivative(u, f)
        sources = _Jet(*(part[..., group.sources] for part in jet))
        first, second = _chain(sources, slope, curvature, pairs)
        made = _Jet(
            made.value.index_add(1, group.targets, c * f + d),
            made.first.index_add(2, group.targets, first),
            made.second.index_add(2, group.targets, second),
        )
    return made


def _chain(jet: _Jet, slope: Tensor, curvature: Tensor, pairs: Pairs) -> tuple[Tensor, Tensor]:
    """First and second derivatives of φ(x) for elementwise φ' and φ''."""
    first = jet.first * slope.unsqueeze(1)
    if not pairs:
        return first, jet.second[..., : slope.shape[-1]]
    crossed = torch.stack([jet.first[:, a] * jet.first[:, b] for a, b in pairs], 1)
    return first, crossed * curvature.unsqueeze(1) + jet.second * slope.unsqueeze(1)


def _splines(layer: Layer, jet: _Jet, pairs: Pairs) -> _Jet:
    # A direction at a time: the basis is weighted and contracted, never expanded by all directions.
    weight = layer.coefficients.flatten(1).T
    value, slope, curvature = (_basis(layer.grid, jet.value, derivative) for derivative in range(3))
    first = [(slope * jet.first[:, a].unsqueeze(-1)).flatten(1) @ weight for a in range(jet.first.shape[1])]
    second = [
        (curvature * (jet.first[:, a] * jet.first[:, b]).unsqueeze(-1) + slope * jet.second[:, index].unsqueeze(-1)).flatten(1)
        @ weight
        for index, (a, b) in enumerate(pairs)
    ]
    none = jet.second.new_zeros((jet.value.shape[0], 0, layer.targets))
    return _Jet(value.flatten(1) @ weight, torch.stack(first, 1), torch.stack(second, 1) if second else none)


def _basis(grid: Grid, x: Tensor, derivative: int) -> Tensor:
    """`dense_basis`, written so that torch can differentiate row by row (it has no such rule for filling in place)."""
    made: list[Tensor] = []
    for part in grid.parts:
        first, values = local_basis(part, x, derivative)
        columns = first.unsqueeze(-1) + torch.arange(values.shape[-1], device=x.device)
        made.append(x.new_zeros((*x.shape, part.splines)).scatter(-1, columns, values))
    if grid.base is not None:
        made.append(base_column(grid.base, x, derivative))
    return torch.cat(made, -1)


def _combine(structure: Structure, jet: _Jet, pairs: Pairs) -> _Jet:
    """Subnodes → nodes."""
    if not structure.has_products:
        return jet
    columns: list[_Jet] = []
    for node, begin in zip(structure.nodes, structure.first_subnode, strict=True):
        made = _Jet(*(part[..., begin] for part in jet))
        for factor in range(begin + 1, begin + node.arity):
            made = _product(made, _Jet(*(part[..., factor] for part in jet)), pairs)
        columns.append(made)
    return _Jet(*(torch.stack(parts, -1) for parts in zip(*columns, strict=True)))


def _product(one: _Jet, other: _Jet, pairs: Pairs) -> _Jet:
    """Leibniz."""
    v, w = one.value.unsqueeze(1), other.value.unsqueeze(1)
    second = v * other.second + w * one.second
    if pairs:
        left, right = [a for a, _ in pairs], [b for _, b in pairs]
        second = second + one.first[:, left] * other.first[:, right] + one.first[:, right] * other.first[:, left]
    return _Jet(one.value * other.value, v * other.first + w * one.first, second)
