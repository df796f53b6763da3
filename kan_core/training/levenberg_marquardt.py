"""Levenberg-Marquardt: second order, exact derivatives, sparse when asked.

Minimises L + λR + νS with L the objective in normalised units (`objectives`), R the sparsity penalty (`sparsity`) and S the
smoothness of coefficients. With H half the curvature of L in the outputs and g = -½∇, each step solves
(Σ JᵀHJ + λ·H_R + ν·H_S + μ·D) p = g, D = diag (Marquardt 1963; Moré 1978), with gain-ratio damping (`trust`): by Cholesky
(`dense`), or without a matrix beyond some thousand parameters (`matrix_free`). A step that is not finite or does not
decrease the objective is rolled back and damped. The generator yields after each step and never decides to go on: pause and
cancel cost nothing; in long steps `stop` is asked as well. It goes on from the checkpoint of any step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import InputBasis, Trace, forward, input_basis
from kan_core.training.checkpoint import Checkpoint, standing
from kan_core.training.data import Split, Table, check_weights
from kan_core.training.dense import DenseModel, dense_model
from kan_core.training.grids import update_grids
from kan_core.training.halting import go_on, halted
from kan_core.training.linearise import OutputModel
from kan_core.training.matrix_free import MatrixFreeModel, matrix_free_model
from kan_core.training.options import Stop, TrainingOptions, never
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.progress import Progress, error_of_output
from kan_core.training.sparsity import LayerPenalty, layer_penalties, penalty_model, penalty_value, smoothness_value
from kan_core.training.trust import damped_step

_NAME = "levenberg-marquardt"
# Flat steps in a row that end training.
_PATIENCE = 4
# Knots may move when that costs at most this factor in the loss; after each try they rest for some steps.
_GRID_PRICE = 1.5
_GRID_REST = 4
# The basis of the inputs and all slopes are kept between steps while the table is smaller than this (numbers).
_KEEP = 10_000_000


# Parameters up to which a normal matrix is made: with 1,000 rows a step of [4, 8, 8, 1] (832) takes as long either way, and
# one of [4, 16, 16, 1] (2,688) is ten times faster without, for nearly the same descent.
DENSE_UP_TO = 1_000


@dataclass(frozen=True, eq=False, kw_only=True)
class LevenbergMarquardtOptions(TrainingOptions):
    """Settings of `train`.

    Attributes:
        splines: also move splines; false refits the constants of symbolic edges only.
        tolerance: a step that lowers the objective by less than this share is flat.
        damping: μ to start with, relative to the diagonal of the normal matrix.
        solver: how steps are computed; "auto" by the number of parameters.
    """

    steps: int = 60
    splines: bool = True
    tolerance: float = 1e-5
    damping: float = 1e-2
    solver: Literal["auto", "dense", "matrix-free"] = "auto"


@dataclass(frozen=True, eq=False)
class _Rows:
    """Inputs in the network's units, targets in raw ones, weights, and what can be computed once."""

    x: Tensor
    targets: Tensor
    weights: Tensor | None
    known: InputBasis | None


@dataclass(frozen=True, eq=False)
class _Point:
    """A network with its evaluation on the training rows.

    Attributes:
        trace: with slopes, unless the table is too large to keep them.
        sensitivity: (rows, outputs) ∂L/∂output.
        penalties: per layer, None without sparsity.
        loss, penalty: L and λR + νS; L is infinite when not finite, so that such a point is never accepted.
    """

    network: Network
    trace: Trace
    sensitivity: Tensor
    penalties: list[LayerPenalty | None] | None
    loss: float
    penalty: float

    @property
    def objective(self) -> float:
        """L + λR + νS."""
        return self.loss + self.penalty


@dataclass(frozen=True, eq=False)
class _State:
    point: _Point
    damping: float


