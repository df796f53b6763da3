"""Fit a network to a relation (a differential equation, an unsupervised relation) and to values on a boundary.

    J = α·mean_n Σ r(x_n)² + Σ_c w_c·mean_m Σ r_c(x_m)² + mean_b Σ (f(x_b) - y_b)²

(cf. the PINN loss of Liu et al. 2404.19756, §3.4) in raw units; r is asked everywhere, each r_c at places of its own, such as
derivatives on a border. Small networks take Levenberg-Marquardt steps on the stacked residuals, whose Jacobian is exact: the
explicit derivatives of `input_derivatives`, differentiated once more, row by row. Large ones take L-BFGS steps. The protocol is
that of all trainers: a generator of `Progress`, where `train_error` is √J and `test_error` √J on held-out points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from kan_core.errors import DataError
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.training.checkpoint import Checkpoint, standing
from kan_core.training.dense import DenseModel, scaling_of
from kan_core.training.grids import Room, grow_grids, update_grids
from kan_core.training.lbfgs_memory import Memory, memory_of, restore_memory
from kan_core.training.options import Stop, never
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.progress import Progress
from kan_core.training.relation_task import RelationTask, residual_jacobian
from kan_core.training.trust import DampedStep, damped_step

_NAME = "relation"
# Numbers of a Jacobian beyond which gradients are taken instead.
_DENSE_NUMBERS = 4e7
_DENSE_PARAMETERS = 1_000
_PATIENCE = 4
_GRID_PRICE = 1.5
_INNER = 20
# Outside its knots a spline is straight, and a relation that asks for curvature breaks there: values stay well inside.
_ROOM = Room(overshoot=-0.01, margin=0.06)


@dataclass(frozen=True, kw_only=True)
class RelationOptions:
    """Settings of `train_relation`.

    Attributes:
        steps: at most this many.
        update_grid: let knots of hidden nodes follow their values.
        grid_every: steps between looks at the knots.
        tolerance: a step that lowers J by less than this share is flat.
        damping: μ to start with, relative to the diagonal of the normal matrix.
    """

    steps: int = 60
    update_grid: bool = True
    grid_every: int = 5
    tolerance: float = 1e-6
    damping: float = 1e-2


@dataclass(frozen=True, eq=False)
class _Point:
    network: Network
    objective: float


def train_relation(
    network: Network,
    task: RelationTask,
    options: RelationOptions | None = None,
    held_out: RelationTask | None = None,
    stop: Stop = never,
    resume: Checkpoint | None = None,
) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Args:
        network: to begin with.
        task: what to fulfil.
        options: settings.
        held_out: only reported.
        stop: asked within long steps.
        resume: where to go on, with the same task and options.

    Raises:
        DataError: no points, or a residual that is not finite where training starts.
        SnapshotError: a checkpoint of another trainer.
    """
    options = options or RelationOptions()
    done = standing(_NAME, network, resume, damping=options.damping, flat=0)
    network = done.network
    parameters = free_parameters(network)
    if parameters.count(network) == 0:
        return
    point, damping, flat = _start(network, task), done.real("damping"), done.whole("flat")
    # Asked at the beginning only: grids may grow since.
    dense = bool(done.numbers.get("dense", _is_dense(network, parameters, task)))
    descent = _Descent(done, parameters, task)
    for step in done.left(options.steps):
        event = None
        moved = _follow_values(point, task) if options.update_grid and step % options.grid_every == 0 else None
        if moved is not None:
            point, event, parameters = moved, "grid update", free_parameters(moved.network)
            descent = _Descent(standing(_NAME, moved.network, None), parameters, task)
        before = point
        made = _damped(point, parameters, task, damping, stop) if dense else descent.step(point, stop)
        if made is None:
            return
        if isinstance(made, DampedStep):
            point, damping = made.point or point, made.damping
        else:
            point = made
        gained = (before.objective - point.objective) / max(before.objective, 1e-300)
        flat = flat + 1 if gained < options.tolerance and event is None else 0
        over = flat >= _PATIENCE or point is before
        test = point.objective if held_out is None else held_out.objective(point.network)
        numbers = {"damping": damping, "flat": flat, "dense": int(dense), "converged": int(over)}
        save = partial(_checkpoint, step, numbers, point.network, None if dense else descent)
        yield Progress(step, point.network, point.objective**0.5, test**0.5, 0.0, damping, event, over, checkpoint=save)
        if over:
            return


