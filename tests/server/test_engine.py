"""The local engine with fake handlers in real processes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from server.contract.actions import Action, Initialise, Lock, Train
from server.contract.base import Edge
from server.contract.events import Curves, Progress
from server.contract.problems import ProblemError
from server.contract.rest import Suggestions
from server.engine.local import LocalEngine
from server.engine.patience import Patience
from server.engine.process import WorkerSettings
from server.engine.protocol import ActionJob, Failed, Finished, QueryJob, Restarted, Run, RunEvent, Stopped, TableRef
from server.store.blobs import BlobDirectory
from server.work.query import ReadFormulaQuery, SuggestionsQuery
from tests.server.live import Gate

pytestmark = pytest.mark.anyio
PATIENT = 60.0
EDGE = Edge(layer=0, source=0, target=0)


class Bench:
    """An engine and the blobs it reads."""

    def __init__(self, engine: LocalEngine, blobs: BlobDirectory) -> None:
        self.engine = engine
        self.blobs = blobs

    def run(self, action: Action, table: bytes = b"plain", session: str = "") -> Run:
        return self.engine.perform(ActionJob("a_1", action, None, TableRef(self.blobs.put(table)), session=session))

    async def suggest(self, table: bytes = b"plain") -> object:
        query = SuggestionsQuery(edge=EDGE, top=1)
        return await self.engine.answer(QueryJob(query, "r_1", self.blobs.put(b"network 0"), TableRef(self.blobs.put(table))))

    async def read_formula(self, text: str, session: str = "") -> object:
        query = ReadFormulaQuery(target=0, text=text)
        return await self.engine.answer(QueryJob(query, table=TableRef(self.blobs.put(b"plain")), session=session))


@asynccontextmanager
async def bench(
    folder: Path, size: int = 2, patience: Patience | None = None, registry: str = "tests.fakes", device: str = "cpu"
) -> AsyncIterator[Bench]:
    blobs = BlobDirectory(folder)
    blobs.prepare()
    engine = LocalEngine(WorkerSettings(registry, folder, device), size, patience)
    engine.start()
    try:
        async with asyncio.timeout(PATIENT):
            yield Bench(engine, blobs)
    finally:
        await engine.close()


async def finish(run: Run) -> list[RunEvent]:
    async with aclosing(run.events()) as events:
        return [event async for event in events]


async def until_first(run: Run, kind: type) -> tuple[RunEvent, asyncio.Task[list[RunEvent]]]:
    """Wait for an event of a kind; the rest is collected in the background."""
    first: asyncio.Future[RunEvent] = asyncio.get_running_loop().create_future()

    async def collect() -> list[RunEvent]:
        collected: list[RunEvent] = []
        async with aclosing(run.events()) as events:
            async for event in events:
                collected.append(event)
                if isinstance(event, kind) and not first.done():
                    first.set_result(event)
        return collected

    task = asyncio.create_task(collect())
    return await first, task


def end_of_process_in(path: Path) -> asyncio.Future[None]:
    """Done when the process whose id is in the file has ended."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    handle = os.pidfd_open(int(path.read_text()))

    def close() -> None:
        loop.remove_reader(handle)
        os.close(handle)
        ended.set_result(None)

    loop.add_reader(handle, close)
    return ended


