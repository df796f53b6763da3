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
Mask = NDArray[np.bool_]


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
        easing: least share of λ that a good step leaves; a third is careful, a tenth needs fewer steps for thousands of starts.
        stall: a step that changes no constant by more than this share of itself is rounding.
        tolerance: a step that lowers Σr² by less than this share of it is the last one; 0 asks the offset alone.
        enough: Σr² below which nothing is left but rounding.
    """

    steps: int = 400
    offset: float = 1e-10
    damping: float = 1e-3
    most_damping: float = 1e12
    easing: float = 1 / 3
    stall: float = 1e-15
    tolerance: float = 0.0
    enough: float = 0.0


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
    bounds = None if low is None and high is None else _Bounds(len(start), low, high)
    with np.errstate(all="ignore"):
        begun = np.array(start, dtype=np.float64)
        return _descend(problem, begun if bounds is None else bounds.inside(begun), options or DescentOptions(), bounds, stop)


class _Bounds:
    """The box that the constants keep to."""

    def __init__(self, count: int, low: Array | None, high: Array | None) -> None:
        self._low = np.full(count, -np.inf) if low is None else low
        self._high = np.full(count, np.inf) if high is None else high

    def inside(self, values: Array) -> Array:
        """The nearest values that are allowed."""
        return np.clip(values, self._low, self._high)

    def free(self, values: Array, downhill: Array) -> Mask:
        """(constants,) which of them may go downhill."""
        return ~(((values <= self._low) & (downhill < 0)) | ((values >= self._high) & (downhill > 0)))


def _descend(problem: Residual, values: Array, options: DescentOptions, bounds: _Bounds | None, stop: Stop) -> Descended:
    here = _linearised(problem, values, math.inf)
    if here is None:
        return Descended(values, math.inf, converged=False, steps=0)
    model = _Model(here, np.zeros(len(values)), bounds)
    damping, growth, path, converged = options.damping, 2.0, [here.loss], False
    for _ in range(options.steps):
        if here.loss <= options.enough or model.offset <= options.offset * math.sqrt(here.loss):
            converged = True
            break
        step, predicted = model.step(damping)
        trial = here.values + step if bounds is None else bounds.inside(here.values + step)
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
        damping, growth = damping * max(options.easing, 1 - (2 * gain - 1) ** 3), 2.0
        last = here.loss - there.loss < options.tolerance * here.loss
        here = there
        path.append(here.loss)
        if last:
            break
        model = _Model(here, model.scale, bounds)
    return Descended(here.values, here.loss, converged, len(path) - 1, tuple(path))


@dataclass(frozen=True, eq=False)
class _Point:
    values: Array
    residual: Array
    jacobian: Array
    squares: Array
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
    squares: Array = np.einsum("ij,ij->j", jacobian, jacobian)
    finite = loss < below and bool(np.isfinite(squares).all())
    return _Point(values, residual, jacobian, squares, loss) if finite else None


class _Model:
    """The residual linearised at a point, by singular values of the scaled Jacobian."""

    def __init__(self, point: _Point, scale: Array, bounds: _Bounds | None) -> None:
        residual, jacobian = point.residual, point.jacobian
        self.scale = np.maximum(scale, np.sqrt(point.squares))
        self._divisor = np.where(self.scale > 0, self.scale, 1.0)
        self._free: slice | Mask = slice(None) if bounds is None else bounds.free(point.values, jacobian.T @ residual)
        free = jacobian[:, self._free]
        # R of [J·D⁻¹, r] has the singular values of J·D⁻¹, and Qᵀr as its last column: Q is never formed.
        both = np.empty((len(residual), free.shape[1] + 1), order="F")
        np.divide(free, self._divisor[self._free], out=both[:, :-1])
        both[:, -1] = residual
        triangle = np.asarray(np.linalg.qr(both, mode="r"))
        upper, last = triangle[: free.shape[1], :-1], triangle[: free.shape[1], -1]
        left, self._singular, self._right = np.linalg.svd(upper, full_matrices=False)
        self._wanted = left.T @ last
        # Directions that the rows do not see are no reason to go on.
        seen = self._singular > np.finfo(np.float64).eps * self._singular.max(initial=0.0)
        self.offset = float(np.linalg.norm(self._wanted[seen]))

    def step(self, damping: float) -> tuple[Array, float]:
        """Step and the decrease of Σr² that the linear model promises."""
        filtered = self._singular / (self._singular**2 + damping)
        step = np.zeros(len(self._divisor))
        step[self._free] = (self._right.T @ (filtered * self._wanted)) / self._divisor[self._free]
        left = damping / (self._singular**2 + damping)
        return step, float(((1 - left**2) * self._wanted**2).sum())
