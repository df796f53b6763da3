"""Cancel, pause and the rate of frames as a handler sees them, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from server.contract.events import Curves, Losses, Progress
from server.work.control import Frame, SignalControl, ThrottledEmit
from server.work.sharing import Handout
from tests.fakes import curves


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Signals:
    """Paused until `wait` was called `pauses` times; each wait takes a second."""

    def __init__(self, clock: Clock, pauses: int = 0, *, cancelled: bool = False) -> None:
        self._clock = clock
        self._pauses = pauses
        self.cancelled = cancelled

    @property
    def paused(self) -> bool:
        return self._pauses > 0

    def wait(self) -> None:
        self._pauses -= 1
        self._clock.now += 1


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


def test_a_pause_shows_the_last_state_and_does_not_count_as_work(clock: Clock) -> None:
    sent = Sent()
    emit = ThrottledEmit(sent.append, clock)
    control = SignalControl("a", Signals(clock, pauses=8), emit, lambda: None, nothing_shared, clock)
    clock.now += 2
    emit(progress(1))
    emit(progress(2))
    assert len(sent) == 1
    assert not control.should_stop()
    assert isinstance(sent[-1], Progress)
    assert sent[-1].step == 2
    emit(progress(10))
    assert isinstance(sent[-1], Progress)
    assert sent[-1].steps_per_second == 5


def test_a_cancel_ends_a_pause_and_is_acknowledged_once(clock: Clock) -> None:
    acknowledged: list[bool] = []

    def acknowledge() -> None:
        acknowledged.append(True)

    emit = ThrottledEmit(Sent().append, clock)
    control = SignalControl("a", Signals(clock, 3, cancelled=True), emit, acknowledge, nothing_shared, clock)
    assert control.should_stop()
    assert control.should_stop()
    assert acknowledged == [True]
    assert control.action_id == "a"
