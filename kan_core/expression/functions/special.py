"""Error functions, sinc and Bessel functions.

Near 0 the derivatives of sin(u)/u lose digits, so |u| < 1 uses the power series (converged to below 1e-17 there).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
import torch
from torch import Tensor

from kan_core.expression.functions.bessel import j0, j1, j1_slope, minus_j1_curvature
from kan_core.expression.functions.function import Edge, Function, Namespace, Picked, unevaluated

_TERMS = range(11)  # of sinc's series


def _by_torch(function: Callable[[Tensor], Tensor]) -> Callable[[Namespace, Any], Any]:
    """What numpy lacks and torch has, for both."""

    def value(xp: Namespace, u: Any) -> Any:
        if xp is torch:
            return function(u)
        return function(torch.from_numpy(np.array(u, dtype=np.float64, copy=True))).numpy()

    return value


def _series(u: Any, coefficients: Sequence[float]) -> Any:
    """Σ_n coefficients[n]·u^(2n) by Horner's rule."""
    square = u * u
    total: Any = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = total * square + coefficient
    return total


_FIRST = [(-1) ** (n + 1) * (2 * n + 2) / math.factorial(2 * n + 3) for n in _TERMS]
_SECOND = [(2 * n + 1) * first for n, first in enumerate(_FIRST)]


def _sinc_slope(xp: Namespace, f: Any, u: Any) -> Any:
    small = xp.abs(u) < 1
    far = xp.where(small, xp.ones_like(u), u)
    return xp.where(small, u * _series(u, _FIRST), (xp.cos(u) - f) / far)


def _sinc_curvature(xp: Namespace, f: Any, u: Any) -> Any:
    small = xp.abs(u) < 1
    far = xp.where(small, xp.ones_like(u), u)
    return xp.where(small, _series(u, _SECOND), -f - 2 * (xp.cos(u) - f) / (far * far))


def _bell(xp: Namespace, u: Any) -> Any:
    return 2 / math.sqrt(math.pi) * xp.exp(-u * u)


def _of_order(order: int) -> Callable[[sympy.Basic], Picked]:
    return lambda expression: expression.args[1:] if expression.args[0] == order else None


_j0, _j1, _j1_slope, _minus_j1_curvature = (_by_torch(f) for f in (j0, j1, j1_slope, minus_j1_curvature))
_BESSEL = (
    "def bessel(order, u):",
    '    """Bessel function of the first kind by the midpoint rule on its integral, exact to rounding."""',
    "    u = np.asarray(u, dtype=float)",
    "    points = 64 + int(2 * np.nanmax(np.abs(u), initial=0.0))",
    "    theta = (np.arange(points) + 0.5) * (np.pi / points)",
    "    return np.cos(order * theta - u[..., None] * np.sin(theta)).mean(axis=-1)",
)

SPECIAL: tuple[Function, ...] = (
    Function(
        name="erf",
        value=_by_torch(torch.erf),
        slopes=lambda xp, _, u: (_bell(xp, u),),
        curvatures=lambda xp, _, u: (-2 * u * _bell(xp, u),),
        symbol=unevaluated(sympy.erf),
        head=sympy.erf,
        numpy="erf({0})",
        helper=(
            "def erf(u):",
            '    """Error function."""',
            "    import math",
            "",
            "    return np.vectorize(math.erf, otypes=[float])(u)",
        ),
        complexity=4,
        parity="odd",
        edge=Edge(0.3, 50.0),
    ),
    Function(
        name="erfc",
        value=_by_torch(torch.erfc),
        slopes=lambda xp, _, u: (-_bell(xp, u),),
        curvatures=lambda xp, _, u: (2 * u * _bell(xp, u),),
        symbol=unevaluated(sympy.erfc),
        head=sympy.erfc,
        numpy="erfc({0})",
        mirror=2.0,
        helper=(
            "def erfc(u):",
            '    """1 - erf(u), without loss of digits."""',
            "    import math",
            "",
            "    return np.vectorize(math.erfc, otypes=[float])(u)",
        ),
        complexity=4,
    ),
    Function(
        name="sinc",
        value=lambda xp, u: xp.sinc(u / math.pi),
        slopes=lambda xp, f, u: (_sinc_slope(xp, f, u),),
        curvatures=lambda xp, f, u: (_sinc_curvature(xp, f, u),),
        symbol=unevaluated(sympy.sinc),
        head=sympy.sinc,
        numpy="sinc({0})",
        helper=("def sinc(u):", '    """sin(u)/u, 1 at 0."""', "    return np.sinc(u / np.pi)"),
        complexity=4,
        parity="even",
        edge=Edge(1.0, 40.0),
    ),
    Function(
        name="J0",
        value=_j0,
        slopes=lambda xp, _, u: (-_j1(xp, u),),
        curvatures=lambda xp, _, u: (-_j1_slope(xp, u),),
        symbol=lambda u: sympy.besselj(0, u, evaluate=False),
        head=sympy.besselj,
        picks=_of_order(0),
        numpy="bessel(0, {0})",
        helper=_BESSEL,
        complexity=5,
        others=("besselj0",),
        ambiguous=True,
        parity="even",
        edge=Edge(1.0, 40.0),
        latex="J_{0}",
    ),
    Function(
        name="J1",
        value=_j1,
        slopes=lambda xp, _, u: (_j1_slope(xp, u),),
        curvatures=lambda xp, _, u: (-_minus_j1_curvature(xp, u),),
        symbol=lambda u: sympy.besselj(1, u, evaluate=False),
        head=sympy.besselj,
        picks=_of_order(1),
        numpy="bessel(1, {0})",
        helper=_BESSEL,
        complexity=5,
        others=("besselj1",),
        ambiguous=True,
        parity="odd",
        edge=Edge(1.0, 40.0),
        latex="J_{1}",
    ),
)
