"""Equations become residuals of the network with exact derivatives, at points in a box and at places on its border."""

import numpy as np
import pytest
import torch

from kan_core.errors import FormulaError
from kan_core.expression.functions import FUNCTIONS
from kan_core.network.create import create_network
from kan_core.symbolic.equations import Box, equation_task, first_guess, read_equations, relation_of, scattered_points
from kan_core.symbolic.from_formula import from_formula
from kan_core.training.data import Table, make_table
from kan_core.training.parameters import free_parameters
from kan_core.training.relation_task import balanced_weight, residual_jacobian
from tests.kan_core.networks import generator


def box(*ranges):
    ends = torch.tensor(ranges, dtype=torch.float64)
    return Box(ends[:, 0], ends[:, 1])


def network_of(formulas, points, inputs, unknowns):
    table = make_table(points, torch.zeros((len(points), len(unknowns)), dtype=torch.float64) + points[:, :1])
    return from_formula(formulas, table, inputs, unknowns)


@pytest.mark.parametrize(
    ("formula", "equation"),
    [
        ("sin(3*x)*exp(-t)", "u_t = u_xx/9"),
        ("sin(3*x)*exp(-t)", "D(u, x, t) = -3*cos(3*x)*exp(-t)"),
        ("(x + 2)^2*t", "u_xx*u_t - 2*u + u_x^2 = 4*t^2*(x + 2)^2"),
        ("exp(x + t)", "log(u) - x = t"),
        ("x^2 + t^2", "abs(u_x)^1.5 - sqrt(u)^2 = (2*abs(x))^1.5 - u"),
    ],
)
def test_the_residual_of_a_solution_vanishes(formula, equation):
    points = scattered_points(box((-1, 1), (0, 2)), 60, seed=1)
    network = network_of([formula], points, ["x", "t"], ["u"])
    loss = relation_of(read_equations([equation], ["x", "t"], ["u"]))
    torch.testing.assert_close(loss.residuals(network, points), torch.zeros((60, 1), dtype=torch.float64), atol=1e-9, rtol=0)


def test_several_equations_are_several_residuals_of_several_unknowns():
    points = scattered_points(box((0, 3)), 40, seed=0)
    network = network_of(["cos(t)", "-sin(t)"], points, ["t"], ["a", "b"])
    residuals = relation_of(read_equations(["a_t = b", "b_t + 2*a = 0"], ["t"], ["a", "b"])).residuals(network, points)
    torch.testing.assert_close(residuals[:, 0], torch.zeros(40, dtype=torch.float64), atol=1e-12, rtol=0)
    torch.testing.assert_close(residuals[:, 1], torch.cos(points[:, 0]))


def test_conditions_are_asked_all_along_their_place():
    area = box((-1, 1), (0, 2))
    equations = read_equations(["u_t = u_xx", "u = 1 at x = -1", "u_x = 0 at x = 1, t = 2"], ["x", "t"], ["u"])
    task = equation_task(equations, scattered_points(area, 50, 0), area, ["x", "t"])
    line, point = (condition.points for condition in task.conditions)
    assert torch.equal(line[:, 0], torch.full((len(line),), -1.0, dtype=torch.float64))
    assert (float(line[:, 1].min()), float(line[:, 1].max())) == (0, 2)
    assert point.tolist() == [[1, 2]]


def test_conditions_on_a_surface_spread_over_it():
    area = box((-1, 1), (0, 2), (5, 6))
    equations = read_equations(["u_x = 0", "u = 1 at y = 0"], ["x", "y", "z"], ["u"])
    points = equation_task(equations, scattered_points(area, 50, 0), area, ["x", "y", "z"]).conditions[0].points
    assert points.shape == (200, 3)
    assert torch.equal(points.amin(0), torch.tensor([-1.0, 0, 5], dtype=torch.float64))
    assert torch.equal(points.amax(0), torch.tensor([1.0, 0, 6], dtype=torch.float64))


