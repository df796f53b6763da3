"""The part of a formula that a constant stands in."""

from __future__ import annotations

import pytest
import sympy

from kan_core.symbolic.places import place_of

X, Y = sympy.symbols("x y")
A, B, C, D = (sympy.Float(value) for value in (1.5, 2.5, 3.5, 4.5))
WAVE = A * sympy.sin(B * X + C) + D


@pytest.mark.parametrize(
    ("value", "place"), [(1.5, A * sympy.sin(B * X + C)), (2.5, B * X), (3.5, sympy.sin(B * X + C)), (4.5, D)]
)
def test_the_smallest_part_around_a_constant(value: float, place: sympy.Expr) -> None:
    assert place_of([Y, WAVE], value) == place


def test_a_number_that_is_not_there_has_no_place() -> None:
    assert place_of([WAVE], 9.0) is None
