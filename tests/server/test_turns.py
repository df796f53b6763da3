"""Workers in their turn, and what happens to questions that take too long or are not wanted any more: with real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from server.contract.actions import DefinePrimitive, Initialise, Prune, Train
from server.contract.events import Progress
from server.contract.problems import ProblemError
from server.contract.rest import FormulaReading, Suggestions
from server.engine.patience import Patience
from server.engine.protocol import ActionJob, Begun, Failed, Finished, Paused, Queued, Restarted, RunEvent, Stopped, TableRef
from tests.server.engines import until
from tests.server.live import Gate
from tests.server.test_engine import Bench, bench, finish, until_first

pytestmark = pytest.mark.anyio


async def appears(path: Path) -> None:
    """Wait for a file that a worker makes."""
    await until(path.exists)


async def whole(at: Bench) -> None:
    """Wait until all workers are ready."""
    await until(lambda: at.engine.workers.ready == at.engine.workers.size)


async def training(at: Bench, gate: Gate, session: str = "s") -> asyncio.Task[list[RunEvent]]:
    """A training that has begun and ends when the gate is opened."""
    _, task = await until_first(at.run(Train(steps=2), f"gate:{gate.path}".encode(), session), Progress)
    return task


async def busy(at: Bench, gate: Gate) -> asyncio.Task[list[RunEvent]]:
    """A short action that has begun, knows no pause, and ends when the gate is opened."""
    began = gate.path.with_suffix("")
    gate.path = Path(f"{began}.over")
    task = asyncio.create_task(finish(at.run(Prune(threshold=0.1), f"sit:{began}".encode(), "s")))
    await appears(began)
    return task


def ended_undisturbed(events: list[RunEvent]) -> bool:
    return isinstance(events[-1], Finished) and not any(isinstance(event, Restarted) for event in events)


async def test_a_short_action_passes_fifty_trainings(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path) as at:
        first = await training(at, gate)
        others = [asyncio.create_task(finish(at.run(Train(steps=1), session=f"s{number}"))) for number in range(49)]
        await until(lambda: len(at.engine.pool.lanes.line("long")) == len(others))
        assert isinstance((await finish(at.run(Initialise(), session="another")))[-1], Finished)
        assert isinstance(await at.suggest(), Suggestions)
        assert not any(task.done() for task in (first, *others))
        gate.open()
        assert all(map(ended_undisturbed, await asyncio.gather(first, *others)))


async def test_who_waits_is_told_the_place_and_then_that_it_begins(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path) as at:
        first = await training(at, gate)
        second = asyncio.create_task(finish(at.run(Train(steps=1), session="s2")))
        told, third = await until_first(at.run(Train(steps=1), session="s3"), Queued)
        assert isinstance(told, Queued)
        assert (told.waiting.place, told.waiting.of, told.waiting.seconds) == (2, 2, None)
        gate.open()
        events = [event for task in (second, third) for event in await task]
        assert sum(isinstance(event, Begun) for event in events) == 2
        assert any(isinstance(event, Queued) and event.waiting.place == 1 for event in events)
        assert ended_undisturbed(await first)


async def test_one_who_waits_can_be_cancelled_and_the_line_goes_on(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path) as at:
        first = await training(at, gate)
        run = at.run(Train(steps=1), session="s2")
        _, second = await until_first(run, Queued)
        run.cancel()
        assert (await second)[-1] == Stopped()
        assert not at.engine.pool.lanes.line("long")
        gate.open()
        assert isinstance((await first)[-1], Finished)


@pytest.mark.parametrize("opened_first", ["over", "gate"])
async def test_a_short_action_that_turns_out_to_be_long_begins_again_in_its_turn(
    tmp_path: Path, gate: Gate, opened_first: str
) -> None:
    began, over = tmp_path / "began", tmp_path / "began.over"
    async with bench(tmp_path, patience=Patience(short=0.01, look=0.01, drop=0.05)) as at:
        await whole(at)
        trained = await training(at, gate)
        pruned = asyncio.create_task(finish(at.run(Prune(threshold=0.1), f"sit:{began}".encode(), "slow")))
        await appears(began)
        assert isinstance((await finish(at.run(Initialise(), session="another")))[-1], Finished)
        assert not trained.done()
        assert not pruned.done()
        for path in (over, gate.path) if opened_first == "over" else (gate.path, over):
            path.touch()
        assert ended_undisturbed(await trained)
        assert ended_undisturbed(await pruned)


async def test_one_that_knows_a_pause_is_put_aside_and_goes_on_as_a_long_one(tmp_path: Path, gate: Gate) -> None:
    began = tmp_path / "began"
    async with bench(tmp_path, patience=Patience(short=0.01, look=0.01)) as at:
        await whole(at)
        trained = await training(at, gate)
        pruned = asyncio.create_task(finish(at.run(Prune(threshold=0.1), f"linger:{began}".encode(), "slow")))
        await appears(began)
        assert isinstance((await finish(at.run(Initialise(), session="another")))[-1], Finished)
        put_aside = (await pruned)[-1]
        assert isinstance(put_aside, Paused)
        assert put_aside.checkpoint is not None
        job = ActionJob("a_1", Prune(), None, TableRef(at.blobs.put(b"plain")), checkpoint=at.blobs.put(put_aside.checkpoint))
        _, goes_on = await until_first(at.engine.perform(job), Queued)
        assert len(at.engine.pool.lanes.line("long")) == 1
        gate.open()
        assert ended_undisturbed(await trained)
        assert ended_undisturbed(await goes_on)


async def test_a_training_that_has_had_its_turn_is_put_aside_for_another_session(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, patience=Patience(turn=0.01, look=0.01)) as at:
        trained = await training(at, gate)
        assert ended_undisturbed(await finish(at.run(Train(steps=1), session="another")))
        put_aside = (await trained)[-1]
        assert isinstance(put_aside, Paused)
        assert put_aside.checkpoint is not None


async def test_on_one_worker_a_training_is_put_aside_for_a_question(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, size=1, patience=Patience(look=0.01)) as at:
        trained = await training(at, gate)
        assert isinstance(await at.read_formula("x", "another"), FormulaReading)
        assert isinstance((await trained)[-1], Paused)


async def test_a_question_over_its_time_says_so_and_harms_nobody(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, patience=Patience(pace=0.01)) as at:
        trained = await training(at, gate)
        for behaviour in ("endless", "stuck"):
            with pytest.raises(ProblemError) as caught:
                await at.read_formula(f"{behaviour}:{tmp_path / behaviour}")
            assert caught.value.problem.code == "too_slow"
            assert "Reading this formula took longer than 0.05 seconds" in caught.value.problem.detail
            assert caught.value.problem.hint
        await whole(at)
        gate.open()
        assert ended_undisturbed(await trained)


async def test_an_edit_that_would_never_end_is_given_up_and_harms_nobody(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, patience=Patience(pace=0.002, look=0.01)) as at:
        trained = await training(at, gate)
        end = (await finish(at.run(DefinePrimitive(text="stuck"), session="other")))[-1]
        assert isinstance(end, Failed)
        assert end.problem.code == "too_slow"
        assert "“define stuck” took longer than 0.12 seconds" in end.problem.detail
        await whole(at)
        gate.open()
        assert ended_undisturbed(await trained)


async def given_up(at: Bench, ask: Callable[[], Awaitable[object]], began: Path) -> None:
    """Ask, and go away when the worker has begun."""
    asking = asyncio.ensure_future(ask())
    await appears(began)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_question_nobody_waits_for_is_broken_off_and_its_worker_lives(tmp_path: Path) -> None:
    began = tmp_path / "began"
    async with bench(tmp_path, size=1, patience=Patience(drop=60, pace=100)) as at:
        await whole(at)
        before = at.engine.pool.pids
        await given_up(at, lambda: at.read_formula(f"endless:{began}"), began)
        assert isinstance(await at.read_formula("x"), FormulaReading)
        await appears(Path(f"{began}.dropped"))
        assert at.engine.pool.pids == before


async def test_a_worker_that_does_not_let_go_of_a_question_is_replaced(tmp_path: Path) -> None:
    began = tmp_path / "began"
    async with bench(tmp_path, size=1, patience=Patience(drop=0.05, pace=100)) as at:
        await whole(at)
        before = at.engine.pool.pids
        await given_up(at, lambda: at.read_formula(f"stuck:{began}"), began)
        assert isinstance(await at.read_formula("x"), FormulaReading)
        assert at.engine.pool.pids != before


async def test_a_question_that_waits_can_be_given_up(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, size=1) as at:
        acts = await busy(at, gate)
        asking = asyncio.create_task(at.read_formula("x"))
        await asyncio.wait({asking}, timeout=0.01)
        asking.cancel()
        await asyncio.wait({asking})
        assert not at.engine.pool.lanes.line("short")
        gate.open()
        assert ended_undisturbed(await acts)


async def test_a_question_waits_while_the_only_worker_is_busy_however_short_its_own_time(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, size=1, patience=Patience(pace=0.1)) as at:
        acts = await busy(at, gate)
        asking = asyncio.create_task(at.read_formula("x"))
        await asyncio.wait({asking}, timeout=1.0)
        assert not asking.done()
        gate.open()
        assert isinstance(await asking, FormulaReading)
        assert ended_undisturbed(await acts)


async def test_a_question_that_has_waited_for_long_is_told_that_all_are_busy(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, size=1, patience=Patience(queue=0.01)) as at:
        acts = await busy(at, gate)
        with pytest.raises(ProblemError) as caught:
            await at.read_formula("x")
        assert caught.value.problem.code == "busy"
        gate.open()
        assert ended_undisturbed(await acts)


async def test_on_one_worker_a_question_goes_before_the_actions_that_wait(tmp_path: Path, gate: Gate) -> None:
    async with bench(tmp_path, size=1) as at:
        acts = await busy(at, gate)
        second = Gate(tmp_path / "second")
        _, waits = await until_first(at.run(Train(steps=2), f"gate:{second.path}".encode(), "s2"), Queued)
        asking = asyncio.create_task(at.read_formula("x", "s3"))
        await asyncio.wait({asking}, timeout=0.01)
        gate.open()
        assert isinstance(await asking, FormulaReading)
        assert ended_undisturbed(await acts)
        second.open()
        assert isinstance((await waits)[-1], Finished)