def _checkpoint(step: int, numbers: dict[str, int | float], network: Network, descent: _Descent | None) -> Checkpoint:
    memory = Memory({}, {}) if descent is None else descent.memory()
    return Checkpoint(_NAME, step, {**numbers, **memory.numbers}, memory.tensors, {"now": network})


def _is_dense(network: Network, parameters: Parameters, task: RelationTask) -> bool:
    """Whether its Jacobian is of a size to be made."""
    count = parameters.count(network)
    return count <= _DENSE_PARAMETERS and float(count) * task.points.shape[0] * network.shape[-1] <= _DENSE_NUMBERS


def _start(network: Network, task: RelationTask) -> _Point:
    if any(each.points.shape[0] == 0 for each in task.parts):
        raise DataError("a relation needs at least one point")
    value = task.objective(network)
    if not math.isfinite(value):
        raise DataError("the relation is not finite at some point: leave such points out, or start elsewhere")
    return _Point(network, value)


def _damped(point: _Point, parameters: Parameters, task: RelationTask, damping: float, stop: Stop) -> DampedStep[_Point] | None:
    """A Levenberg-Marquardt step; None when stopped."""
    network, vector = point.network, parameters.gather(point.network)
    model = _model(network, parameters, task, stop)

    def trial(direction: Tensor) -> _Point:
        moved = replace(parameters.scatter(network, vector + direction), steps=network.steps + 1)
        return _Point(moved, task.objective(moved))

    made = None if model is None else damped_step(model, point.objective, damping, trial, stop)
    return None if made is None or made.stopped else made


def _follow_values(point: _Point, task: RelationTask) -> _Point | None:
    network = point.network
    trace = forward(network, network.normalisation.inputs(task.points))
    for follow in (update_grids, grow_grids):
        moved = follow(network, trace, room=_ROOM)
        value = math.inf if moved is None else task.objective(moved)
        if moved is not None and value <= _GRID_PRICE * point.objective:
            return _Point(moved, value)
    return None


def _model(network: Network, parameters: Parameters, task: RelationTask, stop: Stop) -> DenseModel | None:
    """Gauss-Newton's model of J; None when stopped."""
    columns = residual_jacobian(network, parameters, task, stop)
    if columns is None:
        return None
    matrix = columns.T @ columns
    return DenseModel(matrix, -columns.T @ task.residuals(network), scaling_of(matrix.diagonal()))


class _Descent:
    """L-BFGS on J for networks whose Jacobian would be too large; curvature pairs are forgotten when knots move."""

    def __init__(self, done: Checkpoint, parameters: Parameters, task: RelationTask) -> None:
        self._network, self._parameters, self._task = done.network, parameters, task
        # After a step that was no better it is not that of the network.
        vector = done.tensors["vector"] if "vector" in done.tensors else parameters.gather(done.network)
        self._vector = vector.clone().requires_grad_()
        self._optimiser = torch.optim.LBFGS([self._vector], max_iter=_INNER, history_size=20, line_search_fn="strong_wolfe")
        restore_memory(self._optimiser, done)

    def memory(self) -> Memory:
        """For a checkpoint."""
        kept = memory_of(self._optimiser)
        return Memory(kept.numbers, {**kept.tensors, "vector": self._vector.detach().clone()})

    def step(self, point: _Point, stop: Stop) -> _Point | None:
        """The point some iterations further, the same one when that is no better; None when stopped."""
        asked = 0

        def closure() -> Tensor:
            nonlocal asked
            asked += 1
            if asked > 1 and stop():
                raise _StoppedError
            moved = self._parameters.scatter(self._network, self._vector)
            value = self._task.residuals(moved).square().sum()
            (self._vector.grad,) = torch.autograd.grad(value, self._vector)
            return value.detach()

        try:
            self._optimiser.step(closure)  # pyright: ignore[reportArgumentType]
        except _StoppedError:
            return None
        moved = self._parameters.scatter(self._network, self._vector.detach().clone())
        value = self._task.objective(moved)
        if not value < point.objective:
            return point
        return _Point(replace(moved, steps=point.network.steps + 1), value)


class _StoppedError(Exception):
    """The caller wants no more."""
