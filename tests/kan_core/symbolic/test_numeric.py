"""The tree walker equals sympy's own evaluation and refuses what it does not know."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from kan_core.errors import FormulaError
from kan_core.primitives.library import LIBRARY
from kan_core.symbolic.numeric import evaluate_expression

x = sympy.Symbol("a column (with) [odd] name")
VALUES = np.linspace(0.11, 0.93, 9)


@pytest.mark.parametrize("name", list(LIBRARY))
def test_every_primitive_is_evaluated_as_sympy_does(name: str) -> None:
    shift = 1 if name == "arccosh" else 0
    expression = 2 * LIBRARY[name].symbol(x + shift) + sympy.Float(0.25)
    values = evaluate_expression(expression, {x.name: VALUES})
    wanted = [float(expression.subs(x, sympy.Float(value, 30))) for value in VALUES]
    assert values == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("function", [sympy.sec, sympy.csc, sympy.cot, sympy.sech, sympy.csch, sympy.coth])
def test_reciprocal_functions_of_simplified_forms_are_known(function: type[sympy.Function]) -> None:
    values = evaluate_expression(function(x), {x.name: VALUES})
    assert values == pytest.approx([float(function(value)) for value in VALUES], rel=1e-13)


def test_undefined_values_are_nan_without_warnings() -> None:
    values = evaluate_expression(sympy.log(x) + sympy.sqrt(x), {x.name: np.array([-1.0, 1.0])})
    assert np.isnan(values[0])
    assert values[1] == 1


def test_numbers_are_broadcast_to_the_rows() -> None:
    assert evaluate_expression(sympy.pi + 1, {x.name: VALUES}).shape == VALUES.shape


def test_splines_are_given_as_functions() -> None:
    phi = sympy.Function("phi_0_0_0")
    values = evaluate_expression(phi(x) + 1, {x.name: VALUES}, {"phi_0_0_0": np.square})
    assert values == pytest.approx(VALUES**2 + 1)
    with pytest.raises(FormulaError, match="phi_0_0_0"):
        evaluate_expression(phi(x), {x.name: VALUES})


def test_unknown_columns_and_functions_are_refused() -> None:
    with pytest.raises(FormulaError, match="column 'q'"):
        evaluate_expression(sympy.Symbol("q"), {x.name: VALUES})
    with pytest.raises(FormulaError, match="zeta"):
        evaluate_expression(sympy.zeta(x), {x.name: VALUES})
