"""What a fit hands out: an `AffineFit` in the edge's own coordinate, recomputed there at full precision."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.expression.domain import Domain
from kan_core.primitives.primitive import Primitive
from kan_core.symbolic.affine_gauge import inner_constants
from kan_core.symbolic.prepared import Prepared
from kan_core.symbolic.variable_projection import Fits


@dataclass(frozen=True)
class AffineFit:
    """c·f(a·x + b) + d, x and y in the network's units.

    Attributes:
        primitive: name of f.
        a, b, c, d: constants in canonical form (see `affine_gauge`).
        r2: 1 - Σw·r²/Σw·(y - ȳ)², of the edge alone; 1 for a constant curve met exactly.
        rms: weighted root mean square of the residual, unit of y.
        complexity: of the primitive.
        description_length: bits, comparable among fits of one edge only.
        domain_margin: smallest distance of a·x + b to the domain's border over the spread of a·x + b; None without border.
        extremeness: largest |c·f| over half the range of y; large when f is used only in its Taylor tail.
    """

    primitive: str
    a: float
    b: float
    c: float
    d: float
    r2: float
    rms: float
    complexity: int
    description_length: float
    domain_margin: float | None
    extremeness: float = 1.0

    @property
    def constants(self) -> tuple[float, float, float, float]:
        """(a, b, c, d)."""
        return self.a, self.b, self.c, self.d

    def with_length(self, bits: float) -> AffineFit:
        """The same fit with its description length; `dataclasses.replace` would cost three times as much."""
        return AffineFit(
            *(self.primitive, self.a, self.b, self.c, self.d, self.r2, self.rms, self.complexity),
            bits,
            self.domain_margin,
            self.extremeness,
        )


def finished(primitives: Sequence[Primitive], prepared: Prepared, edges: Tensor, fits: Fits) -> list[list[AffineFit]]:
    """All admissible fits per edge.

    a and b are brought into the canonical form, nudged by an ulp where rounding left a closed domain, and c and d
    are solved once more on the given points, so the result does not depend on the search's coordinates.

    Args:
        primitives: the list that `fits.kind` points into.
        prepared: the whole batch.
        edges: (chunk,) edges of the batch that `fits.edge` points into.
        fits: sorted by primitive.
    """
    fits = fits.rows(torch.nonzero(torch.isfinite(fits.loss))[:, 0])
    edge = edges[fits.edge]
    kinds = fits.kind.tolist()
    searched = _numbers(fits.theta[:, 0], fits.theta[:, 1], prepared.centre[edge], prepared.half[edge])
    inner = torch.tensor(
        [inner_constants(primitives[kind], *constants) for kind, constants in zip(kinds, searched, strict=True)],
        dtype=torch.float64,
    ).reshape(-1, 2)
    x, y, weight = prepared.x[edge], prepared.y[edge], prepared.weight[edge]
    mean, spread = prepared.mean[edge], prepared.spread[edge]
    f, b, margin = _final_values(primitives, fits.kind, inner, x)
    f_mean = (weight * f).sum(dim=1)
    f_centred = f - f_mean[:, None]
    y_unit = (y - mean[:, None]) / spread[:, None]
    c = (weight * f_centred * y_unit).sum(dim=1) / (weight * f_centred.square()).sum(dim=1).clamp(min=1e-300)
    loss = (weight * (y_unit - c[:, None] * f_centred).square()).sum(dim=1)
    reach = (y_unit.amax(dim=1) - y_unit.amin(dim=1)) / 2
    extreme = (c[:, None] * f).abs().amax(dim=1) / reach
    c, d = c * spread, mean - c * spread * f_mean
    columns = (inner[:, 0], b, c, d, 1 - loss, loss.sqrt() * spread, extreme)
    usable = torch.isfinite(torch.stack(columns)).all(dim=0).tolist()
    found: list[list[AffineFit]] = [[] for _ in range(len(edges))]
    rows = zip(fits.edge.tolist(), kinds, _numbers(*columns), margin.tolist(), usable, strict=True)
    for place, kind, row, border, good in rows:
        if good:
            found[place].append(_record(primitives[kind], row, border))
    return found


def _numbers(*columns: Tensor) -> Iterator[tuple[float, ...]]:
    """Row by row; a list for each of thousands of rows would set off the garbage collector."""
    return zip(*(column.tolist() for column in columns), strict=True)


def _record(primitive: Primitive, row: tuple[float, ...], margin: float) -> AffineFit:
    a, b, c, d, r2, rms, extreme = row
    border = margin if primitive.domain.bounded else None
    return AffineFit(primitive.name, a, b, c, d, r2, rms, primitive.complexity, 0.0, border, extreme)


def _final_values(primitives: Sequence[Primitive], kind: Tensor, inner: Tensor, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """f(a·x + b) (fits, points), the nudged b (fits,) and the relative domain margin (fits,)."""
    b = inner[:, 1].clone()
    values, margins = torch.empty_like(x), torch.full_like(b, math.inf)
    first = 0
    for primitive, count in zip(primitives, torch.bincount(kind, minlength=len(primitives)).tolist(), strict=True):
        part = slice(first, first + count)
        first += count
        u = torch.addcmul(inner[part, 1:], inner[part, :1], x[part])
        if primitive.domain.bounded:
            b[part] += _nudge(primitive.domain, u)
            u = torch.addcmul(b[part, None], inner[part, :1], x[part])
            spread = (u.amax(dim=1) - u.amin(dim=1)).clamp(min=1e-300)
            margins[part] = primitive.domain.margin(u).amin(dim=1) / spread
        values[part] = primitive.evaluate(u)
    return values, b, margins


def _nudge(domain: Domain, u: Tensor) -> Tensor:
    """(fits,) what must be added to b so that rounding does not leave a closed end of the domain."""
    below = (domain.low - u.amin(dim=1)).clamp(min=0.0)
    above = (u.amax(dim=1) - domain.high).clamp(min=0.0)
    tiny = 1e-12 * u.abs().amax(dim=1)
    return torch.where(below < tiny, 2 * below, 0.0) - torch.where(above < tiny, 2 * above, 0.0)


def unfitted(primitive: Primitive, prepared: Prepared, edge: int) -> AffineFit:
    """The fit with c = 0 and d = mean, for a curve that says nothing; b keeps a·x + b inside the domain."""
    low, high = float(prepared.x[edge].min()), float(prepared.x[edge].max())
    border = _safe_point(primitive.domain)
    b = border - low if border is not None else 0.0
    a = 1.0
    if math.isfinite(primitive.domain.low) and math.isfinite(primitive.domain.high) and high > low:
        a = 1.0 / (high - low)
        b = border - a * low if border is not None else 0.0
    residual = prepared.y[edge] - prepared.mean[edge]
    rms = float((prepared.weight[edge] * residual.square()).sum().sqrt())
    mean = float(prepared.mean[edge])
    constant = rms <= 1e-12 * max(abs(mean), float(prepared.y[edge].abs().max()))
    margin = 1.0 if primitive.domain.bounded else None
    return AffineFit(primitive.name, a, b, 0.0, mean, 1.0 if constant else 0.0, rms, primitive.complexity, 0.0, margin, 0.0)


def _safe_point(domain: Domain) -> float | None:
    """A point safely inside the domain at which the smallest x is placed."""
    if not domain.bounded:
        return None
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        return (domain.low + domain.high) / 2
    return domain.low + 1 if math.isfinite(domain.low) else domain.poles[0] + 1
