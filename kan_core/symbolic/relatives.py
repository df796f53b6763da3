"""Primitives that are another one in disguise: one search serves both.

f(u) = p·g(s·u + m) + q, so c·f(α·t + β) + d follows from the best fit of g by α ← α/s, β ← (β - m)/s; c and d are solved
anyway. cos u = sin(u + π/2), sigmoid u = ½ + ½·tanh(u/2), arccos u = π/2 - arcsin u. Used by `affine_fit` only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from kan_core.symbolic.variable_projection import Fits, joined


@dataclass(frozen=True)
class Relative:
    """`source` is g of the module's formula (a name in a list of names), with s and m."""

    source: str
    scale: float = 1.0
    shift: float = 0.0


_RELATIVES: Mapping[str, Relative] = {
    "cos": Relative("sin", shift=math.pi / 2),
    "sigmoid": Relative("tanh", scale=0.5),
    "arccos": Relative("arcsin"),
}


def relatives_among(names: tuple[str, ...]) -> dict[int, tuple[int, Relative]]:
    """Place of each primitive that needs no search of its own → place of its source, and how they are related."""
    return {
        place: (names.index(relative.source), relative)
        for place, name in enumerate(names)
        if (relative := _RELATIVES.get(name)) is not None and relative.source in names
    }


def with_relatives(fits: Fits, relatives: Mapping[int, tuple[int, Relative]]) -> Fits:
    """The fits of the sources copied for their relatives; sorted by primitive."""
    parts = [fits]
    for place, (source, relative) in relatives.items():
        found = fits.rows(torch.nonzero(fits.kind == source)[:, 0])
        shift = torch.tensor([0.0, relative.shift], dtype=torch.float64)
        theta = (found.theta - shift) / relative.scale
        parts.append(replace(found, kind=torch.full_like(found.kind, place), theta=theta))
    return joined(parts)
