"""Tasks that an action hands out: done by all free workers, whatever happens to these, and never in the way of others."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from server.contract.actions import Initialise, Search
from server.contract.events import Progress
from server.contract.rest import Suggestions
from server.engine.patience import Patience
from server.engine.protocol import ActionJob, Finished, Paused, Restarted, RunEvent, Stopped, TableRef
from server.engine.run import LocalRun
from tests.server.test_engine import Bench, bench, finish, until_first

pytestmark = pytest.mark.anyio


def share(at: Bench, *tasks: object) -> LocalRun:
    table = TableRef(at.blobs.put("\n".join(["share", *map(str, tasks)]).encode()))
    return at.engine.perform(ActionJob("a_1", Search(), None, table))


async def all_ready(at: Bench) -> None:
    while len(at.engine.pool.pids) < at.engine.pool.size:
        await at.suggest()


def said(events: list[RunEvent]) -> str:
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.result.message is not None
    return end.result.message


class Task:
    """A task that makes a file when it begins, and ends when the test lets it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"begun:{self._path}"

    @property
    def began(self) -> bool:
        return self._path.exists()

    async def begins(self) -> None:
        await asyncio.to_thread(self._wait)

    def end(self) -> None:
        Path(f"{self._path}.over").touch()

    def _wait(self) -> None:
        while not self.began:
            threading.Event().wait(0.005)


def tasks_in(folder: Path, count: int) -> list[Task]:
    return [Task(folder / f"task{place}") for place in range(count)]


async def test_workers_that_nobody_needs_help(tmp_path: Path) -> None:
    one, two = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        task = asyncio.create_task(finish(share(at, one, two, "three")))
        # Both have begun and none has ended, so they run at the same time.
        await one.begins()
        await two.begins()
        one.end()
        two.end()
        assert said(await task) == "BEGUN BEGUN THREE"


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_outcomes_come_back_from_any_number_of_workers(tmp_path: Path, size: int) -> None:
    async with bench(tmp_path, size=size) as at:
        assert said(await finish(share(at, "one", "two", "three", "four", "five"))) == "ONE TWO THREE FOUR FIVE"


async def test_a_task_whose_worker_dies_is_done_again_once(tmp_path: Path) -> None:
    own, last = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        await all_ready(at)
        # The first task keeps the action's own worker busy, so it is the other one that dies.
        task = asyncio.create_task(finish(share(at, own, f"crash once:{tmp_path / 'crashed'}", last)))
        await last.begins()
        own.end()
        last.end()
        events = await task
    assert said(events) == "BEGUN CRASH ONCE BEGUN"
    assert not any(isinstance(event, Restarted) for event in events)


async def test_a_task_that_ends_every_worker_has_no_outcome_and_the_others_have_theirs(tmp_path: Path) -> None:
    own, last = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        task = asyncio.create_task(finish(share(at, own, "crash", last)))
        await own.begins()
        # The own worker is free early, and still never tries what has ended another one.
        own.end()
        await last.begins()
        last.end()
        assert said(await task) == "BEGUN nothing BEGUN"


async def test_a_task_that_ends_the_own_worker_is_not_tried_there_again(tmp_path: Path) -> None:
    async with bench(tmp_path, size=2) as at:
        events = await finish(share(at, "crash", "two", "three"))
    assert said(events) == "nothing TWO THREE"


async def test_a_fault_in_a_task_is_an_outcome_that_is_missing(tmp_path: Path) -> None:
    async with bench(tmp_path, size=2) as at:
        assert said(await finish(share(at, "one", "fault", "three"))) == "ONE nothing THREE"


async def test_a_cancel_breaks_tasks_off_and_keeps_the_outcomes(tmp_path: Path) -> None:
    two, three = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        run = share(at, "one", two, three)
        _, task = await until_first(run, Progress)
        await two.begins()
        await three.begins()
        run.cancel()
        end = (await task)[-1]
        assert isinstance(end, Finished)
        assert (end.outcome, end.result.message) == ("cancelled", "ONE")
        # Both workers are free again: neither was killed, and neither goes on with a task.
        before = set(at.engine.pool.pids)
        assert said(await finish(share(at, "one", "two"))) == "ONE TWO"
        assert set(at.engine.pool.pids) == before


