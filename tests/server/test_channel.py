"""Numbering, remembering and resuming the events of a session."""

from __future__ import annotations

import asyncio
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from server.contract.events import Curves, Event, Notice, Presence, Progress, View
from server.contract.views import SessionView
from server.sessions.channel import Channel
from server.sessions.outbox import Outbox
from tests.fakes import curves


def view(seq: int) -> SessionView:
    """Only the number matters here."""
    return cast(SessionView, SessionView.model_construct(seq=seq))


def channel(remember: int = 128) -> Channel:
    return Channel(view, list[Event], remember=remember, first=1000)


async def _read(outbox: Outbox) -> list[Event]:
    events: list[Event] = []
    while len(outbox):
        events.append((await outbox.get()).event)
    return events


def read(outbox: Outbox) -> list[Event]:
    return asyncio.run(_read(outbox))


def progress(step: int) -> Progress:
    return Progress(action_id="a", step=step, steps=10)


def test_a_joiner_gets_view_notices_and_the_latest_frames_with_rising_numbers() -> None:
    made = Channel(view, lambda: [Notice(code="interrupted", text="lost")], first=1000)
    made.publish(curves(1))
    made.publish(curves(2))
    events = read(made.subscribe(None))
    assert [type(event) for event in events] == [View, Notice, Curves, Presence]
    assert cast(View, events[0]).session.seq == events[0].seq
    assert [event.seq for event in events] == sorted({event.seq for event in events})


def test_frames_of_an_action_that_is_over_are_not_shown() -> None:
    made = channel()
    made.publish(progress(1))
    made.forget_frames("progress")
    assert not any(isinstance(event, Progress) for event in read(made.subscribe(None)))


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 45), st.integers(1, 20))
def test_resuming_gives_all_lasting_events_missed_or_a_view(lasting: list[bool], place: int, remember: int) -> None:
    made = channel(remember)
    sent: list[Event] = []
    stayed = made.subscribe(None)
    for keeps in lasting:
        made.publish(Presence(viewers=1) if keeps else progress(1))
    sent = read(stayed)
    last_seq = 1000 + place
    events = read(made.subscribe(last_seq))
    if isinstance(events[0], View):
        return
    expected = [event.seq for event in sent if isinstance(event, Presence) and event.seq > last_seq]
    got = [event.seq for event in events if isinstance(event, Presence)]
    assert got[:-1] == expected
    assert all(event.seq > last_seq for event in events)


def test_numbers_of_the_future_or_of_a_former_life_give_a_view() -> None:
    made = channel()
    for last_seq in (0, 999, 10**9):
        assert isinstance(read(made.subscribe(last_seq))[0], View)


def test_who_missed_more_than_is_remembered_gets_a_view() -> None:
    made = channel(remember=3)
    for _ in range(10):
        made.publish(Presence(viewers=1))
    assert isinstance(read(made.subscribe(1005))[0], View)
    assert not isinstance(read(made.subscribe(1009))[0], View)


def test_a_new_life_starts_above_the_numbers_of_the_former() -> None:
    former = Channel(view, list[Event])
    later = Channel(view, list[Event])
    assert later.seq >= former.seq > 1_600_000_000_000