def train(
    network: Network,
    split: Split,
    options: LevenbergMarquardtOptions | None = None,
    stop: Stop = never,
    resume: Checkpoint | None = None,
) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Nothing is yielded when there is nothing to fit (no free parameter).

    Args:
        network: to begin with.
        split: rows.
        options: settings.
        stop: asked within long steps.
        resume: where to go on, with the same rows and options.

    Raises:
        DataError: weights that do not fit the rows.
        SnapshotError: a checkpoint of another trainer.
    """
    options = options or LevenbergMarquardtOptions()
    check_weights(split.train)
    done = standing(_NAME, network, resume, damping=options.damping, flat=0, grid_rests_until=0)
    network = done.network
    parameters = free_parameters(network, splines=options.splines)
    if parameters.count(network) == 0:
        return
    rows, test = _rows(network, split.train), _rows(network, split.test)
    state = _State(_point(network, parameters, rows, options), done.real("damping"))
    flat, grid_rests_until = done.whole("flat"), done.whole("grid_rests_until")
    for step in done.left(options.steps):
        event = None
        if options.update_grid and options.splines and step >= grid_rests_until:
            moved, refused = _follow_values(state.point, parameters, rows, options)
            if moved is not None:
                state, event = replace(state, point=moved), "grid update"
            if moved is not None or refused:
                grid_rests_until = step + _GRID_REST
        before = state
        reached = _step(state, parameters, rows, options, lambda: stop() or halted())
        go_on()
        if reached is None:
            return
        state, decrease = reached
        stuck = state is before
        flat = flat + 1 if decrease < options.tolerance and event is None else 0
        converged = flat >= _PATIENCE or stuck
        numbers = {"damping": state.damping, "flat": flat, "grid_rests_until": grid_rests_until, "converged": int(converged)}
        save = partial(Checkpoint, _NAME, step, numbers, networks={"now": state.point.network})
        bare = Progress(step, network, 0.0, 0.0, state.point.penalty, state.damping, event, converged, checkpoint=save)
        yield _report(state, test, rows, bare, options)
        if converged:
            return


def objective(network: Network, split: Split, options: LevenbergMarquardtOptions) -> float:
    """L + λR + νS on the training rows; infinity when not finite."""
    rows = _rows(network, split.train)
    return _point(network, free_parameters(network, splines=options.splines), rows, options).objective


def _rows(network: Network, table: Table) -> _Rows:
    x = network.normalisation.inputs(table.inputs)
    keep = network.layers[0].structure.has_splines and x.shape[0] * network.layers[0].grid.basis * x.shape[1] < _KEEP
    weights = None if table.weights is None else table.weights.to(dtype=x.dtype, device=x.device)
    return _Rows(x, table.targets, weights, input_basis(network, x) if keep else None)


def _point(network: Network, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions) -> _Point:
    trace = forward(
        network, rows.x, slopes=rows.known is not None or not network.layers[0].structure.has_splines, known=rows.known
    )
    value, sensitivity = options.objective.evaluate(trace.output, rows.targets, network.normalisation, rows.weights)
    loss = float(value)
    penalties, penalty = None, 0.0
    if options.sparsity > 0:
        penalties = layer_penalties(network, parameters, trace, options.entropy, rows.weights)
        penalty = options.sparsity * float(penalty_value(penalties))
    if options.smoothness > 0:
        penalty += options.smoothness * float(smoothness_value(network, parameters))
    sensitivity = sensitivity.to(trace.output.dtype)
    return _Point(network, trace, sensitivity, penalties, loss if math.isfinite(loss + penalty) else math.inf, penalty)


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


def _step(
    state: _State, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions, stop: Stop
) -> tuple[_State, float] | None:
    """One accepted step and the share by which it lowered the objective; the same state when no step is acceptable.

    None when stopped.
    """
    point = state.point
    model = _model(point, parameters, rows, options, stop)
    if model is None:
        return None
    vector = parameters.gather(point.network)

    def trial(direction: Tensor) -> _Point:
        network = parameters.scatter(point.network, vector + direction)
        return _point(replace(network, steps=network.steps + 1), parameters, rows, options)

    made = damped_step(model, point.objective, state.damping, trial, stop)
    if made.stopped:
        return None
    if made.point is None:
        return state, 0.0
    return _State(made.point, made.damping), (point.objective - made.point.objective) / point.objective


def _model(
    point: _Point, parameters: Parameters, rows: _Rows, options: LevenbergMarquardtOptions, stop: Stop
) -> DenseModel | MatrixFreeModel | None:
    """Gauss-Newton model of the objective at a point."""
    network = point.network
    whole = point.trace if point.trace.has_slopes else None
    curvature = options.objective.curvature(point.trace.output, rows.targets, network.normalisation, rows.weights)
    outputs = OutputModel(point.sensitivity, curvature.to(point.sensitivity.dtype))
    dense = options.solver == "dense" or (options.solver == "auto" and parameters.count(network) <= DENSE_UP_TO)
    if dense and point.penalties is None and options.smoothness == 0:
        return dense_model(network, parameters, rows.x, outputs, None, whole, stop)
    penalty = penalty_model(network, parameters, point.penalties, options.sparsity, options.smoothness)
    make = dense_model if dense else matrix_free_model
    return make(network, parameters, rows.x, outputs, penalty, whole, stop)


def _report(state: _State, test: _Rows, rows: _Rows, bare: Progress, options: LevenbergMarquardtOptions) -> Progress:
    """Fill in the network and its errors."""
    network = state.point.network
    units, loss = network.normalisation, options.objective
    held_out = forward(network, test.x, known=test.known).output
    train_error = error_of_output(state.point.trace.output, rows.targets, units, loss, rows.weights)
    test_error = error_of_output(held_out, test.targets, units, loss, test.weights)
    return replace(bare, network=network, train_error=train_error, test_error=test_error)
