"""One law-test over every row of the table of functions: value, slopes, curvatures, sympy form and text agree."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
import torch

from kan_core.expression.functions import FUNCTIONS, Function, recognised
from kan_core.expression.text import parse
from kan_core.expression.tree import Apply, Column, Constant, Expression, product, rebuilt, walk
from kan_core.expression.values import Program, values_of
from kan_core.expression.writing import written

ROWS = np.column_stack([np.linspace(-2.9, 2.9, 59) + 0.013, np.linspace(2.3, -2.2, 59) + 0.007, np.sin(np.arange(59.0)) + 0.0117])
NAMES = ["u", "v", "w"]
EVERY = pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)


def columns(row: Function) -> tuple[Column, ...]:
    return tuple(Column(place) for place in range(row.arguments))


@EVERY
def test_value_is_that_of_sympy(row: Function) -> None:
    symbols = sympy.symbols("u v w", real=True)[: row.arguments]
    expression = row.symbol(*symbols)
    values = values_of(Apply(row.name, columns(row)), ROWS)
    for given, value in zip(ROWS.tolist(), values.tolist(), strict=True):
        wanted = complex(expression.subs(dict(zip(symbols, given, strict=False))).evalf())
        if np.isfinite(value):
            assert abs(wanted - value) <= 1e-12 * (1 + abs(value))
        else:
            assert abs(wanted.imag) > 0 or not np.isfinite(wanted.real)


@EVERY
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


@EVERY
def test_curvatures_are_the_slopes_of_slopes(row: Function) -> None:
    arguments = [ROWS[:, place] for place in range(row.arguments)]
    step = 1e-6

    def slopes(*at: np.ndarray) -> list[np.ndarray]:
        return [np.broadcast_to(slope, at[0].shape) for slope in row.slopes(np, row.value(np, *at), *at)]

    with np.errstate(all="ignore"):
        pairs = [(one, other) for one in range(row.arguments) for other in range(one, row.arguments)]
        found = row.curvatures(np, row.value(np, *arguments), *arguments)
        assert len(found) == len(pairs)
        for (one, other), curvature in zip(pairs, found, strict=True):
            up, down = ([*arguments[:other], arguments[other] + way * step, *arguments[other + 1 :]] for way in (1, -1))
            wanted = (slopes(*up)[one] - slopes(*down)[one]) / (2 * step)
            told = np.isfinite(wanted) & np.isfinite(row.value(np, *arguments))
            np.testing.assert_allclose(np.broadcast_to(curvature, wanted.shape)[told], wanted[told], rtol=2e-5, atol=1e-6)


@EVERY
def test_torch_computes_the_same(row: Function) -> None:
    arguments = [torch.from_numpy(ROWS[:, place].copy()) for place in range(row.arguments)]
    plain = [argument.numpy() for argument in arguments]
    value = row.value(torch, *arguments)
    assert value.dtype == torch.float64
    with np.errstate(all="ignore"):
        wanted = row.value(np, *plain)
        np.testing.assert_allclose(value.numpy(), wanted, rtol=1e-13, equal_nan=True)
        for derivatives in (row.slopes, row.curvatures):
            computed = derivatives(torch, value, *arguments)
            for one, other in zip(computed, derivatives(np, wanted, *plain), strict=True):
                assert (one.dtype, one.shape) == (torch.float64, value.shape)
                np.testing.assert_allclose(one.numpy(), other, rtol=1e-12, atol=1e-300, equal_nan=True)


@EVERY
def test_a_value_that_is_said_not_to_be_needed_is_not(row: Function) -> None:
    arguments = [ROWS[:, place] for place in range(row.arguments)]
    with np.errstate(all="ignore"):
        value = row.value(np, *arguments)
        for derivatives, needed in ((row.slopes, row.slopes_need_value), (row.curvatures, row.curvatures_need_value)):
            if not needed:
                for one, other in zip(derivatives(np, None, *arguments), derivatives(np, value, *arguments), strict=True):
                    np.testing.assert_array_equal(one, other)


@EVERY
def test_text_is_read_back_under_every_name(row: Function) -> None:
    tree = Apply(row.name, columns(row))
    assert parse(written(tree, NAMES), NAMES) == tree
    for name in (row.name, *row.others):
        assert parse(f"{name}({', '.join(NAMES[: row.arguments])})", NAMES) == tree


@EVERY
def test_sympy_expressions_of_its_class_are_recognised(row: Function) -> None:
    symbols = sympy.symbols("u v w", real=True)[: row.arguments]
    if row.head is None:
        return
    expression = row.symbol(*symbols)
    if expression.func is row.head:
        assert recognised(expression) == (row, symbols)
    else:
        whole = row.head(*symbols)
        assert recognised(whole) == (row, symbols)


def plain(node: Expression) -> Expression:
    """The tree with every function of more arguments said in functions of one."""

    def change(part: Expression) -> Expression | None:
        if not isinstance(part, Apply) or (said := FUNCTIONS[part.function].plain) is None:
            return None
        return plain(said(*part.arguments))

    return rebuilt(node, change)


@EVERY
def test_functions_of_more_arguments_are_said_in_functions_of_one(row: Function) -> None:
    tree = Apply(row.name, columns(row))
    said = plain(tree)
    assert row.plain is not None or row.arguments == 1
    assert all(FUNCTIONS[part.function].arguments == 1 for part in walk(said) if isinstance(part, Apply))
    np.testing.assert_allclose(values_of(said, ROWS), values_of(tree, ROWS), rtol=1e-13, atol=1e-15)


@EVERY
def test_the_inverse_undoes_it_somewhere(row: Function) -> None:
    if row.inverse is None:
        return
    assert FUNCTIONS[row.inverse].inverse == row.name
    u = np.array([0.3, 0.7, 1.2])
    with np.errstate(all="ignore"):
        back = FUNCTIONS[row.inverse].value(np, row.value(np, u))
    told = np.isfinite(back)
    assert told.any()
    np.testing.assert_allclose(back[told], u[told], rtol=1e-12)


def test_a_branch_that_is_not_taken_need_not_be_defined() -> None:
    tree = parse("where(x > 0, log(a*x), b*x)", ["x"], constants=True)
    x = np.array([[-2.0], [-0.5], [0.5], [2.0]])
    values, jacobian = Program(tree, x, ["a", "b"]).linearised(np.array([2.0, 3.0]))
    np.testing.assert_allclose(values, [-6.0, -1.5, 0.0, np.log(4.0)], atol=1e-15)
    np.testing.assert_allclose(jacobian, [[0, -2.0], [0, -0.5], [0.5, 0], [0.5, 0]])


def test_comparisons_are_written_with_their_signs() -> None:
    tree = parse("where(x + 1 <= 2*y, (x < y)*3, y)", ["x", "y"])
    assert written(tree, ["x", "y"]) == "where(x + 1 <= 2*y, (x < y)*3, y)"
    assert parse("x ≥ y", ["x", "y"]) == Apply("at_least", (Column(0), Column(1)))


def test_a_quantity_may_be_called_as_a_bessel_function() -> None:
    assert parse("J0*exp(-x)", ["x"], constants=True) == product(Constant("J0"), Apply("exp", (parse("-x", ["x"]),)))


def test_special_functions_are_good_to_rounding() -> None:
    u = np.linspace(-6, 6, 121) + 0.003
    for name, wanted in (("erf", mpmath.erf), ("erfc", mpmath.erfc), ("sinc", mpmath.sinc)):
        exact = np.array([float(wanted(mpmath.mpf(point))) for point in u])
        np.testing.assert_allclose(FUNCTIONS[name].value(np, u), exact, rtol=1e-13, atol=1e-16)


POSITIVE = np.abs(ROWS) + 0.1


def at(row: Function, *arguments: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return row.value(np, *arguments)


@pytest.mark.parametrize("row", [row for row in FUNCTIONS.values() if row.homogeneity is not None], ids=lambda row: row.name)
def test_declared_homogeneity_holds(row: Function) -> None:
    given = [POSITIVE[:, place] for place in range(row.arguments)]
    wanted = 3.0 ** float(row.homogeneity or 0) * at(row, *given)
    np.testing.assert_allclose(at(row, *(3 * each for each in given)), wanted, rtol=1e-12, atol=1e-14)


@EVERY
def test_declared_symmetries_hold(row: Function) -> None:
    u = POSITIVE[:, 0]
    if row.parity is not None:
        np.testing.assert_allclose(at(row, -u), at(row, u) * (1 if row.parity == "even" else -1), rtol=1e-13)
    if row.period is not None:
        np.testing.assert_allclose(at(row, u + row.period), at(row, u), rtol=1e-9)
    if row.mirror is not None:
        np.testing.assert_allclose(at(row, -u), row.mirror - at(row, u), rtol=1e-12)
    if row.exponent is not None:
        np.testing.assert_allclose(at(row, u), u**row.exponent, rtol=1e-13)


@EVERY
def test_declared_laws_of_addition_hold(row: Function) -> None:
    u, s = POSITIVE[:, 0], np.float64(0.7)
    if row.shift_is_factor:
        np.testing.assert_allclose(at(row, u + s), at(row, s) * at(row, u), rtol=1e-13)
    if row.factor_is_shift:
        np.testing.assert_allclose(at(row, u * s), at(row, s) + at(row, u), rtol=1e-12, atol=1e-14)
    if row.quarter is not None:
        other, sign = FUNCTIONS[row.quarter[0]], row.quarter[1]
        np.testing.assert_allclose(at(row, u + np.pi / 2), sign * at(other, u), rtol=1e-12, atol=1e-14)
    if row.relative is not None:
        here, same = at(row, u), at(FUNCTIONS[row.relative.name], row.relative.scale * u + row.relative.shift)
        told = np.isfinite(here) & np.isfinite(same)
        assert abs(np.corrcoef(here[told], same[told])[0, 1]) > 1 - 1e-12
