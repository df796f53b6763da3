"""A law as a sympy expression, the shortest of some equivalent forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import sympy

from kan_core.expression.bridge import from_sympy
from kan_core.expression.complexity import complexity
from kan_core.expression.functions import FUNCTIONS
from kan_core.expression.tree import Apply, Column, Constant, Exact, Expression, Power, Product, Sum, children
from kan_core.search.laws.exact import ExactLaw
from kan_core.training.halting import go_on

# Formulas longer than this are not rewritten: sympy's time grows fast.
_LONG = 45


def expression_of(law: ExactLaw, names: Sequence[str]) -> sympy.Expr:
    """The formula in the names of the columns, exact numbers as such."""
    numbers = {name: law.exact.get(name, sympy.Float(value)) for name, value in law.values.items()}
    return _written(law.form, names, numbers)


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


def _written(node: Expression, names: Sequence[str], numbers: Mapping[str, sympy.Expr]) -> sympy.Expr:
    match node:
        case Column(index):
            return sympy.Symbol(names[index])
        case Constant(name):
            return numbers[name]
        case Exact(value):
            return sympy.Float(value)
        case Power(base, Exact(exponent)):
            return sympy.Pow(_written(base, names, numbers), sympy.nsimplify(exponent, rational=True))
        case _:
            parts = [_written(part, names, numbers) for part in children(node)]
    match node:
        case Sum():
            return sympy.Add(*parts)
        case Product():
            return sympy.Mul(*parts)
        case Apply(function):
            return FUNCTIONS[function].symbol(*parts)
        case _:
            raise TypeError(f"{node!r} is no part of a law")
