"""Functions of several arguments that compare, choose or wrap.

A comparison is a number, 1 where it holds and 0 where it does not; `where` takes its second argument where the first is not 0.
Each is also said in functions of one argument (`plain`), which is all that the edges of a network can be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from kan_core.expression.functions.function import Function, Namespace, Picked, flat, straight, unevaluated
from kan_core.expression.tree import ONE, Apply, Exact, Expression, Power, negative, product, quotient, total

_HALF, _TWO = Exact(0.5), Exact(2.0)


def _share(xp: Namespace, like: Any, taken: Any, tie: Any) -> Any:
    """1 where a branch is taken, one half on the border."""
    return xp.where(tie, 0.5, xp.where(taken, 1.0, xp.zeros_like(like)))


def _hypot_curvatures(_: Namespace, f: Any, u: Any, v: Any) -> tuple[Any, ...]:
    cubed = f * f * f
    return v * v / cubed, -u * v / cubed, u * u / cubed


def _distance(u: Expression, v: Expression) -> Expression:
    return Apply("abs", (total(u, negative(v)),))


def _plain_where(condition: Expression, u: Expression, v: Expression) -> Expression:
    """The sum v + [condition]·(u - v): both branches must be defined."""
    return total(v, product(_truth(condition), total(u, negative(v))))


def _truth(condition: Expression) -> Expression:
    """1 where a number is not 0."""
    if isinstance(condition, Apply) and condition.function in {row.name for row in COMPARISONS}:
        return condition
    return Apply("sign", (Apply("abs", (condition,)),))


def _chosen(xp: Namespace, condition: Any, u: Any, v: Any) -> Any:
    return xp.where(condition == 0, v, xp.where(xp.isnan(condition), condition, u))


def _chosen_slopes(xp: Namespace, _: Any, condition: Any, u: Any, v: Any) -> tuple[Any, ...]:
    like = condition + xp.zeros_like(u) + xp.zeros_like(v)
    other = condition == 0
    return xp.zeros_like(like), xp.where(other, 0.0, xp.ones_like(like)), xp.where(other, 1.0, xp.zeros_like(like))


def _cases(condition: sympy.Basic, u: sympy.Basic, v: sympy.Basic) -> sympy.Basic:
    holds = condition
    if isinstance(condition, sympy.Piecewise) and len(condition.args) == 2 and condition.args[0].args[0] == 1:
        holds = condition.args[0].args[1]
    elif not isinstance(condition, sympy.core.relational.Relational):
        holds = sympy.Unequality(condition, 0, evaluate=False)
    return sympy.Piecewise((u, holds), (v, True), evaluate=False)


def _first_case(expression: sympy.Basic) -> Picked:
    """(condition, value, all other cases)."""
    first, *others = expression.args
    value, condition = first.args
    if not others or condition in (sympy.true, sympy.false):
        return None
    if isinstance(condition, sympy.Unequality) and condition.args[1] == 0:
        condition = condition.args[0]
    last = others[0].args
    rest = last[0] if last[1] == sympy.true else sympy.Piecewise(*others, evaluate=False)
    return condition, value, rest


def _comparison(
    name: str, sign: str, holds: Callable[[Any, Any], Any], head: type[sympy.Basic], plain: Callable[..., Expression], other: str
) -> Function:
    """A row for u ∘ v; `other` is the sign that holds where this one does not."""
    latex = {"<=": r"\le", ">=": r"\ge"}.get(sign, sign)

    def value(xp: Namespace, u: Any, v: Any) -> Any:
        # No comparison holds for NaN, which is the value then.
        return xp.where(holds(u, v), 1.0, xp.where(xp.isnan(u), u, xp.where(xp.isnan(v), v, xp.zeros_like(u + v))))

    return Function(
        name=name,
        arguments=2,
        value=value,
        slopes=flat,
        curvatures=straight,
        symbol=lambda u, v: sympy.Piecewise((1, unevaluated(head)(u, v)), (0, True), evaluate=False),
        head=head,
        numpy=f"{name}({{0}}, {{1}})",
        helper=(
            f"def {name}(u, v):",
            f'    """1 where u {sign} v, else 0."""',
            f"    return np.where(u {sign} v, 1.0, np.where(u {other} v, 0.0, np.nan))",
        ),
        complexity=3,
        smooth=False,
        homogeneity=0.0,
        infix=sign,
        typeset=lambda u, v: f"\\left[{u} {latex} {v}\\right]",
        plain=plain,
    )


def _above(u: Expression, v: Expression) -> Expression:
    return Apply("positive", (total(u, negative(v)),))


COMPARISONS: tuple[Function, ...] = (
    _comparison("less", "<", lambda u, v: u < v, sympy.StrictLessThan, lambda u, v: _above(v, u), ">="),
    _comparison("at_most", "<=", lambda u, v: u <= v, sympy.LessThan, lambda u, v: total(ONE, negative(_above(u, v))), ">"),
    _comparison("greater", ">", lambda u, v: u > v, sympy.StrictGreaterThan, _above, "<="),
    _comparison("at_least", ">=", lambda u, v: u >= v, sympy.GreaterThan, lambda u, v: total(ONE, negative(_above(v, u))), "<"),
)

CHOICES: tuple[Function, ...] = (
    Function(
        name="max",
        arguments=2,
        value=lambda xp, u, v: xp.maximum(u, v),
        slopes=lambda xp, f, u, v: (_share(xp, f, u > v, u == v), _share(xp, f, v > u, u == v)),
        curvatures=straight,
        symbol=unevaluated(sympy.Max),
        head=sympy.Max,
        numpy="np.maximum({0}, {1})",
        complexity=3,
        homogeneity=1.0,
        latex=r"\max",
        plain=lambda u, v: product(_HALF, total(u, v, _distance(u, v))),
    ),
    Function(
        name="min",
        arguments=2,
        value=lambda xp, u, v: xp.minimum(u, v),
        slopes=lambda xp, f, u, v: (_share(xp, f, u < v, u == v), _share(xp, f, v < u, u == v)),
        curvatures=straight,
        symbol=unevaluated(sympy.Min),
        head=sympy.Min,
        numpy="np.minimum({0}, {1})",
        complexity=3,
        homogeneity=1.0,
        latex=r"\min",
        plain=lambda u, v: product(_HALF, total(u, v, negative(_distance(u, v)))),
    ),
    Function(
        name="mod",
        arguments=2,
        value=lambda xp, u, v: xp.remainder(u, v),
        slopes=lambda xp, f, u, v: (xp.ones_like(f), -xp.floor(u / v)),
        curvatures=straight,
        symbol=unevaluated(sympy.Mod),
        head=sympy.Mod,
        numpy="np.mod({0}, {1})",
        complexity=4,
        homogeneity=1.0,
        typeset=lambda u, v: f"\\left({u}\\right) \\bmod \\left({v}\\right)",
        plain=lambda u, v: total(u, negative(product(v, Apply("floor", (quotient(u, v),))))),
    ),
    Function(
        name="hypot",
        arguments=2,
        value=lambda xp, u, v: xp.hypot(u, v),
        slopes=lambda _, f, u, v: (u / f, v / f),
        curvatures=_hypot_curvatures,
        symbol=lambda u, v: sympy.sqrt(u**2 + v**2),
        numpy="np.hypot({0}, {1})",
        complexity=4,
        homogeneity=1.0,
        typeset=lambda u, v: f"\\sqrt{{\\left({u}\\right)^{{2}} + \\left({v}\\right)^{{2}}}}",
        plain=lambda u, v: Power(total(Power(u, _TWO), Power(v, _TWO)), _HALF),
    ),
    *COMPARISONS,
    Function(
        name="where",
        arguments=3,
        value=_chosen,
        slopes=_chosen_slopes,
        curvatures=straight,
        symbol=_cases,
        head=sympy.Piecewise,
        picks=_first_case,
        numpy="where({0}, {1}, {2})",
        helper=(
            "def where(condition, u, v):",
            '    """u where the condition is not 0, else v."""',
            "    return np.where(np.equal(condition, 0), v, np.where(np.isnan(condition), np.nan, u))",
        ),
        complexity=4,
        selects=True,
        typeset=lambda condition, u, v: f"\\begin{{cases}} {u} & {condition} \\\\ {v} & \\text{{otherwise}} \\end{{cases}}",
        plain=_plain_where,
    ),
)
