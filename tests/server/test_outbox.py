"""What a browser is told, and what a slow one is spared: law by law, without any browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.contract.events import Event, Losses, Notice, Presence, Progress
from server.sessions.outbox import Envelope, Outbox, OutboxClosedError

pytestmark = pytest.mark.anyio


def frame(seq: int) -> Envelope:
    return Envelope(Progress(seq=seq, action_id="a", step=seq, steps=100))


def other_frame(seq: int) -> Envelope:
    return Envelope(Losses(seq=seq, action_id="a", step=[], train_rmse=[], test_rmse=[]))


def lasting(seq: int) -> Envelope:
    return Envelope(Presence(seq=seq, viewers=seq))


def nothing() -> Iterable[Envelope]:
    return []


async def drain(outbox: Outbox) -> list[Event]:
    outbox.close()
    events: list[Event] = []
    try:
        while True:
            events.append((await outbox.get()).event)
    except OutboxClosedError:
        return events


async def test_only_the_newest_frame_of_a_kind_waits() -> None:
    outbox = Outbox(nothing)
    for seq in range(1, 100):
        outbox.put(frame(seq))
        outbox.put(other_frame(seq))
    assert len(outbox) == 2
    assert outbox.superseded == 196
    assert [event.seq for event in await drain(outbox)] == [99, 99]


@given(st.lists(st.sampled_from([frame, other_frame, lasting]), max_size=60))
def test_lasting_events_all_arrive_and_everything_in_order(kinds: list[object]) -> None:
    outbox = Outbox(nothing)
    sent = [make(seq) for seq, make in enumerate(kinds, 1)]  # type: ignore[operator]
    for envelope in sent:
        outbox.put(envelope)
    events = asyncio.run(drain(outbox))
    numbers = [event.seq for event in events]
    assert numbers == sorted(numbers)
    assert [event for event in events if isinstance(event, Presence)] == [
        envelope.event for envelope in sent if isinstance(envelope.event, Presence)
    ]


async def test_who_falls_too_far_behind_gets_a_fresh_start_and_memory_stays_bounded() -> None:
    latest = lasting(10_000)
    outbox = Outbox(lambda: [latest], limit=10)
    for seq in range(1, 1000):
        outbox.put(lasting(seq))
        assert len(outbox) <= 10
    assert (await outbox.get()) is latest
    outbox.put(lasting(10_001))
    assert [event.seq for event in await drain(outbox)] == [10_001]


async def test_a_waiting_reader_is_woken() -> None:
    outbox = Outbox(nothing)
    reader = asyncio.create_task(outbox.get())
    await asyncio.wait({reader}, timeout=0)
    outbox.put(lasting(1))
    assert (await reader).event.seq == 1


async def test_a_closed_outbox_gives_out_what_it_has_first() -> None:
    outbox = Outbox(nothing)
    outbox.put(lasting(1))
    assert [event.seq for event in await drain(outbox)] == [1]


def test_an_event_is_encoded_once_for_all() -> None:
    envelope = Envelope(Notice(code="interrupted", text="…"))
    assert envelope.encoded("msgpack") is envelope.encoded("msgpack")
    assert envelope.encoded("json") is envelope.encoded("json")
