"""Fit a network to a relation (a differential equation, an unsupervised relation) and to values on a boundary.

    J = α·mean_n Σ r(x_n)² + Σ_c w_c·mean_m Σ r_c(x_m)² + mean_b Σ (f(x_b) - y_b)²

(cf. the PINN loss of Liu et al. 2404.19756, §3.4) in raw units; r is asked everywhere, each r_c at places of its own, such as
derivatives on a border. Small networks take Levenberg-Marquardt steps on the stacked residuals, whose Jacobian is exact: the
explicit derivatives of `input_derivatives`, differentiated once more, row by row. Large ones take L-BFGS steps. The protocol is
that of all trainers: a generator of `Progress`, where `train_rmse` is √J and `test_rmse` √J on held-out points.
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
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import Table
from kan_core.training.dense import DenseModel, scaling_of
from kan_core.training.grids import Room, grow_grids, update_grids
from kan_core.training.linearise import jacobian
from kan_core.training.options import Stop, never
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.progress import Progress
from kan_core.training.relations import RelationLoss
from kan_core.training.trust import DampedStep, damped_step

# Numbers of a Jacobian beyond which gradients are taken instead.
_DENSE_NUMBERS = 4e7
_DENSE_PARAMETERS = 1_000
# Rows differentiated at once.
_ROWS = 4096
_PATIENCE = 4
_GRID_PRICE = 1.5
_INNER = 20
# Outside its knots a spline is straight, and a relation that asks for curvature breaks there: values stay well inside.
_ROOM = Room(overshoot=-0.01, margin=0.06)
_SHARE = 1 / 30


@dataclass(frozen=True, eq=False)
class Condition:
    """A relation that is asked at some places only.

    Attributes:
        relation: its residual.
        points: (batch, inputs) raw points at which it should vanish.
        weight: w_c.
    """

    relation: RelationLoss
    points: Tensor
    weight: float = 1.0

    def to(self, device: torch.device) -> Condition:
        """The same with its points on a device."""
        return replace(self, points=self.points.to(device))

    def residuals(self, network: Network) -> Tensor:
        """(residuals,) with its part of J the sum of their squares."""
        return (self.weight / self.points.shape[0]) ** 0.5 * self.relation.residuals(network, self.points).reshape(-1)


@dataclass(frozen=True, eq=False)
class RelationTask:
    """What to fulfil.

    Attributes:
        relation: its residual.
        points: (batch, inputs) raw points at which it should vanish.
        boundary: values to meet, raw units; None for a relation alone.
        weight: α.
        conditions: relations at places of their own.
    """

    relation: RelationLoss
    points: Tensor
    boundary: Table | None = None
    weight: float = 1.0
    conditions: tuple[Condition, ...] = ()

    @property
    def relations(self) -> tuple[Condition, ...]:
        """All that are asked, the one that holds everywhere first."""
        return (Condition(self.relation, self.points, self.weight), *self.conditions)

    def to(self, device: torch.device) -> RelationTask:
        """The same with points and rows on a device."""
        rows = self.boundary
        boundary = None if rows is None else Table(rows.inputs.to(device), rows.targets.to(device))
        conditions = tuple(each.to(device) for each in self.conditions)
        return replace(self, points=self.points.to(device), boundary=boundary, conditions=conditions)

    def residuals(self, network: Network) -> Tensor:
        """(residuals,) with J the sum of their squares."""
        parts = [each.residuals(network) for each in self.relations]
        if self.boundary is not None:
            miss = evaluate(network, self.boundary.inputs) - self.boundary.targets
            parts.append(miss.reshape(-1) / self.boundary.rows**0.5)
        return torch.cat(parts)

    def objective(self, network: Network) -> float:
        """J; infinity when not finite."""
        value = float(self.residuals(network).square().sum())
        return value if math.isfinite(value) else math.inf


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
) -> Iterator[Progress]:
    """Yield the network after each step, until `steps`, a minimum, or until the caller stops asking.

    Raises:
        DataError: no points, or a residual that is not finite where training starts.
    """
    options = options or RelationOptions()
    parameters = free_parameters(network)
    count = parameters.count(network)
    if count == 0:
        return
    point, damping, flat = _start(network, task), options.damping, 0
    dense = count <= _DENSE_PARAMETERS and float(count) * task.points.shape[0] * network.shape[-1] <= _DENSE_NUMBERS
    descent = _Descent(network, parameters, task)
    for step in range(1, options.steps + 1):
        event = None
        moved = _follow_values(point, task) if options.update_grid and step % options.grid_every == 0 else None
        if moved is not None:
            point, event, parameters = moved, "grid update", free_parameters(moved.network)
            descent = _Descent(moved.network, parameters, task)
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
        done = flat >= _PATIENCE or point is before
        test = point.objective if held_out is None else held_out.objective(point.network)
        yield Progress(step, point.network, point.objective**0.5, test**0.5, 0.0, damping, event, done)
        if done:
            return


def _start(network: Network, task: RelationTask) -> _Point:
    if any(each.points.shape[0] == 0 for each in task.relations):
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


def residual_jacobian(network: Network, parameters: Parameters, task: RelationTask, stop: Stop = never) -> Tensor | None:
    """(residuals, params) derivative of `task.residuals`; None when stopped."""
    vector = parameters.gather(network)

    made: list[Tensor] = []
    for each in task.relations:
        by_row = torch.func.vmap(torch.func.jacrev(partial(_at_row, network, parameters, each.relation)), (None, 0))
        for piece in each.points.split(_ROWS):
            if stop():
                return None
            made.append((each.weight / each.points.shape[0]) ** 0.5 * by_row(vector, piece).flatten(0, 1))
    if task.boundary is not None:
        units = network.normalisation
        trace = forward(network, units.inputs(task.boundary.inputs), slopes=True)
        columns = jacobian(network, parameters, trace) * units.target_scale[:, None]
        made.append(columns.flatten(0, 1) / task.boundary.rows**0.5)
    return torch.cat(made)


def balanced_weight(network: Network, task: RelationTask) -> float:
    """α at which conditions and rows pull about as hard on the parameters as the relation, and what they say is met best.

    α = s·Σ_c,b ‖J_c‖²/‖J_r‖², with the Jacobians of `residual_jacobian` for α = 1 at this network: the traces of the neural
    tangent kernels (Wang, Yu, Perdikaris, arXiv 2007.14527, §5). The relation's grows with the square of each derivative it
    takes, so that on what is left late in training, which oscillates, it pulls far harder than at the start; s = 1/30 makes up
    for that. 1 where nothing but the relation is asked.
    """
    columns = residual_jacobian(network, free_parameters(network), replace(task, weight=1.0))
    if columns is None or (not task.conditions and task.boundary is None):
        return 1.0
    own = task.relation.residuals(network, task.points).numel()
    pulls = [float(part.square().sum()) for part in (columns[:own], columns[own:])]
    balance = _SHARE * pulls[1] / max(pulls[0], 1e-300)
    return balance if 0 < balance < math.inf else 1.0


def _at_row(network: Network, parameters: Parameters, relation: RelationLoss, moved: Tensor, row: Tensor) -> Tensor:
    """(residuals,) at one point, of the network with other parameters."""
    return relation.residuals(parameters.scatter(network, moved), row.unsqueeze(0)).squeeze(0)


class _Descent:
    """L-BFGS on J for networks whose Jacobian would be too large; curvature pairs are forgotten when knots move."""

    def __init__(self, network: Network, parameters: Parameters, task: RelationTask) -> None:
        self._network, self._parameters, self._task = network, parameters, task
        self._vector = parameters.gather(network).clone().requires_grad_()
        self._optimiser = torch.optim.LBFGS([self._vector], max_iter=_INNER, history_size=20, line_search_fn="strong_wolfe")

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
