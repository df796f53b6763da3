"""A form c·f(a·x + b) + d as a person reads it: text and LaTeX with three digits."""

from __future__ import annotations

from kan_core.expression.tree import ZERO, Column, Exact, Expression, Sum, product, rebuilt
from kan_core.expression.typeset import typeset
from kan_core.primitives.library import get_primitive, is_own, own_parts
from kan_core.primitives.primitive import Primitive


def form_text(primitive: str, constants: tuple[float, float, float, float], name: str = "x") -> str:
    """For example `0.117 sin(3.14 x) - 0.331`."""
    a, b, c, d = constants
    found = get_primitive(primitive)
    if found.exponent == 0:
        return _number(c + d)
    inner = _sum(_times(_number(a), name), b)
    if is_own(found.name):
        word, text = own_parts(found.name)
        called = word or "f"
        return f"{_sum(_times(_number(c), f'{called}({inner})'), d)} with {called}(x) = {text}"
    if found.exponent == 1:
        return _sum(_times(_number(c * a), name), c * b + d)
    return _sum(_times(_number(c), _apply(found, inner, alone=inner == name)), d)


def form_latex(primitive: str, constants: tuple[float, float, float, float], name: str = "x") -> str:
    """The same as LaTeX; nothing is multiplied out."""
    a, b, c, d = constants
    found = get_primitive(primitive)
    if found.exponent == 0:
        return typeset(_short(c + d), ())
    if found.exponent == 1:
        return typeset(_plus(product(_short(c * a), Column(0)), c * b + d), [name])
    inner = _plus(product(_short(a), Column(0)), b)
    formed = rebuilt(found.form, lambda node: inner if isinstance(node, Column) else None)
    return typeset(_plus(product(_short(c), formed), d), [name])


def _plus(node: Expression, added: float) -> Expression:
    number = _short(added)
    return node if number == ZERO else Sum((node, number))


def _short(value: float) -> Exact:
    return Exact(float(_number(value)))


def _apply(primitive: Primitive, inner: str, *, alone: bool) -> str:
    row, exponent = primitive.row, primitive.exponent
    if row is not None:
        return (row.reads or f"{primitive.name}({{0}})").format(inner)
    if exponent is None or abs(exponent) == 0.5:
        return f"{primitive.name}({inner})"
    base = inner if alone and exponent != -1 else f"({inner})"
    raised = base if abs(exponent) == 1 else f"{base}^{abs(exponent):g}"
    return raised if exponent > 0 else f"1/{raised}"


def _times(factor: str, what: str) -> str:
    if factor == "1":
        return what
    return f"-{what}" if factor == "-1" else f"{factor} {what}"


def _sum(what: str, added: float) -> str:
    if _number(abs(added)) == "0":
        return what
    return f"{what} {'-' if added < 0 else '+'} {_number(abs(added))}"


def _number(value: float) -> str:
    """Three significant digits; what rounds to nothing beside 1 is 0."""
    return "0" if abs(value) < 1e-12 else f"{value:.3g}"
