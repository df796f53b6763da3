"""Formulas as MathML, which browsers typeset by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.printing.mathml import MathMLPresentationPrinter

from kan_core.expression.bridge import symbols_of, to_sympy
from kan_core.expression.names import GREEK_SIGNS, sign_of
from kan_core.expression.numbers import rounded
from kan_core.expression.tree import Expression

if TYPE_CHECKING:
    from xml.dom.minidom import Element

_DIGITS = 4
_SPLINE = re.compile(r"phi_(\d+)_(\d+)_(\d+)")


def equation(target: str, expression: Expression, columns: Sequence[str]) -> str:
    """`target = expression` with four digits as a `<math>` block."""
    short: Any = to_sympy(rounded(expression, _DIGITS), symbols_of(columns))
    for node in short.atoms(AppliedUndef):
        short = short.replace(node.func, sympy.Function(_spline_name(node.func.__name__)))
    words = any(sign_of(symbol.name) is None for symbol in short.free_symbols)
    # Two words side by side would read as one.
    printer: Any = _Printer({"mul_symbol": "dot" if words else None})
    left, right = (printer.doprint(part) for part in (sympy.Symbol(target), short))
    return f'<math display="block"><mrow>{left}<mo>=</mo>{right}</mrow></math>'


class _Printer(MathMLPresentationPrinter):
    """sympy's printer with names by our rule; it writes texts as they are, markup included, so they are escaped here."""

    def _print_Symbol(self, sym: sympy.Symbol, style: str = "plain") -> Element:  # noqa: N802, the printer's own convention
        del style
        sign = sign_of(sym.name)
        if sign is None:
            word = self._identifier(sym.name)
            word.setAttribute("mathvariant", "normal")
            return word
        letter = self._identifier(GREEK_SIGNS.get(sign.letter, sign.letter))
        if sign.index is None:
            return letter
        below = self.dom.createElement("msub")
        below.appendChild(letter)
        below.appendChild(self._identifier(GREEK_SIGNS.get(sign.index, sign.index)))
        return below

    def _print_UnevaluatedExpr(self, expr: sympy.UnevaluatedExpr) -> Element:  # noqa: N802
        inside: Any = self._print(expr.args[0])
        return inside

    def _identifier(self, text: str) -> Element:
        element = self.dom.createElement("mi")
        element.appendChild(self.dom.createTextNode(escape(text)))
        return element


def _spline_name(name: str) -> str:
    match = _SPLINE.fullmatch(name)
    return f"φ[{match[1]},{match[2]},{match[3]}]" if match else name
