"""A form c·f(a·x + b) + d as a person reads it: text and LaTeX with three digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import sympy

from kan_core.primitives.library import LIBRARY, get_primitive, own_parts
from kan_core.primitives.primitive import Primitive

_U = sympy.Symbol("u", real=True)
_SPECIAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "x": lambda u: u,
        "1/x": lambda u: f"1/({u})",
        "1/sqrt": lambda u: f"1/sqrt({u})",
        "x*log(x)": lambda u: f"({u}) log({u})",
        "abs": lambda u: f"|{u}|",
        "gaussian": lambda u: f"exp(-({u})^2)",
    }
)


def form_text(primitive: str, constants: tuple[float, float, float, float]) -> str:
    """For example `0.117 sin(3.14 x) - 0.331`."""
    a, b, c, d = constants
    name = get_primitive(primitive).name
    if name == "constant":
        return _number(c + d)
    inner = _sum(_times(_number(a), "x"), b)
    if name not in LIBRARY:
        word, text = own_parts(name)
        called = word or "f"
        return f"{_sum(_times(_number(c), f'{called}({inner})'), d)} with {called}(x) = {text}"
    if name == "x":
        return _sum(_times(_number(c * a), "x"), c * b + d)
    return _sum(_times(_number(c), _apply(name, inner)), d)


def form_latex(primitive: str, constants: tuple[float, float, float, float]) -> str:
    """The same as LaTeX; nothing is multiplied out."""
    a, b, c, d = constants
    found = get_primitive(primitive)
    if found.name == "constant":
        return _latex_number(c + d)
    if found.name == "x":
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


def _apply(name: str, inner: str) -> str:
    if name in _SPECIAL:
        return _SPECIAL[name](inner)
    if name.startswith("x^"):
        return f"{inner if inner == 'x' else f'({inner})'}{name[1:]}"
    if name.startswith("1/x^"):
        return f"1/{inner if inner == 'x' else f'({inner})'}{name[3:]}"
    return f"{name}({inner})"


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