def test_the_jacobian_of_conditions_equals_finite_differences():
    area = box((-1, 1), (0, 2))
    points = scattered_points(area, 20, 0)
    network = network_of(["x*t + exp(x)"], points, ["x", "t"], ["u"])
    equations = read_equations(["u_t = u_xx*u", "u = sin(x) at t = 0", "u_x = 0 at x = 1"], ["x", "t"], ["u"])
    task = equation_task(equations, points, area, ["x", "t"], weight=0.3, boundary=Table(points[:5], points[:5, :1]))
    parameters = free_parameters(network)
    vector = parameters.gather(network)
    made = residual_jacobian(network, parameters, task)
    for place in range(vector.numel()):
        bump = torch.zeros_like(vector)
        bump[place] = 1e-6
        above, below = (task.residuals(parameters.scatter(network, vector + sign * bump)) for sign in (1, -1))
        torch.testing.assert_close(made[:, place], (above - below) / 2e-6, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_may_stand_in_an_equation_that_is_solved(row):
    """Of an unknown and of inputs, also on an edge: the Jacobian of what is left equals finite differences."""
    area = box((0.55, 0.95), (0.55, 0.95))
    points = scattered_points(area, 24, 0)
    given, others = (", ".join(names[: row.arguments]) for names in (["u", "x", "t"], ["t", "x", "1"]))
    equations = read_equations([f"u_t = {row.name}({given})*{row.name}({others})", "u = x at t = 0.6"], ["x", "t"], ["u"])
    on_an_edge = f"{row.name}({others})" if row.arguments == 1 else "x*t"
    network = network_of([f"sin(x + t)/2 + 0.9 + {on_an_edge}/9"], points, ["x", "t"], ["u"])
    task = equation_task(equations, points, area, ["x", "t"])
    parameters = free_parameters(network)
    vector = parameters.gather(network)
    made = residual_jacobian(network, parameters, task)
    known = torch.isfinite(task.residuals(network))
    for place in range(vector.numel()):
        bump = torch.zeros_like(vector)
        bump[place] = 1e-7
        above, below = (task.residuals(parameters.scatter(network, vector + sign * bump)) for sign in (1, -1))
        steady = known & torch.isfinite(above - below)
        torch.testing.assert_close(made[steady, place], ((above - below) / 2e-7)[steady], rtol=1e-4, atol=1e-5)


def test_points_fill_the_box_and_touch_every_face():
    area = box((-1, 1), (10, 30))
    points = scattered_points(area, 200, seed=3)
    assert points.shape == (200, 2)
    for place, (low, high) in enumerate(((-1, 1), (10, 30))):
        assert int((points[:, place] == low).sum()) >= 8
        assert int((points[:, place] == high).sum()) >= 8
        counts = np.histogram(points[:, place].numpy(), bins=4, range=(low, high))[0]
        assert counts.min() > 30
    assert torch.equal(points, scattered_points(area, 200, seed=3))
    assert not torch.equal(points, scattered_points(area, 200, seed=4))


def test_the_first_guess_has_the_size_of_what_is_known():
    area = box((0, 1), (0, 1))
    equations = read_equations(["u_x = v_t", "u = 300 at x = 0", "u = 500 at x = 1", "v_x = 2 at x = 0"], ["x", "t"], ["u", "v"])
    points = torch.tensor([[0.0, 0.3], [1.0, 0.3], [0.5, 0.9]], dtype=torch.float64)
    guess = first_guess(equations, points, area, 2)
    torch.testing.assert_close(guess[:, 0], torch.tensor([300.0, 500, 400], dtype=torch.float64), rtol=1e-2, atol=0)
    assert guess[:, 1].tolist() == [0, 0, 0]


def test_the_balance_makes_up_for_units():
    # The same equation in centimetres: its second derivatives, and so its pull, shrink, and its weight grows by as much.
    weights = []
    for unit in (1, 100):
        area = box((0, unit), (0, 1))
        points = scattered_points(area, 60, 0)
        equations = read_equations(["u_xx = 1", "u = 0 at x = 0"], ["x", "t"], ["u"])
        weights.append(balanced_weight(untrained(points), equation_task(equations, points, area, ["x", "t"])))
    assert weights[1] / weights[0] == pytest.approx(1e8, rel=1e-6)
    equations = read_equations(["u_xx = 1"], ["x", "t"], ["u"])
    assert balanced_weight(untrained(points), equation_task(equations, points, area, ["x", "t"])) == 1


def untrained(points):
    return create_network([2, 1], make_table(points, torch.zeros_like(points[:, :1])), generator=generator(0))


def test_a_place_outside_the_box_and_lines_without_an_equation_everywhere_are_refused():
    area = box((0, 1))
    with pytest.raises(FormulaError, match="t = 2 lies outside its range 0 … 1"):
        equation_task(read_equations(["u_t = 1", "u = 0 at t = 2"], ["t"], ["u"]), torch.zeros((1, 1)), area, ["t"])
    with pytest.raises(FormulaError, match="holds everywhere is missing"):
        read_equations(["u = 0 at t = 0", ""], ["t"], ["u"])
    with pytest.raises(FormulaError, match="line 3, position 7"):
        read_equations(["u_t = 1", "", "u = 0 )"], ["t"], ["u"])
