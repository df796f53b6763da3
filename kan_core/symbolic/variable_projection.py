"""Batched variable projection for f(α·t + β): c and d are always the best ones, only (α, β) is searched.

With weights w, Σw = 1, and P the projection off span{1, f}, the residual is r = P·y and, in Kaufman's form, its
derivative is -c·P·(∂f/∂θ) (Golub & Pereyra 1973; Kaufman 1975). That makes a 2×2 normal system per fit, damped
after Levenberg and Marquardt. All fits of all edges and primitives advance together; a fit that has converged leaves
the batch. That is what `fitting.descent` is not for: it moves one formula of any form, here thousands of the one form
advance as one tensor. Used by `affine_fit` only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from kan_core.primitives.primitive import Primitive
from kan_core.symbolic.bounds import bounds_of

_POOR = 1e-3
# Converged fits leave the batch when fewer than this share go on: copying the others costs as much as a few idle fits.
_COMPACT = 0.9


@dataclass(frozen=True, eq=False)
class Curves:
    """What is to be fitted: (edges, points) t in [-1, 1], root weights with Σ w = 1, y centred and of unit variance."""

    t: Tensor
    root_weight: Tensor
    y: Tensor

    def rows(self, index: Tensor) -> Curves:
        """The curves of the given edges, repeated as often as they are named."""
        return Curves(self.t[index], self.root_weight[index], self.y[index])

    def every(self, stride: int) -> Curves:
        """Every stride-th point with the weights brought back to sum 1 and y centred again."""
        t, root = self.t[:, ::stride], self.root_weight[:, ::stride]
        total = root.square().sum(dim=1, keepdim=True)
        root = root / total.clamp(min=1e-300).sqrt()
        y = self.y[:, ::stride] / self.root_weight[:, ::stride].clamp(min=1e-300) * root
        return Curves(t, root, y - root * (root * y).sum(dim=1, keepdim=True))


@dataclass(frozen=True, eq=False)
class Fits:
    """A batch of running fits, sorted by primitive.

    Attributes:
        edge: (fits,) which curve.
        kind: (fits,) which primitive, an index into the list in use, ascending.
        theta: (fits, 2) α and β.
        loss: (fits,) 1 - R².
        gradient: (fits, 2) of loss/2.
        normal: (fits, 2, 2) Gauss-Newton matrix.
        damping: (fits,).
    """

    edge: Tensor
    kind: Tensor
    theta: Tensor
    loss: Tensor
    gradient: Tensor
    normal: Tensor
    damping: Tensor

    def rows(self, index: Tensor) -> Fits:
        """Some of the fits."""
        return Fits(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def begin(primitives: Sequence[Primitive], curves: Curves, edge: Tensor, kind: Tensor, theta: Tensor) -> Fits:
    """Evaluate the starts; the fits come sorted by primitive."""
    order = torch.argsort(kind, stable=True)
    edge, kind, theta = edge[order], kind[order], theta[order]
    loss, gradient, normal, theta = _linearise(primitives, curves.rows(edge), kind, theta)
    return Fits(edge, kind, theta, loss, gradient, normal, torch.full_like(loss, 1e-3))


def improve(primitives: Sequence[Primitive], curves: Curves, fits: Fits, steps: int) -> Fits:
    """At most `steps` damped steps; never worse than before."""
    done_parts: list[Fits] = []
    data = curves.rows(fits.edge)
    free = _free(primitives, fits.kind)
    for _ in range(steps):
        trial = fits.theta - _solve(fits, free)
        loss, gradient, normal, trial = _linearise(primitives, data, fits.kind, trial)
        better = loss < fits.loss
        gain = (fits.loss - loss) / fits.loss.clamp(min=1e-300)
        fits = replace(
            fits,
            theta=torch.where(better[:, None], trial, fits.theta),
            loss=torch.where(better, loss, fits.loss),
            gradient=torch.where(better[:, None], gradient, fits.gradient),
            normal=torch.where(better[:, None, None], normal, fits.normal),
            damping=torch.where(better, (fits.damping * 0.1).clamp(min=1e-14), fits.damping * 8),
        )
        running = ~_converged(fits, better, gain)
        left = int(running.sum())
        if left < _COMPACT * len(running):
            done_parts.append(fits.rows(~running))
            fits = fits.rows(running)
            data = Curves(data.t[running], data.root_weight[running], data.y[running])
            free = free[running]
            if left == 0:
                break
    return joined([*done_parts, fits])


def _converged(fits: Fits, better: Tensor, gain: Tensor) -> Tensor:
    """Poor fits stop when progress slows; good ones go on to rounding."""
    slow = better & (gain < torch.where(fits.loss > _POOR, 1e-2, 1e-5))
    return slow | (fits.loss < 1e-29) | (fits.damping > 1e6) | ~torch.isfinite(fits.loss)


def joined(parts: Sequence[Fits]) -> Fits:
    """One batch again, sorted by primitive."""
    together = Fits(*(torch.cat([getattr(part, name) for part in parts]) for name in Fits.__dataclass_fields__))
    return together.rows(torch.argsort(together.kind, stable=True))


def _free(primitives: Sequence[Primitive], kind: Tensor) -> Tensor:
    """(fits, 2) 1 where α, β may move, 0 where an invariance or a step shape (f′ = 0) makes it idle."""
    table = [[float(primitive.free_a), float(primitive.free_b)] for primitive in primitives]
    return torch.tensor(table, dtype=torch.float64)[kind]


def _solve(fits: Fits, free: Tensor) -> Tensor:
    """(fits, 2) damped Gauss-Newton step; held constants get none."""
    haa = fits.normal[:, 0, 0] * (1 + fits.damping) * free[:, 0] + (1 - free[:, 0]) + 1e-300
    hbb = fits.normal[:, 1, 1] * (1 + fits.damping) * free[:, 1] + (1 - free[:, 1]) + 1e-300
    hab = fits.normal[:, 0, 1] * free[:, 0] * free[:, 1]
    ga, gb = (fits.gradient * free).unbind(dim=1)
    determinant = (haa * hbb - hab.square()).clamp(min=1e-290)
    step = torch.stack([(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant], dim=1)
    return torch.nan_to_num(step, nan=0.0, posinf=0.0, neginf=0.0)


def _linearise(
    primitives: Sequence[Primitive], data: Curves, kind: Tensor, theta: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """1 - R², its gradient and Gauss-Newton matrix at θ, and θ itself moved back inside its bounds.

    Args:
        primitives: the list that `kind` points into.
        data: curves of the fits, (fits, points).
        kind: (fits,) ascending.
        theta: (fits, 2).

    Returns:
        loss (fits,), inf where inadmissible; gradient (fits, 2); normal (fits, 2, 2); theta (fits, 2).
    """
    bounds = bounds_of(tuple(primitive.name for primitive in primitives))
    theta = bounds.inside(kind, theta)
    u = torch.addcmul(theta[:, 1:], theta[:, :1], data.t)
    # α·t-slope, slope, root weight, f, residual, each in memory of its own: one batched product gives all sums over points.
    rows = u.new_empty((5, *u.shape))
    along, slope, root, f, residual = rows
    allowed = _values(primitives, kind, theta, u, f, slope)
    root.copy_(data.root_weight)
    f.mul_(root)
    f.addcmul_(root, (root * f).sum(dim=1, keepdim=True), value=-1.0)
    slope.mul_(root).nan_to_num_(nan=0.0, posinf=0.0, neginf=0.0)
    torch.mul(slope, data.t, out=along)
    square = f.square().sum(dim=1)
    c = (f * data.y).sum(dim=1) / square.clamp(min=1e-290)
    torch.addcmul(data.y, f, c[:, None], value=-1.0, out=residual)
    loss = residual.square().sum(dim=1)
    by_fit = rows.transpose(0, 1)
    sums = by_fit[:, :2] @ by_fit.transpose(1, 2)
    against = sums[:, :, 2:]
    projected = (
        sums[:, :, :2]
        - against[:, :, None, 0] * against[:, None, :, 0]
        - against[:, :, None, 1] * against[:, None, :, 1] / square.clamp(min=1e-290)[:, None, None]
    )
    gradient = -c[:, None] * against[:, :, 2]
    normal = c.square()[:, None, None] * projected
    good = allowed & torch.isfinite(loss) & torch.isfinite(normal).flatten(1).all(dim=1)
    return torch.where(good, loss, torch.inf), gradient, normal, theta


def _values(primitives: Sequence[Primitive], kind: Tensor, theta: Tensor, u: Tensor, f: Tensor, slope: Tensor) -> Tensor:
    """Write f(u) and f′(u) into (fits, points) memory, u moved inside the domain; (fits,) whether no pole lies between."""
    allowed = torch.ones(len(kind), dtype=torch.bool)
    first = 0
    for primitive, count in zip(primitives, torch.bincount(kind, minlength=len(primitives)).tolist(), strict=True):
        if count == 0:
            continue
        part = slice(first, first + count)
        first += count
        within = u[part]
        if math.isfinite(primitive.domain.low) or math.isfinite(primitive.domain.high):
            within.clamp_(primitive.domain.low, primitive.domain.high)
        f[part] = value = primitive.evaluate(within)
        slope[part] = primitive.derivative(within, value)
        if primitive.domain.poles:
            reach = theta[part, 0].abs()
            allowed[part] = primitive.domain.contains_interval(theta[part, 1] - reach, theta[part, 1] + reach)
    return allowed
