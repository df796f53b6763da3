"""All functions a formula may contain, one row each: value, slopes, and how sympy calls it.

Values and slopes are written once for NumPy and torch: the namespace that knows the arrays comes as the first argument. Outside
its domain a function is NaN; nothing is hidden. At kinks and jumps a slope is the mean of the two sides for |u|, max and min,
and 0 for steps, which is the value on either side: a fit sees where a step leads, never the step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy

Namespace = Any
"""numpy, or torch: whatever knows the functions of the arrays that it is given."""
Value = Callable[..., Any]
Slopes = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Function:
    """One row.

    Attributes:
        name: in formulas.
        value: (namespace, *arguments) → f.
        slopes: (namespace, f, *arguments) → ∂f/∂argument of each.
        symbol: sympy arguments → sympy expression.
        arguments: how many it takes.
        others: further names that are understood.
        smooth: whether slopes tell all that a fit must know; steps are not.
    """

    name: str
    value: Value
    slopes: Slopes
    symbol: Callable[..., sympy.Basic]
    arguments: int = 1
    others: tuple[str, ...] = ()
    smooth: bool = True


def _flat(xp: Namespace, _: Any, *arguments: Any) -> tuple[Any, ...]:
    """Slopes of what is constant between its jumps."""
    return tuple(xp.zeros_like(argument) for argument in arguments)


def _share(xp: Namespace, here: Any, tie: Any) -> Any:
    """1 where a branch is taken, one half on the border."""
    return xp.where(tie, 0.5, xp.where(here, 1.0, 0.0))


_ELEMENTARY = (
    Function("exp", lambda xp, u: xp.exp(u), lambda _, f, u: (f,), sympy.exp),
    Function("log", lambda xp, u: xp.log(u), lambda _, f, u: (1 / u,), sympy.log, others=("ln",)),
    Function("sqrt", lambda xp, u: xp.sqrt(u), lambda _, f, u: (0.5 / f,), sympy.sqrt),
    Function("expm1", lambda xp, u: xp.expm1(u), lambda _, f, u: (f + 1,), lambda u: sympy.exp(u) - 1),
    Function("log1p", lambda xp, u: xp.log1p(u), lambda _, f, u: (1 / (1 + u),), lambda u: sympy.log(1 + u)),
    Function("log2", lambda xp, u: xp.log2(u), lambda xp, f, u: (1.4426950408889634 / u,), lambda u: sympy.log(u, 2)),
    Function("log10", lambda xp, u: xp.log10(u), lambda xp, f, u: (0.4342944819032518 / u,), lambda u: sympy.log(u, 10)),
    Function(
        "cbrt",
        lambda xp, u: xp.sign(u) * xp.abs(u) ** (1 / 3),
        lambda xp, f, u: (1 / (3 * f * f),),
        lambda u: sympy.real_root(u, 3),
    ),
)
_TRIGONOMETRIC = (
    Function("sin", lambda xp, u: xp.sin(u), lambda xp, f, u: (xp.cos(u),), sympy.sin),
    Function("cos", lambda xp, u: xp.cos(u), lambda xp, f, u: (-xp.sin(u),), sympy.cos),
    Function("tan", lambda xp, u: xp.tan(u), lambda _, f, u: (1 + f * f,), sympy.tan),
    Function("sec", lambda xp, u: 1 / xp.cos(u), lambda xp, f, u: (f * xp.tan(u),), sympy.sec),
    Function("csc", lambda xp, u: 1 / xp.sin(u), lambda xp, f, u: (-f / xp.tan(u),), sympy.csc),
    Function("cot", lambda xp, u: 1 / xp.tan(u), lambda _, f, u: (-1 - f * f,), sympy.cot),
    Function("asin", lambda xp, u: xp.arcsin(u), lambda xp, f, u: (1 / xp.sqrt(1 - u * u),), sympy.asin, others=("arcsin",)),
    Function("acos", lambda xp, u: xp.arccos(u), lambda xp, f, u: (-1 / xp.sqrt(1 - u * u),), sympy.acos, others=("arccos",)),
    Function("atan", lambda xp, u: xp.arctan(u), lambda _, f, u: (1 / (1 + u * u),), sympy.atan, others=("arctan",)),
    Function(
        "atan2",
        lambda xp, y, x: xp.arctan2(y, x),
        lambda _, f, y, x: (x / (x * x + y * y), -y / (x * x + y * y)),
        sympy.atan2,
        2,
        others=("arctan2",),
    ),
)
_HYPERBOLIC = (
    Function("sinh", lambda xp, u: xp.sinh(u), lambda xp, f, u: (xp.cosh(u),), sympy.sinh),
    Function("cosh", lambda xp, u: xp.cosh(u), lambda xp, f, u: (xp.sinh(u),), sympy.cosh),
    Function("tanh", lambda xp, u: xp.tanh(u), lambda _, f, u: (1 - f * f,), sympy.tanh),
    Function("asinh", lambda xp, u: xp.arcsinh(u), lambda xp, f, u: (1 / xp.sqrt(1 + u * u),), sympy.asinh, others=("arcsinh",)),
    Function("acosh", lambda xp, u: xp.arccosh(u), lambda xp, f, u: (1 / xp.sqrt(u * u - 1),), sympy.acosh, others=("arccosh",)),
    Function("atanh", lambda xp, u: xp.arctanh(u), lambda _, f, u: (1 / (1 - u * u),), sympy.atanh, others=("arctanh",)),
)
_JOINED = (
    Function("abs", lambda xp, u: xp.abs(u), lambda xp, f, u: (xp.sign(u),), sympy.Abs),
    Function("sign", lambda xp, u: xp.sign(u), _flat, sympy.sign, others=("sgn",), smooth=False),
    Function("step", lambda xp, u: xp.where(u > 0, 1.0, xp.where(u < 0, 0.0, u + 0.5)), _flat,
             lambda u: sympy.Heaviside(u, sympy.S.Half), others=("heaviside", "Heaviside"), smooth=False),
    Function("floor", lambda xp, u: xp.floor(u), _flat, sympy.floor, smooth=False),
    Function("ceil", lambda xp, u: xp.ceil(u), _flat, sympy.ceiling, others=("ceiling",), smooth=False),
    Function("round", lambda xp, u: xp.floor(u + 0.5), _flat, lambda u: sympy.floor(u + sympy.S.Half), smooth=False),
    Function("mod", lambda xp, u, v: u - v * xp.floor(u / v),
             lambda xp, f, u, v: (xp.ones_like(u), -xp.floor(u / v)), sympy.Mod, 2),
    Function("max", lambda xp, u, v: xp.maximum(u, v),
             lambda xp, f, u, v: (_share(xp, u > v, u == v), _share(xp, v > u, u == v)), sympy.Max, 2),
    Function("min", lambda xp, u, v: xp.minimum(u, v),
             lambda xp, f, u, v: (_share(xp, u < v, u == v), _share(xp, v < u, u == v)), sympy.Min, 2),
    Function("hypot", lambda xp, u, v: xp.hypot(u, v), lambda _, f, u, v: (u / f, v / f),
             lambda u, v: sympy.sqrt(u**2 + v**2), 2),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {row.name: row for row in (*_ELEMENTARY, *_TRIGONOMETRIC, *_HYPERBOLIC, *_JOINED)}
)
"""By the name that stands in formulas."""
