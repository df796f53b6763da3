"""Levenberg-Marquardt for small networks: second order, exact Jacobian, sparse when asked.

Minimises L + λR with L the mean squared residual in normalised units (`linearise`) and R the sparsity penalty
(`sparsity`). Each step solves (JᵀJ/N + λ·H_R + μ·D) p = Jᵀr/N - λ·∇R/2 by Cholesky with D = diag (Marquardt 1963;
Moré 1978) and gain-ratio damping (Nielsen 1999). A step that is not finite or does not decrease the objective is rolled
back and damped. The generator yields after each step and never decides to go on: pause and cancel cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import InputBasis, Trace, forward, input_basis
from kan_core.training.data import Split, Table
from kan_core.training.grids import update_grids
from kan_core.training.linearise import NormalEquations, normal_equations
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.progress import Progress, rmse_of_residual
from kan_core.training.sparsity import LayerPenalty, add_penalty, layer_penalties, penalty_value

# Damping at the start and its bounds, relative to the diagonal of the normal matrix.
_DAMPING = 1e-2
_DAMPING_MIN = 1e-14
_DAMPING_MAX = 1e10
# Rejected trials within one step after which the point counts as a minimum.
_TRIALS = 12
# Flat steps in a row that end training.
_PATIENCE = 4
# Knots may move when that costs at most this factor in the loss; after each try they rest for some steps.
_GRID_PRICE = 1.5
_GRID_REST = 4
# The basis of the inputs and all slopes are kept between steps while the table is smaller than this (numbers).
_KEEP = 10_000_000


@dataclass(frozen=True)
class LevenbergMarquardtOptions:
    """Settings of `train`.

    Attributes:
        steps: at most this many.
        sparsity: λ; 0 fits only.
        entropy: κ.
        splines: also move splines; false refits the constants of symbolic edges only.
        update_grid: let knots follow node values.
        tolerance: a step that lowers the objective by less than this share is flat.
    """

    steps: int = 60
    sparsity: float = 0.0
    entropy: float = 2.0
    splines: bool = True
    update_grid: bool = True
    tolerance: float = 1e-5


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows in the network's units, with what can be computed once."""

    x: Tensor
    y: Tensor
    known: InputBasis | None


@dataclass(frozen=True, eq=False)
class _Point:
    """A network with its evaluation on the training rows.

    Attributes:
        trace: with slopes, unless the table is too large to keep them.
        penalties: per layer, None without sparsity.
        loss, penalty: L and λR; L is infinite when not finite, so that such a point is never accepted.
    """

    network: Network
    trace: Trace
    penalties: list[LayerPenalty | None] | None
    loss: float
    penalty: float

    @property
    def objective(self) -> float:
        """L + λR."""
        return self.loss + self.penalty


@dataclass(frozen=True, eq=False)
class _State:
    point: _Point
    damping: float
    growth: float = 2.0


