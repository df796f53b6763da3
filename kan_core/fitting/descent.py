"""Levenberg-Marquardt on any residual with a Jacobian: the one loop of this package.

Minimises |r(θ)|². With D the running maxima of the column norms of J (Moré 1978) each step solves

    min |J p - r|² + λ|D p|²                            by the singular values of J·D⁻¹

and λ follows the ratio of actual to predicted decrease (Nielsen 1999). It ends at a relative offset |Uᵀr| ≤ offset·|r|, the
cosine between the residual and all that the constants can still change (Bates & Watts 1981); a rule on the decrease alone
costs digits where the residual is large and convergence linear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kan_core.fitting.stopping import Stop, never

Array = NDArray[np.floating[Any]]


class Residual(Protocol):
    """What is made small."""

    def residual(self, values: Array) -> Array:
        """(rows,) data less model; not finite where the model is not defined."""
        ...

    def linearised(self, values: Array) -> tuple[Array, Array]:
        """Residual and (rows, constants) the slopes of the model."""
        ...


@dataclass(frozen=True, slots=True)
class DescentOptions:
    """Settings.

    Attributes:
        steps: at most; some certified problems need 300.
        offset: relative offset at which it has converged; 1e-10 leaves six digits of the constants in the worst certified case.
        damping: λ to start with.
        most_damping: λ at which no direction is left to try.
        stall: a step that changes no constant by more than this share of itself is rounding.
    """

    steps: int = 400
    offset: float = 1e-10
    damping: float = 1e-3
    most_damping: float = 1e12
    stall: float = 1e-15


@dataclass(frozen=True, eq=False)
class Descended:
    """Where it ended.

    Attributes:
        values: the constants.
        loss: Σr²; inf where the model is not defined at the start.
        converged: whether the offset is reached, or nothing but rounding can change.
        steps: accepted ones.
        path: the loss at the start and after each of them.
    """

    values: Array
    loss: float
    converged: bool
    steps: int
    path: tuple[float, ...] = ()


def descend(
    problem: Residual,
    start: Array,
    options: DescentOptions | None = None,
    low: Array | None = None,
    high: Array | None = None,
    stop: Stop = never,
) -> Descended:
    """The minimum next to the start; never worse than the start.

    Args:
        problem: what is made small.
        start: (constants,).
        options: settings.
        low: bounds of the constants; a step ends there, and a constant at its bound rests while its slope points outwards.
        high: likewise.
        stop: asked between steps.
    """
    least = np.full(len(start), -np.inf) if low is None else low
    most = np.full(len(start), np.inf) if high is None else high
    with np.errstate(all="ignore"):
        inside = np.clip(np.asarray(start, dtype=np.float64), least, most)
        return _descend(problem, inside, options or DescentOptions(), least, most, stop)


def _descend(problem: Residual, values: Array, options: DescentOptions, low: Array, high: Array, stop: Stop) -> Descended:
    here = _linearised(problem, values, math.inf)
    if here is None:
        return Descended(values, math.inf, converged=False, steps=0)
    model = _Model(here, np.zeros(len(values)), low, high)
    damping, growth, path = options.damping, 2.0, [here.loss]
    converged = False
    for _ in range(options.steps):
        if model.offset <= options.offset * float(np.linalg.norm(here.residual)):
            converged = True
            break
        step, predicted = model.step(damping)
        trial = np.clip(here.values + step, low, high)
        if (np.abs(trial - here.values) <= options.stall * (np.abs(here.values) + options.stall)).all():
            converged = True
            break
        if damping > options.most_damping or stop():
            break
        there = _linearised(problem, trial, here.loss)
        if there is None:
            damping, growth = damping * growth, growth * 2
            continue
        gain = (here.loss - there.loss) / predicted if predicted > 0 else 1.0
        damping, growth = damping * max(1 / 3, 1 - (2 * gain - 1) ** 3), 2.0
        here = there
        path.append(here.loss)
        model = _Model(here, model.scale, low, high)
    return Descended(here.values, here.loss, converged, len(path) - 1, tuple(path))


@dataclass(frozen=True, eq=False)
class _Point:
    values: Array
    residual: Array
    jacobian: Array
    loss: float


def _linearised(problem: Residual, values: Array, below: float) -> _Point | None:
    """The problem at a point; None where it is not defined or not below a loss, which is looked at first."""
    if math.isfinite(below):
        residual = problem.residual(values)
        if not float(residual @ residual) < below:
            return None
    residual, jacobian = problem.linearised(values)
    loss = float(residual @ residual)
    # Squares as well, by which directions are weighed.
    finite = loss < below and bool(np.isfinite(np.einsum("ij,ij->j", jacobian, jacobian)).all())
    return _Point(values, residual, jacobian, loss) if finite else None


class _Model:
    """The residual linearised at a point, by singular values of the scaled Jacobian."""

    def __init__(self, point: _Point, scale: Array, low: Array, high: Array) -> None:
        residual, jacobian, values = point.residual, point.jacobian, point.values
        self.scale = np.maximum(scale, np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian)))
        self._divisor = np.where(self.scale > 0, self.scale, 1.0)
        downhill = jacobian.T @ residual
        free = ~(((values <= low) & (downhill < 0)) | ((values >= high) & (downhill > 0)))
        self._free = free
        scaled = (jacobian / self._divisor)[:, free]
        self._left, self._singular, self._right = np.linalg.svd(scaled, full_matrices=False)
        self._wanted = self._left.T @ residual
        # Directions that the rows do not see are no reason to go on.
        seen = self._singular > np.finfo(np.float64).eps * self._singular.max(initial=0.0)
        self.offset = float(np.linalg.norm(self._wanted[seen]))

    def step(self, damping: float) -> tuple[Array, float]:
        """Step and the decrease of Σr² that the linear model promises."""
        filtered = self._singular / (self._singular**2 + damping)
        step = np.zeros(len(self._free))
        step[self._free] = (self._right.T @ (filtered * self._wanted)) / self._divisor[self._free]
        left = damping / (self._singular**2 + damping)
        return step, float(((1 - left**2) * self._wanted**2).sum())