async def test_a_question_calls_a_helper_back_and_its_task_is_done_later(tmp_path: Path) -> None:
    tasks = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        task = asyncio.create_task(finish(share(at, *tasks)))
        for each in tasks:
            await each.begins()
        assert isinstance(await at.suggest(), Suggestions)
        assert not task.done()
        for each in tasks:
            each.end()
        assert said(await task) == "BEGUN BEGUN"


async def test_another_action_calls_a_helper_back_too(tmp_path: Path) -> None:
    tasks = tasks_in(tmp_path, 3)
    async with bench(tmp_path, size=3) as at:
        task = asyncio.create_task(finish(share(at, *tasks)))
        for each in tasks:
            await each.begins()
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)
        assert not task.done()
        for each in tasks:
            each.end()
        assert said(await task) == "BEGUN BEGUN BEGUN"


async def test_a_pause_gives_all_workers_back_and_keeps_the_outcomes(tmp_path: Path) -> None:
    one, two, three = tasks_in(tmp_path, 3)
    async with bench(tmp_path, size=2) as at:
        run = share(at, one, two, three)
        _, task = await until_first(run, Progress)
        await one.begins()
        await two.begins()
        one.end()
        run.pause(True)
        paused = (await task)[-1]
        assert isinstance(paused, Paused)
        assert paused.checkpoint is not None
        while at.engine.pool._loans:
            await at.suggest()
        two.end()
        three.end()
        job = ActionJob("a_1", Search(), None, run._job.table, checkpoint=at.blobs.put(paused.checkpoint))
        assert said(await finish(at.engine.perform(job))) == "BEGUN BEGUN BEGUN"


async def test_the_death_of_the_own_worker_begins_the_action_again(tmp_path: Path) -> None:
    (one,) = tasks_in(tmp_path, 1)
    async with bench(tmp_path, size=1) as at:
        task = asyncio.create_task(finish(share(at, one, "two")))
        await one.begins()
        for pid in at.engine.pool.pids:
            os.kill(pid, signal.SIGKILL)
        one.end()
        events = await task
    assert said(events) == "BEGUN TWO"
    assert sum(isinstance(event, Restarted) for event in events) == 1


async def test_an_abandoned_run_frees_its_helpers(tmp_path: Path) -> None:
    tasks = tasks_in(tmp_path, 2)
    async with bench(tmp_path, size=2) as at:
        task = asyncio.create_task(finish(share(at, *tasks)))
        for each in tasks:
            await each.begins()
        task.cancel()
        assert said(await finish(share(at, "one", "two"))) == "ONE TWO"


async def test_a_worker_that_does_not_let_go_of_a_task_is_killed(tmp_path: Path) -> None:
    """The deaf task sits in a call that never returns."""
    (one,) = tasks_in(tmp_path, 1)
    async with bench(tmp_path, size=2, patience=Patience(drop=0.05)) as at:
        run = share(at, one, f"deaf:{tmp_path / 'deaf'}")
        _, task = await until_first(run, Progress)
        await one.begins()
        assert isinstance(await at.suggest(), Suggestions)
        run.cancel()
        assert isinstance((await task)[-1], Finished | Stopped)


async def test_a_deaf_task_in_the_own_worker_does_not_cost_the_action_what_it_has_found(tmp_path: Path) -> None:
    """It has its outcomes and writes its answer; killed now it would begin once more, and take its time twice."""
    lingering = Task(tmp_path / "lingering")
    async with bench(tmp_path, size=2, patience=Patience(drop=0.0)) as at:
        deaf = [Task(tmp_path / f"deaf{place}") for place in range(2)]
        run = share(at, f"linger:{tmp_path / 'lingering'}", *(f"deaf:{tmp_path / f'deaf{place}'}" for place in range(2)))
        _, task = await until_first(run, Progress)
        for each in deaf:
            await each.begins()
        run.cancel()
        await lingering.begins()
        # A question to another worker and back: whatever was to be killed has been.
        assert isinstance(await at.suggest(), Suggestions)
        lingering.end()
        events = await task
        assert not any(isinstance(event, Restarted) for event in events)
        assert said(events) == "LINGER"
        assert said(await finish(share(at, "one", "two"))) == "ONE TWO"
