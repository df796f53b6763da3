"""A law as a sympy expression, the shortest of some equivalent forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import sympy

from kan_core.expression.bridge import from_sympy
from kan_core.expression.complexity import complexity
from kan_core.search.laws.exact import ExactLaw
from kan_core.search.laws.node import Node
from kan_core.training.halting import go_on

_SYMPY: Mapping[str, Callable[..., sympy.Expr]] = {
    "exp": sympy.exp, "log": sympy.log, "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "asin": sympy.asin,
    "acos": sympy.acos, "atan": sympy.atan, "tanh": sympy.tanh, "atanh": sympy.atanh, "cosh": sympy.cosh,
}  # fmt: skip
# Formulas longer than this are not rewritten: sympy's time grows fast.
_LONG = 45


def expression_of(law: ExactLaw, names: Sequence[str]) -> sympy.Expr:
    """The formula in the names of the columns, exact numbers as such."""
    return _written(law.node, names, law.exact, iter(range(10**6)))


def shortest(expression: sympy.Expr) -> sympy.Expr:
    """The form with the fewest operations that quick rewritings find."""
    if _length(expression) > _LONG:
        return expression
    return min([expression, *_forms(expression)], key=lambda form: (int(sympy.count_ops(form)), _length(form)))


def _length(expression: sympy.Expr) -> int:
    return complexity(from_sympy(expression, ()))


def _forms(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    rewritings: list[Callable[..., object]] = [_exponents_expanded, sympy.factor_terms, sympy.powsimp, sympy.together]
    if not expression.has(sympy.Float):
        rewritings += [sympy.factor, sympy.cancel, sympy.expand]
    if expression.has(sympy.sin, sympy.cos):
        rewritings.append(sympy.trigsimp)
    for rewriting in rewritings:
        go_on()
        try:
            form = rewriting(expression)
        except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError):
            continue
        if isinstance(form, sympy.Expr):
            yield form


def _exponents_expanded(expression: sympy.Expr) -> object:
    """exp(y·(a + log(x)/y)) = x·exp(a·y)."""
    return expression.replace(sympy.exp, lambda inside: sympy.exp(sympy.expand(inside)))


def _written(node: Node, names: Sequence[str], exact: Mapping[int, sympy.Expr], places: Iterator[int]) -> sympy.Expr:
    if node.kind == "column":
        return sympy.Symbol(names[int(node.value)])
    if node.kind == "number":
        return exact.get(next(places), sympy.Float(node.value))
    parts = [_written(part, names, exact, places) for part in node.parts]
    if node.kind == "sum":
        return sympy.Add(*parts)
    if node.kind == "product":
        return sympy.Mul(*parts)
    if node.kind == "power":
        return sympy.Pow(parts[0], sympy.nsimplify(node.value, rational=True))
    return _SYMPY[node.kind](parts[0])
