"""Complexity is the number of constants, variables and operators."""

from __future__ import annotations

import pytest
import sympy

from kan_core.expression.bridge import from_sympy
from kan_core.expression.complexity import complexity

x, y = sympy.symbols("x y")


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        (x, 1),
        (sympy.Float(2.5), 1),
        (x + y, 3),
        (x - y, 3),
        (-x, 2),
        (2 * x, 3),
        (x / y, 3),
        (1 / x, 3),
        (x**2, 3),
        (1 / x**2, 5),
        (sympy.sqrt(x), 2),
        (2 / sympy.sqrt(x), 4),
        (sympy.exp(x), 2),
        (sympy.exp(sympy.sin(3.14 * x) + y**2), 9),
        (sympy.besselj(0, x), 2),
        (sympy.Function("phi_0_0_0")(x + 1), 4),
        (x * y * 2 + 1, 7),
        (sympy.pi * x, 3),
        (sympy.pi * x / 2, 3),
        (x / 3, 3),
        (sympy.sqrt(2) * x, 3),
        (x + sympy.Rational(1, 3), 3),
        (x ** sympy.Rational(3, 2), 3),
        (x - sympy.pi / 2, 3),
        (sympy.Float(0.5) * sympy.sin(sympy.pi * x) / y, 8),
        (-x / y, 4),
        (sympy.sin(x) ** 2 + sympy.cos(y) / (1 + x), 11),
        (sympy.sqrt(2), 1),
    ],
)
def test_counts(expression: sympy.Expr, count: int) -> None:
    assert complexity(from_sympy(expression, (x, y))) == count
