"""What is left of equations is measured against what should cancel, so a verdict does not depend on units."""

import math

import pytest
import torch

from kan_core.symbolic.equations import Box, read_equations, scattered_points
from kan_core.symbolic.from_formula import from_formula
from kan_core.symbolic.fulfilment import Fulfilment, VerdictLimits, fulfilment
from kan_core.training.data import make_table


def judged(formula, equations, ranges, target_spread=1.0):
    """What is left where a formula in x, t stands in for the solution u."""
    names = ["x", "t"][: len(ranges)]
    ends = torch.tensor(ranges, dtype=torch.float64)
    box = Box(ends[:, 0], ends[:, 1])
    points = scattered_points(box, 200, seed=1)
    table = make_table(points, target_spread * torch.sin(5 * points[:, :1]))
    network = from_formula([formula], table, names, ["u"])
    return fulfilment(network, read_equations(equations, names, ["u"]), points, box, names)


HEAT = ["u_t = u_xx/9", "u = sin(3*x) at t = 0"]
WHERE = [(-1, 1), (0, 2)]


def test_a_solution_is_solved_and_leaves_rounding():
    found = judged("sin(3*x)*exp(-t)", HEAT, WHERE)
    assert found.worst < 1e-12
    assert found.verdict() == "solved"


@pytest.mark.parametrize("formula", ["sin(3*x)*exp(t)", "sin(4*x)*exp(-t)", "x*t", "sin(3*x)", "100*sin(30*x)*exp(-t)"])
def test_another_function_is_no_solution(formula):
    assert judged(formula, HEAT, WHERE).verdict() == "not_a_solution"


def test_a_share_is_between_nothing_left_and_nothing_balanced():
    found = judged("x", ["u_x + u_t = x"], WHERE)
    # 1 - x beside terms 1 and |x|.
    expected = math.sqrt((1 + 1 / 3) / (1 + 1 / 3 + 2 * 0.5))
    assert found.everywhere[0] == pytest.approx(expected, abs=0.02)
    assert judged("x", ["u_x + u_t = -1"], WHERE).everywhere == (1.0,)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_units_of_the_unknown_and_of_the_equation_change_nothing(unit):
    wrong = judged(f"{unit}*sin(3*x)*exp(-1.1*t)", ["u_t = u_xx/9", f"u = {unit}*sin(3*x) at t = 0"], WHERE)
    plain = judged("sin(3*x)*exp(-1.1*t)", HEAT, WHERE)
    scaled = judged("sin(3*x)*exp(-1.1*t)", [f"{unit}*u_t = {unit}*u_xx/9", HEAT[1]], WHERE)
    assert wrong.worst == pytest.approx(plain.worst, rel=1e-6)
    assert scaled.worst == pytest.approx(plain.worst, rel=1e-6)


def test_a_condition_that_is_missed_is_no_solution_however_well_the_equation_holds():
    found = judged("cos(3*x)*exp(-t)", HEAT, WHERE)
    assert found.everywhere[0] < 1e-12
    assert found.verdict() == "not_a_solution"


@pytest.mark.parametrize("formula", ["x", "5", "x + 1000"])
def test_an_equation_of_one_term_is_judged_by_what_bends_as_much_as_the_unknown_changes(formula):
    ends = [f"u = {formula.replace('x', '(0)')} at x = 0", f"u = {formula.replace('x', '(1)')} at x = 1"]
    assert judged(formula, ["u_xx = 0", *ends], [(0, 1)]).verdict() == "solved"
    assert judged(f"{formula} + 1e-7*sin(3*x)", ["u_xx = 0", *ends], [(0, 1)]).verdict() == "solved"
    bent = judged(f"{formula} + sin(3*x)", ["u_xx = 0", *ends], [(0, 1)])
    assert bent.verdict() == "not_a_solution"


def test_where_zero_is_a_solution_what_is_small_is_so_in_the_unit_of_the_network():
    equations = ["u_xx + 4*u = 0", "u = 0 at x = 0", "u_x = 0 at x = 0"]
    assert judged("1e-6*exp(x)", equations, [(0, 1)]).verdict() == "solved"
    assert judged("exp(x)", equations, [(0, 1)]).verdict() == "not_a_solution"


def test_a_source_that_is_small_hides_no_error():
    """Where zero is no solution the scale is the problem's own, whatever the network began with."""
    equations = ["u_xx = 1e-6*sin(3*x)", "u = 0 at x = 0"]
    assert judged("-1e-6/9*sin(3*x)", equations, [(0, 3)]).verdict() == "solved"
    assert judged("1e-6/9*sin(3*x)", equations, [(0, 3)]).verdict() == "not_a_solution"


def test_a_sum_within_a_factor_may_vanish_too():
    equations = ["x^2*(u_xx + 9*u) = 0", "u = 1 at x = 0"]
    assert judged("cos(3*x)", equations, [(-1, 1)]).verdict() == "solved"
    assert judged("cos(2*x)", equations, [(-1, 1)]).verdict() == "not_a_solution"


def test_points_without_value_are_left_out_and_an_equation_without_any_is_not_fulfilled():
    assert judged("x^2", ["u_x = 2*x + 0*log(x + 0.5)"], [(-1, 1)]).verdict() == "solved"
    assert judged("x^2", ["u_x = 2*x + 0*log(x - 0.9)"], [(-1, 1)]).everywhere == (1.0,)


def test_the_worst_equation_decides_and_the_limits_are_where_they_are_said_to_be():
    limits = VerdictLimits()
    assert Fulfilment((0.0, limits.solved), ()).verdict() == "solved"
    assert Fulfilment((limits.solved * 1.01,), (0.0,)).verdict() == "nearly"
    assert Fulfilment((0.0,), (limits.nearly * 1.01,)).verdict() == "not_a_solution"
