"""A form c·f(a·x + b) + d as a person reads it: text and LaTeX with three digits."""

from __future__ import annotations

from collections.abc import Callable

import sympy

from kan_core.primitives.library import get_primitive, is_own, own_parts
from kan_core.primitives.primitive import Primitive

_U = sympy.Symbol("u", real=True)


def form_text(primitive: str, constants: tuple[float, float, float, float]) -> str:
    """For example `0.117 sin(3.14 x) - 0.331`."""
    a, b, c, d = constants
    found = get_primitive(primitive)
    if found.exponent == 0:
        return _number(c + d)
    inner = _sum(_times(_number(a), "x"), b)
    if is_own(found.name):
        word, text = own_parts(found.name)
        called = word or "f"
        return f"{_sum(_times(_number(c), f'{called}({inner})'), d)} with {called}(x) = {text}"
    if found.exponent == 1:
        return _sum(_times(_number(c * a), "x"), c * b + d)
    return _sum(_times(_number(c), _apply(found, inner)), d)


def form_latex(primitive: str, constants: tuple[float, float, float, float]) -> str:
    """The same as LaTeX; nothing is multiplied out."""
    a, b, c, d = constants
    found = get_primitive(primitive)
    if found.exponent == 0:
        return _latex_number(c + d)
    if found.exponent == 1:
        return _sum(_times(_latex_number(c * a), "x", r"\,"), c * b + d, _latex_number)
    inner = _sum(_times(_latex_number(a), "x", r"\,"), b, _latex_number)
    return _sum(_times(_latex_number(c), _insert(found, inner), r"\,"), d, _latex_number)


def _insert(primitive: Primitive, inner: str) -> str:
    """The primitive's LaTeX of an argument: bracketed everywhere, then without the brackets that stand alone in a group."""
    argument = inner if inner == "x" else rf"\left({inner}\right)"
    written = str(sympy.latex(primitive.symbol(_U), symbol_names={_U: argument}))
    written = written.replace(f"{{{argument}}}", f"{{{inner}}}")
    for doubled in (rf"\left({argument} \right)", rf"\left({argument}\right)"):
        written = written.replace(doubled, rf"\left({inner}\right)")
    return written


def _apply(primitive: Primitive, inner: str) -> str:
    row, exponent = primitive.row, primitive.exponent
    if row is not None:
        return (row.reads or f"{primitive.name}({{0}})").format(inner)
    if exponent is None or abs(exponent) == 0.5:
        return f"{primitive.name}({inner})"
    base = inner if inner == "x" and exponent != -1 else f"({inner})"
    raised = base if abs(exponent) == 1 else f"{base}^{abs(exponent):g}"
    return raised if exponent > 0 else f"1/{raised}"


def _times(factor: str, what: str, space: str = " ") -> str:
    if factor == "1":
        return what
    return f"-{what}" if factor == "-1" else f"{factor}{space}{what}"


def _sum(what: str, added: float, number: Callable[[float], str] | None = None) -> str:
    write = number or _number
    if write(abs(added)) == "0":
        return what
    return f"{what} {'-' if added < 0 else '+'} {write(abs(added))}"


def _number(value: float) -> str:
    """Three significant digits; what rounds to nothing beside 1 is 0."""
    return "0" if abs(value) < 1e-12 else f"{value:.3g}"


def _latex_number(value: float) -> str:
    mantissa, mark, exponent = _number(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else mantissa
