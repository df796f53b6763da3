"""Exponentials, logarithms, roots, and the shapes made of them."""

from __future__ import annotations

import math
from typing import Any

import sympy

from kan_core.expression.domain import NOT_NEGATIVE, POSITIVE, Domain
from kan_core.expression.functions.function import Edge, Function, Namespace, Relative, undone_by
from kan_core.expression.tree import MINUS_ONE, ONE, Apply, Exact, Power, negative, product, total


def _cube_root(xp: Namespace, u: Any) -> Any:
    native = getattr(xp, "cbrt", None)
    return xp.sign(u) * xp.abs(u) ** (1 / 3) if native is None else native(u)


def _sigmoid(xp: Namespace, u: Any) -> Any:
    native = getattr(xp, "sigmoid", None)
    return 1 / (1 + xp.exp(-u)) if native is None else native(u)


def _x_log_x(xp: Namespace, u: Any) -> Any:
    """0 at 0, its limit."""
    return xp.where(u == 0, xp.zeros_like(u), u * xp.log(u))


ELEMENTARY: tuple[Function, ...] = (
    Function(
        name="exp",
        value=lambda xp, u: xp.exp(u),
        slopes=lambda _, f, u: (f,),
        curvatures=lambda _, f, u: (f,),
        symbol=sympy.exp,
        head=sympy.exp,
        numpy="np.exp({0})",
        complexity=2,
        undone=undone_by("log"),
        rank=2,
        shift_is_factor=True,
        inverse="log",
        edge=Edge(0.3, 20.0),
        latex=r"\exp",
        typeset=lambda u: f"e^{{{u}}}",
    ),
    Function(
        name="log",
        value=lambda xp, u: xp.log(u),
        slopes=lambda _, __, u: (1 / u,),
        curvatures=lambda _, __, u: (-1 / (u * u),),
        symbol=sympy.log,
        head=sympy.log,
        numpy="np.log({0})",
        complexity=2,
        undone=undone_by("exp"),
        rank=3,
        others=("ln",),
        domain=POSITIVE,
        factor_is_shift=True,
        inverse="exp",
        edge=Edge(1.0, 1.0),
        latex=r"\log",
    ),
    Function(
        name="sqrt",
        value=lambda xp, u: xp.sqrt(u),
        slopes=lambda _, f, u: (0.5 / f,),
        curvatures=lambda _, f, u: (-0.25 / (f * u),),
        symbol=sympy.sqrt,
        numpy="np.sqrt({0})",
        complexity=2,
        undone=lambda value: Power(value, Exact(2.0)),
        domain=NOT_NEGATIVE,
        homogeneity=0.5,
        exponent=0.5,
        edge=Edge(1.0, 1.0),
        latex=r"\sqrt",
        typeset=lambda u: f"\\sqrt{{{u}}}",
    ),
    Function(
        name="cbrt",
        value=_cube_root,
        slopes=lambda _, f, u: (1 / (3 * f * f),),
        curvatures=lambda _, f, u: (-2 / (9 * f * f * u),),
        symbol=lambda u: sympy.sign(u, evaluate=False) * sympy.Abs(u, evaluate=False) ** sympy.Rational(1, 3),
        numpy="np.cbrt({0})",
        complexity=3,
        undone=lambda value: Power(value, Exact(3.0)),
        parity="odd",
        homogeneity=1 / 3,
        copies=2,
        typeset=lambda u: f"\\sqrt[3]{{{u}}}",
    ),
    Function(
        name="expm1",
        value=lambda xp, u: xp.expm1(u),
        slopes=lambda _, f, u: (f + 1,),
        curvatures=lambda _, f, u: (f + 1,),
        symbol=lambda u: sympy.exp(u) - 1,
        numpy="np.expm1({0})",
        complexity=3,
        undone=undone_by("log1p"),
        inverse="log1p",
    ),
    Function(
        name="log1p",
        value=lambda xp, u: xp.log1p(u),
        slopes=lambda _, __, u: (1 / (1 + u),),
        curvatures=lambda _, __, u: (-1 / ((1 + u) * (1 + u)),),
        symbol=lambda u: sympy.log(1 + u),
        numpy="np.log1p({0})",
        complexity=3,
        undone=undone_by("expm1"),
        domain=Domain(low=-1.0),
        inverse="expm1",
    ),
    Function(
        name="log2",
        value=lambda xp, u: xp.log2(u),
        slopes=lambda _, __, u: (1 / (math.log(2) * u),),
        curvatures=lambda _, __, u: (-1 / (math.log(2) * u * u),),
        symbol=lambda u: sympy.log(u) / sympy.log(2),
        numpy="np.log2({0})",
        complexity=3,
        undone=lambda value: Power(Exact(2.0), value),
        domain=POSITIVE,
        factor_is_shift=True,
        latex=r"\log_{2}",
        plain=lambda u: product(Exact(1 / math.log(2)), Apply("log", (u,))),
    ),
    Function(
        name="log10",
        value=lambda xp, u: xp.log10(u),
        slopes=lambda _, __, u: (1 / (math.log(10) * u),),
        curvatures=lambda _, __, u: (-1 / (math.log(10) * u * u),),
        symbol=lambda u: sympy.log(u) / sympy.log(10),
        numpy="np.log10({0})",
        complexity=3,
        undone=lambda value: Power(Exact(10.0), value),
        domain=POSITIVE,
        factor_is_shift=True,
        latex=r"\log_{10}",
        plain=lambda u: product(Exact(1 / math.log(10)), Apply("log", (u,))),
    ),
    Function(
        name="xlogx",
        value=_x_log_x,
        slopes=lambda xp, __, u: (xp.log(u) + 1,),
        curvatures=lambda _, __, u: (1 / u,),
        symbol=lambda u: u * sympy.log(u),
        numpy="xlogx({0})",
        helper=(
            "def xlogx(u):",
            '    """u·log(u), 0 at 0."""',
            "    return np.where(np.equal(u, 0), 0.0, u * np.log(u))",
        ),
        complexity=4,
        spelled=lambda u: product(u, Apply("log", (u,))),
        domain=NOT_NEGATIVE,
        edge=Edge(0.1, 10.0, "x*log(x)", ("x log x",)),
        copies=2,
        reads="({0}) log({0})",
        typeset=lambda u: f"\\left({u}\\right) \\log\\left({u}\\right)",
    ),
    Function(
        name="gaussian",
        value=lambda xp, u: xp.exp(-u * u),
        slopes=lambda _, f, u: (-2 * u * f,),
        curvatures=lambda _, f, u: ((4 * u * u - 2) * f,),
        symbol=lambda u: sympy.exp(-(u**2)),
        numpy="np.exp(-({0}) ** 2)",
        complexity=3,
        spelled=lambda u: Apply("exp", (negative(Power(u, Exact(2.0))),)),
        others=("gauss",),
        parity="even",
        edge=Edge(0.3, 20.0),
        reads="exp(-({0})^2)",
        typeset=lambda u: f"e^{{-\\left({u}\\right)^{{2}}}}",
    ),
    Function(
        name="sigmoid",
        value=_sigmoid,
        slopes=lambda xp, f, u: (f * _sigmoid(xp, -u),),
        curvatures=lambda xp, f, u: (f * _sigmoid(xp, -u) * (1 - 2 * f),),
        symbol=lambda u: 1 / (1 + sympy.exp(-u)),
        numpy="(1.0 / (1.0 + np.exp(-({0}))))",
        complexity=4,
        spelled=lambda u: Power(total(ONE, Apply("exp", (negative(u),))), MINUS_ONE),
        others=("logistic",),
        mirror=1.0,
        relative=Relative("tanh", scale=0.5),
        edge=Edge(0.6, 100.0),
        typeset=lambda u: f"\\frac{{1}}{{1 + e^{{-\\left({u}\\right)}}}}",
    ),
    Function(
        name="softplus",
        value=lambda xp, u: xp.logaddexp(u, xp.zeros_like(u)),
        slopes=lambda xp, __, u: (_sigmoid(xp, u),),
        curvatures=lambda xp, __, u: (_sigmoid(xp, u) * _sigmoid(xp, -u),),
        symbol=lambda u: sympy.log(1 + sympy.exp(u)),
        numpy="np.logaddexp({0}, 0.0)",
        complexity=4,
        spelled=lambda u: Apply("log", (total(ONE, Apply("exp", (u,))),)),
        edge=Edge(0.5, 60.0),
        typeset=lambda u: f"\\log\\left(1 + e^{{{u}}}\\right)",
    ),
)
