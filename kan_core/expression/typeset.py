r"""Tree → LaTeX, the one typesetter: numbers with few or all digits, names as signs or words, constants that can be found again.

A quotient stands over a line, what is subtracted behind a minus; a spline reads \varphi_{0,1,0}(…), a hidden value h_{1,0}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.names import constant_latex, has_words, latex_name
from kan_core.expression.numbers import spelled
from kan_core.expression.tree import (
    ONE,
    Apply,
    Column,
    Constant,
    Exact,
    Expression,
    Hidden,
    Power,
    Product,
    Spline,
    Sum,
    walk,
)

_KNOWN = {"pi": r"\pi", "e": "e", "nan": r"\text{NaN}"}

_OWN_BRACKETS = ("\\left|", "\\left\\l", "\\left[")
"""What a function begins with that shows by itself how far it goes."""


@dataclass(frozen=True)
class Style:
    r"""How numbers and constants are shown.

    Attributes:
        digits: significant digits of numbers; None writes the shortest text that gives the same double back.
        values: of named constants that are shown as numbers; others are shown by their names.
        sizes: of those among them that are exact numbers; the sign is that of the value.
        digits_of: significant digits of single constants, in place of `digits`.
        marked: whether constants can be found again: \htmlData{constant=c1}{3.142}.
        terms: names of parts that can be found again, \htmlData{term=t1}{…} with the sign before it; by `id`, since an equal part
            elsewhere is another one.
    """

    digits: int | None = 4
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    sizes: Mapping[str, Expression] = field(default_factory=lambda: MappingProxyType({}))
    digits_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    marked: bool = False
    terms: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


STYLE = Style()


def typeset(node: Expression, columns: Sequence[str], style: Style = STYLE) -> str:
    """LaTeX of a formula.

    Args:
        node: of the formula.
        columns: names of the inputs in order.
        style: of numbers and constants.
    """
    names = [columns[part.index] for part in walk(node) if isinstance(part, Column)]
    text = _Typesetter(columns, style, _times(names)).text(node)
    return _MARK.sub(lambda found: f"\\htmlData{{{found[1]}}}{{" if found[1] else "}", text)


_MARK = re.compile("\x02([^\x03]*)\x03|\x04")
"""What stands for a mark while parts are put together, so that they are put together as if it were not there."""


def _marked(kind: str, name: str, text: str) -> str:
    return f"\x02{kind}={name}\x03{text}\x04"


def _bare(text: str) -> str:
    return _MARK.sub("", text)


def number_latex(value: float, digits: int | None) -> str:
    """A number as LaTeX, with a power of ten instead of an exponent letter; whole ones with all their digits."""
    whole = value.is_integer() and abs(value) < 1e15
    text = str(int(value)) if whole else repr(value) if digits is None else f"{value:.{digits}g}"
    if digits is not None and 1e3 <= abs(value) < 1e6:
        text = str(int(float(text))) if float(text).is_integer() else text
    mantissa, _, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _times(names: Sequence[str]) -> str:
    """What stands between factors: a space between signs, a gap between words, a dot between names that have gaps themselves."""
    if any(has_words(name) for name in names):
        return r" \cdot "
    written = [latex_name(name) for name in names]
    return "\\," if any("\\mathrm{" in name or "\\text{" in name for name in written) else " "


class _Typesetter:
    """Knows names, digits, and what stands between factors."""

    def __init__(self, columns: Sequence[str], style: Style, times: str) -> None:
        self._columns = columns
        self._style = style
        self._times = times
        # By place in memory, with the node so that no other one takes that place: a part is asked for more than once, for its
        # brackets and its signs, and powers of powers would double that at every level.
        self._made: dict[int, tuple[Expression, str]] = {}

    def text(self, node: Expression) -> str:
        """A part that stands alone."""
        found = self._made.get(id(node))
        if found is None:
            found = self._made[id(node)] = node, self._text(node)
        return found[1]

    def _text(self, node: Expression) -> str:
        term = self._style.terms.get(id(node))
        written = self._plain(node)
        if term is None:
            return written
        size = written.removeprefix("-").lstrip(" ")
        return f"{written[: len(written) - len(size)]}{_marked('term', term, size)}"

    def _plain(self, node: Expression) -> str:
        match node:
            case Sum(parts):
                return self._sum(parts)
            case Product():
                return self._quotient(node)
            case Power(base, exponent):
                return self._power(node, base, exponent)
            case Apply(function, arguments):
                return self._applied(function, arguments)
            case Spline(edge, argument):
                return f"\\varphi_{{{_indices(edge)}}}\\left({self.text(argument)}\\right)"
            case Hidden(place):
                return f"h_{{{_indices(place)}}}"
            case Column(index):
                return latex_name(self._columns[index])
            case _:
                return self._number(node)

    def _number(self, node: Expression) -> str:
        if isinstance(node, Constant):
            return self._constant(node.name)
        assert isinstance(node, Exact)
        if node.symbol in _KNOWN:
            return _KNOWN[node.symbol]
        number = spelled(node)
        return number_latex(node.value, self._style.digits) if number == node else self.text(number)

    def _constant(self, name: str, *, size: bool = False) -> str:
        """Its name, or its value with the sign in front of the mark; of the value's size alone no sign is written."""
        value = self._style.values.get(name)
        digits = self._style.digits_of.get(name, self._style.digits)
        exact = self._style.sizes.get(name)
        text = constant_latex(name) if value is None else number_latex(abs(value), digits) if exact is None else self.text(exact)
        marked = _marked("constant", name, text) if self._style.marked else text
        return f"-{marked}" if value is not None and value < 0 and not size else marked

    def _sum(self, parts: Sequence[Expression]) -> str:
        first, *others = parts
        text = self.text(first)
        for part in others:
            written = self._bracketed(part) if isinstance(part, Sum) else self.text(part)
            # A product says its own sign.
            text += (
                f" - {written[2:]}" if written.startswith("- ") else f" - {written[1:]}" if written[0] == "-" else f" + {written}"
            )
        return text

    def _quotient(self, node: Expression) -> str:
        """A product with its sign in front and what divides it below a line."""
        negative, above, below = self._parts(node)
        sign = "- " if negative else ""
        if not below:
            alone = len(above) == 1 and isinstance(above[0], Sum)
            return sign + (self._bracketed(above[0]) if alone and negative else self._row(above))
        return f"{sign}\\frac{{{self._row(above) or '1'}}}{{{self._row(below)}}}"

    def _parts(self, node: Expression) -> tuple[bool, list[Expression], list[Expression]]:
        """Whether it is negative, factors above and below the line."""
        negative = False
        above: list[Expression] = []
        below: list[Expression] = []
        for factor in _factors(node):
            if isinstance(factor, Exact) and factor.value < 0:
                negative = not negative
                above += [] if factor.value == -1 else [Exact(-factor.value)]
            elif self._is_negative(factor):
                negative = not negative
                above.append(factor)
            elif isinstance(factor, Power) and isinstance(factor.exponent, Exact) and factor.exponent.value < 0:
                below.append(_inverse(factor.base, factor.exponent))
            elif factor != ONE:
                above.append(factor)
        return negative, above, below

    def _row(self, factors: Sequence[Expression]) -> str:
        """Factors side by side."""
        text = ""
        for factor in factors:
            written = self._unsigned(factor)
            # A function that is set as several factors, such as (x) mod (y), is one of its own.
            several = isinstance(factor, Apply) and FUNCTIONS[factor.function].typeset and _bare(written).startswith("\\left(")
            if len(factors) > 1 and (isinstance(factor, Sum) or several):
                written = f"\\left({written}\\right)"
            between = r" \cdot " if _bare(text)[-1:].isdigit() and _bare(written)[:1].isdigit() else self._times
            text += (between if text else "") + written
        return text

    def _unsigned(self, node: Expression) -> str:
        """A factor, whose sign stands in front of the product."""
        return self._constant(node.name, size=True) if isinstance(node, Constant) else self.text(node)

    def _is_negative(self, node: Expression) -> bool:
        return isinstance(node, Constant) and self._style.values.get(node.name, 0.0) < 0

    def _power(self, node: Power, base: Expression, exponent: Expression) -> str:
        if isinstance(exponent, Exact) and exponent.value < 0 and (exponent.value.is_integer() or exponent.symbol):
            return self._quotient(node)
        raised = self.text(exponent)
        match base:
            case Apply(function, arguments) if FUNCTIONS[function].typeset is None:
                return self._called(function, arguments, f"^{{{raised}}}")
            case Spline(edge, argument):
                return f"\\varphi_{{{_indices(edge)}}}^{{{raised}}}\\left({self.text(argument)}\\right)"
            case Column() | Hidden():
                return f"{self.text(base)}^{{{raised}}}"
            case Constant() | Exact() if not self._is_negative(base) and not (isinstance(base, Exact) and base.value < 0):
                written = self.text(base)
                return (
                    f"{written}^{{{raised}}}"
                    if " " not in written and "\\frac" not in written
                    else f"\\left({written}\\right)^{{{raised}}}"
                )
            case _:
                written = self.text(base)
                return f"{written if written.startswith(_OWN_BRACKETS) else self._bracketed(base)}^{{{raised}}}"

    def _applied(self, function: str, arguments: Sequence[Expression]) -> str:
        row = FUNCTIONS[function]
        if row.typeset is not None:
            return row.typeset(*(self.text(argument) for argument in arguments))
        return self._called(function, arguments, "")

    def _called(self, function: str, arguments: Sequence[Expression], raised: str) -> str:
        command = FUNCTIONS[function].latex or f"\\operatorname{{{function}}}"
        inside = ", ".join(self.text(argument) for argument in arguments)
        return f"{command}{raised}{{\\left({inside} \\right)}}"

    def _bracketed(self, node: Expression) -> str:
        return f"\\left({self.text(node)}\\right)"


def _factors(node: Expression) -> list[Expression]:
    """Factors with exact numbers such as 2/3 taken apart."""
    made: list[Expression] = []
    for part in node.parts if isinstance(node, Product) else (node,):
        number = spelled(part) if isinstance(part, Exact) and part.symbol else part
        made += number.parts if isinstance(number, Product) else (number,)
    return made


def _inverse(base: Expression, exponent: Exact) -> Expression:
    return base if exponent.value == -1 else Power(base, Exact(-exponent.value, exponent.symbol.removeprefix("-")))


def _indices(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
