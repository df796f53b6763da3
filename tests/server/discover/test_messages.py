"""What crosses the border between the search and its workers arrives as it was sent."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.snapshot import to_bytes
from kan_core.network.tree import Branch, Leaf
from kan_core.search.tasks import AssignTask, GenericTask, LawTask, Screened, ScreenTask, Task, Trained, TreeTask, run_task
from kan_core.training.data import Split, make_table, split_rows
from server.contract.coding import pack
from server.discover.messages import outcome_bytes, read_outcome, read_task, task_bytes

TREE = TreeTask(Branch("product", (Leaf(0), Branch("sum", (Leaf(1), Leaf(0))))), outer=True, seed=3)
TASKS = [
    TREE,
    TreeTask(Leaf(4), outer=False, seed=0),
    GenericTask((2, 1), 1, 5, (0, 3)),
    ScreenTask(9),
    LawTask("one term", (0, 1), 1, 2),
]


def product() -> Split:
    x = torch.rand((100, 2), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return split_rows(make_table(x, x[:, :1] * x[:, 1:]), torch.Generator().manual_seed(1))


@pytest.mark.parametrize("task", TASKS)
def test_tasks_arrive_as_they_were(task: Task) -> None:
    assert read_task(task_bytes(task)) == task


def test_networks_and_findings_arrive_bit_for_bit() -> None:
    split = product()
    task = TreeTask(Branch("product", (Leaf(0), Leaf(1))), outer=False, seed=0)
    trained = run_task(task, split)
    assert isinstance(trained, Trained)
    arrived = read_outcome(outcome_bytes(trained), task, split)
    assert isinstance(arrived, Trained)
    assert (arrived.task, arrived.nrmse, to_bytes(arrived.network)) == (task, trained.nrmse, to_bytes(trained.network))
    assign = AssignTask(trained.network, str(task))
    again = read_task(task_bytes(assign))
    assert isinstance(again, AssignTask)
    assert (to_bytes(again.network), again.origin, again.beam) == (to_bytes(assign.network), assign.origin, assign.beam)
    found = run_task(assign, split)
    received = read_outcome(outcome_bytes(found), assign, split)
    assert isinstance(found, list)
    assert isinstance(received, list)
    assert found
    assert [_facts(finding) for finding in received] == [_facts(finding) for finding in found]


def test_laws_arrive_as_they_were() -> None:
    split = product()
    task = LawTask("one term", (0, 1), 0, 2)
    found = run_task(task, split)
    received = read_outcome(outcome_bytes(found), task, split)
    assert isinstance(found, list)
    assert isinstance(received, list)
    assert [finding.formula.expressions for finding in received] == [finding.formula.expressions for finding in found]
    assert [_facts(finding) for finding in received] == [_facts(finding) for finding in found]
    assert all(finding.is_law for finding in received)


def test_screened_inputs_arrive() -> None:
    assert read_outcome(outcome_bytes(Screened((1, 4))), ScreenTask(0), product()) == Screened((1, 4))


def test_a_task_that_failed_has_found_nothing() -> None:
    assert read_outcome(pack({"kind": "found", "findings": []}), TREE, product()) == []


def _facts(finding: object) -> tuple[object, ...]:
    names = ("test_rmse", "nrmse", "complexity", "extends", "origin")
    return tuple(getattr(finding, name) for name in names)
