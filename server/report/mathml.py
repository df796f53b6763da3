"""Formulas as MathML, which browsers typeset by themselves."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.printing.mathml import mathml

from kan_core.symbolic.expression import round_numbers

_DIGITS = 4
_SPLINE = re.compile(r"phi_(\d+)_(\d+)_(\d+)")


def equation(target: str, expression: sympy.Expr) -> str:
    """`target = expression` with four digits as a `<math>` block.

    sympy writes names as they are, markup included, so they are escaped before it sees them.
    """
    short: Any = round_numbers(expression, _DIGITS)
    for node in short.atoms(AppliedUndef):
        short = short.replace(node.func, sympy.Function(_spline_name(node.func.__name__)))
    short = short.xreplace({symbol: _escaped(symbol.name) for symbol in short.free_symbols})
    left, right = (str(mathml(part, printer="presentation")) for part in (_escaped(target), short))
    return f'<math display="block"><mrow>{left}<mo>=</mo>{right}</mrow></math>'


def _escaped(name: str) -> sympy.Symbol:
    return sympy.Symbol(escape(name))


def _spline_name(name: str) -> str:
    match = _SPLINE.fullmatch(name)
    return f"φ[{match[1]},{match[2]},{match[3]}]" if match else name
