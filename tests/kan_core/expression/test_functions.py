"""One law-test over every row of the table of functions: value, slopes, sympy form and text agree."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
import torch

from kan_core.expression.functions import FUNCTIONS, Function
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column, Constant, product
from kan_core.expression.values import Program, values_of
from kan_core.expression.writing import written

ROWS = np.column_stack([np.linspace(-2.9, 2.9, 59) + 0.013, np.linspace(2.3, -2.2, 59) + 0.007])


def columns(row: Function) -> tuple[Column, ...]:
    return tuple(Column(place) for place in range(row.arguments))


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_value_is_that_of_sympy(row: Function) -> None:
    symbols = sympy.symbols("u v", real=True)[: row.arguments]
    expression = row.symbol(*symbols)
    values = values_of(Apply(row.name, columns(row)), ROWS)
    for given, value in zip(ROWS.tolist(), values.tolist(), strict=True):
        wanted = complex(expression.subs(dict(zip(symbols, given, strict=False))).evalf())
        if np.isfinite(value):
            assert abs(wanted - value) <= 1e-12 * (1 + abs(value))
        else:
            assert abs(wanted.imag) > 0 or not np.isfinite(wanted.real)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_slopes_are_those_of_differences(row: Function) -> None:
    names = [f"c{place}" for place in range(row.arguments)]
    scaled = Apply(row.name, tuple(product(Constant(name), Column(place)) for place, name in enumerate(names)))
    program, here, step = Program(scaled, ROWS, names), np.ones(row.arguments), 1e-6
    _, jacobian = program.linearised(here)
    for place in range(row.arguments):
        moved = step * np.eye(row.arguments)[place]
        wanted = (program.values(here + moved) - program.values(here - moved)) / (2 * step)
        told = np.isfinite(wanted) & np.isfinite(jacobian[:, place])
        assert told.any()
        np.testing.assert_allclose(jacobian[told, place], wanted[told], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_torch_computes_the_same(row: Function) -> None:
    arguments = [torch.from_numpy(ROWS[:, place].copy()) for place in range(row.arguments)]
    value = row.value(torch, *arguments)
    np.testing.assert_allclose(value.numpy(), values_of(Apply(row.name, columns(row)), ROWS), rtol=1e-13, equal_nan=True)
    slopes = row.slopes(torch, value, *arguments)
    assert [slope.shape for slope in slopes] == [value.shape] * row.arguments


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_text_is_read_back_under_every_name(row: Function) -> None:
    tree = Apply(row.name, columns(row))
    assert parse(written(tree, ["u", "v"]), ["u", "v"]) == tree
    for other in row.others:
        assert parse(f"{other}({', '.join(['u', 'v'][: row.arguments])})", ["u", "v"]) == tree
