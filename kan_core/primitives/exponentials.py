"""Exponential, logarithm, bell and step shapes, hyperbolic functions and their inverses."""

from __future__ import annotations

import math

import sympy
import torch
from torch import Tensor

from kan_core.expression.domain import NOT_NEGATIVE, POSITIVE, UNIT_OPEN, Domain
from kan_core.primitives.primitive import Primitive, unevaluated


def _log(u: Tensor) -> Tensor:
    """The natural logarithm; NaN at 0, which does not belong to the domain."""
    return torch.log(torch.where(u > 0, u, torch.nan))


def _inverse(u: Tensor) -> Tensor:
    return 1 / torch.where(u > 0, u, torch.nan)


def _x_log_x_derivative(u: Tensor) -> Tensor:
    return torch.log(u) + 1


def _tanh_derivative(u: Tensor) -> Tensor:
    """1 - tanh² = 1/cosh², written without cancellation; cosh overflows to inf, giving 0."""
    return torch.cosh(u).pow(-2)


def _sigmoid_derivative(u: Tensor) -> Tensor:
    return torch.sigmoid(u) * torch.sigmoid(-u)


def _sigmoid_second(u: Tensor) -> Tensor:
    return -_sigmoid_derivative(u) * torch.tanh(u / 2)


def _softplus(u: Tensor) -> Tensor:
    """log(1 + e^u); torch's own softplus drops e^-u above 20, an error of 2e-9."""
    return torch.logaddexp(u, torch.zeros_like(u))


def _gaussian(u: Tensor) -> Tensor:
    return torch.exp(-u.square())


def _sech(u: Tensor) -> Tensor:
    return 1 / torch.cosh(u)


def _sech_second(u: Tensor) -> Tensor:
    """sech·(1 - 2·sech²)."""
    sech = _sech(u)
    return sech * (1 - 2 * sech.square())


def _arccosh_derivative(u: Tensor) -> Tensor:
    return torch.rsqrt((u - 1) * (u + 1)) + 0 * torch.sqrt(u - 1)  # NaN below -1 as well


def _arccosh_second(u: Tensor) -> Tensor:
    return -u * _arccosh_derivative(u) ** 3


def _inside_unit(u: Tensor) -> Tensor:
    return torch.where(u.abs() < 1, u, torch.nan)


def _arctanh_derivative(u: Tensor) -> Tensor:
    v = _inside_unit(u)
    return 1 / ((1 - v) * (1 + v))


EXPONENTIALS: tuple[Primitive, ...] = (
    Primitive("exp", torch.exp, torch.exp, torch.exp, sympy.exp, complexity=2, slopes=(0.3, 20.0)),
    Primitive(
        "log", _log, _inverse, lambda u: -_inverse(u).square(), sympy.log, complexity=2, domain=POSITIVE, slopes=(1.0, 1.0)
    ),
    Primitive(
        "x*log(x)",
        lambda u: torch.xlogy(torch.where(u >= 0, u, torch.nan), u),
        _x_log_x_derivative,
        lambda u: 1 / torch.where(u >= 0, u, torch.nan),
        lambda u: u * sympy.log(u),
        complexity=4,
        domain=NOT_NEGATIVE,
        slopes=(0.1, 10.0),
        copies=2,
    ),
    Primitive(
        "gaussian",
        _gaussian,
        lambda u: -2 * u * _gaussian(u),
        lambda u: (4 * u.square() - 2) * _gaussian(u),
        lambda u: sympy.exp(-(u**2)),
        complexity=3,
        parity="even",
        slopes=(0.3, 20.0),
    ),
    Primitive(
        "tanh",
        torch.tanh,
        _tanh_derivative,
        lambda u: -2 * torch.tanh(u) * _tanh_derivative(u),
        unevaluated(sympy.tanh),
        complexity=3,
        parity="odd",
        slopes=(0.3, 50.0),
    ),
    Primitive(
        "sigmoid",
        torch.sigmoid,
        _sigmoid_derivative,
        _sigmoid_second,
        lambda u: 1 / (1 + sympy.exp(-u)),
        complexity=4,
        slopes=(0.6, 100.0),
    ),
    Primitive(
        "softplus",
        _softplus,
        torch.sigmoid,
        _sigmoid_derivative,
        lambda u: sympy.log(1 + sympy.exp(u)),
        complexity=4,
        slopes=(0.5, 60.0),
    ),
    Primitive(
        "cosh", torch.cosh, torch.sinh, torch.cosh, unevaluated(sympy.cosh), complexity=5, parity="even", slopes=(0.3, 12.0)
    ),
    Primitive(
        "sinh", torch.sinh, torch.cosh, torch.sinh, unevaluated(sympy.sinh), complexity=5, parity="odd", slopes=(0.3, 12.0)
    ),
    Primitive(
        "sech",
        _sech,
        lambda u: -torch.tanh(u) * _sech(u),
        _sech_second,
        lambda u: 1 / sympy.cosh(u, evaluate=False),
        complexity=5,
        parity="even",
        slopes=(0.3, 25.0),
    ),
    Primitive(
        "arcsinh",
        torch.arcsinh,
        lambda u: torch.rsqrt(1 + u.square()),
        lambda u: -u * torch.rsqrt(1 + u.square()).pow(3),
        unevaluated(sympy.asinh),
        complexity=4,
        parity="odd",
        slopes=(0.3, 200.0),
    ),
    Primitive(
        "arccosh",
        torch.arccosh,
        _arccosh_derivative,
        _arccosh_second,
        unevaluated(sympy.acosh),
        complexity=4,
        domain=Domain(low=1.0, high=math.inf, closed=True),
        slopes=(0.01, 50.0),
    ),
    Primitive(
        "arctanh",
        lambda u: torch.arctanh(_inside_unit(u)),
        _arctanh_derivative,
        lambda u: 2 * u * _arctanh_derivative(u).square(),
        unevaluated(sympy.atanh),
        complexity=4,
        domain=UNIT_OPEN,
        parity="odd",
        slopes=(0.1, 1.0),
    ),
)
