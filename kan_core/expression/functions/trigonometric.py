"""Circular functions and their inverses."""

from __future__ import annotations

import math

import sympy

from kan_core.expression.domain import UNIT_CLOSED, Domain
from kan_core.expression.functions.function import Edge, Function, Relative, inverse_root, one_over, unevaluated
from kan_core.expression.tree import ONE, Apply, Exact, Expression, Power, negative, product, quotient, total

_TURN = 2 * math.pi
_POLES_OF_TAN = Domain(poles=(math.pi / 2,), pole_period=math.pi)
_POLES_OF_COT = Domain(poles=(0.0,), pole_period=math.pi)


def _plain_angle(y: Expression, x: Expression) -> Expression:
    """2·atan(y/(r + |x|)) mirrored for x < 0, where half a turn is added with the sign of y."""
    two = Exact(2.0)
    left, below = Apply("positive", (negative(x),)), Apply("positive", (negative(y),))
    radius = Power(total(Power(x, two), Power(y, two)), Exact(0.5))
    near = product(two, Apply("atan", (quotient(y, total(radius, Apply("abs", (x,)))),)))
    mirror = total(ONE, product(Exact(-2.0), left))
    half = product(Exact(math.pi, "pi"), left, total(ONE, product(Exact(-2.0), below)))
    return total(product(mirror, near), half)


TRIGONOMETRIC: tuple[Function, ...] = (
    Function(
        name="sin",
        value=lambda xp, u: xp.sin(u),
        slopes=lambda xp, _, u: (xp.cos(u),),
        curvatures=lambda _, f, u: (-f,),
        symbol=unevaluated(sympy.sin),
        head=sympy.sin,
        numpy="np.sin({0})",
        complexity=2,
        rank=4,
        parity="odd",
        period=_TURN,
        quarter=("cos", 1.0),
        inverse="asin",
        edge=Edge(0.5, 40.0),
        latex=r"\sin",
    ),
    Function(
        name="cos",
        value=lambda xp, u: xp.cos(u),
        slopes=lambda xp, _, u: (-xp.sin(u),),
        curvatures=lambda _, f, u: (-f,),
        symbol=unevaluated(sympy.cos),
        head=sympy.cos,
        numpy="np.cos({0})",
        complexity=2,
        rank=5,
        parity="even",
        period=_TURN,
        quarter=("sin", -1.0),
        relative=Relative("sin", shift=math.pi / 2),
        inverse="acos",
        edge=Edge(0.5, 40.0),
        latex=r"\cos",
    ),
    Function(
        name="tan",
        value=lambda xp, u: xp.tan(u),
        slopes=lambda _, f, u: (1 + f * f,),
        curvatures=lambda _, f, u: (2 * f * (1 + f * f),),
        symbol=unevaluated(sympy.tan),
        head=sympy.tan,
        numpy="np.tan({0})",
        complexity=3,
        rank=6,
        domain=_POLES_OF_TAN,
        parity="odd",
        period=math.pi,
        inverse="atan",
        edge=Edge(0.2, 1.57),
        latex=r"\tan",
    ),
    Function(
        name="sec",
        value=lambda xp, u: 1 / xp.cos(u),
        slopes=lambda xp, f, u: (f * xp.tan(u),),
        curvatures=lambda _, f, u: (f * (2 * f * f - 1),),
        symbol=unevaluated(sympy.sec),
        head=sympy.sec,
        numpy="(1.0 / np.cos({0}))",
        complexity=4,
        spelled=one_over("cos"),
        domain=_POLES_OF_TAN,
        parity="even",
        period=_TURN,
        latex=r"\sec",
    ),
    Function(
        name="csc",
        value=lambda xp, u: 1 / xp.sin(u),
        slopes=lambda xp, f, u: (-f / xp.tan(u),),
        curvatures=lambda _, f, u: (f * (2 * f * f - 1),),
        symbol=unevaluated(sympy.csc),
        head=sympy.csc,
        numpy="(1.0 / np.sin({0}))",
        complexity=4,
        spelled=one_over("sin"),
        domain=_POLES_OF_COT,
        parity="odd",
        period=_TURN,
        latex=r"\csc",
    ),
    Function(
        name="cot",
        value=lambda xp, u: 1 / xp.tan(u),
        slopes=lambda _, f, u: (-1 - f * f,),
        curvatures=lambda _, f, u: (2 * f * (1 + f * f),),
        symbol=unevaluated(sympy.cot),
        head=sympy.cot,
        numpy="(1.0 / np.tan({0}))",
        complexity=4,
        spelled=one_over("tan"),
        rank=7,
        domain=_POLES_OF_COT,
        parity="odd",
        period=math.pi,
        latex=r"\cot",
    ),
    Function(
        name="asin",
        value=lambda xp, u: xp.arcsin(u),
        slopes=lambda xp, _, u: (inverse_root(xp, (1 - u) * (1 + u)),),
        curvatures=lambda xp, _, u: (u * inverse_root(xp, (1 - u) * (1 + u)) ** 3,),
        symbol=unevaluated(sympy.asin),
        head=sympy.asin,
        numpy="np.arcsin({0})",
        complexity=4,
        others=("arcsin",),
        domain=UNIT_CLOSED,
        parity="odd",
        inverse="sin",
        edge=Edge(0.1, 1.0, "arcsin"),
        latex=r"\arcsin",
    ),
    Function(
        name="acos",
        value=lambda xp, u: xp.arccos(u),
        slopes=lambda xp, _, u: (-inverse_root(xp, (1 - u) * (1 + u)),),
        curvatures=lambda xp, _, u: (-u * inverse_root(xp, (1 - u) * (1 + u)) ** 3,),
        symbol=unevaluated(sympy.acos),
        head=sympy.acos,
        numpy="np.arccos({0})",
        complexity=4,
        others=("arccos",),
        domain=UNIT_CLOSED,
        mirror=math.pi,
        relative=Relative("asin"),
        inverse="cos",
        edge=Edge(0.1, 1.0, "arccos"),
        latex=r"\arccos",
    ),
    Function(
        name="atan",
        value=lambda xp, u: xp.arctan(u),
        slopes=lambda _, __, u: (1 / (1 + u * u),),
        curvatures=lambda _, __, u: (-2 * u / ((1 + u * u) * (1 + u * u)),),
        symbol=unevaluated(sympy.atan),
        head=sympy.atan,
        numpy="np.arctan({0})",
        complexity=4,
        others=("arctan",),
        parity="odd",
        inverse="tan",
        edge=Edge(0.3, 100.0, "arctan"),
        latex=r"\arctan",
    ),
    Function(
        name="atan2",
        arguments=2,
        value=lambda xp, y, x: xp.arctan2(y, x),
        slopes=lambda _, __, y, x: (x / (x * x + y * y), -y / (x * x + y * y)),
        curvatures=lambda _, __, y, x: (
            -2 * x * y / (x * x + y * y) ** 2,
            (y * y - x * x) / (x * x + y * y) ** 2,
            2 * x * y / (x * x + y * y) ** 2,
        ),
        symbol=unevaluated(sympy.atan2),
        head=sympy.atan2,
        numpy="np.arctan2({0}, {1})",
        complexity=5,
        others=("arctan2",),
        homogeneity=0.0,
        plain=_plain_angle,
    ),
)
