"""What Adam and L-BFGS share: a network in training form, its objective with sparsity, and its reports.

    J = L + λ·Σ_l (Σ_e s_e + κ·H_l) + ν·Σ_e mean_m (Δ²c_{e,m})²        (Liu et al. 2404.19756, eqs. 2.17-2.20)

s_e² = cᵀ K_i c with K_i the covariance of the basis of source i over the rows, as in `sparsity`. K is measured when the
problem is made and then kept, so that the gradient of J is exact; trainers make the problem anew from time to time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor

from kan_core.layers.wide import by_input
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.splines.basis import dense_basis
from kan_core.splines.grid import Grid
from kan_core.training.checkpoint import Checkpoint
from kan_core.training.data import Split, Table
from kan_core.training.grids import update_grids
from kan_core.training.objectives import Objective, SquaredLoss
from kan_core.training.options import TrainingOptions
from kan_core.training.progress import Progress, error_of_output
from kan_core.training.wide_network import WideNetwork, compile_layers, wide_network

# Magnitudes are rounded off at this size, so that the penalty has a gradient at zero.
_FLOOR = 1e-4
# Covariances and grid moves look at no more rows than fill this many numbers.
_SAMPLE = 4_000_000
# Rows of one piece when errors over all rows are computed.
_PIECE = 8192
# Knots may move when that costs at most this factor in the error, as in Levenberg-Marquardt.
_GRID_PRICE = 1.5


@dataclass(frozen=True, eq=False, kw_only=True)
class FirstOrderOptions(TrainingOptions):
    """Settings of Adam and L-BFGS.

    Attributes:
        precision: element type while training; None is the network's own.
        grid_every: steps between looks at the knots and between measurements of K.
        compile: compile the elementwise work of the layers; the event of the first step says whether that was possible.
    """

    steps: int = 60
    precision: Literal["float32", "float64"] | None = None
    grid_every: int = 10
    compile: bool = False

    @property
    def dtype(self) -> torch.dtype | None:
        """`precision` as torch knows it."""
        return {"float32": torch.float32, "float64": torch.float64, None: None}[self.precision]


@dataclass(frozen=True, eq=False)
class Problem:
    """J and its gradient for one network on the training rows.

    Attributes:
        network: whose grids and structure hold; parameters are handed in.
        wide: its training form.
        x: (rows, inputs) in the network's units, `targets` (rows, outputs) raw in the precision of the units.
        weights: (rows,) what each counts, None when all count the same.
        gram: per layer (inputs, columns, columns) K, empty when nothing asks for it.
        compilation: what came of `FirstOrderOptions.compile`; None when it was not asked for.
        memory: features by the number of rows, written anew at every pass: fresh memory costs more than what is put there.
    """

    network: Network
    wide: WideNetwork
    x: Tensor
    targets: Tensor
    gram: tuple[Tensor, ...]
    options: FirstOrderOptions
    weights: Tensor | None = None
    compilation: str | None = None
    memory: dict[int, list[Tensor | None]] = field(default_factory=dict)

    def value_and_gradient(self, parameters: list[Tensor], rows: Tensor | None = None) -> tuple[Tensor, list[Tensor]]:
        """J on the given rows (all of them by default) and its gradient, in the order of the parameters."""
        x, targets, weights, part = self.x, self.targets, self.weights, 1.0
        if rows is not None:
            x, targets = x[rows], targets[rows]
            if weights is not None:
                # The mean of a piece counts as much as its rows do, else heavy rows would be pulled down by their neighbours.
                part = float(weights[rows].mean() / weights.mean())
                weights = weights[rows] if part > 0 else None
        if x.shape[0] not in self.memory:
            self.memory[x.shape[0]] = self.wide.make_buffers(x.shape[0], x)
        done = self.wide.run(parameters, x, self.memory[x.shape[0]])
        loss = self.options.objective.evaluate(done.output, targets, self.network.normalisation, weights)
        gradients = self.wide.gradients(parameters, done, (loss.sensitivity * part).to(x.dtype))
        return part * loss.value + self.add_penalty(parameters, gradients), gradients

    def add_penalty(self, parameters: list[Tensor], gradients: list[Tensor]) -> Tensor:
        """The penalty; its gradient is added to `gradients` in place."""
        value = self.x.new_zeros(())
        for index, gram in enumerate(self.gram):
            layer = self.wide.layers[index]
            coefficients = by_input(layer.form, parameters[index])
            value, slope = _layer_penalty(coefficients, gram, self.options, value)
            if self.options.smoothness > 0:
                value = value + _bend(self.network.layers[index].grid, coefficients, self.options.smoothness, slope)
            if layer.frozen is not None:
                slope = slope.masked_fill(by_input(layer.form, layer.frozen), 0.0)
            by_input(layer.form, gradients[index]).add_(slope)
        return value

    @torch.no_grad()
    def penalty(self, parameters: list[Tensor]) -> float:
        """λR + smoothness alone."""
        return float(self.add_penalty(parameters, [torch.zeros_like(parameter) for parameter in parameters]))


def _layer_penalty(coefficients: Tensor, gram: Tensor, options: FirstOrderOptions, value: Tensor) -> tuple[Tensor, Tensor]:
    """Add one layer's penalty to `value`; gradient as the (inputs, columns, targets) coefficients."""
    pushed = gram @ coefficients
    magnitude = ((coefficients * pushed).sum(1).clamp(min=0) + _FLOOR**2).sqrt()
    total = magnitude.sum()
    logs = (magnitude / total).log()
    entropy = -(magnitude / total * logs).sum()
    value = value + options.sparsity * (total + options.entropy * entropy)
    each = options.sparsity * (1 - options.entropy * (logs + entropy) / total)
    slope = (each / magnitude).unsqueeze(1) * pushed
    return value, slope


