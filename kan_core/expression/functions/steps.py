"""Functions with kinks and jumps, of one argument.

At a kink the slope is the mean of the two sides; a step has the slope 0 everywhere, which is right on either side: a fit sees
where a step leads, never the step itself.
"""

from __future__ import annotations

from typing import Any

import sympy

from kan_core.expression.functions.function import Edge, Function, Namespace, Picked, flat, straight, unevaluated


def _signum(xp: Namespace, u: Any) -> Any:
    """NaN stays NaN, which torch's sign makes 0."""
    return xp.where(xp.isnan(u), u, xp.sign(u))


def _half_at_zero(expression: sympy.Basic) -> Picked:
    """Heaviside's step as it is here; without a second argument sympy takes one half as well."""
    return expression.args[:1] if expression.args[1:] in ((), (sympy.S.Half,)) else None


STEPS: tuple[Function, ...] = (
    Function(
        name="abs",
        value=lambda xp, u: xp.abs(u),
        slopes=lambda xp, _, u: (xp.sign(u),),
        curvatures=straight,
        symbol=unevaluated(sympy.Abs),
        head=sympy.Abs,
        numpy="np.abs({0})",
        complexity=3,
        parity="even",
        homogeneity=1.0,
        edge=Edge(1.0, 1.0),
        reads="|{0}|",
        typeset=lambda u: f"\\left|{u}\\right|",
    ),
    Function(
        name="sign",
        value=_signum,
        slopes=flat,
        curvatures=straight,
        symbol=unevaluated(sympy.sign),
        head=sympy.sign,
        numpy="np.sign({0})",
        complexity=3,
        others=("sgn",),
        smooth=False,
        parity="odd",
        homogeneity=0.0,
        edge=Edge(1.0, 1.0, "sgn"),
    ),
    Function(
        name="step",
        value=lambda xp, u: xp.where(u > 0, 1.0, xp.where(u < 0, 0.0, u + 0.5)),
        slopes=flat,
        curvatures=straight,
        symbol=lambda u: sympy.Heaviside(u, sympy.S.Half, evaluate=False),
        head=sympy.Heaviside,
        picks=_half_at_zero,
        numpy="np.heaviside({0}, 0.5)",
        complexity=3,
        others=("heaviside", "Heaviside"),
        smooth=False,
        homogeneity=0.0,
        latex=r"\theta",
    ),
    Function(
        name="positive",
        value=lambda xp, u: xp.where(u > 0, 1.0, xp.where(u <= 0, 0.0, u)),
        slopes=flat,
        curvatures=straight,
        symbol=lambda u: sympy.Piecewise((1, sympy.StrictGreaterThan(u, 0, evaluate=False)), (0, True), evaluate=False),
        numpy="np.heaviside({0}, 0.0)",
        complexity=3,
        smooth=False,
        homogeneity=0.0,
        typeset=lambda u: f"\\left[{u} > 0\\right]",
    ),
    Function(
        name="floor",
        value=lambda xp, u: xp.floor(u),
        slopes=flat,
        curvatures=straight,
        symbol=unevaluated(sympy.floor),
        head=sympy.floor,
        numpy="np.floor({0})",
        complexity=3,
        smooth=False,
        typeset=lambda u: f"\\left\\lfloor {u} \\right\\rfloor",
    ),
    Function(
        name="ceil",
        value=lambda xp, u: xp.ceil(u),
        slopes=flat,
        curvatures=straight,
        symbol=unevaluated(sympy.ceiling),
        head=sympy.ceiling,
        numpy="np.ceil({0})",
        complexity=3,
        others=("ceiling",),
        smooth=False,
        typeset=lambda u: f"\\left\\lceil {u} \\right\\rceil",
    ),
    Function(
        name="round",
        value=lambda xp, u: xp.floor(u + 0.5),
        slopes=flat,
        curvatures=straight,
        symbol=lambda u: sympy.floor(u + sympy.S.Half, evaluate=False),
        numpy="np.floor({0} + 0.5)",
        complexity=3,
        smooth=False,
    ),
)
