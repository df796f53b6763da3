"""Pauses in real processes: the worker is free meanwhile, and another one goes on where the first has left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from server.contract.actions import Action, Initialise, Lock, Train
from server.contract.base import Edge
from server.contract.commands import Act
from server.contract.commands import Pause as PauseCommand
from server.contract.events import ActionPaused, Losses, Progress, RevisionMade, View
from server.contract.rest import ActionReceipt
from server.contract.views import RevisionView, SessionView
from server.engine.protocol import ActionJob, Begun, Finished, Paused, Restarted, Run, Stopped, TableRef
from server.settings import Settings
from server.work.checkpoint import Paused as Kept
from server.work.checkpoint import paused_bytes
from tests.fakes import checkpoint
from tests.server.live import LiveServer
from tests.server.test_engine import Bench, bench, finish, until_first
from tests.server.test_real import toy

pytestmark = pytest.mark.anyio


def go_on(at: Bench, step: int, action: Action, table: bytes = b"plain") -> Run:
    """The action from a checkpoint after so many steps."""
    kept = at.blobs.put(paused_bytes(Kept(checkpoint(step), 5.0)))
    return at.engine.perform(ActionJob("a_1", action, None, TableRef(at.blobs.put(table)), checkpoint=kept))


async def test_a_pause_frees_the_only_worker_and_going_on_takes_one_again(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        run = at.run(Train(steps=5), f"gate:{tmp_path / 'never'}".encode())
        _, task = await until_first(run, Progress)
        run.pause(True)
        end = (await task)[-1]
        assert isinstance(end, Paused)
        assert end.checkpoint is not None
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)
        again = ActionJob("a_1", Train(steps=5), None, TableRef(at.blobs.put(b"plain")), checkpoint=at.blobs.put(end.checkpoint))
        events = await finish(at.engine.perform(again))
    assert isinstance(events[0], Begun)
    assert next(event.step for event in events if isinstance(event, Progress)) == 2
    assert isinstance(events[-1], Finished)
    assert events[-1].result.network == b"network 5"


async def test_one_that_is_paused_before_it_has_a_worker_takes_none(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        _, first = await until_first(at.run(Train(steps=2), f"gate:{tmp_path / 'gate'}".encode()), Progress)
        second = at.run(Train(steps=2))
        waiting = asyncio.create_task(finish(second))
        await asyncio.wait({waiting}, timeout=0)
        second.pause(True)
        assert await waiting == [Paused(None)]
        early = at.run(Train(steps=2))
        early.pause(True)
        assert await finish(early) == [Paused(None)]
        (tmp_path / "gate").touch()
        assert isinstance((await first)[-1], Finished)


async def test_a_pause_taken_back_in_time_is_none(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = at.run(Train(steps=3))
        run.pause(True)
        run.pause(False)
        assert isinstance((await finish(run))[-1], Finished)


async def test_what_takes_a_moment_is_over_before_it_could_be_put_aside(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        run = at.run(Initialise())
        task = asyncio.create_task(finish(run))
        await until_first(at.run(Train(steps=1)), Begun)
        run.pause(True)
        assert isinstance((await task)[-1], Finished)


async def test_a_cancel_of_what_was_paused_takes_a_worker_to_keep_its_best_state(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        _, first = await until_first(at.run(Train(steps=2), f"gate:{tmp_path / 'gate'}".encode()), Progress)
        run = go_on(at, 3, Train(steps=9))
        run.cancel()
        waiting = asyncio.create_task(finish(run))
        await asyncio.wait({waiting}, timeout=0)
        (tmp_path / "gate").touch()
        assert isinstance((await first)[-1], Finished)
        end = (await waiting)[-1]
    assert isinstance(end, Finished)
    assert (end.outcome, end.result.network) == ("cancelled", b"network 3")
    assert end.seconds > 5


async def test_after_the_loss_of_its_worker_it_begins_from_the_checkpoint(tmp_path: Path) -> None:
    async with bench(tmp_path) as at:
        events = await finish(go_on(at, 3, Train(steps=6), f"crash once:{tmp_path / 'crashed'}".encode()))
    assert any(isinstance(event, Restarted) for event in events)
    assert min(event.step for event in events if isinstance(event, Progress)) == 4
    assert isinstance(events[-1], Finished)
    assert events[-1].result.network == b"network 6"


async def test_a_deaf_worker_that_goes_on_is_killed_when_it_is_cancelled(tmp_path: Path) -> None:
    from server.engine.run import Patience

    async with bench(tmp_path, patience=Patience(acknowledge=0.05)) as at:
        run = at.run(Train(steps=3), f"deaf:{tmp_path / 'deaf'}".encode())
        _, task = await until_first(run, Progress)
        run.pause(True)
        run.cancel()
        assert (await task)[-1] == Stopped()


# With real handlers: a network whose steps take long enough to be interrupted, and that is large for several starts.
START = Initialise(shape=[2, 12, 12, 1], seed=1)
TRAINING = Train(steps=8, sparsity=0.001)


async def receipt(client: httpx.AsyncClient, method: str, place: str, **options: object) -> ActionReceipt:
    answer = await client.request(method, place, timeout=60, **options)  # pyright: ignore[reportArgumentType]
    assert answer.is_success, answer.text
    return ActionReceipt.model_validate_json(answer.text)


async def act(client: httpx.AsyncClient, session: SessionView, action: Action, *, wait: bool = True) -> ActionReceipt:
    place = f"/sessions/{session.id}/actions?wait={str(wait).lower()}"
    return await receipt(client, "POST", place, json=action.model_dump())


def made(ended: ActionReceipt) -> RevisionView:
    assert ended.revision is not None, ended
    return ended.revision


def comparable(revision: RevisionView) -> dict[str, object]:
    return revision.model_dump(include={"message", "network", "metrics", "formula", "losses", "outcome"})


@pytest.mark.parametrize("workers", [1, 2])
async def test_others_are_served_while_a_training_is_paused_and_its_answer_is_the_same(tmp_path: Path, workers: int) -> None:
    with LiveServer(Settings(data=tmp_path, workers=workers)) as server:
        async with server.client() as client:
            undisturbed, paused, other = [await toy(client) for _ in range(3)]
            for session in (undisturbed, paused):
                await act(client, session, START)
            expected = made(await act(client, undisturbed, TRAINING))
            async with server.browser(paused.id) as browser:
                await browser.until(View)
                await browser.say(Act(request_id="q", action=TRAINING))
                action = (await browser.until(Progress)).action_id
                await browser.say(PauseCommand(action_id=action, paused=True))
                while not (await browser.until(ActionPaused)).held:
                    pass
            place = f"/sessions/{paused.id}/actions/{action}"
            assert (await receipt(client, "GET", place)).state == "paused"
            edge = Edge(layer=0, source=0, target=0)
            assert (await act(client, other, Lock(edges=[edge], locked=True))).state == "done"
            busy = await client.put(f"/sessions/{paused.id}/head", json={"revision": paused.head})
            assert busy.json()["code"] == "busy"
            assert "is paused" in busy.json()["detail"]
            async with server.browser(paused.id) as browser:
                view = (await browser.until(View)).session
                assert view.running is not None
                assert (view.running.paused, view.running.held) == (True, True)
                at = await browser.until(Progress)
                assert 1 <= at.step < at.steps == 8
                losses = next((event for event in browser.seen if isinstance(event, Losses)), None) or await browser.until(Losses)
                assert losses.step[-1] == at.step
                assert (await receipt(client, "PATCH", place, json={"paused": False})).state != "done"
                await browser.until(RevisionMade)
            ended = await receipt(client, "GET", place + "?wait=true")
            assert comparable(made(ended)) == comparable(expected)
            networks = [(await client.get(f"/sessions/{session.id}/export/json")).content for session in (undisturbed, paused)]
            assert networks[0] == networks[1]


async def test_the_worker_of_a_paused_action_does_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, size=1) as at:
        run = at.run(Train(steps=5), f"gate:{tmp_path / 'never'}".encode())
        _, task = await until_first(run, Progress)
        (worker,) = at.engine.pool.pids
        run.pause(True)
        assert isinstance((await task)[-1], Paused)
        # The same process is idle and answers, so that it is lent to whoever asks next.
        assert [each.pid for each in at.engine.pool._idle] == [worker]
        os.kill(worker, 0)
        assert isinstance((await finish(at.run(Initialise())))[-1], Finished)
        assert at.engine.pool.pids == [worker]
