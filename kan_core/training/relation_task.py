"""What a network is to fulfil: a relation everywhere, others at places of their own, and values on a boundary.

    J = α·mean_n Σ r(x_n)² + Σ_c w_c·mean_m Σ r_c(x_m)² + mean_b Σ (f(x_b) - y_b)²

in raw units, as a vector of residuals whose squares add up to J, and its exact Jacobian. `relation_training` makes it small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.network.network import Network
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import Table, row_roots
from kan_core.training.linearise import jacobian
from kan_core.training.options import Stop, never
from kan_core.training.parameters import Parameters, free_parameters
from kan_core.training.relations import RelationLoss

# Points differentiated at once.
_PIECE = 4096
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

    def thinned(self, stride: int) -> Condition:
        """The same at one in so many points."""
        return replace(self, points=self.points[_some(self.points, stride)])

    def misses(self, network: Network) -> Tensor:
        """(batch, residuals) without weight."""
        return self.relation.residuals(network, self.points)

    def columns(self, network: Network, parameters: Parameters, stop: Stop) -> Tensor | None:
        """(batch · residuals, params) derivative of `misses`, row by row; None when stopped."""

        def at_point(moved: Tensor, point: Tensor) -> Tensor:
            return self.relation.residuals(parameters.scatter(network, moved), point.unsqueeze(0)).squeeze(0)

        by_point = torch.func.vmap(torch.func.jacrev(at_point), (None, 0))
        vector, made = parameters.gather(network), list[Tensor]()
        for piece in self.points.split(_PIECE):
            if stop():
                return None
            made.append(by_point(vector, piece).flatten(0, 1))
        return torch.cat(made)


@dataclass(frozen=True, eq=False)
class KnownValue:
    """A condition that gives one output its value, whose derivatives need no second differentiation.

    Attributes:
        points: (batch, inputs) raw points.
        values: (batch,) of the output there, raw units.
        output: which one.
        weight: w_c.
    """

    points: Tensor
    values: Tensor
    output: int = 0
    weight: float = 1.0

    def to(self, device: torch.device) -> KnownValue:
        """The same on a device."""
        return replace(self, points=self.points.to(device), values=self.values.to(device))

    def thinned(self, stride: int) -> KnownValue:
        """The same at one in so many points."""
        some = _some(self.points, stride)
        return replace(self, points=self.points[some], values=self.values[some])

    def misses(self, network: Network) -> Tensor:
        """(batch, 1) without weight."""
        return (evaluate(network, self.points)[:, self.output] - self.values).unsqueeze(1)

    def columns(self, network: Network, parameters: Parameters, stop: Stop) -> Tensor | None:  # noqa: ARG002 - as `Condition`
        """(batch, params) derivative of `misses`."""
        return _value_columns(network, parameters, self.points)[:, self.output]


def _value_columns(network: Network, parameters: Parameters, points: Tensor) -> Tensor:
    """(batch, outputs, params) derivative of the network's values in raw units."""
    units = network.normalisation
    trace = forward(network, units.inputs(points), slopes=True)
    return jacobian(network, parameters, trace) * units.target_scale[:, None]


@dataclass(frozen=True, eq=False)
class RelationTask:
    """What to fulfil.

    Attributes:
        relation: its residual.
        points: (batch, inputs) raw points at which it should vanish.
        boundary: values to meet, raw units; None for a relation alone.
        weight: α.
        conditions: what is asked at places of its own.
    """

    relation: RelationLoss
    points: Tensor
    boundary: Table | None = None
    weight: float = 1.0
    conditions: tuple[Condition | KnownValue, ...] = ()

    @property
    def parts(self) -> tuple[Condition | KnownValue, ...]:
        """All that is asked, the relation that holds everywhere first."""
        return (Condition(self.relation, self.points, self.weight), *self.conditions)

    def to(self, device: torch.device) -> RelationTask:
        """The same with points and rows on a device."""
        rows = self.boundary
        boundary = None if rows is None else rows.to(device)
        conditions = tuple(each.to(device) for each in self.conditions)
        return replace(self, points=self.points.to(device), boundary=boundary, conditions=conditions)

    def thinned(self, stride: int) -> RelationTask:
        """The same at one in so many points and rows."""
        rows = self.boundary
        boundary = None if rows is None else rows.take(_some(rows.inputs, stride))
        conditions = tuple(each.thinned(stride) for each in self.conditions)
        return replace(self, points=self.points[_some(self.points, stride)], boundary=boundary, conditions=conditions)

    def residuals(self, network: Network) -> Tensor:
        """(residuals,) with J the sum of their squares."""
        parts = [_share(each) * each.misses(network).reshape(-1) for each in self.parts]
        if self.boundary is not None:
            miss = evaluate(network, self.boundary.inputs) - self.boundary.targets
            parts.append((miss * row_roots(self.boundary)).reshape(-1))
        return torch.cat(parts)

    def objective(self, network: Network) -> float:
        """J; infinity when not finite."""
        value = float(self.residuals(network).square().sum())
        return value if math.isfinite(value) else math.inf


def _share(part: Condition | KnownValue) -> float:
    """Factor of its residuals in J."""
    return (part.weight / part.points.shape[0]) ** 0.5


def _some(points: Tensor, stride: int) -> Tensor:
    """Places of one in so many points, drawn: every second one of a quasi-random sequence would fill half of the space."""
    drawn = torch.randperm(points.shape[0], generator=torch.Generator().manual_seed(0))
    return drawn[: math.ceil(points.shape[0] / stride)].sort().values.to(points.device)


def residual_jacobian(network: Network, parameters: Parameters, task: RelationTask, stop: Stop = never) -> Tensor | None:
    """(residuals, params) derivative of `task.residuals`; None when stopped."""
    made: list[Tensor] = []
    for each in task.parts:
        columns = each.columns(network, parameters, stop)
        if columns is None:
            return None
        made.append(_share(each) * columns)
    if task.boundary is not None:
        columns = _value_columns(network, parameters, task.boundary.inputs)
        made.append((columns * row_roots(task.boundary).unsqueeze(2)).flatten(0, 1))
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
