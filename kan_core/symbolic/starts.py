"""Where the search for c·f(α·t + β) + d begins: a grid of (α, β) per primitive, t in [-1, 1].

The grid follows from what the primitive declares (homogeneity, parity, period, domain, slopes); no primitive is
named here. Constants that an invariance makes redundant are held: `Primitive.free_a`, `Primitive.free_b`.
Used by `affine_fit` only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from kan_core.primitives.library import get_primitive
from kan_core.primitives.primitive import Primitive

GRID_POINTS = 65

Start = tuple[float, float, int]
"""α, β and a row number; starts of one row are neighbours, the best of each row is a basin of its own."""


def signs_of(primitive: Primitive) -> tuple[float, ...]:
    """Signs of a worth trying: one when f(-u) is an affine function of f(u)."""
    mirrored = primitive.parity is not None or primitive.mirror is not None
    return (1.0,) if mirrored else (1.0, -1.0)


@dataclass(frozen=True, eq=False)
class Dictionary:
    """All starts of all asked-for primitives with their centred unit curves on the common grid.

    Attributes:
        alpha, beta: (starts,).
        curves: (GRID_POINTS, starts) f(α·t + β) on t = linspace(-1, 1), mean 0, norm 1.
        squares: their squares.
        rows: per primitive a list of start indices, one tensor a row.
    """

    alpha: Tensor
    beta: Tensor
    curves: Tensor
    squares: Tensor
    rows: tuple[tuple[Tensor, ...], ...]


@lru_cache(maxsize=32)
def dictionary(names: tuple[str, ...]) -> Dictionary:
    """The starts of the primitives `names`, in that order; made once for each selection."""
    t = torch.linspace(-1.0, 1.0, GRID_POINTS, dtype=torch.float64)
    alphas: list[Tensor] = []
    betas: list[Tensor] = []
    curves: list[Tensor] = []
    rows: list[tuple[Tensor, ...]] = []
    count = 0
    for name in names:
        table = torch.tensor(list(starts_of(get_primitive(name))), dtype=torch.float64)
        alpha, beta, label = table[:, 0], table[:, 1], table[:, 2]
        f = get_primitive(name).evaluate(alpha[:, None] * t + beta[:, None])
        f = f - f.mean(dim=1, keepdim=True)
        norm = f.norm(dim=1, keepdim=True)
        curves.append(torch.where(norm > 1e-12, f / norm.clamp(min=1e-300), torch.zeros_like(f)))
        alphas.append(alpha)
        betas.append(beta)
        rows.append(tuple(count + torch.nonzero(label == value)[:, 0] for value in label.unique()))
        count += len(table)
    together = torch.cat(curves).T.contiguous()
    return Dictionary(torch.cat(alphas), torch.cat(betas), together, together.square(), tuple(rows))


def starts_of(primitive: Primitive) -> Iterable[Start]:
    """The (α, β, row) of one primitive; all of [-1, 1] stays inside the domain."""
    domain = primitive.domain
    if not primitive.free_a and not primitive.free_b:
        return [(1.0, 0.0, 0)]
    if not primitive.free_b:
        return [(sign * alpha, 0.0, int(sign)) for sign in signs_of(primitive) for alpha in _geometric(*primitive.slopes, 25)]
    if domain.pole_period is not None or (math.isfinite(domain.low) and math.isfinite(domain.high)):
        return _inside_two_ends(primitive)
    if domain.bounded:
        return _beside_one_end(primitive)
    if not primitive.free_a:
        return _centred(1.0)
    if primitive.period is not None:
        return _phases(primitive, primitive.period)
    return _shifted_and_stretched(primitive)


def _centred(alpha: float) -> list[Start]:
    """Homogeneous on the whole line: only the place of the kink or vertex, inside or outside the data."""
    inside = [(alpha, step / 20, 0) for step in range(-20, 21)]
    outside = [(alpha, sign * (1 + m), int(sign)) for sign in (1, -1) for m in _geometric(0.1, 100.0, 12)]
    return inside + outside


def _beside_one_end(primitive: Primitive) -> list[Start]:
    """Domain u > low, or a pole at 0: α·t + β comes as close as m·|α| to the border."""
    domain = primitive.domain
    border = domain.low if math.isfinite(domain.low) else domain.poles[0]
    farthest = 12.0 if primitive.free_a else 100.0
    margins = ([0.0] if domain.closed else []) + _geometric(1e-3, farthest, 19)
    slopes = _geometric(*primitive.slopes, 10) if primitive.free_a else [1.0]
    sides = (1.0, -1.0) if domain.poles else (1.0,)
    starts: list[Start] = []
    for sign in signs_of(primitive):
        for side in sides:
            for number, slope in enumerate(slopes):
                row = int(sign) * 100 + int(side) * 1000 + number
                starts += [(sign * slope, border + side * slope * (1 + m), row) for m in margins]
    return starts


def _inside_two_ends(primitive: Primitive) -> list[Start]:
    """A bounded domain (arcsin) or one branch between two poles (tan): the image of [-1, 1] lies inside."""
    domain = primitive.domain
    if domain.pole_period is None:
        middle, half = (domain.low + domain.high) / 2, (domain.high - domain.low) / 2
    else:
        middle, half = domain.poles[0] - domain.pole_period / 2, domain.pole_period / 2
    full = 1.0 if domain.closed else 1 - 1e-6
    starts: list[Start] = []
    for sign in signs_of(primitive):
        for number, share in enumerate((0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.995, full)):
            room = half * (full - share)
            row = int(sign) * 100 + number
            starts += [(sign * half * share, middle + room * step / 5, row) for step in range(-5, 6)]
    return starts


def _phases(primitive: Primitive, period: float) -> list[Start]:
    """Periodic on the whole line: half a period of phases, the other half is c → -c."""
    slopes = _geometric(*primitive.slopes, 48)
    return [(alpha, period / 2 * step / 8, number) for number, alpha in enumerate(slopes) for step in range(-4, 4)]


def _shifted_and_stretched(primitive: Primitive) -> list[Start]:
    """Bells, steps, waves: slope by centre; centres beyond the data show one flank only."""
    centres = [step / 6 for step in range(-7, 8)] + [-3.0, -2.0, -1.5, 1.5, 2.0, 3.0]
    starts: list[Start] = []
    for sign in signs_of(primitive):
        for number, alpha in enumerate(_geometric(*primitive.slopes, 18)):
            row = int(sign) * 100 + number
            starts += [(sign * alpha, -sign * alpha * centre, row) for centre in centres]
    return starts


def _geometric(low: float, high: float, count: int) -> list[float]:
    """`count` values from low to high in equal ratios."""
    if high == low:
        return [low]
    ratio = (high / low) ** (1 / (count - 1))
    return [low * ratio**index for index in range(count)]