def train(network: Network, split: Split, options: LevenbergMarquardtOptions | None = None) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Nothing is yielded when there is nothing to fit (no free parameter).
    """
    options = options or LevenbergMarquardtOptions()
    parameters = free_parameters(network, splines=options.splines)
    if parameters.count(network) == 0:
        return
    rows, test = _rows(network, split.train), _rows(network, split.test)
    state = _State(_point(network, parameters, rows, options), _DAMPING)
    flat, grid_rests_until = 0, 0
    for step in range(1, options.steps + 1):
        event = None
        if options.update_grid and options.splines and step >= grid_rests_until:
            moved, refused = _follow_values(state.point, parameters, rows, options)
            if moved is not None:
                state, event = replace(state, point=moved), "grid update"
            if moved is not None or refused:
                grid_rests_until = step + _GRID_REST
        before = state
        state, decrease = _step(state, parameters, rows, options)
        stuck = state is before
        flat = flat + 1 if decrease < options.tolerance and event is None else 0
        converged = flat >= _PATIENCE or stuck
        yield _report(state, test, rows, Progress(step, network, 0.0, 0.0, state.point.penalty, state.damping, event, converged))
        if converged:
            return


def objective(network: Network, split: Split, options: LevenbergMarquardtOptions) -> float:
    """L + λR on the training rows; infinity when not finite."""
    rows = _rows(network, split.train)
    return _point(network, free_parameters(network, splines=options.splines), rows, options).objective


def _rows(network: Network, table: Table) -> _Rows:
    x = network.normalisation.inputs(table.inputs)
    keep = network.layers[0].structure.has_splines and x.shape[0] * network.layers[0].grid.basis * x.shape[1] < _KEEP
    return _Rows(x, network.normalisation.targets(table.targets), input_basis(network, x) if keep else None)


def _point(network: Network, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions) -> _Point:
    trace = forward(
        network, rows.x, slopes=rows.known is not None or not network.layers[0].structure.has_splines, known=rows.known
    )
    loss = float((rows.y - trace.output).square().sum(1).mean())
    penalties, penalty = None, 0.0
    if options.sparsity > 0:
        penalties = layer_penalties(network, parameters, trace, options.entropy)
        penalty = options.sparsity * float(penalty_value(penalties))
    return _Point(network, trace, penalties, loss if math.isfinite(loss + penalty) else math.inf, penalty)


def _follow_values(
    point: _Point, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions
) -> tuple[_Point | None, bool]:
    """The point on moved knots, or None with whether a move was refused.

    Few rows leave splines wild between them, and such a spline does not survive a least-squares fit on other knots.
    """
    network = update_grids(point.network, point.trace)
    if network is None:
        return None, False
    moved = _point(network, parameters, rows, options)
    accepted = moved.loss <= _GRID_PRICE * point.loss
    return (moved if accepted else None), not accepted


def _step(state: _State, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions) -> tuple[_State, float]:
    """One accepted step and the share by which it lowered the objective; the same state when no step is acceptable."""
    point = state.point
    equations = _model(point, parameters, rows, options)
    vector = parameters.gather(point.network)
    diagonal = equations.matrix.diagonal()
    scaling = diagonal.clamp(min=1e-12 * float(diagonal.amax()) + 1e-300)
    damping, growth = state.damping, state.growth
    for _ in range(_TRIALS):
        direction = _solve(equations, scaling, damping)
        if direction is not None:
            network = parameters.scatter(point.network, vector + direction)
            reached = _point(replace(network, steps=network.steps + 1), parameters, rows, options)
            if reached.objective < point.objective:
                predicted = float(direction @ (equations.gradient + damping * scaling * direction))
                gain = (point.objective - reached.objective) / max(predicted, 1e-300)
                damping = max(damping * max(1 / 3, 1 - (2 * min(gain, 2) - 1) ** 3), _DAMPING_MIN)
                return _State(reached, damping), (point.objective - reached.objective) / point.objective
        damping, growth = min(damping * growth, _DAMPING_MAX), growth * 2
    return state, 0.0


def _model(point: _Point, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions) -> NormalEquations:
    """Gauss-Newton model of L + λR at a point."""
    whole = point.trace if point.trace.has_slopes else None
    equations = normal_equations(point.network, parameters, rows.x, rows.y, whole)
    if point.penalties is None:
        return equations
    matrix, gradient = add_penalty(
        point.network, parameters, point.penalties, options.sparsity, equations.matrix, equations.gradient
    )
    return NormalEquations(matrix, gradient, equations.loss)


def _solve(equations: NormalEquations, scaling: Tensor, damping: float) -> Tensor | None:
    """(params,) the damped Gauss-Newton step; None when the matrix is not positive definite."""
    factor, failed = torch.linalg.cholesky_ex(equations.matrix + torch.diag(damping * scaling))
    if bool(failed):
        return None
    direction = torch.cholesky_solve(equations.gradient.unsqueeze(1), factor).squeeze(1)
    return direction if bool(torch.isfinite(direction).all()) else None


def _report(state: _State, test: _Rows, rows: _Rows, bare: Progress) -> Progress:
    """Fill in the network and its errors."""
    network = state.point.network
    scale = network.normalisation.target_scale
    held_out = forward(network, test.x, known=test.known).output - test.y
    train_rmse = rmse_of_residual(state.point.trace.output - rows.y, scale)
    return replace(bare, network=network, train_rmse=train_rmse, test_rmse=rmse_of_residual(held_out, scale))
