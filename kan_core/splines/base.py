"""Base functions b of a layer, φ(x) = w·b(x) + spline(x), with their derivatives (Liu et al. 2404.19756, eq. 2.10).

A base is one more column of the layer's basis, the last one, so that whatever contracts a basis with coefficients need not
know of it. Most networks have none: splines contain constants and slopes already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import torch
from torch import Tensor

Base = Literal["silu", "identity"]


class BaseFunction(NamedTuple):
    """b, b' and b'', elementwise on a tensor of any shape."""

    value: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    curvature: Callable[[Tensor], Tensor]


def _silu_slope(x: Tensor) -> Tensor:
    rise = torch.sigmoid(x)
    return torch.addcmul(rise, x, rise).addcmul_(x * rise, rise, value=-1)


def _silu_curvature(x: Tensor) -> Tensor:
    rise = torch.sigmoid(x)
    fall = 1 - rise
    return rise * fall * (2 + x * (fall - rise))


BASES: Mapping[Base, BaseFunction] = {
    "silu": BaseFunction(torch.nn.functional.silu, _silu_slope, _silu_curvature),
    "identity": BaseFunction(torch.clone, torch.ones_like, torch.zeros_like),
}
"""By name: silu is x/(1 + e^{-x}), identity is x."""


def base_column(base: Base, x: Tensor, derivative: int = 0) -> Tensor:
    """(…, 1) b, b' or b'' at x of any shape."""
    return BASES[base][derivative](x).unsqueeze(-1)
