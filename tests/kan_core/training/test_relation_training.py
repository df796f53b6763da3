"""Differential equations and unsupervised relations are fitted through the same protocol, with exact Jacobians."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from kan_core.errors import DataError, ShapeError
from kan_core.network.create import create_network
from kan_core.network.extend import refine_grid
from kan_core.network.network import Network
from kan_core.network.trace import evaluate, forward
from kan_core.training.data import Table, make_table
from kan_core.training.grids import Room, grow_grids, reach
from kan_core.training.parameters import free_parameters
from kan_core.training.relation_task import RelationTask, residual_jacobian
from kan_core.training.relation_training import RelationOptions, train_relation
from kan_core.training.relations import RelationLoss
from kan_core.training.starts import RELATION_HEAT, train_relation_from_starts
from tests.kan_core.networks import generator, mixed_network, uniform

PI = math.pi


def wave(x):
    return torch.sin(PI * x[:, :1]) * torch.sin(PI * x[:, 1:])


def poisson(side: int, weight: float = 0.01) -> RelationTask:
    """∇²u = -2π² sin(πx) sin(πy) on [-1, 1]² with u = 0 on the border."""
    line = torch.linspace(-1, 1, side, dtype=torch.float64)
    ones = torch.ones_like(line)
    border = torch.cat([torch.stack(pair, 1) for pair in ((line, ones), (line, -ones), (ones, line), (-ones, line))])
    relation = RelationLoss(lambda x, f: f.hessian.sum(-1) + 2 * PI**2 * wave(x))
    zeros = torch.zeros((len(border), 1), dtype=torch.float64)
    return RelationTask(relation, torch.cartesian_prod(line, line), Table(border, zeros), weight)


def scattered(task: RelationTask, count: int) -> RelationTask:
    """The same at a quasi-random sequence of points in the square."""
    engine = torch.quasirandom.SobolEngine(2, scramble=True, seed=0)
    return replace(task, points=engine.draw(count, dtype=torch.float64) * 2 - 1)


def network_for(task: RelationTask, shape, seed: int, intervals: int = 5) -> Network:
    zeros = torch.zeros((task.points.shape[0], 1), dtype=torch.float64)
    return create_network(shape, make_table(task.points, zeros), generator=generator(seed), intervals=intervals)


def last(steps):
    progress = None
    for progress in steps:
        assert math.isfinite(progress.train_error)
    assert progress is not None
    return progress


def test_the_jacobian_of_the_residuals_equals_finite_differences() -> None:
    network, table = mixed_network(rows=9, outputs=1)
    loss = RelationLoss(lambda x, f: f.hessian.sum(-1) * f.value + f.gradient[..., 0] - x[:, :1])
    task = RelationTask(loss, table.inputs, Table(table.inputs[:4], table.targets[:4]), 0.3)
    parameters = free_parameters(network)
    vector = parameters.gather(network)
    made = residual_jacobian(network, parameters, task)
    assert made is not None
    for place in range(0, vector.numel(), 7):
        bump = torch.zeros_like(vector)
        bump[place] = 1e-6
        above, below = (task.residuals(parameters.scatter(network, vector + sign * bump)) for sign in (1, -1))
        torch.testing.assert_close(made[:, place], (above - below) / 2e-6, rtol=1e-4, atol=1e-6)


def random_starts(task: RelationTask, count: int, seed: int) -> list[Network]:
    table, source = make_table(task.points, torch.zeros_like(task.points[:, :1])), generator(seed)
    return [create_network([2, 2, 1], table, generator=source) for _ in range(count)]


def test_the_poisson_equation_is_solved_by_the_smallest_network_as_well_as_published() -> None:
    # Liu et al. publish an L2² of 3.0e-7 with [2, 2, 1] on 5, 10, 20 intervals. A border weighed a hundred times more than
    # theirs: what is missed there spreads over the whole square. 12 starts suffice for this seed; 20 did for all of 0 to 7.
    task = scattered(poisson(51, weight=1e-4), 600)
    steps = list(train_relation_from_starts(random_starts(task, 12, seed=0), task, grids=(10, 20)))
    points = uniform(5000, 2, 5)
    assert float((evaluate(steps[-1].network, points) - wave(points)).square().mean()) < 3.0e-7
    competing = [step for step in steps if step.competing is not None]
    training = steps[len(competing) :]
    assert {step.competing for step in competing} == {(index, 12, RELATION_HEAT) for index in range(1, 13)}
    events = [step.event for step in training if step.event not in (None, "grid update")]
    assert events == ["best start", "grid 10", "grid 20"]
    assert [step.step for step in training] == list(range(training[0].step, training[0].step + len(training)))
    assert 1 < training[0].step <= RELATION_HEAT + 1
    (winner,) = {step.winner for step in training if step.step <= 60}
    assert training[0].step == 1 + sum(step.competing.start == winner for step in competing)
    assert not any(step.converged for step in steps[:-1])
    ends = [before for before, step in pairwise(steps) if step.event in ("grid 10", "grid 20")] + steps[-1:]
    assert len(ends) == 3
    assert all(finer.train_error <= coarser.train_error * 1.01 for coarser, finer in pairwise(ends))


def test_the_start_with_the_smallest_objective_goes_on_and_one_that_is_not_finite_takes_no_part() -> None:
    task = poisson(9)
    task = replace(task, relation=RelationLoss(lambda x, f: f.hessian.sum(-1) + 2 * PI**2 * wave(x) + 0 * torch.log(f.value + 9)))
    networks = random_starts(task, 3, seed=1)
    deep = networks[1].with_layer(1, replace(networks[1].layers[1], coefficients=networks[1].layers[1].coefficients - 50))
    options = RelationOptions(steps=8)
    heats = [task.objective(last(train_relation(network, task, replace(options, steps=5))).network) for network in networks]
    reached = list(train_relation_from_starts([deep, *networks], task, options, heat=5))
    assert [step.step for step in reached] == [1, 2, 3, 4, 5] * 3 + [6, 7, 8]
    best = next(index for index, step in enumerate(reached) if step.event == "best start")
    assert reached[best].train_error ** 2 <= min(heats)
    with pytest.raises(DataError, match="not finite"):
        next(train_relation_from_starts([deep], task))
    with pytest.raises(ShapeError, match="at least 1 interval"):
        train_relation_from_starts(networks, task, grids=(10, 0))


@pytest.mark.parametrize("large", [False, True])
def test_a_conserved_quantity_is_found_from_its_relation_alone(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Along the motion (q̇, ṗ) = (p, -q) the energy does not change; its values on the axis say which function of it is meant.
    points = uniform(300, 2, 1)
    axis = torch.linspace(-1, 1, 21, dtype=torch.float64).unsqueeze(1)
    relation = RelationLoss(lambda x, f: x[:, 1:] * f.gradient[..., 0] - x[:, :1] * f.gradient[..., 1], "none")
    task = RelationTask(relation, points, Table(torch.cat([axis, 0 * axis], 1), axis**2))
    if large:
        monkeypatch.setattr("kan_core.training.relation_training._DENSE_PARAMETERS", 1)
    network = network_for(task, [2, 1], seed=0)
    reached = last(train_relation(network, task, RelationOptions(steps=40), held_out=task)).network
    torch.testing.assert_close(evaluate(reached, points), points.square().sum(1, keepdim=True), rtol=0, atol=1e-3)


def test_steps_never_raise_the_objective_and_stop_when_asked() -> None:
    task = poisson(9)
    network = network_for(task, [2, 2, 1], seed=1)
    values = [step.train_error for step in train_relation(network, task, RelationOptions(steps=10, update_grid=False))]
    assert values == sorted(values, reverse=True)
    assert list(train_relation(network, task, stop=lambda: True)) == []


def test_a_relation_that_is_not_finite_is_named() -> None:
    task = RelationTask(RelationLoss(lambda x, f: torch.log(x[:, :1] - 5) + f.value, "none"), uniform(5, 2))
    with pytest.raises(DataError, match="not finite"):
        next(train_relation(network_for(task, [2, 1], 0), task))


def test_a_border_that_rounding_put_beside_the_knots_has_their_curvature() -> None:
    # (0.1 - 1.05)/0.95 is -1.0000000000000002: without curvature there, the logarithm that solves this would miss by 0.9.
    points = torch.linspace(0.1, 2, 200, dtype=torch.float64).unsqueeze(1)
    network = create_network([1, 1], make_table(points, points), generator=generator(0), intervals=40, degree=5)
    assert float(network.normalisation.inputs(points).min()) < -1
    ends = Table(points[[0, -1]], torch.tensor([[1.0], [0.0]], dtype=torch.float64))
    radial = RelationLoss(lambda x, f: f.hessian[..., 0] + f.gradient[..., 0] / x)
    reached = last(train_relation(network, RelationTask(radial, points, ends, 1e-4))).network
    truth = torch.log(points / 2) / math.log(0.05)
    torch.testing.assert_close(evaluate(reached, points), truth, rtol=0, atol=1e-3)


def test_grids_grow_by_whole_intervals_and_keep_the_function() -> None:
    points = uniform(40, 2, 1)
    table = make_table(points, points[:, :1])
    network = create_network([2, 3, 1], table, generator=generator(0), intervals=6)
    trace = forward(network, network.normalisation.inputs(table.inputs))
    narrow = network.layers[1].grid
    values = trace.inputs[1]
    touching = replace(narrow, low=values.amin(0) + 1e-3, high=values.amax(0) - 1e-3)
    network = network.with_layer(1, replace(network.layers[1], grid=touching))
    trace = forward(network, network.normalisation.inputs(table.inputs))
    grown = grow_grids(network, trace, Room(overshoot=-0.01, margin=0.06))
    assert grown is not None
    grid = grown.layers[1].grid
    assert (grown.layers[0].grid.intervals, grid.intervals) == (6, 8)
    torch.testing.assert_close(grid.step, touching.step)
    inside = ((values > touching.low) & (values < touching.high)).all(1)
    before, after = (evaluate(each, table.inputs)[inside] for each in (network, grown))
    torch.testing.assert_close(after, before)
    assert grow_grids(grown, forward(grown, grown.normalisation.inputs(table.inputs)), Room(overshoot=-0.01)) is None


def test_a_grid_reaches_over_a_box_and_keeps_the_function() -> None:
    points = uniform(200, 2, 3)
    network = create_network([2, 1], make_table(points, points[:, :1]), generator=generator(0), intervals=20)
    low, high = torch.tensor([-3.0, -1.0], dtype=torch.float64), torch.tensor([1.0, 1.0], dtype=torch.float64)
    wide = reach(network, low, high)
    ends = wide.normalisation.inputs(torch.stack([low, high]))
    assert bool((wide.layers[0].grid.low <= ends[0] + 1e-9).all())
    assert bool((wide.layers[0].grid.high >= ends[1] - 1e-9).all())
    torch.testing.assert_close(evaluate(wide, points), evaluate(network, points), rtol=0, atol=1e-2)
    assert reach(wide, low, high) is wide


def test_fewer_points_of_a_task_still_fill_its_square() -> None:
    task = scattered(poisson(9), 400).thinned(4)
    assert task.points.shape[0] == 100
    assert task.boundary is not None
    assert task.boundary.rows == 9
    for column in task.points.unbind(1):
        assert torch.histc(column, bins=4, min=-1, max=1).min() > 15


def test_splines_are_refined_to_a_multiple_and_keep_the_function() -> None:
    table = uniform(50, 2, 1)
    network = create_network([2, 3, 1], make_table(table, table[:, :1]), generator=generator(0), intervals=7)
    finer = refine_grid(network, 10)
    assert {layer.grid.intervals for layer in finer.layers} == {14}
    torch.testing.assert_close(evaluate(finer, table), evaluate(network, table))
    with pytest.raises(ShapeError, match="at least 1 interval"):
        refine_grid(network, 0)
