"""A law with the numbers that were found for it, and the shortest of some equivalent forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy

from kan_core.expression.bridge import from_sympy, symbols_of, to_sympy
from kan_core.expression.complexity import complexity
from kan_core.expression.exact import read_exact
from kan_core.expression.tree import Exact, Expression, Power, children, with_children, with_constants
from kan_core.search.laws.exact import ExactLaw
from kan_core.training.halting import go_on

# Formulas longer than this are not rewritten: sympy's time grows fast.
_LONG = 45


def expression_of(law: ExactLaw) -> Expression:
    """The formula with its numbers, exact ones as such."""
    numbers = {
        name: read_exact(law.exact[name].text) if name in law.exact else Exact(value) for name, value in law.values.items()
    }
    return _exponents_as_fractions(with_constants(law.form, numbers))


def _exponents_as_fractions(node: Expression) -> Expression:
    """x^0.5 is a root, not a power whose exponent was fitted."""
    if isinstance(node, Power) and isinstance(node.exponent, Exact) and not node.exponent.value.is_integer():
        above, below = node.exponent.value.as_integer_ratio()
        return Power(_exponents_as_fractions(node.base), Exact(node.exponent.value, f"{above}/{below}"))
    parts = children(node)
    return with_children(node, tuple(_exponents_as_fractions(part) for part in parts)) if parts else node


def shortest(expression: Expression, inputs: int) -> Expression:
    """The form with the fewest operations that quick rewritings by sympy find."""
    if complexity(expression) > _LONG:
        return expression
    symbols = symbols_of([f"x{index}" for index in range(inputs)])
    forms = ((form, from_sympy(form, symbols)) for form in _forms(to_sympy(expression, symbols)))
    return min(forms, key=lambda form: (int(sympy.count_ops(form[0])), complexity(form[1])))[1]


def _forms(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    yield expression
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
