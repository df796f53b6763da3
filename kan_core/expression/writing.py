"""Tree → text in the grammar of `text`, which reads it back to an equal tree."""

from __future__ import annotations

from collections.abc import Sequence

from kan_core.expression.functions import FUNCTIONS, NAMED
from kan_core.expression.text import NUMBERS
from kan_core.expression.tree import ONE, Apply, Column, Constant, Exact, Expression, Power, Product, Sum, product

_RESERVED = frozenset(NAMED.keys() | NUMBERS.keys())
_PLAIN, _SIDE, _SUM, _PRODUCT, _POWER = range(5)
"""How tightly what stands around a part binds."""


def written(node: Expression, columns: Sequence[str]) -> str:
    """The formula with as few parentheses as its grammar needs."""
    return _Writer(columns).text(node, _PLAIN)


class _Writer:
    """Knows the names of the columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def text(self, node: Expression, around: int) -> str:
        """A part, in parentheses where what stands around it binds more tightly."""
        match node:
            case Sum(parts):
                return _enclosed(self._sum(parts), around > _SIDE)
            case Product(parts):
                return _enclosed(self._product(parts), around > _SUM)
            case Power(_, Exact(exponent, "")) if exponent < 0:
                return _enclosed(self._product((node,)), around > _SUM)
            case Power(base, exponent):
                return _enclosed(f"{self.text(base, _POWER)}^{self.text(exponent, _POWER)}", around >= _POWER)
            case Apply(function, (left, right)) if FUNCTIONS[function].infix:
                sides = self.text(left, _SIDE), self.text(right, _SIDE)
                return _enclosed(f" {FUNCTIONS[function].infix} ".join(sides), around > _PLAIN)
            case Apply(function, arguments):
                return f"{function}({', '.join(self.text(argument, _PLAIN) for argument in arguments)})"
            case _:
                return self._leaf(node, around)

    def _leaf(self, node: Expression, around: int) -> str:
        match node:
            case Exact(value, symbol):
                return _enclosed(symbol or number_text(value), value < 0 and around > _SUM)
            case Column(index):
                name = self._columns[index]
                return name if name.isidentifier() and name not in _RESERVED else f"`{name}`"
            case Constant(name):
                return name
            case _:
                raise TypeError(f"{node!r} is no leaf")

    def _sum(self, parts: tuple[Expression, ...]) -> str:
        text = self.text(parts[0], _SUM)
        for part in parts[1:]:
            sign, rest = _parted(part)
            text += f" {sign} {self.text(rest, _SUM)}"
        return text

    def _product(self, parts: tuple[Expression, ...]) -> str:
        sign = ""
        above: list[str] = []
        below: list[str] = []
        for part in parts:
            if isinstance(part, Exact) and part.value < 0 and not part.symbol:
                sign = "" if sign else "-"
                if part.value != -1:
                    above.append(self.text(Exact(-part.value), _PRODUCT))
            elif isinstance(part, Power) and isinstance(part.exponent, Exact) and part.exponent.value < 0:
                below.append(self.text(_inverse(part.base, part.exponent), _PRODUCT))
            elif part != ONE:
                above.append(self.text(part, _PRODUCT))
        return sign + "/".join(["*".join(above) or "1", *below])


def number_text(value: float) -> str:
    """The shortest decimal that is the same double."""
    return repr(value).removesuffix(".0")


def _enclosed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _inverse(base: Expression, exponent: Exact) -> Expression:
    return base if exponent.value == -1 else Power(base, Exact(-exponent.value))


def _parted(part: Expression) -> tuple[str, Expression]:
    """The sign of a summand and the rest."""
    first = part.parts[0] if isinstance(part, Product) else part
    if not isinstance(first, Exact) or first.value >= 0 or first.symbol:
        return "+", part
    rest = part.parts[1:] if isinstance(part, Product) else ()
    # A number in place of a constant may be negative as well: x - -2 is x + 2.
    sign, left = _parted(product(Exact(-first.value), *rest))
    return ("-" if sign == "+" else "+"), left
