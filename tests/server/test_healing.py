"""A pool whose workers end while they start, for a while: it starts them again and again, and is whole in the end."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from server.contract.actions import Initialise
from server.contract.problems import ProblemError
from server.contract.rest import FormulaReading
from server.engine.patience import Patience
from server.engine.protocol import Failed, Finished
from tests.server.engines import until
from tests.server.test_engine import Bench, bench, finish
from tests.server.test_turns import whole

pytestmark = pytest.mark.anyio
QUICK = Patience(retry=0.01, retry_most=0.05, start=60)


def starts(cure: Path) -> int:
    """How many starts have failed."""
    return len(list(cure.parent.glob(f"{cure.name}.*")))


async def failed_starts(at: Bench, cure: Path, count: int) -> None:
    await until(lambda: starts(cure) >= count)
    assert at.engine.workers.failed_starts


async def test_after_many_failed_starts_all_workers_come_and_those_who_waited_are_served(tmp_path: Path) -> None:
    cure = tmp_path / "cure"
    async with bench(tmp_path / "blobs", 2, QUICK, "tests.frail", str(cure)) as at:
        asking, acting = asyncio.create_task(at.read_formula("x")), asyncio.create_task(finish(at.run(Initialise())))
        await failed_starts(at, cure, 5)
        assert at.engine.workers.ready == 0
        assert not asking.done()
        cure.touch()
        assert isinstance(await asking, FormulaReading)
        assert isinstance((await acting)[-1], Finished)
        await whole(at)
        assert at.engine.workers.failed_starts == 0


async def test_one_worker_left_answers_while_the_others_do_not_start_and_the_pool_is_whole_again(tmp_path: Path) -> None:
    cure = tmp_path / "cure"
    cure.touch()
    async with bench(tmp_path / "blobs", 2, QUICK, "tests.frail", str(cure)) as at:
        await whole(at)
        cure.unlink()
        os.kill(at.engine.pool.pids[0], signal.SIGKILL)
        await failed_starts(at, cure, 4)
        assert at.engine.workers.ready == 1
        assert isinstance(await at.read_formula("x"), FormulaReading)
        cure.touch()
        await whole(at)


async def test_without_any_worker_one_is_told_so_after_a_time_and_the_next_one_is_served(tmp_path: Path) -> None:
    cure = tmp_path / "cure"
    patience = Patience(retry=0.01, retry_most=0.05, start=0.1)
    async with bench(tmp_path / "blobs", 1, patience, "tests.frail", str(cure)) as at:
        with pytest.raises(ProblemError) as caught:
            await at.read_formula("x")
        assert caught.value.problem.code == "worker_lost"
        end = (await finish(at.run(Initialise())))[-1]
        assert isinstance(end, Failed)
        assert end.problem.code == "worker_lost"
        cure.touch()
        await whole(at)
        assert isinstance(await at.read_formula("x"), FormulaReading)


@pytest.mark.parametrize("end", ["nonsense", "half"])
async def test_a_worker_whose_words_cannot_be_understood_is_replaced(tmp_path: Path, end: str) -> None:
    async with bench(tmp_path / "blobs", 1, QUICK, "tests.babbling", str(tmp_path / end)) as at:
        assert isinstance(await at.read_formula("x"), FormulaReading)
        assert (tmp_path / end).exists()


async def test_a_worker_that_the_system_does_not_start_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = 0
    spawn = SpawnProcess.start

    def start(process: SpawnProcess) -> None:
        nonlocal refused
        refused += 1
        if refused <= 3:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        spawn(process)

    monkeypatch.setattr(SpawnProcess, "start", start)
    async with bench(tmp_path, 2, QUICK) as at:
        await whole(at)
        assert refused > 3
        assert at.engine.workers.failed_starts == 0


def test_pauses_between_starts_grow_and_stay_bounded() -> None:
    patience = Patience()
    pauses = [patience.before_retry(failures) for failures in range(1, 100)]
    assert pauses == sorted(pauses)
    assert pauses[0] == patience.retry
    assert pauses[-1] == patience.retry_most
