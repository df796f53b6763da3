"""Cancel, pause and the rate of frames as a handler sees them, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.contract.events import Curves, Losses, Progress
from server.work.control import Frame, PausedError, SignalControl, ThrottledEmit
from server.work.sharing import Handout
from tests.fakes import checkpoint, curves


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Signals:
    """What the person has asked for."""

    def __init__(self, *, paused: bool = False, cancelled: bool = False) -> None:
        self.paused = paused
        self.cancelled = cancelled


def nothing_shared(kind: str, tasks: Sequence[bytes]) -> Handout:
    raise AssertionError(f"{len(tasks)} tasks {kind}")


class Sent(list[Frame]):
    """What was sent."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


def progress(step: int, steps: int = 100) -> Progress:
    return Progress(action_id="a", step=step, steps=steps)


def test_at_most_twenty_frames_of_a_kind_are_sent_in_a_second(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    for step in range(1000):
        clock.now += 0.001
        emit(progress(step))
        if emit.due(Curves):
            emit(curves(step))
    kinds = [type(frame) for frame in sent]
    assert 18 <= kinds.count(Progress) <= 20
    assert 18 <= kinds.count(Curves) <= 20


def test_kinds_do_not_hold_each_other_back(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    emit(progress(1))
    emit(Losses(action_id="a", step=[], train_rmse=[], test_rmse=[]))
    assert len(sent) == 2


def test_rate_and_time_left_are_filled_in(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    clock.now += 2
    emit(progress(10))
    frame = sent[0]
    assert isinstance(frame, Progress)
    assert (frame.steps_per_second, frame.seconds_left) == (5, 18)


def test_what_a_handler_knows_better_is_left_alone(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    clock.now += 2
    emit(progress(10).model_copy(update={"steps_per_second": 7.0}))
    assert isinstance(sent[0], Progress)
    assert sent[0].steps_per_second == 7


def test_a_count_that_begins_anew_has_a_rate_of_its_own(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    for start in (1, 2):
        clock.now += 10
        emit(progress(15, 15).model_copy(update={"start": start, "starts": 2}))
    clock.now += 2
    emit(progress(4, 60))
    rates = [frame.steps_per_second for frame in sent if isinstance(frame, Progress)]
    assert rates[1:] == [1.5, 2]
    assert isinstance(sent[-1], Progress)
    assert sent[-1].seconds_left == 28


def test_a_pause_shows_the_last_state_and_leaves_what_the_handler_saves(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    signals = Signals()
    control = SignalControl("a", signals, emit, lambda: None, nothing_shared)
    clock.now += 2
    emit(progress(1))
    emit(progress(2))
    control.may_pause(lambda: checkpoint(1))
    assert len(sent) == 1
    signals.paused = True
    assert not control.should_stop()
    with pytest.raises(PausedError) as pause:
        control.may_pause(lambda: checkpoint(2))
    assert pause.value.checkpoint == checkpoint(2)
    assert isinstance(sent[-1], Progress)
    assert sent[-1].step == 2


def test_the_rate_after_a_pause_counts_the_steps_after_it(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock, resumed=True)
    clock.now += 1
    emit(progress(35))
    clock.now += 1
    emit(progress(40))
    assert isinstance(sent[-1], Progress)
    assert (sent[-1].steps_per_second, sent[-1].seconds_left) == (3, 20)


def test_a_cancel_ends_a_pause_and_is_acknowledged_once(clock: Clock) -> None:
    acknowledged: list[bool] = []

    def acknowledge() -> None:
        acknowledged.append(True)

    emit = ThrottledEmit(Sent().append, clock)
    signals = Signals(paused=True, cancelled=True)
    control = SignalControl("a", signals, emit, acknowledge, nothing_shared, checkpoint(3))
    assert control.should_stop()
    assert control.should_stop()
    control.may_pause(lambda: checkpoint(4))
    assert acknowledged == [True]
    assert control.action_id == "a"
    assert control.resumed == checkpoint(3)
