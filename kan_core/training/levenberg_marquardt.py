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
from kan_core.network.trace import forward
from kan_core.training.data import Split
from kan_core.training.grids import update_grids
from kan_core.training.linearise import NormalEquations, normal_equations
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.progress import Progress, rmse, rmse_of_residual
from kan_core.training.sparsity import add_penalty, layer_penalties, penalty_value

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
class _State:
    network: Network
    objective: float
    penalty: float
    damping: float
    growth: float = 2.0


def train(network: Network, split: Split, options: LevenbergMarquardtOptions | None = None) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Nothing is yielded when there is nothing to fit (no free parameter).
    """
    options = options or LevenbergMarquardtOptions()
    x, y = network.normalisation.inputs(split.train.inputs), network.normalisation.targets(split.train.targets)
    parameters = free_parameters(network, splines=options.splines)
    if parameters.count(network) == 0:
        return
    state = _State(network, float("inf"), 0.0, _DAMPING)
    flat, grid_rests_until = 0, 0
    for step in range(1, options.steps + 1):
        event = None
        if options.update_grid and options.splines and step >= grid_rests_until:
            moved, refused = _follow_values(state.network, x, y)
            if moved is not None:
                state, event = replace(state, network=moved), "grid update"
            if moved is not None or refused:
                grid_rests_until = step + _GRID_REST
        before = state
        state, decrease = _step(state, parameters, x, y, options)
        stuck = state is before
        state = replace(state, network=replace(state.network, steps=network.steps + step))
        flat = flat + 1 if decrease < options.tolerance and event is None else 0
        converged = flat >= _PATIENCE or stuck
        yield _report(step, state, split, x, y, event, converged)
        if converged:
            return


def _follow_values(network: Network, x: Tensor, y: Tensor) -> tuple[Network | None, bool]:
    """The network on moved knots, or None with whether a move was refused.

    Few rows leave splines wild between them, and such a spline does not survive a least-squares fit on other knots.
    """
    trace = forward(network, x)
    moved = update_grids(network, trace)
    if moved is None:
        return None, False
    before = float((y - trace.output).square().mean())
    after = float((y - forward(moved, x).output).square().mean())
    accepted = after <= _GRID_PRICE * before
    return (moved if accepted else None), not accepted


def objective(network: Network, split: Split, options: LevenbergMarquardtOptions) -> float:
    """L + λR on the training rows; infinity when not finite."""
    x, y = network.normalisation.inputs(split.train.inputs), network.normalisation.targets(split.train.targets)
    return _objective(network, free_parameters(network, splines=options.splines), x, y, options)[0]


def _step(
    state: _State, parameters: Parameters, x: Tensor, y: Tensor, options: LevenbergMarquardtOptions
) -> tuple[_State, float]:
    """One accepted step and the share by which it lowered the objective; the same state when no step is acceptable."""
    equations, penalty = _model(state.network, parameters, x, y, options)
    present = float(equations.loss) + penalty
    vector = parameters.gather(state.network)
    scaling = equations.matrix.diagonal().clamp(min=1e-12 * float(equations.matrix.diagonal().amax()) + 1e-300)
    damping, growth = state.damping, state.growth
    for _ in range(_TRIALS):
        direction = _solve(equations, scaling, damping)
        if direction is not None:
            candidate = parameters.scatter(state.network, vector + direction)
            reached, reached_penalty = _objective(candidate, parameters, x, y, options)
            predicted = float(direction @ (equations.gradient + damping * scaling * direction))
            if reached < present:
                gain = (present - reached) / max(predicted, 1e-300)
                damping = max(damping * max(1 / 3, 1 - (2 * min(gain, 2) - 1) ** 3), _DAMPING_MIN)
                share = (present - reached) / present
                return _State(candidate, reached, reached_penalty, damping), share
        damping, growth = min(damping * growth, _DAMPING_MAX), growth * 2
    return state, 0.0


def _model(
    network: Network, parameters: Parameters, x: Tensor, y: Tensor, options: LevenbergMarquardtOptions
) -> tuple[NormalEquations, float]:
    equations = normal_equations(network, parameters, x, y)
    if options.sparsity <= 0:
        return equations, 0.0
    penalties = layer_penalties(network, parameters, forward(network, x), options.entropy)
    matrix, gradient = add_penalty(network, parameters, penalties, options.sparsity, equations.matrix, equations.gradient)
    return NormalEquations(matrix, gradient, equations.loss), options.sparsity * float(penalty_value(penalties))


def _objective(
    network: Network, parameters: Parameters, x: Tensor, y: Tensor, options: LevenbergMarquardtOptions
) -> tuple[float, float]:
    """L + λR and λR; infinity when not finite, so that the step is refused."""
    trace = forward(network, x)
    loss = float((y - trace.output).square().sum(1).mean())
    penalty = 0.0
    if options.sparsity > 0:
        penalty = options.sparsity * float(penalty_value(layer_penalties(network, parameters, trace, options.entropy)))
    total = loss + penalty
    return (total if math.isfinite(total) else math.inf), penalty


def _solve(equations: NormalEquations, scaling: Tensor, damping: float) -> Tensor | None:
    """(params,) the damped Gauss-Newton step; None when the matrix is not positive definite."""
    factor, failed = torch.linalg.cholesky_ex(equations.matrix + torch.diag(damping * scaling))
    if bool(failed):
        return None
    direction = torch.cholesky_solve(equations.gradient.unsqueeze(1), factor).squeeze(1)
    return direction if bool(torch.isfinite(direction).all()) else None


def _report(step: int, state: _State, split: Split, x: Tensor, y: Tensor, event: str | None, converged: bool) -> Progress:
    residual = forward(state.network, x).output - y
    return Progress(
        step=step,
        network=state.network,
        train_rmse=rmse_of_residual(residual, state.network.normalisation.target_scale),
        test_rmse=rmse(state.network, split.test),
        penalty=state.penalty,
        damping=state.damping,
        event=event,
        converged=converged,
    )
