"""Columns that explain nothing are left out of a search, and no others."""

from __future__ import annotations

import torch

from kan_core.search.rounds import rounds
from kan_core.search.screen import important_inputs
from kan_core.search.tasks import GenericTask, Screened, ScreenTask, Trained, TreeTask, run_task
from kan_core.training.data import Split, make_table, split_rows
from tests.kan_core.networks import generator, uniform


def wide_table() -> Split:
    x = uniform(400, 6, 3)
    return split_rows(make_table(x, x[:, 1:2] * torch.sin(3 * x[:, 4:5])), generator())


def test_inputs_that_matter_are_kept() -> None:
    assert important_inputs(wide_table(), 0) == (1, 4)


def test_the_search_goes_on_with_the_inputs_that_matter() -> None:
    plan = rounds(range(6), 0)
    assert next(plan) == [ScreenTask(0)]
    (task,) = plan.send([Screened((1, 4))])
    assert str(task) == "(x1 + x4)"


def test_a_failed_screening_leaves_all_inputs() -> None:
    plan = rounds(range(4), 0)
    next(plan)
    (task,) = plan.send([[]])
    assert str(task) == "(x0 + x1 + x2 + x3)"


def test_few_inputs_are_not_screened() -> None:
    (task,) = next(rounds(range(3), 0))
    assert isinstance(task, TreeTask)


def test_generic_networks_leave_out_what_does_not_matter() -> None:
    trained = run_task(GenericTask((2,), 0, 0, (1, 4)), wide_table())
    assert isinstance(trained, Trained)
    used = trained.network.layers[0].structure.spline.any(0).nonzero().flatten().tolist()
    assert set(used) <= {1, 4}
