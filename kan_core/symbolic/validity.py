"""Whether functions stay inside their domains, on the data and on a box of inputs that the person wants to use.

A node's values on the box are found on points spread over it and on its corners; since the box is connected, a continuous
node takes every value between the extremes, so a pole between two points is not missed. Between points an extreme may be
missed by a little: the margin says how near it is. Called by queries; changes nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from kan_core.errors import DataError
from kan_core.expression.domain import Domain
from kan_core.ids import EdgeId
from kan_core.network.network import Network
from kan_core.network.trace import forward
from kan_core.primitives.library import get_primitive

_GROWN = 0.1
_POINTS = 2_000
_CORNERS_OF = 10


@dataclass(frozen=True)
class Box:
    """low_i ≤ x_i ≤ high_i, raw units, one pair a column."""

    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class EdgeValidity:
    """One symbolic edge whose primitive has a border.

    Attributes:
        edge: where it is.
        primitive: its function.
        on_data, on_box: smallest signed distance of a·x + b to the border over its spread there; < 0 outside.
        box_range: (lowest, highest) a·x + b on the box.
    """

    edge: EdgeId
    primitive: str
    on_data: float
    on_box: float
    box_range: tuple[float, float]


def default_box(inputs: Tensor) -> Box:
    """The range of each column grown by a tenth on both sides; a column of one sign does not cross zero.

    Args:
        inputs: (rows, inputs) raw units.
    """
    low, high = inputs.amin(0), inputs.amax(0)
    grown = _GROWN * (high - low)
    below, above = low - grown, high + grown
    below = torch.where((low > 0) & (below <= 0), low / 2, below)
    above = torch.where((high < 0) & (above >= 0), high / 2, above)
    below = torch.where((low == 0) & (below < 0), low, below)
    above = torch.where((high == 0) & (above > 0), high, above)
    return Box(tuple(below.tolist()), tuple(above.tolist()))


def checked_box(low: Sequence[float], high: Sequence[float], names: Sequence[str]) -> Box:
    """A box given by hand.

    Raises:
        DataError: not one pair for each column, or an end that is not finite or not below the other.
    """
    if len(low) != len(names) or len(high) != len(names):
        raise DataError(f"the box needs a lowest and a highest value for each of the {len(names)} inputs: {', '.join(names)}")
    for name, first, last in zip(names, low, high, strict=True):
        if not (math.isfinite(first) and math.isfinite(last) and first < last):
            raise DataError(f"the box of '{name}' goes from {first:g} to {last:g}; the first number must be the smaller one")
    return Box(tuple(low), tuple(high))


def box_points(box: Box) -> Tensor:
    """(points, inputs) 2,000 points by an additive recurrence (no randomness), then the corners of up to ten inputs."""
    low, high = torch.tensor(box.low, dtype=torch.float64), torch.tensor(box.high, dtype=torch.float64)
    steps = (torch.arange(2, len(low) + 2, dtype=torch.float64) * 1.618033988749895).sqrt() % 1
    unit = (0.5 + torch.arange(1, _POINTS + 1, dtype=torch.float64)[:, None] * steps) % 1
    parts = [unit]
    if len(low) <= _CORNERS_OF:
        parts.append(torch.tensor(list(itertools.product((0.0, 1.0), repeat=len(low))), dtype=torch.float64))
    return low + torch.cat(parts) * (high - low)


def node_range(network: Network, edge: EdgeId, points: Tensor) -> tuple[float, float]:
    """Lowest and highest value of the edge's source node on raw points where it has one; (nan, nan) where it never has."""
    values = forward(network, network.normalisation.inputs(points.to(network.dtype))).inputs[edge.layer][:, edge.source]
    return _ends(values)


def interval_margin(domain: Domain, low: float, high: float) -> float:
    """Signed distance of [low, high] to the border over its length: ≥ 0 inside, < 0 when any of it is outside.

    A pole between the ends counts as being outside by the distance to the nearer end.
    """
    ends = torch.tensor([low, high], dtype=torch.float64)
    if not bool(torch.isfinite(ends).all()):
        return -math.inf
    spread = max(high - low, 1e-300)
    near = float(domain.margin(ends).amin())
    if bool(domain.contains_interval(ends[0], ends[1])):
        return max(near, 0.0) / spread
    return -max(abs(near), 1e-12 * spread) / spread


def candidate_margin(primitive: str, a: float, b: float, ends: tuple[float, float]) -> float | None:
    """Margin of f(a·x + b) for x in [ends]; None when f has no border."""
    domain = get_primitive(primitive).domain
    return interval_margin(domain, *_image(a, b, ends)) if domain.bounded else None


def edge_validities(network: Network, inputs: Tensor, box: Box) -> list[EdgeValidity]:
    """Every symbolic edge whose primitive has a border, worst on the box first.

    Args:
        network: any.
        inputs: (rows, inputs) the data, raw units.
        box: where it is to be used.
    """
    on_data = forward(network, network.normalisation.inputs(inputs)).inputs
    on_box = forward(network, network.normalisation.inputs(box_points(box).to(network.dtype))).inputs
    found: list[EdgeValidity] = []
    for index, layer in enumerate(network.layers):
        for symbolic, (a, b, c, _) in zip(layer.structure.symbolic, layer.constants.tolist(), strict=True):
            domain = get_primitive(symbolic.primitive).domain
            if not domain.bounded or c == 0:
                continue
            data, wide = (_image(a, b, _ends(values[index][:, symbolic.source])) for values in (on_data, on_box))
            edge = EdgeId(index, symbolic.source, symbolic.target)
            margins = interval_margin(domain, *data), interval_margin(domain, *wide)
            found.append(EdgeValidity(edge, symbolic.primitive, *margins, wide))
    return sorted(found, key=lambda entry: entry.on_box)


def _ends(values: Tensor) -> tuple[float, float]:
    known = values[torch.isfinite(values)]
    return (float(known.amin()), float(known.amax())) if len(known) else (math.nan, math.nan)


def _image(a: float, b: float, ends: tuple[float, float]) -> tuple[float, float]:
    one, other = a * ends[0] + b, a * ends[1] + b
    return min(one, other), max(one, other)
