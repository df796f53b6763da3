"""A real search in the engine's workers: however many there are and whatever happens to them, the same formulas."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from server.contract.actions import Search
from server.contract.events import Front, Progress
from server.engine.protocol import ActionJob, Finished, Paused, Restarted, Run, TableRef
from server.tables.table import StoredTable
from tests.server.test_engine import Bench, bench, finish, until_first

pytestmark = pytest.mark.anyio
# So long that only the end of the search ends it.
BUDGET = 600.0


def table() -> bytes:
    """Two inputs whose law takes several rounds to find."""
    x = np.random.default_rng(0).uniform(0.5, 2, (200, 2))
    return StoredTable(("a", "b", "c"), (None, None, None), np.column_stack([x, x[:, 0] * np.exp(-x[:, 1])])).to_bytes()


def search(at: Bench) -> Run:
    return at.engine.perform(ActionJob("a_1", Search(budget=BUDGET), None, TableRef(at.blobs.put(table()), ("a", "b"), ("c",))))


def front(end: Any) -> list[Any]:
    assert isinstance(end, Finished)
    return [end.outcome, end.result.front, end.result.network, end.result.message]


async def test_the_front_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    fronts: list[list[Any]] = []
    for size in (1, 2, 3):
        async with bench(tmp_path, size=size, registry="server.work.registry") as at:
            fronts.append(front((await finish(search(at)))[-1]))
    assert fronts[0][1]
    assert fronts[0] == fronts[1] == fronts[2]


async def test_a_helper_that_dies_in_a_search_changes_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, size=2, registry="server.work.registry") as at:
        undisturbed = front((await finish(search(at)))[-1])
        _, task = await until_first(search(at), Progress)
        for worker in list(at.engine.pool._loans):
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
        events = await task
    assert not any(isinstance(event, Restarted) for event in events)
    assert front(events[-1]) == undisturbed


async def test_a_cancel_keeps_the_front_that_was_shown_last(tmp_path: Path) -> None:
    async with bench(tmp_path, size=2, registry="server.work.registry") as at:
        run = search(at)
        _, task = await until_first(run, Front)
        run.cancel()
        events = await task
    last = [event for event in events if isinstance(event, Front)][-1]
    end = events[-1]
    assert isinstance(end, Finished)
    shown = [point.model_dump() for point in last.points]
    assert [entry.point.model_dump() for entry in end.result.front] == shown


async def test_a_search_paused_on_two_workers_and_gone_on_with_on_one_finds_the_same(tmp_path: Path) -> None:
    async with bench(tmp_path / "two", size=2, registry="server.work.registry") as at:
        undisturbed = front((await finish(search(at)))[-1])
        run = search(at)
        _, task = await until_first(run, Front)
        run.pause(True)
        paused = (await task)[-1]
        assert isinstance(paused, Paused)
        assert paused.checkpoint is not None
    async with bench(tmp_path / "one", size=1, registry="server.work.registry") as at:
        reference = TableRef(at.blobs.put(table()), ("a", "b"), ("c",))
        job = ActionJob("a_1", Search(budget=BUDGET), None, reference, checkpoint=at.blobs.put(paused.checkpoint))
        assert front((await finish(at.engine.perform(job)))[-1]) == undisturbed
