"""The socket of a session on a real server: joining, resuming, commands, bad messages, slow browsers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed

from server.contract.actions import Lock, Refit, SetSpline, Train
from server.contract.base import Edge
from server.contract.commands import Act, Annotate, Cancel, Hello, MoveHead, Pause
from server.contract.events import (
    ActionEnded,
    ActionPaused,
    ActionStarted,
    AnnotationChanged,
    Curves,
    HeadMoved,
    Notice,
    Presence,
    ProblemEvent,
    Progress,
    RevisionMade,
    View,
)
from tests.server.live import Gate, LiveServer

pytestmark = pytest.mark.anyio
EDGE = Edge(layer=0, source=0, target=0)


@pytest.mark.parametrize("coding", ["msgpack", "json"])
async def test_a_joiner_gets_a_view_then_the_curves(live: LiveServer, coding: str) -> None:
    session = await live.session()
    async with live.browser(session.id, coding=coding) as browser:
        assert browser.socket.subprotocol == f"kanscope.v1.{coding}"
        view = await browser.until(View)
        assert browser.seen == [view]
        assert view.session.head == session.head
        curves = await browser.until(Curves)
        assert curves.revision == session.head
        assert len(curves.y) == 4 * 2 * curves.points
        assert curves.seq > view.session.seq


async def test_an_action_is_started_and_becomes_the_head(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=3, parent=session.head)))
        started = await browser.until(ActionStarted)
        made = await browser.until(RevisionMade)
        curves = await browser.until(Curves)
    assert (started.request_id, made.request_id) == ("q", "q")
    assert made.action_id == started.running.action_id
    assert made.revision.parent == session.head == started.parent
    assert made.summary.id == made.revision.id == curves.revision
    numbers = [event.seq for event in browser.seen[1:]]
    assert numbers == sorted(set(numbers))


async def test_two_browsers_hear_the_same(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as one, live.browser(session.id) as other:
        await one.until(Curves)
        await other.until(Curves)
        await one.say(Act(request_id="q", action=Refit()))
        assert await one.until(RevisionMade) == await other.until(RevisionMade)


async def test_an_action_decided_on_an_old_revision_is_refused_with_the_new_head(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as one, live.browser(session.id) as other:
        await one.say(Act(request_id="first", action=Refit(parent=session.head)))
        head = (await one.until(RevisionMade)).revision.id
        await other.until(RevisionMade)
        await other.say(Act(request_id="second", action=Refit(parent=session.head)))
        refused = await other.until(ProblemEvent)
    assert (refused.problem.code, refused.problem.head, refused.request_id) == ("stale_revision", head, "second")


async def test_who_comes_back_soon_gets_exactly_what_was_missed(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as stays:
        async with live.browser(session.id) as goes:
            await goes.until(Presence)
            last_seq = goes.seen[-1].seq
        await stays.say(Act(request_id="q", action=Refit()))
        made = await stays.until(RevisionMade)
        async with live.browser(session.id, last_seq) as back:
            assert await back.until(RevisionMade) == made
            assert (await back.until(Curves)).revision == made.revision.id
    assert not any(isinstance(event, View) for event in back.seen)
    assert all(event.seq > last_seq for event in back.seen)


@pytest.mark.parametrize("last_seq", [0, 10**15])
async def test_who_comes_back_from_another_life_gets_a_view(live: LiveServer, last_seq: int) -> None:
    session = await live.session()
    async with live.browser(session.id, last_seq) as browser:
        assert isinstance(await browser.next(), View)


async def test_a_reload_during_training_shows_the_training(live: LiveServer, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=2)))
        progress = await browser.until(Progress)
    async with live.browser(session.id) as reloaded:
        view = await reloaded.until(View)
        assert view.session.running is not None
        assert view.session.running.action_id == progress.action_id
        assert (await reloaded.until(Progress)).step == progress.step
        gate.open()
        assert (await reloaded.until(RevisionMade)).action_id == progress.action_id


async def test_a_cancel_keeps_the_best_state_as_a_revision(live: LiveServer, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=100)))
        await browser.until(Progress)
        await browser.say(Cancel(action_id=(browser_started(browser.seen)).running.action_id))
        made = await browser.until(RevisionMade)
    assert made.revision.outcome == "cancelled"
    assert made.revision.metrics.test_rmse == 0.5


async def test_a_pause_is_told_to_all_and_ends(live: LiveServer, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as one, live.browser(session.id) as other:
        await one.say(Act(request_id="q", action=Train(steps=2)))
        action_id = (await one.until(ActionStarted)).running.action_id
        await one.say(Pause(action_id=action_id, paused=True))
        assert (await other.until(ActionPaused)).paused
        async with live.browser(session.id) as third:
            running = (await third.until(View)).session.running
            assert running is not None
            assert running.paused
        gate.open()
        await other.say(Pause(action_id=action_id, paused=False))
        assert not (await other.until(ActionPaused)).paused
        await one.until(RevisionMade)


async def test_undo_redo_and_branches(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        made = []
        for request in ("1", "2"):
            await browser.say(Act(request_id=request, action=Refit()))
            made.append((await browser.until(RevisionMade)).revision)
        await browser.say(MoveHead(request_id="undo", revision=made[0].id))
        moved = await browser.until(HeadMoved)
        assert (moved.revision.id, moved.redo) == (made[0].id, made[1].id)
        assert (await browser.until(Curves)).revision == made[0].id
        await browser.say(MoveHead(request_id="undo", revision=session.head))
        assert (await browser.until(HeadMoved)).redo == made[0].id
        await browser.say(Act(request_id="branch", action=SetSpline(edge=EDGE)))
        branch = (await browser.until(RevisionMade)).revision
        assert (branch.parent, branch.number) == (session.head, 3)
        await browser.say(MoveHead(request_id="undo", revision=session.head))
        assert (await browser.until(HeadMoved)).redo == branch.id
        await browser.say(MoveHead(request_id="jump", revision=made[1].id))
        assert (await browser.until(HeadMoved)).redo is None


async def test_moving_the_head_while_an_action_runs_is_refused(live: LiveServer, gate: Gate) -> None:
    session = await live.session(f"gate:{gate.path}".encode())
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=1)))
        await browser.until(Progress)
        await browser.say(MoveHead(request_id="undo", revision=session.head))
        assert (await browser.until(ProblemEvent)).problem.code == "busy"
        gate.open()
        await browser.until(RevisionMade)


async def test_notes_and_names(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.say(Annotate(revision=session.head, text="good"))
        assert (await browser.until(AnnotationChanged)).note == "good"
        await browser.say(Annotate(text="pendulum"))
        assert (await browser.until(AnnotationChanged)).name == "pendulum"
        await browser.say(Annotate(revision="r_none", text="good"))
        assert (await browser.until(ProblemEvent)).problem.code == "not_found"
        async with live.browser(session.id) as joiner:
            view = (await joiner.until(View)).session
    assert (view.name, view.history[0].note) == ("pendulum", "good")


async def test_presence_counts_browsers(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as one:
        assert (await one.until(Presence)).viewers == 1
        async with live.browser(session.id):
            assert (await one.until(Presence)).viewers == 2
        assert (await one.until(Presence)).viewers == 1


@pytest.mark.parametrize(
    "message",
    [
        b"", b"\xc1", b"\x93\x01\x02\x03", b"\x80", "", "{", "[]", '{"type":"dance"}', '{"type":"act","request_id":"q"}',
        '{"type":"act","request_id":"q","action":{"kind":"train","steps":-1}}', '{"type":"pause","action_id":1,"paused":true}',
        '{"type":"hello","last_seq":null}', "null", '{"type":"annotate","text":"a","more":1}', "\u0000",
    ],
)  # fmt: skip
async def test_a_bad_message_is_answered_and_the_connection_stays(live: LiveServer, message: bytes | str) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.socket.send(message)
        problem = (await browser.until(ProblemEvent)).problem
        assert problem.code == "bad_request"
        assert problem.detail.endswith(".")
        await browser.say(Act(request_id="q", action=Refit()))
        await browser.until(RevisionMade)


async def test_a_bad_first_message_is_answered_too(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id, greet=False) as browser:
        await browser.socket.send("what?")
        assert isinstance(await browser.next(), View)
        assert (await browser.until(ProblemEvent)).problem.code == "bad_request"


async def test_an_action_as_first_message_is_performed(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id, greet=False) as browser:
        await browser.say(Act(request_id="q", action=Refit()))
        await browser.until(RevisionMade)


async def test_a_wrong_value_is_named_by_its_place(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.socket.send('{"type":"act","request_id":"q","action":{"kind":"train","steps":-1}}')
        problem = (await browser.until(ProblemEvent)).problem
    assert problem.fields == ["action.steps should be greater than or equal to 1"]


async def test_a_message_too_large_ends_this_connection_only(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as other, live.browser(session.id) as browser:
        await asyncio.gather(browser.socket.send(b"\0" * (9 * 1024 * 1024)), browser.until(HeadMoved), return_exceptions=True)
        await browser.socket.wait_closed()
        assert browser.socket.close_code == 1009
        await other.say(Act(request_id="q", action=Refit()))
        await other.until(RevisionMade)


@pytest.mark.parametrize("name", ["s_none", "€" * 90], ids=["plain", "long and not ASCII"])
async def test_an_unknown_session_is_refused_with_as_much_of_the_reason_as_fits(live: LiveServer, name: str) -> None:
    # No hello is said: it would race with the close.
    async with live.browser(quote(name), greet=False) as browser:
        with pytest.raises(ConnectionClosed) as closed:
            await browser.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        assert name[:6] in closed.value.rcvd.reason


async def test_a_failed_action_is_told_and_the_session_lives_on(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Lock(edges=[EDGE])))
        problem = await browser.until(ProblemEvent)
        assert (problem.problem.code, problem.request_id) == ("internal", "q")
        assert (await browser.until(ActionEnded)).outcome == "failed"
        assert (await browser.until(Curves)).revision == session.head
        await browser.say(Act(request_id="q", action=Refit()))
        await browser.until(RevisionMade)


async def test_a_lost_worker_is_told_and_the_action_done_all_the_same(live: LiveServer, tmp_path: Path) -> None:
    session = await live.session(f"crash once:{tmp_path / 'crashed'}".encode())
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=2)))
        assert (await browser.until(Notice)).code == "worker_restarted"
        await browser.until(RevisionMade)


async def test_a_worker_lost_twice_is_a_problem_and_the_session_lives_on(live: LiveServer) -> None:
    session = await live.session(b"crash")
    async with live.browser(session.id) as browser:
        await browser.say(Act(request_id="q", action=Train(steps=2)))
        assert (await browser.until(ProblemEvent)).problem.code == "worker_lost"
        assert (await browser.until(ActionEnded)).outcome == "failed"
        await browser.say(Act(request_id="q", action=Refit()))
        await browser.until(RevisionMade)


async def test_a_browser_that_does_not_read_holds_up_nobody(live: LiveServer) -> None:
    session = await live.session()
    actions = 20
    async with (
        live.browser(session.id, max_queue=1) as sleeper,
        live.browser(session.id) as other,
    ):
        await sleeper.until(Curves)
        for request in range(actions):
            await other.say(Act(request_id=str(request), action=Refit()))
            last = await other.until(RevisionMade)
        while True:
            event = await sleeper.next()
            head = event.session.head if isinstance(event, View) else getattr(event, "summary", None)
            if head == last.revision.id or getattr(head, "id", None) == last.revision.id:
                break
        numbers = [event.seq for event in sleeper.seen]
        assert numbers == sorted(numbers)


async def test_a_deleted_session_sends_its_browsers_away(live: LiveServer) -> None:
    session = await live.session()
    async with live.browser(session.id) as browser, live.client() as client:
        await browser.until(Curves)
        assert (await client.delete(f"/sessions/{session.id}")).status_code == 204
        assert (await browser.until(ProblemEvent)).problem.code == "not_found"
        with pytest.raises(ConnectionClosed):
            await browser.until(Hello)


def browser_started(events: list[object]) -> ActionStarted:
    return next(event for event in events if isinstance(event, ActionStarted))
