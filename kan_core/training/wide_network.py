"""A network of splines as packed weights: outputs and exact gradients at full speed, without autograd.

Called by the first-order trainers and by benchmarks. Knows nothing of losses: the caller hands in ∂loss/∂output.
Symbolic edges take part with their constants; masks keep zero, symbolic and locked edges where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.layers.layer import Layer
from kan_core.layers.structure import Structure
from kan_core.layers.wide import (
    Evaluation,
    WideForm,
    compile_form,
    evaluate,
    pack,
    source_gradient,
    unpack,
    weight_gradient,
    wide_form,
)
from kan_core.network.network import Network
from kan_core.network.trace import combine, split_sensitivity
from kan_core.primitives.library import get_primitive


@dataclass(frozen=True, eq=False)
class WideLayer:
    """One layer: its form and the structure that says how subnodes make nodes.

    Attributes:
        form: knots and method.
        structure: edge and node kinds.
        frozen: bool, packed as W is, entries of W that do not move; None when all do.
        free_constants: (symbolic edges, 4) bool.
    """

    form: WideForm
    structure: Structure
    frozen: Tensor | None
    free_constants: Tensor


@dataclass(frozen=True, eq=False)
class Pass:
    """A forward pass: one entry a layer, and the (batch, outputs) result in the network's units."""

    evaluations: tuple[Evaluation, ...]
    subnodes: tuple[Tensor, ...]
    output: Tensor


@dataclass(frozen=True, eq=False)
class WideNetwork:
    """The layers of a network in training form; parameters are handed in as a list of tensors.

    The list holds W of every layer, then the constants of every layer that has symbolic edges (`parameters`).
    """

    layers: tuple[WideLayer, ...]

    def run(self, parameters: list[Tensor], x: Tensor, buffers: list[Tensor | None] | None = None) -> Pass:
        """Forward pass at (batch, inputs) points in the network's units.

        `buffers` (from `make_buffers`) are used again; the previous `Pass` that used them is void.
        """
        evaluations: list[Evaluation] = []
        subnodes: list[Tensor] = []
        constants = self._constants(parameters)
        for index, layer in enumerate(self.layers):
            done = evaluate(layer.form, x, parameters[index], buffers[index] if buffers else None, for_sources=index > 0)
            values = _add_symbolic(layer.structure, constants[index], x, done.output)
            evaluations.append(done)
            subnodes.append(values)
            x = combine(layer.structure, values)
        return Pass(tuple(evaluations), tuple(subnodes), x)

    def gradients(self, parameters: list[Tensor], done: Pass, sensitivity: Tensor) -> list[Tensor]:
        """∂loss/∂parameters for (batch, outputs) ∂loss/∂output, in the order of the parameters."""
        weights: list[Tensor] = [sensitivity] * len(self.layers)
        made: list[Tensor] = []
        constants = self._constants(parameters)
        for index in reversed(range(len(self.layers))):
            layer, values = self.layers[index], done.evaluations[index]
            if layer.structure.has_products:
                split = split_sensitivity(layer.structure, done.subnodes[index], sensitivity.unsqueeze(1))
                sensitivity = split.squeeze(1)
            weights[index] = weight_gradient(layer.form, values, sensitivity)
            if layer.frozen is not None:
                weights[index] = weights[index].masked_fill_(layer.frozen, 0.0)
            if layer.structure.symbolic:
                made.insert(0, _constants_gradient(layer, constants[index], values.x, sensitivity))
            if index:
                through = source_gradient(layer.form, values, parameters[index], sensitivity)
                sensitivity = _through_symbolic(layer.structure, constants[index], values.x, sensitivity, through)
        return weights + made

    def make_buffers(self, rows: int, like: Tensor) -> list[Tensor | None]:
        """Memory for the features of each layer at `rows` points."""
        return [
            like.new_empty((rows, layer.structure.inputs, layer.form.columns)) if layer.form.method == "gemm" else None
            for layer in self.layers
        ]

    def parameters(self, network: Network) -> list[Tensor]:
        """W of every layer of this network, then the constants of every layer that has symbolic edges."""
        pairs = [(part.form, layer, part.form.knots.scale.dtype) for part, layer in zip(self.layers, network.layers, strict=True)]
        weights = [
            pack(form, (layer.coefficients * layer.structure.spline.unsqueeze(-1)).to(dtype)) for form, layer, dtype in pairs
        ]
        return weights + [layer.constants.to(dtype).clone() for _, layer, dtype in pairs if layer.structure.symbolic]

    def write_back(self, network: Network, parameters: list[Tensor]) -> Network:
        """The network with these parameters, in the network's own element type."""
        constants = self._constants(parameters)
        layers = tuple(
            layer.with_parameters(unpack(part.form, weight.detach().to(network.dtype)), constant.detach().to(network.dtype))
            for layer, part, weight, constant in zip(network.layers, self.layers, parameters, constants, strict=False)
        )
        return network.with_layers(layers)

    def _constants(self, parameters: list[Tensor]) -> list[Tensor]:
        remaining = iter(parameters[len(self.layers) :])
        return [
            next(remaining)
            if layer.structure.symbolic
            else parameters[0].new_zeros((0, 4))
            if len(parameters)
            else torch.zeros(0, 4)
            for layer in self.layers
        ]


