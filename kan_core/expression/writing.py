"""Tree → text: in the grammar of `text`, which reads it back to an equal tree, or as a program writes formulas.

The languages differ in few things, which a `Language` says; a further one is a further value of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from kan_core.expression.functions import FUNCTIONS, NAMED
from kan_core.expression.numbers import spelled
from kan_core.expression.text import NUMBERS
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
    product,
    walk,
)

_RESERVED = frozenset(NAMED.keys() | NUMBERS.keys())
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLAIN, _SIDE, _SUM, _PRODUCT, _POWER = range(5)
"""How tightly what stands around a part binds."""


def _called(function: str, arguments: Sequence[str]) -> str:
    return f"{function}({', '.join(arguments)})"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name not in _RESERVED else f"`{name}`"


@dataclass(frozen=True)
class Language:
    """How a language writes formulas.

    Attributes:
        power: its sign for powers.
        applied: (name of a row, texts of the arguments) → text, which binds like a function's call.
        column: name of a column → text.
        numbers: what known numbers are called.
        infix: whether comparisons stand between their sides.
    """

    power: str = "^"
    applied: Callable[[str, Sequence[str]], str] = _called
    column: Callable[[str], str] = _quoted
    numbers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    infix: bool = True


FORMULA = Language()
"""The grammar of `text`."""


def written(node: Expression, columns: Sequence[str], language: Language = FORMULA) -> str:
    """The formula with as few parentheses as its grammar needs.

    Args:
        node: of the formula.
        columns: names of the inputs in order.
        language: in which it is written.
    """
    return _Writer(columns, language).text(node, _PLAIN)


def spline_name(spline: Spline) -> str:
    """What a spline is called in texts: phi_layer_source_target."""
    return "_".join(("phi", *map(str, spline.edge)))


def hidden_name(hidden: Hidden) -> str:
    """What a hidden node's value is called in texts: h_layer_index."""
    return f"h_{hidden.node.layer}_{hidden.node.index}"


class _Writer:
    """Knows the names of the columns, and the language."""

    def __init__(self, columns: Sequence[str], language: Language) -> None:
        self._columns = columns
        self._language = language

    def text(self, node: Expression, around: int) -> str:
        """A part, in parentheses where what stands around it binds more tightly."""
        match node:
            case Sum(parts):
                return _enclosed(self._sum(parts), around > _SIDE)
            case Product(parts):
                return _enclosed(self._product(parts), around > _SUM)
            case Power(_, Exact(exponent)) if exponent < 0:
                return _enclosed(self._product((node,)), around > _SUM)
            case Power(base, exponent):
                raised = f"{self.text(base, _POWER)}{self._language.power}{self.text(exponent, _POWER)}"
                return _enclosed(raised, around >= _POWER)
            case Apply(function, arguments):
                return self._applied(function, arguments, around)
            case Spline(_, argument):
                return _called(spline_name(node), [self.text(argument, _PLAIN)])
            case _:
                return self._leaf(node, around)

    def _applied(self, function: str, arguments: Sequence[Expression], around: int) -> str:
        sign = FUNCTIONS[function].infix
        if sign and self._language.infix:
            return _enclosed(f" {sign} ".join(self.text(argument, _SIDE) for argument in arguments), around > _PLAIN)
        return self._language.applied(function, [self.text(argument, _PLAIN) for argument in arguments])

    def _leaf(self, node: Expression, around: int) -> str:
        match node:
            case Exact(value, symbol):
                known = self._language.numbers.get(symbol, symbol if symbol in NUMBERS else "")
                if symbol and not known and (number := spelled(node)) != node:
                    return self.text(number, around)
                return _enclosed(known or number_text(value), value < 0 and around > _SUM)
            case Column(index):
                return self._language.column(self._columns[index])
            case Constant(name):
                return name
            case Hidden():
                return hidden_name(node)
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
        for part in _factors(parts):
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


def _factors(parts: Sequence[Expression]) -> list[Expression]:
    """Factors with exact numbers such as 2/3 taken apart."""
    made: list[Expression] = []
    for part in parts:
        number = spelled(part) if isinstance(part, Exact) and part.symbol else part
        made += number.parts if isinstance(number, Product) else (number,)
    return made


def _inverse(base: Expression, exponent: Exact) -> Expression:
    return base if exponent.value == -1 else Power(base, Exact(-exponent.value, exponent.symbol.removeprefix("-")))


def _parted(part: Expression) -> tuple[str, Expression]:
    """The sign of a summand and the rest."""
    factors = _factors(part.parts if isinstance(part, Product) else (part,))
    first = factors[0]
    if not isinstance(first, Exact) or first.value >= 0 or first.symbol:
        return "+", part
    # A number in place of a constant may be negative as well: x - -2 is x + 2.
    sign, left = _parted(product(Exact(-first.value), *factors[1:]))
    return ("-" if sign == "+" else "+"), left


@lru_cache(maxsize=256)
def _template(function: str) -> tuple[str, bool]:
    """Sympy's text of a row over {0}, {1}, …, and whether it binds like a call."""
    import sympy

    row = FUNCTIONS[function]
    places = [sympy.Symbol(f"argument{place}") for place in range(row.arguments)]
    made = row.symbol(*places)
    text = str(made).replace("{", "{{").replace("}", "}}")
    for place, symbol in enumerate(places):
        text = text.replace(symbol.name, f"{{{place}}}")
    return text, isinstance(made, sympy.Function | sympy.Max | sympy.Min) and set(places) <= set(made.args)


def _in_sympy(function: str, arguments: Sequence[str]) -> str:
    if function == "sqrt":
        return _called(function, arguments)
    template, call = _template(function)
    return template.format(*arguments) if call else f"({template.format(*(f'({argument})' for argument in arguments))})"


SYMPY = Language("**", _in_sympy, str, MappingProxyType({"e": "E", "nan": "nan"}), infix=False)
"""Python text that sympy reads; columns must be given as identifiers."""


def sympy_names(expressions: Sequence[Expression]) -> set[str]:
    """What the expressions need of sympy, and their splines, by the names in the text."""
    names: set[str] = set()
    for part in (part for expression in expressions for part in walk(expression)):
        match part:
            case Apply(function):
                names |= {"sqrt"} if function == "sqrt" else set(_NAME.findall(_template(function)[0])) - {"True"}
            case Exact(_, symbol) if symbol:
                names |= {SYMPY.numbers.get(name, name) for name in _NAME.findall(symbol)}
            case Spline():
                names.add(spline_name(part))
            case _:
                continue
    return names


def _in_numpy(function: str, arguments: Sequence[str]) -> str:
    return FUNCTIONS[function].numpy.format(*arguments)


NUMPY = Language("**", _in_numpy, str, MappingProxyType({"pi": "np.pi", "e": "np.e", "nan": "np.nan"}), infix=False)
"""Python text over numpy arrays; columns must be given as identifiers, and the rows' helpers be defined."""
