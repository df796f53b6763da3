"""A search is over when its caller says so, in the middle of whatever it does."""

from __future__ import annotations

import pytest
import torch

from kan_core.network.tree import Branch, Leaf
from kan_core.search.discover import SearchProgress, discover
from kan_core.search.laws.stages import STAGES
from kan_core.search.tasks import AssignTask, GenericTask, LawTask, ScreenTask, Task, Trained, TreeTask, run_task
from kan_core.training.data import Split, make_table, split_rows
from kan_core.training.halting import Halted, go_on, heeding

SUM = Branch("sum", (Leaf(0), Leaf(1)))


@pytest.fixture(scope="module")
def split() -> Split:
    random = torch.Generator().manual_seed(0)
    x = 1 + torch.rand((200, 2), generator=random, dtype=torch.float64)
    y = torch.sinc(3 * x[:, :1] * x[:, 1:]) + torch.minimum(x[:, :1], x[:, 1:]) ** 2
    return split_rows(make_table(x, y), random)


class Counted:
    """Says stop from the `last`-th time on that it is asked."""

    def __init__(self, last: int) -> None:
        self.asked = 0
        self._last = last

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked >= self._last


def tasks(split: Split) -> dict[str, Task]:
    trained = run_task(TreeTask(SUM, outer=False, seed=0), split)
    assert isinstance(trained, Trained)
    return {
        "a skeleton": TreeTask(SUM, outer=True, seed=0),
        "a network": GenericTask((3,), 0, seed=0),
        "functions": AssignTask(trained.network, "sum"),
        "a screening": ScreenTask(0),
        # The only kind that has nothing to do for two columns.
        **{f"laws of {stage}": LawTask(stage, (0, 1), 0, 1) for stage in STAGES if stage != "peaks"},
    }


def test_every_kind_of_task_asks_and_ends_the_moment_it_is_told(split: Split) -> None:
    for name, task in tasks(split).items():
        for last in (1, 3):
            stop = Counted(last)
            with pytest.raises(Halted):
                run_task(task, split, stop)
            assert stop.asked == last, name


def test_outside_of_a_task_nothing_is_asked(split: Split) -> None:
    stop = Counted(1)
    with pytest.raises(Halted):
        run_task(ScreenTask(0), split, stop)
    go_on()
    assert stop.asked == 1
    with heeding(lambda: False):
        go_on()


def test_a_search_that_is_over_within_a_task_keeps_what_it_has_yielded(split: Split) -> None:
    asked: list[SearchProgress] = []

    def over(progress: SearchProgress) -> bool:
        asked.append(progress)
        # In the middle of the third task.
        return progress.done == 2 and sum(each.done == 2 for each in asked) > 20

    yielded = list(discover(split, over=over))
    assert [progress.done for progress in yielded] == [1, 2]
    assert asked[-1].findings == yielded[-1].findings
    assert len(asked) > 22


def test_a_search_that_is_over_before_its_first_task_yields_nothing(split: Split) -> None:
    assert list(discover(split, over=lambda _: True)) == []
