"""Circular functions and their inverses."""

from __future__ import annotations

import math

import sympy
import torch
from torch import Tensor

from kan_core.expression.domain import UNIT_CLOSED, Domain
from kan_core.primitives.primitive import Primitive, unevaluated


def _negative_sin(u: Tensor) -> Tensor:
    return -torch.sin(u)


def _tan_derivative(u: Tensor) -> Tensor:
    return 1 + torch.tan(u).square()


def _arcsin_derivative(u: Tensor) -> Tensor:
    return torch.rsqrt((1 - u) * (1 + u))


def _arcsin_second(u: Tensor) -> Tensor:
    return u * _arcsin_derivative(u) ** 3


TRIGONOMETRIC: tuple[Primitive, ...] = (
    Primitive(
        "sin",
        torch.sin,
        torch.cos,
        _negative_sin,
        unevaluated(sympy.sin),
        complexity=2,
        parity="odd",
        period=2 * math.pi,
        slopes=(0.5, 40.0),
    ),
    Primitive(
        "cos",
        torch.cos,
        _negative_sin,
        lambda u: -torch.cos(u),
        unevaluated(sympy.cos),
        complexity=2,
        parity="even",
        period=2 * math.pi,
        slopes=(0.5, 40.0),
    ),
    Primitive(
        "tan",
        torch.tan,
        _tan_derivative,
        lambda u: 2 * torch.tan(u) * _tan_derivative(u),
        unevaluated(sympy.tan),
        complexity=3,
        domain=Domain(poles=(math.pi / 2,), pole_period=math.pi),
        parity="odd",
        period=math.pi,
        slopes=(0.2, 1.57),
    ),
    Primitive(
        "arcsin",
        torch.arcsin,
        _arcsin_derivative,
        _arcsin_second,
        unevaluated(sympy.asin),
        complexity=4,
        domain=UNIT_CLOSED,
        parity="odd",
        slopes=(0.1, 1.0),
    ),
    Primitive(
        "arccos",
        torch.arccos,
        lambda u: -_arcsin_derivative(u),
        lambda u: -_arcsin_second(u),
        unevaluated(sympy.acos),
        complexity=4,
        domain=UNIT_CLOSED,
        slopes=(0.1, 1.0),
    ),
    Primitive(
        "arctan",
        torch.arctan,
        lambda u: 1 / (1 + u.square()),
        lambda u: -2 * u / (1 + u.square()).square(),
        unevaluated(sympy.atan),
        complexity=4,
        parity="odd",
        slopes=(0.3, 100.0),
    ),
)