async def test_an_action_streams_frames_and_ends_with_its_result(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        events = await finish(at.run(Train(steps=5)))
    assert next(event.step for event in events if isinstance(event, Progress)) == 1
    assert any(isinstance(event, Curves) for event in events)
    assert isinstance(events[-1], Finished)
    assert events[-1].result.network == b"network 5"
    assert sum(isinstance(event, Finished | Stopped | Failed) for event in events) == 1


async def test_a_cancel_keeps_the_best_state(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = at.run(Train(steps=10_000), f"gate:{tmp_path / 'never'}".encode())
        _, task = await until_first(run, Progress)
        run.cancel()
        end = (await task)[-1]
    assert isinstance(end, Finished)
    assert end.outcome == "cancelled"
    assert end.result.network == b"network 1"


async def test_a_cancel_while_waiting_for_a_worker_stops_at_once(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        first = at.run(Train(steps=2), f"gate:{tmp_path / 'gate'}".encode())
        _, task = await until_first(first, Progress)
        second = at.run(Train(steps=2))
        waiting = asyncio.create_task(finish(second))
        await asyncio.wait({waiting}, timeout=0)
        second.cancel()
        assert await waiting == [Stopped()]
        Gate(tmp_path / "gate").open()
        assert isinstance((await task)[-1], Finished)


async def test_a_query_is_answered_while_an_action_runs(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = at.run(Train(steps=2), f"gate:{tmp_path / 'gate'}".encode())
        _, task = await until_first(run, Progress)
        answer = await at.suggest()
        assert isinstance(answer, Suggestions)
        assert answer.revision == "r_1"
        assert not task.done()
        Gate(tmp_path / "gate").open()
        assert isinstance((await task)[-1], Finished)


async def test_an_action_whose_worker_dies_is_run_again_once(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        events = await finish(at.run(Train(steps=3), f"crash once:{tmp_path / 'crashed'}".encode()))
    assert sum(isinstance(event, Restarted) for event in events) == 1
    assert isinstance(events[-1], Finished)


async def test_after_two_lost_workers_there_is_a_clear_problem_and_work_goes_on(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        end = (await finish(at.run(Train(steps=3), b"crash")))[-1]
        assert isinstance(end, Failed)
        assert end.problem.code == "worker_lost"
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)


async def test_a_worker_killed_from_outside_is_noticed(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = at.run(Train(steps=3), f"gate:{tmp_path / 'gate'}".encode())
        _, task = await until_first(run, Progress)
        for pid in at.engine.pool.pids:
            os.kill(pid, signal.SIGKILL)
        Gate(tmp_path / "gate").open()
        events = await task
    assert any(isinstance(event, Restarted) for event in events)
    assert isinstance(events[-1], Finished)


async def test_a_query_that_kills_its_workers_is_a_problem(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        with pytest.raises(ProblemError) as caught:
            await at.suggest(b"crash")
        assert caught.value.problem.code == "worker_lost"
        assert isinstance(await at.suggest(), Suggestions)


async def test_a_worker_deaf_to_cancel_is_killed(tmp_path: Path) -> None:
    async with bench(tmp_path, patience=Patience(acknowledge=0.05)) as at:
        run = at.run(Train(steps=3), f"deaf:{tmp_path / 'deaf'}".encode())
        _, task = await until_first(run, Progress)
        run.cancel()
        assert (await task)[-1] == Stopped()
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)


async def test_what_a_killed_worker_had_started_is_killed_too(tmp_path: Path) -> None:
    async with bench(tmp_path, patience=Patience(acknowledge=0.05)) as at:
        run = at.run(Train(steps=3), f"child:{tmp_path / 'child'}".encode())
        _, task = await until_first(run, Progress)
        child = end_of_process_in(tmp_path / "child")
        run.cancel()
        assert (await task)[-1] == Stopped()
        await child


async def test_an_expected_error_is_told_in_its_own_words(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        end = (await finish(at.run(Initialise(seed=13))))[-1]
    assert isinstance(end, Failed)
    assert (end.problem.code, end.problem.detail, end.problem.hint) == (
        "action_failed",
        "Seed 13 brings bad luck.",
        "Take another.",
    )


async def test_a_fault_of_the_program_is_not_shown(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        end = (await finish(at.run(Lock(edges=[EDGE]))))[-1]
    assert isinstance(end, Failed)
    assert end.problem.code == "internal"
    assert "secret" not in end.problem.model_dump_json()


async def test_an_abandoned_run_frees_its_worker(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        run = at.run(Train(steps=3), f"deaf:{tmp_path / 'deaf'}".encode())
        _, task = await until_first(run, Progress)
        task.cancel()
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)


async def test_workers_that_cannot_start_are_a_problem_not_a_loop(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1, registry="tests.no_such_module") as at:
        end = (await finish(at.run(Initialise())))[-1]
    assert isinstance(end, Failed)
    assert end.problem.code == "worker_lost"
