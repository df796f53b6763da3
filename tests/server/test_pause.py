"""A paused action of a session: put aside with a checkpoint, taken up again, cancelled, or ended because nobody came back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from server.contract.actions import Refit, Train
from server.contract.events import ActionPaused, ActionStarted, Notice, ProblemEvent, Progress, RevisionMade, View
from server.contract.problems import ProblemError
from server.engine.protocol import Begun, Failed, Finished, Paused, Stopped
from server.sessions.holding import Patience
from server.sessions.outbox import Outbox
from server.sessions.problems import fault
from server.sessions.registry import SessionRegistry
from server.sessions.session import Session
from server.store.blobs import BlobMissingError
from server.store.disk import DiskFullError
from tests.fakes import finished
from tests.server.engines import ScriptedRun
from tests.server.test_sessions import House, house, until

pytestmark = pytest.mark.anyio
FOREVER = Patience(unwatched=1e6)


@asynccontextmanager
async def impatient(folder: Path, patience: Patience) -> AsyncIterator[House]:
    async with house(folder) as at:
        at.sessions = SessionRegistry(at.store, at.engine, patience=patience)
        yield at
        await at.sessions.close(grace=0.0)


async def put_aside(at: House, opened: Session, outbox: Outbox, checkpoint: bytes = b"halfway") -> tuple[str, ScriptedRun]:
    """Ask for a training and pause it at step 34 of 60."""
    receipt = await opened.act(Train())
    run = await at.engine.runs.get()
    run.inbox.put_nowait(Begun())
    run.inbox.put_nowait(Progress(action_id=receipt.action_id, step=34, steps=60))
    await until(outbox, Progress)
    asked = await opened.pause(receipt.action_id, paused=True)
    assert asked.state == "running"
    assert run.paused
    run.inbox.put_nowait(Paused(checkpoint))
    told = [await until(outbox, ActionPaused) for _ in range(2)]
    assert [(each.paused, each.held) for each in told] == [(True, False), (True, True)]
    return receipt.action_id, run


def cancelled(step: int) -> Finished:
    return Finished(replace(finished(step).result, message="Stopped.", outcome="cancelled"), 0.1)


async def test_a_paused_action_is_held_without_a_worker_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        outbox = opened.subscribe(None)
        action, _ = await put_aside(at, opened, outbox)
        assert (await opened.receipt(action)).state == "paused"
        running = opened.view().running
        assert running is not None
        assert (running.paused, running.held) == (True, True)
        assert at.engine.runs.empty()
        assert (await opened.pause(action, paused=False)).state in ("paused", "running")
        run = await at.engine.runs.get()
        key = run.job.checkpoint
        assert key is not None
        assert at.store.blobs.get(key) == b"halfway"
        waiting = await until(outbox, ActionPaused)
        assert (waiting.paused, waiting.held) == (False, True)
        run.inbox.put_nowait(Begun())
        assert not (await until(outbox, ActionPaused)).held
        run.inbox.put_nowait(finished(60))
        assert (await until(outbox, RevisionMade)).action_id == action
        # The next action begins once all that belongs to this one is over.
        await opened.act(Refit())
        assert (await at.engine.runs.get()).job.checkpoint is None
        await at.store.collector.collect(grace=0.0)
        with pytest.raises(BlobMissingError):
            at.store.blobs.get(key)


async def test_the_last_of_several_pauses_is_what_it_goes_on_from(tmp_path: Path) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        outbox = opened.subscribe(None)
        action, _ = await put_aside(at, opened, outbox, b"first")
        keys: list[str] = []
        for checkpoint in (b"second", None):
            await opened.pause(action, paused=False)
            run = await at.engine.runs.get()
            assert run.job.checkpoint is not None
            keys.append(run.job.checkpoint)
            await opened.pause(action, paused=True)
            run.inbox.put_nowait(Paused(checkpoint))
            while not (told := await until(outbox, ActionPaused)).held or not told.paused:
                pass
        await opened.pause(action, paused=False)
        keys.append(str((await at.engine.runs.get()).job.checkpoint))
        await at.store.collector.collect(grace=0.0)
        assert [at.store.blobs.get(key) for key in keys[1:]] == [b"second", b"second"]
        with pytest.raises(BlobMissingError):
            at.store.blobs.get(keys[0])


async def test_going_on_before_it_was_put_aside_loses_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        receipt = await opened.act(Train())
        run = await at.engine.runs.get()
        await opened.pause(receipt.action_id, paused=True)
        await opened.pause(receipt.action_id, paused=False)
        run.inbox.put_nowait(Paused(b"already on its way"))
        again = await at.engine.runs.get()
        assert again.job.checkpoint is not None
        assert not again.paused


async def test_cancelling_a_paused_action_asks_a_worker_for_its_best_state(tmp_path: Path) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        outbox = opened.subscribe(None)
        action, _ = await put_aside(at, opened, outbox)
        await opened.cancel(action)
        run = await at.engine.runs.get()
        assert run.cancelled
        assert run.job.checkpoint is not None
        run.inbox.put_nowait(cancelled(34))
        ended = await opened.ended(action)
        assert ended.state == "cancelled"
        assert ended.revision is not None
        assert ended.revision.message == "Stopped."


async def test_a_paused_action_keeps_the_head_and_says_how_to_go_on(tmp_path: Path) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        outbox, start = opened.subscribe(None), opened.history.head
        await put_aside(at, opened, outbox)
        with pytest.raises(ProblemError) as refused:
            await opened.move_head(start)
        told = refused.value.problem
        assert told.code == "busy"
        assert Train().label() in told.detail
        assert told.hint is not None
        assert "Go on with it, or cancel it" in told.hint


async def test_a_pause_that_a_browser_watches_lasts_and_ends_kept_when_the_last_one_left(tmp_path: Path) -> None:
    async with impatient(tmp_path, Patience(unwatched=0.0)) as at, at.sessions.use(await at.create()) as opened:
        one, two = opened.subscribe(None), opened.subscribe(None)
        action, _ = await put_aside(at, opened, one)
        opened.unsubscribe(two)
        # An answer of the store takes longer than no time at all.
        await at.store.actions.get(action)
        assert at.engine.runs.empty()
        opened.unsubscribe(one)
        run = await at.engine.runs.get()
        assert run.cancelled
        run.inbox.put_nowait(cancelled(34))
        assert (await opened.ended(action)).state == "cancelled"
        back = opened.subscribe(None)
        view, notice = await until(back, View), await until(back, Notice)
        assert notice.code == "pause_ended"
        assert "kept as revision 1" in notice.text
        assert view.session.revision.message == "Paused, kept: nobody went on with it. Stopped."
    async with house(tmp_path) as at, at.sessions.use(view.session.id) as opened:
        assert (await until(opened.subscribe(None), Notice)).text == notice.text
        assert (await opened.receipt(action)).state == "cancelled"
        await opened.act(Refit())
        await at.engine.runs.get()
    async with house(tmp_path) as at, at.sessions.use(view.session.id) as opened:
        assert "pause_ended" not in {note.code for note in opened._notices() if isinstance(note, Notice)}


@pytest.mark.parametrize("end", [Stopped(), Failed(fault())])
async def test_a_pause_that_ends_with_nothing_to_keep_says_so(tmp_path: Path, end: Stopped | Failed) -> None:
    async with impatient(tmp_path, Patience(unwatched=0.0)) as at, at.sessions.use(await at.create()) as opened:
        outbox = opened.subscribe(None)
        action, _ = await put_aside(at, opened, outbox)
        opened.unsubscribe(outbox)
        run = await at.engine.runs.get()
        run.inbox.put_nowait(end)
        receipt = await opened.ended(action)
        assert receipt.state == ("cancelled" if isinstance(end, Stopped) else "failed")
        assert (receipt.problem is None) is isinstance(end, Stopped)
        await opened.act(Refit())
        await at.engine.runs.get()
        assert (await at.store.actions.get(action)) is not None


async def test_one_pause_too_many_ends_the_longest_of_those_that_nobody_watches(tmp_path: Path) -> None:
    async with impatient(tmp_path, Patience(unwatched=1e6, most=2)) as at:
        sessions = [await at.create() for _ in range(3)]
        async with (
            at.sessions.use(sessions[0]) as watched,
            at.sessions.use(sessions[1]) as left,
            at.sessions.use(sessions[2]) as last,
        ):
            outboxes = [each.subscribe(None) for each in (watched, left, last)]
            await put_aside(at, watched, outboxes[0])
            action, _ = await put_aside(at, left, outboxes[1])
            left.unsubscribe(outboxes[1])
            await put_aside(at, last, outboxes[2])
            run = await at.engine.runs.get()
            assert (run.job.action_id, run.cancelled) == (action, True)
            assert at.engine.runs.empty()


@pytest.mark.parametrize("going_on", [False, True])
async def test_what_was_paused_when_the_server_ended_is_paused_when_it_is_back(tmp_path: Path, going_on: bool) -> None:
    async with impatient(tmp_path, FOREVER) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            action, _ = await put_aside(at, opened, opened.subscribe(None))
            if going_on:
                await opened.pause(action, paused=False)
                await at.engine.runs.get()
    async with impatient(tmp_path, FOREVER) as at:
        await at.sessions.take_up_paused()
        assert [session.id for session in at.sessions.loaded] == [identity]
        async with at.sessions.use(identity) as opened:
            outbox = opened.subscribe(None)
            view, progress = await until(outbox, View), await until(outbox, Progress)
            assert view.session.running is not None
            assert (view.session.running.action_id, view.session.running.held) == (action, True)
            assert (progress.step, progress.steps) == (34, 60)
            assert (await opened.receipt(action)).state == "paused"
            await opened.pause(action, paused=False)
            run = await at.engine.runs.get()
            assert at.store.blobs.get(str(run.job.checkpoint)) == b"halfway"
            run.inbox.put_nowait(finished(60))
            assert (await until(outbox, RevisionMade)).action_id == action
            await opened.act(Refit())
            assert (await until(outbox, ActionStarted)).running.action.kind == "refit"


async def test_the_time_without_anybody_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with impatient(tmp_path, FOREVER) as at, at.sessions.use(await at.create()) as opened:
        action, _ = await put_aside(at, opened, opened.subscribe(None))
    async with impatient(tmp_path, Patience(unwatched=0.0)) as at:
        await at.sessions.take_up_paused()
        run = await at.engine.runs.get()
        assert (run.job.action_id, run.cancelled) == (action, True)


async def test_a_deleted_session_takes_its_checkpoint_along(tmp_path: Path) -> None:
    async with impatient(tmp_path, FOREVER) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            action, _ = await put_aside(at, opened, opened.subscribe(None))
        paused = await at.store.actions.paused(identity)
        assert paused is not None
        assert paused.id == action
        assert paused.checkpoint is not None
        await at.sessions.delete(identity)
        assert await at.store.actions.sessions_paused() == []
        await at.store.collector.collect(grace=0.0)
        await at.sessions.restore(identity)
        async with at.sessions.use(identity) as opened:
            assert (await opened.receipt(action)).state == "paused"
        await at.sessions.delete(identity)
        await at.store.collector.erase_deleted(undo_seconds=0.0)
        await at.store.collector.collect(grace=0.0)
        with pytest.raises(BlobMissingError):
            at.store.blobs.get(paused.checkpoint)


async def test_on_a_full_disk_an_action_is_not_put_aside_and_begins_again_where_it_last_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as at, at.sessions.use(await at.create()) as opened:
        outbox = opened.subscribe(None)
        receipt = await opened.act(Train())
        run = await at.engine.runs.get()
        await opened.pause(receipt.action_id, paused=True)

        def full(content: bytes) -> str:
            raise DiskFullError(tmp_path)

        monkeypatch.setattr(at.store.blobs, "put", full)
        run.inbox.put_nowait(Paused(b"halfway"))
        told = (await until(outbox, ProblemEvent)).problem
        assert told.status == 507
        assert "could not be put aside and begins again" in told.detail
        again = await at.engine.runs.get()
        assert (again.job.checkpoint, again.paused) == (None, False)
        assert (await opened.receipt(receipt.action_id)).state == "running"