def wide_network(network: Network, dtype: torch.dtype | None = None) -> WideNetwork:
    """Forms and masks of a network; weights of edges that are no splines are frozen, and zero."""
    return WideNetwork(tuple(_wide_layer(layer, dtype or network.dtype) for layer in network.layers))


def compile_layers(wide: WideNetwork) -> tuple[WideNetwork, str]:
    """The same network with its elementwise work compiled where that is possible, and a sentence that says what came of it."""
    layers, reasons = list[WideLayer](), list[str]()
    for layer in wide.layers:
        form, reason = compile_form(layer.form)
        layers.append(replace(layer, form=form))
        if reason is not None:
            reasons.append(reason)
    if len(reasons) == len(layers):
        return wide, f"not compiled: {reasons[0]}"
    said = "compiled" if not reasons else f"compiled {len(layers) - len(reasons)} of {len(layers)} layers: {reasons[0]}"
    return replace(wide, layers=tuple(layers)), said


def _wide_layer(layer: Layer, dtype: torch.dtype) -> WideLayer:
    structure = layer.structure
    form = wide_form(layer.grid.to(dtype), structure.targets)
    fixed = ~structure.spline
    free = torch.ones((len(structure.symbolic), 4), dtype=torch.bool, device=fixed.device)
    for target, source in structure.locked:
        fixed[target, source] = True
        row = structure.row(target, source)
        if row is not None:
            free[row] = False
    each, own = fixed.unsqueeze(-1).expand(-1, -1, form.columns), layer.columns
    if own is not None:
        each = each | ~own
    frozen = pack(form, each) if bool(each.any()) else None
    return WideLayer(form, structure, frozen, free)


def _add_symbolic(structure: Structure, constants: Tensor, x: Tensor, subnodes: Tensor) -> Tensor:
    for group in structure.groups:
        a, b, c, d = constants[group.rows].unbind(-1)
        value = get_primitive(group.primitive).evaluate(a * x[:, group.sources] + b)
        subnodes = subnodes.index_add(1, group.targets, c * value + d)
    return subnodes


def _through_symbolic(structure: Structure, constants: Tensor, x: Tensor, sensitivity: Tensor, through: Tensor) -> Tensor:
    """Add ∂loss/∂x through symbolic edges to that through splines."""
    for group in structure.groups:
        a, b, c, _ = constants[group.rows].unbind(-1)
        slope = _finite(get_primitive(group.primitive).derivative(a * x[:, group.sources] + b))
        through = through.index_add(1, group.sources, sensitivity[:, group.targets] * (a * c * slope))
    return through


def _constants_gradient(layer: WideLayer, constants: Tensor, x: Tensor, sensitivity: Tensor) -> Tensor:
    """(symbolic edges, 4) ∂loss/∂(a, b, c, d)."""
    gradient = torch.zeros_like(constants)
    for group in layer.structure.groups:
        primitive = get_primitive(group.primitive)
        a, b, c, _ = constants[group.rows].unbind(-1)
        source, push = x[:, group.sources], sensitivity[:, group.targets]
        argument = a * source + b
        value = primitive.evaluate(argument)
        inner = push * (c * _finite(primitive.derivative(argument, value)))
        columns = [(inner * source).sum(0), inner.sum(0), (push * value).sum(0), push.sum(0)]
        gradient[group.rows] = torch.stack(columns, -1)
    return gradient * layer.free_constants


def _finite(slope: Tensor) -> Tensor:
    """Infinite slopes on a closed border (a root at 0) give no direction."""
    return slope.masked_fill(torch.isinf(slope), 0.0)
