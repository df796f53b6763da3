"""Primitives that are another one in disguise: one search serves both.

f(u) = p·g(s·u + m) + q, so c·f(α·t + β) + d follows from the best fit of g by α ← α/s, β ← (β - m)/s; c and d are solved
anyway. cos u = sin(u + π/2), sigmoid u = ½ + ½·tanh(u/2), arccos u = π/2 - arcsin u. Used by `affine_fit` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

from kan_core.expression.functions import Relative
from kan_core.primitives.library import get_primitive
from kan_core.symbolic.variable_projection import Fits, joined


def relatives_among(names: tuple[str, ...]) -> dict[int, tuple[int, Relative]]:
    """Place of each primitive that needs no search of its own → place of its source, and how they are related."""
    rows = [get_primitive(name).row for name in names]
    places = {row.name: place for place, row in enumerate(rows) if row is not None}
    return {
        place: (places[row.relative.name], row.relative)
        for place, row in enumerate(rows)
        if row is not None and row.relative is not None and row.relative.name in places
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
