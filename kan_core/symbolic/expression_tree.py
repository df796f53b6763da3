"""sympy expressions as plain JSON and back, from a closed list of node kinds.

Crosses to the simplifying process and back. Nothing in it is ever parsed as code: symbols and splines travel as
numbers into a list that stays at home, doubles as hexadecimal text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy
from sympy.core.function import AppliedUndef

from kan_core.errors import FormulaError

_FUNCTIONS: Mapping[str, type[sympy.Basic]] = {
    function.__name__: function
    for function in (
        *(
            sympy.Add,
            sympy.Mul,
            sympy.Pow,
            sympy.UnevaluatedExpr,
            sympy.exp,
            sympy.log,
            sympy.sin,
            sympy.cos,
            sympy.tan,
            sympy.cot,
            sympy.sec,
        ),
        *(sympy.csc, sympy.asin, sympy.acos, sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech),
        *(sympy.csch, sympy.asinh, sympy.acosh, sympy.atanh, sympy.Abs, sympy.sign, sympy.erf, sympy.sinc, sympy.besselj),
    )
}
_NUMBERS: Mapping[str, sympy.Expr] = {"Pi": sympy.pi, "Exp1": sympy.E, "NaN": sympy.nan}

Tree = list["str | Tree"]


def to_tree(expression: sympy.Basic, symbols: Sequence[sympy.Symbol]) -> Tree:
    """Nested lists [kind, part, …].

    Raises:
        FormulaError: a node outside the closed list.
    """
    if isinstance(expression, sympy.Symbol):
        return ["symbol", str(symbols.index(expression))]
    if isinstance(expression, sympy.Float):
        return ["float", float(expression).hex()]
    if isinstance(expression, sympy.Rational):
        return ["rational", str(int(expression.p)), str(int(expression.q))]
    for name, value in _NUMBERS.items():
        if expression == value or (name == "NaN" and expression is sympy.nan):
            return ["constant", name]
    name = expression.func.__name__
    if isinstance(expression, AppliedUndef) or name not in _FUNCTIONS or not expression.args:
        raise FormulaError(f"{name} is not among the functions a formula is made of")
    return [name, *(to_tree(argument, symbols) for argument in expression.args)]


def from_tree(tree: Tree, symbols: Sequence[sympy.Symbol]) -> sympy.Expr:
    """The expression of `to_tree`.

    Raises:
        FormulaError: not such a tree.
    """
    match tree:
        case ["symbol", str(position)] if position.isdigit() and int(position) < len(symbols):
            return symbols[int(position)]
        case ["float", str(digits)]:
            return sympy.Float(float.fromhex(digits))
        case ["rational", str(p), str(q)]:
            return sympy.Rational(int(p), int(q))
        case ["constant", str(name)] if name in _NUMBERS:
            return _NUMBERS[name]
        case [str(name), *parts] if name in _FUNCTIONS and all(isinstance(part, list) for part in parts):
            return _FUNCTIONS[name](*(from_tree(part, symbols) for part in parts if isinstance(part, list)))  # type: ignore[return-value]
        case _:
            raise FormulaError("not an expression tree")