def _bend(grid: Grid, coefficients: Tensor, smoothness: float, slope: Tensor) -> Tensor:
    """ν·mean (Δ²c)² over each spline, its derivative added to `slope`; base and neighbours on different grids do not count."""
    value = coefficients.new_zeros(())
    for part in range(len(grid.parts)):
        columns = grid.columns(part)
        bend = coefficients[:, columns].diff(n=2, dim=1)
        if not bend.shape[1]:
            continue
        share = smoothness / bend.shape[1]
        value = value + share * bend.square().sum()
        pushed = slope[:, columns]
        pushed[:, 2:] += 2 * share * bend
        pushed[:, 1:-1] -= 4 * share * bend
        pushed[:, :-2] += 2 * share * bend
    return value


def make_problem(network: Network, train: Table, options: FirstOrderOptions) -> tuple[Problem, list[Tensor]]:
    """The problem and the parameters to start from."""
    dtype = options.dtype or network.dtype
    device = network.device
    x = network.normalisation.inputs(train.inputs)
    gram = _gram(network, x, dtype) if options.sparsity > 0 or options.smoothness > 0 else ()
    weights = None if train.weights is None else train.weights.to(dtype=dtype, device=device)
    wide, compilation = wide_network(network, dtype), None
    if options.compile:
        wide, compilation = compile_layers(wide)
    return (
        Problem(
            _in_precision(network, dtype),
            wide,
            x.to(dtype),
            train.targets.to(network.normalisation.target_shift),
            gram,
            options,
            weights,
            compilation,
        ),
        wide.parameters(network),
    )


def _in_precision(network: Network, dtype: torch.dtype) -> Network:
    """The network with units that give the training precision; its parameters are not used by a problem."""
    return replace(network, normalisation=network.normalisation.to(dtype))


def _gram(network: Network, x: Tensor, dtype: torch.dtype) -> tuple[Tensor, ...]:
    widest = max(layer.inputs * layer.grid.basis for layer in network.layers)
    trace = forward(network, x[:: _stride(x.shape[0], widest)])
    made: list[Tensor] = []
    for layer, values in zip(network.layers, trace.inputs, strict=True):
        basis = dense_basis(layer.grid, values)
        centred = (basis - basis.mean(0)).transpose(0, 1)
        made.append((centred.transpose(1, 2) @ centred / centred.shape[1]).to(dtype))
    return tuple(made)


def _stride(rows: int, numbers: int) -> int:
    """Take every so many rows that they fill no more than the sample."""
    return max(1, math.ceil(rows * numbers / _SAMPLE))


def outputs(network: Network, inputs: Tensor) -> Tensor:
    """(rows, outputs) in the network's units, in pieces."""
    x = network.normalisation.inputs(inputs)
    wide = wide_network(network)
    parameters = wide.parameters(network)
    return torch.cat([wide.run(parameters, piece).output for piece in x.split(_PIECE)])


def table_error(network: Network, table: Table, objective: Objective | None = None) -> float:
    """`error_of_output` over all rows, in pieces."""
    targets = table.targets.to(network.device)
    weights = None if table.weights is None else table.weights.to(network.device)
    return error_of_output(outputs(network, table.inputs), targets, network.normalisation, objective or SquaredLoss(), weights)


def report(network: Network, split: Split, bare: Progress, objective: Objective) -> Progress:
    """Progress filled in with the network and its errors."""
    errors = table_error(network, split.train, objective), table_error(network, split.test, objective)
    return replace(bare, network=network, train_error=errors[0], test_error=errors[1])


def follow_values(network: Network, split: Split, options: FirstOrderOptions) -> Network | None:
    """The network on moved knots when values have drifted and the move costs little, else None."""
    if not options.update_grid:
        return None
    x = network.normalisation.inputs(split.train.inputs)
    widest = max(layer.inputs * layer.grid.basis for layer in network.layers)
    moved = update_grids(network, forward(network, x[:: _stride(x.shape[0], widest)]))
    if moved is None:
        return None
    before, after = (table_error(each, split.train, options.objective) for each in (network, moved))
    return moved if after <= _GRID_PRICE * before else None


def restored(done: Checkpoint, split: Split, options: FirstOrderOptions) -> tuple[Problem, list[Tensor]]:
    """The problem of a checkpoint, made where it was made then, and the parameters it had come to.

    At the beginning of a training that is where the network is.
    """
    problem, parameters = make_problem(done.networks.get("problem", done.network), split.train, options)
    for place, parameter in enumerate(parameters):
        if f"parameter.{place}" in done.tensors:
            parameter.copy_(done.tensors[f"parameter.{place}"])
    return problem, parameters


def all_finite(tensors: list[Tensor]) -> bool:
    """Whether every number is finite."""
    return all(bool(torch.isfinite(tensor).all()) for tensor in tensors)
