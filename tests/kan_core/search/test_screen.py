"""Columns that explain nothing are left out of a search, and no others."""

from __future__ import annotations

import torch

from kan_core.search.rounds import Rounds, rounds
from kan_core.search.screen import important_inputs
from kan_core.search.tasks import GenericTask, LawTask, Screened, ScreenTask, Task, Trained, TreeTask, run_task
from kan_core.training.data import Split, make_table, split_rows
from tests.kan_core.networks import generator, uniform


def wide_table() -> Split:
    x = uniform(400, 6, 3)
    return split_rows(make_table(x, x[:, 1:2] * torch.sin(3 * x[:, 4:5])), generator())


def test_inputs_that_matter_are_kept() -> None:
    assert important_inputs(wide_table(), 0) == (1, 4)


def after_the_laws(inputs: int) -> tuple[Rounds, list[Task]]:
    """The rounds of a search that no law of few terms has ended."""
    plan = rounds(range(inputs), 0)
    tasks = next(plan)
    while isinstance(tasks[0], LawTask):
        tasks = plan.send([[]])
    return plan, tasks


def test_the_search_goes_on_with_the_inputs_that_matter() -> None:
    plan, tasks = after_the_laws(6)
    assert tasks == [ScreenTask(0)]
    (task,) = plan.send([Screened((1, 4))])
    assert str(task) == "(x1 + x4)"


def test_wide_tables_are_screened_before_laws_are_looked_for() -> None:
    plan = rounds(range(9), 0)
    assert next(plan) == [ScreenTask(0)]
    task, *_ = plan.send([Screened((1, 4))])
    assert isinstance(task, LawTask)
    assert task.inputs == (1, 4)


def test_a_failed_screening_leaves_all_inputs() -> None:
    plan, _ = after_the_laws(4)
    (task,) = plan.send([[]])
    assert str(task) == "(x0 + x1 + x2 + x3)"


def test_few_inputs_are_not_screened() -> None:
    _, (task,) = after_the_laws(3)
    assert isinstance(task, TreeTask)


def test_generic_networks_leave_out_what_does_not_matter() -> None:
    trained = run_task(GenericTask((2,), 0, 0, (1, 4)), wide_table())
    assert isinstance(trained, Trained)
    used = trained.network.layers[0].structure.spline.any(0).nonzero().flatten().tolist()
    assert set(used) <= {1, 4}
