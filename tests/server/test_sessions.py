"""Sessions without a web framework and without processes: order, staleness, failures, and letting go of idle ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

import pytest

from server.contract.actions import FitEquation, Prune, Refit, Train
from server.contract.events import (
    ActionEnded,
    ActionPaused,
    ActionStarted,
    Curves,
    Event,
    HeadMoved,
    Notice,
    ProblemEvent,
    Progress,
    RevisionMade,
    View,
    Waiting,
)
from server.contract.problems import ProblemError, problem
from server.contract.rest import CreateSession
from server.contract.views import ColumnView, DatasetView, Metrics, WaitingView
from server.engine.effort import Size
from server.engine.protocol import Begun, Failed, Finished, Paused, Queued, Restarted
from server.sessions.outbox import Outbox, OutboxClosedError
from server.sessions.registry import SessionRegistry
from server.sessions.session import Session
from server.store.blobs import BlobMissingError
from server.store.store import Store
from server.work.query import PrimitivesQuery
from tests.fakes import finished
from tests.server.engines import ANSWER, ScriptedEngine

pytestmark = pytest.mark.anyio
_Event = TypeVar("_Event", bound=Event)


class House:
    """A store, an engine and the sessions over them."""

    def __init__(self, store: Store, most_loaded: int = 64) -> None:
        self.store = store
        self.engine = ScriptedEngine()
        self.sessions = SessionRegistry(store, self.engine, most_loaded=most_loaded)

    async def create(self) -> str:
        columns = [ColumnView(name="x", role="input", usable=True), ColumnView(name="z", role="target", usable=True)]
        dataset = await self.store.datasets.put(DatasetView(id="", name="t", rows=1, columns=columns), b"table")
        return await self.sessions.create(CreateSession(dataset=dataset.id, inputs=["x"], targets=["z"]))


@asynccontextmanager
async def house(folder: Path, most_loaded: int = 64) -> AsyncIterator[House]:
    store = Store(folder)
    await store.open()
    built = House(store, most_loaded)
    try:
        async with asyncio.timeout(60):
            yield built
    finally:
        await built.sessions.close(grace=0.0)
        await store.close()


@asynccontextmanager
async def session(folder: Path) -> AsyncIterator[tuple[House, Session, Outbox]]:
    async with house(folder) as at, at.sessions.use(await at.create()) as opened:
        yield at, opened, opened.subscribe(None)


async def until(outbox: Outbox, kind: type[_Event]) -> _Event:
    while True:
        event = (await outbox.get()).event
        if isinstance(event, kind):
            return event


async def test_actions_are_performed_one_after_the_other_each_on_the_head(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        first = await opened.act(Refit())
        second = await opened.act(Prune())
        run = await at.engine.runs.get()
        assert run.job.action_id == first.action_id
        assert at.engine.runs.empty()
        run.inbox.put_nowait(finished(1))
        head = (await until(outbox, RevisionMade)).revision.id
        run = await at.engine.runs.get()
        assert run.job.action_id == second.action_id
        run.inbox.put_nowait(finished(2))
        made = (await until(outbox, RevisionMade)).revision
        assert (made.parent, made.number) == (head, 2)


async def test_a_queued_action_decided_on_what_is_no_longer_the_head_fails_as_stale(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        head = opened.history.head
        await opened.act(Refit())
        stale = await opened.act(Prune(parent=head), "late")
        (await at.engine.runs.get()).inbox.put_nowait(finished(1))
        told = await until(outbox, ProblemEvent)
        assert (told.problem.code, told.request_id, told.problem.head) == ("stale_revision", "late", opened.history.head)
        assert (await opened.ended(stale.action_id)).state == "failed"
        assert at.engine.runs.empty()


async def test_rows_of_a_revision_are_those_of_its_children_too_until_somebody_goes_back(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        before, own = opened.history.head, opened.dataset.table_key
        await opened.act(FitEquation(equations=["D(z, x) = 1"]))
        run = await at.engine.runs.get()
        assert (run.job.table.key, run.job.table.origin) == (own, "")
        run.inbox.put_nowait(replace(finished(1), result=replace(finished(1).result, table=b"solved")))
        solved = (await until(outbox, RevisionMade)).revision.id
        await opened.act(Refit())
        run = await at.engine.runs.get()
        assert at.store.blobs.get(run.job.table.key) == b"solved"
        assert run.job.table.origin == own
        run.inbox.put_nowait(finished(2))
        await until(outbox, RevisionMade)
        at.engine.answers.put_nowait(ANSWER)
        at.engine.answers.put_nowait(ANSWER)
        await opened.ask(PrimitivesQuery())
        await opened.ask(PrimitivesQuery(), before)
        assert [at.store.blobs.get(asked.table.key) for asked in at.engine.asked] == [b"solved", b"table"]
        await opened.move_head(before)
        await opened.act(Refit())
        assert (await at.engine.runs.get()).job.table.key == own
        stored = await at.store.revisions.get(solved)
        assert stored is not None
        assert stored.table_key is not None
    async with house(tmp_path) as at:
        found = await at.store.revisions.get(solved)
        assert found == stored
        await at.store.sessions.erase(found.session)
        await at.store.collector.collect(grace=0)
        with pytest.raises(BlobMissingError):
            at.store.blobs.get(stored.table_key)
        assert at.store.blobs.get(own) == b"table"


async def test_everything_is_kept_before_it_is_told(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Refit())
        (await at.engine.runs.get()).inbox.put_nowait(finished(1))
        made = await until(outbox, RevisionMade)
        stored = await at.store.sessions.load(opened.id)
        assert stored is not None
        assert stored.head == made.revision.id
        assert await at.store.revisions.curves(made.revision.id) is not None


async def test_frames_pass_through_to_browsers(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        receipt = await opened.act(Train())
        run = await at.engine.runs.get()
        run.inbox.put_nowait(Progress(action_id=receipt.action_id, step=1, steps=2))
        assert (await until(outbox, Progress)).step == 1
        run.cancel()
        assert (await until(outbox, ActionEnded)).outcome == "cancelled"
        assert (await until(outbox, Curves)).revision == opened.history.head


async def test_a_failure_is_told_with_its_reason_and_the_next_action_runs(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Refit(), "q")
        await opened.act(Prune())
        (await at.engine.runs.get()).inbox.put_nowait(Failed(problem("action_failed", "No.")))
        assert (await until(outbox, ProblemEvent)).problem.detail == "No."
        assert (await until(outbox, ActionEnded)).outcome == "failed"
        (await at.engine.runs.get()).inbox.put_nowait(finished(1))
        await until(outbox, RevisionMade)


async def test_a_result_that_is_nonsense_does_not_end_the_session(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Refit())
        nonsense = Finished(replace(finished(1).result, metrics=cast("Metrics", None)), 0.1)
        (await at.engine.runs.get()).inbox.put_nowait(nonsense)
        assert (await until(outbox, ProblemEvent)).problem.code == "internal"
        await opened.act(Refit())
        (await at.engine.runs.get()).inbox.put_nowait(finished(1))
        await until(outbox, RevisionMade)


async def test_a_restart_of_the_worker_is_told(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Refit())
        run = await at.engine.runs.get()
        run.inbox.put_nowait(Restarted())
        assert (await until(outbox, Notice)).code == "worker_restarted"
        run.inbox.put_nowait(finished(1))
        await until(outbox, RevisionMade)


async def test_who_looks_on_is_told_the_place_in_the_line_until_there_is_a_worker(tmp_path: Path) -> None:
    place = WaitingView(place=3, of=12, seconds=20)
    async with session(tmp_path) as (at, opened, outbox):
        receipt = await opened.act(Train())
        run = await at.engine.runs.get()
        run.inbox.put_nowait(Queued(place))
        assert (await until(outbox, Waiting)).waiting == place
        told = await opened.receipt(receipt.action_id)
        assert (told.state, told.waiting) == ("queued", place)
        late = opened.subscribe(None)
        view = (await until(late, View)).session
        assert view.running is not None
        assert view.running.waiting == place
        run.inbox.put_nowait(Begun())
        assert (await until(outbox, Waiting)).waiting is None
        told = await opened.receipt(receipt.action_id)
        assert (told.state, told.waiting) == ("running", None)
        run.inbox.put_nowait(finished(1))
        await until(outbox, RevisionMade)


async def test_an_action_that_gives_way_goes_on_from_its_checkpoint_without_being_asked(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Train())
        first = await at.engine.runs.get()
        first.inbox.put_nowait(Paused(b"checkpoint"))
        second = await at.engine.runs.get()
        assert second.job.action_id == first.job.action_id
        assert second.job.checkpoint is not None
        assert at.store.blobs.get(second.job.checkpoint) == b"checkpoint"
        second.inbox.put_nowait(Begun())
        second.inbox.put_nowait(finished(1))
        await until(outbox, RevisionMade)


async def test_work_carries_its_session_and_its_size_to_the_engine(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        await opened.act(Refit())
        job = (await at.engine.runs.get()).job
        assert (job.session, job.size) == (opened.id, Size(parameters=16, rows=8, columns=8))
        at.engine.answers.put_nowait(ANSWER)
        await opened.ask(PrimitivesQuery())
        assert at.engine.asked[-1].session == opened.id
        assert outbox is not None


async def test_pause_reaches_the_run_and_is_said_once(tmp_path: Path) -> None:
    async with session(tmp_path) as (at, opened, outbox):
        receipt = await opened.act(Train())
        run = await at.engine.runs.get()
        for _ in range(2):
            await opened.pause(receipt.action_id, paused=True)
        assert run.paused
        with pytest.raises(ProblemError, match="no action"):
            await opened.pause("a_other", paused=False)
        assert run.paused
        await opened.pause(receipt.action_id, paused=False)
        assert [(await until(outbox, ActionPaused)).paused for _ in range(2)] == [True, False]


async def test_moving_the_head_brings_its_curves_and_survives_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            start, outbox = opened.history.head, opened.subscribe(None)
            await opened.act(Refit())
            (await at.engine.runs.get()).inbox.put_nowait(finished(1))
            later = (await until(outbox, RevisionMade)).revision.id
            await opened.move_head(start)
            moved = await until(outbox, HeadMoved)
            assert (moved.revision.id, moved.redo) == (start, later)
            assert (await until(outbox, Curves)).revision == start
    async with house(tmp_path) as at, at.sessions.use(identity) as opened:
        assert (opened.history.head, opened.history.redo) == (start, later)


async def test_an_interrupted_action_is_told_until_somebody_goes_on(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            await opened.act(Train())
            await at.engine.runs.get()
    async with house(tmp_path) as at, at.sessions.use(identity) as opened:
        for _ in range(2):
            assert (await until(opened.subscribe(None), Notice)).code == "interrupted"
        outbox = opened.subscribe(None)
        await opened.act(Refit())
        await until(outbox, ActionStarted)
        late = opened.subscribe(None)
        assert isinstance((await late.get()).event, View)
        assert not isinstance((await late.get()).event, Notice)


async def test_idle_sessions_make_room_and_come_back_as_they_were(tmp_path: Path) -> None:
    async with house(tmp_path, most_loaded=2) as at:
        made = [await at.create() for _ in range(4)]
        async with at.sessions.use(made[0]) as watched:
            outbox = watched.subscribe(None)
            watched.channel.publish(Notice(code="interrupted", text="…"))
        for identity in made[1:]:
            async with at.sessions.use(identity) as opened:
                assert opened.id == identity
        assert [loaded.id for loaded in at.sessions.loaded] == [made[0], made[3]]
        watched.unsubscribe(outbox)
        async with at.sessions.use(made[1]) as opened:
            assert opened.view().history[0].number == 0
        assert made[0] not in [loaded.id for loaded in at.sessions.loaded]


async def test_a_session_is_loaded_once_however_many_come(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()

        async def look() -> Session:
            async with at.sessions.use(identity) as opened:
                return opened

        assert len({id(opened) for opened in await asyncio.gather(*(look() for _ in range(10)))}) == 1


async def test_whoever_waits_for_an_action_is_told_when_its_session_is_deleted_and_nothing_is_under_way_when_it_comes_back(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            running, queued = (await opened.act(Train())).action_id, (await opened.act(Refit())).action_id
            waiting = [asyncio.create_task(opened.ended(action)) for action in (running, queued)]
            await at.engine.runs.get()
            await at.sessions.delete(identity)
            for each in waiting:
                with pytest.raises(ProblemError, match="was deleted"):
                    await asyncio.wait_for(each, 60)
        await at.sessions.restore(identity)
        async with at.sessions.use(identity) as opened:
            assert opened.view().running is None
            for action in (running, queued):
                assert (await opened.receipt(action)).state == "failed"
            assert (await until(opened.subscribe(None), Notice)).code == "interrupted"


async def test_a_deleted_session_is_gone_for_everybody(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        identity = await at.create()
        async with at.sessions.use(identity) as opened:
            outbox = opened.subscribe(None)
            await opened.act(Train())
            await at.sessions.delete(identity)
            assert (await until(outbox, ProblemEvent)).problem.code == "not_found"
            with pytest.raises(OutboxClosedError):
                await until(outbox, HeadMoved)
            with pytest.raises(ProblemError):
                await opened.act(Refit())
        with pytest.raises(ProblemError):
            async with at.sessions.use(identity):
                raise AssertionError
