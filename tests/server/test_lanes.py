"""Who is next, as plain functions with a clock that the test turns: lanes, turns of sessions, places and estimates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.contract.actions import Action, ExtendGrid, GridSchedule, Initialise, Prune, Refit, Search, SetSymbolic, Train
from server.contract.base import Edge
from server.contract.views import WaitingView
from server.engine.effort import Size, lane_of
from server.engine.forecast import Forecast
from server.engine.lanes import HEAD_START, SHORT_SLICE, SLICE, Lane, Lanes, Request
from server.engine.shares import HALF_LIFE, Shares

TOY = Size(parameters=120, rows=800, columns=8)
LARGE = Size(parameters=2_000, rows=5_000, columns=8)
EDGE = Edge(layer=0, source=0, target=0)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """Lanes, and workers that the test lets go."""

    def __init__(self, size: int) -> None:
        self.clock = Clock()
        self.lanes = Lanes(size, self.clock)

    def ask(self, session: str, lane: Lane = "long", *, after: float = 0.0) -> Request:
        self.clock.now += after
        request = Request(session, lane, lane)
        self.lanes.join(request)
        return request

    def serve(self) -> Request | None:
        request = self.lanes.next()
        if request is not None:
            self.lanes.begin(request)
        return request

    def work(self, request: Request, seconds: float) -> None:
        """It computes for so long and gives its worker back."""
        self.clock.now += seconds
        self.lanes.end(request)


@pytest.fixture
def desk() -> Desk:
    return Desk(size=2)


@pytest.mark.parametrize("size", [2, 3, 8])
def test_long_actions_leave_one_worker_to_short_ones(size: int) -> None:
    desk = Desk(size)
    for number in range(50):
        desk.ask(f"s{number}")
    assert [desk.serve() is not None for _ in range(size)] == [True] * (size - 1) + [False]
    trivial = desk.ask("another", "short")
    assert desk.serve() is trivial


def test_a_single_worker_serves_both_lanes_short_first() -> None:
    desk = Desk(size=1)
    first, _, trivial = desk.ask("a"), desk.ask("b"), desk.ask("c", "short", after=1.0)
    assert desk.serve() is trivial
    desk.work(trivial, 0.1)
    assert desk.serve() is first


def test_a_stream_of_questions_does_not_stop_long_actions(desk: Desk) -> None:
    training = desk.ask("a")
    asked = [desk.ask("b", "short", after=0.01) for _ in range(4)]
    assert desk.serve() is asked[0]
    assert desk.serve() is asked[1]
    desk.clock.now += HEAD_START + 1
    late = desk.ask("b", "short")
    desk.lanes.end(asked[1])
    # One worker is with the short ones anyhow; of the other it is now the training's turn before what came much later.
    for question in asked[2:]:
        desk.lanes.leave(question)
    assert desk.serve() is training
    desk.lanes.end(asked[0])
    assert desk.serve() is late


def test_a_session_that_has_computed_stands_behind_one_that_has_not(desk: Desk) -> None:
    first = desk.ask("busy")
    other = desk.ask("new")
    assert desk.serve() is first
    desk.work(first, 20)
    again = desk.ask("busy")
    assert desk.serve() is other
    newer = desk.ask("newer", after=1.0)
    desk.work(other, 1)
    assert desk.serve() is newer
    desk.work(newer, 1)
    assert desk.serve() is again


def test_what_was_used_while_nobody_wanted_it_is_no_debt(desk: Desk) -> None:
    alone = desk.ask("early")
    desk.serve()
    desk.work(alone, 1_000)
    again = desk.ask("early")
    desk.ask("late", after=0.1)
    assert desk.serve() is again


def test_help_by_other_workers_counts(desk: Desk) -> None:
    search, other = desk.ask("search"), desk.ask("other")
    desk.serve()
    for _ in range(3):
        desk.lanes.shares.take("search")
    desk.clock.now += 10
    assert desk.lanes.shares.had("search") - desk.lanes.shares.had("other") == pytest.approx(40)
    for _ in range(3):
        desk.lanes.shares.give_back("search")
    desk.work(search, 0)
    assert desk.lanes.shares.had("search") == pytest.approx(40)
    assert desk.serve() is other


def test_a_debt_is_forgotten_by_half_in_every_half_life() -> None:
    clock = Clock()
    shares = Shares(clock)
    for session in ("busy", "other"):
        shares.come(session)
    shares.take("busy")
    clock.now += 100
    shares.give_back("busy")
    shares.go("busy")
    clock.now += HALF_LIFE
    # The other one stands at nothing, the average at 50; half of what the busy one has had more than that is left.
    assert shares.come("busy") == pytest.approx(75)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=30), st.integers(1, 4))
def test_everybody_is_served_once_and_never_more_than_there_are_workers(sessions: list[str], size: int) -> None:
    desk = Desk(size)
    asked = {desk.ask(session, "long" if number % 3 else "short", after=0.1) for number, session in enumerate(sessions)}
    served: set[Request] = set()
    running: list[Request] = []
    while len(served) < len(asked):
        while len(running) < size and (request := desk.serve()) is not None:
            assert request not in served
            served.add(request)
            running.append(request)
        assert running
        assert size == 1 or sum(request.lane == "long" for request in running) < size
        desk.work(running.pop(0), 1.0)


def test_nobody_waits_for_ever_however_many_come_anew(desk: Desk) -> None:
    first, _ = desk.ask("heavy"), desk.ask("s0")
    desk.serve()
    desk.work(first, 5)
    heavy = desk.ask("heavy")
    served = desk.serve()
    newcomers = 0
    while served is not heavy:
        assert served is not None
        newcomers += 1
        desk.ask(f"s{newcomers}", after=0.5)
        desk.work(served, 0.5)
        served = desk.serve()
        assert newcomers < 50
    # It has had five seconds, the others nothing: among two, newcomers have had as much after about ten.
    assert 3 <= newcomers <= 20


@pytest.mark.parametrize("rounds", [1, 4])
def test_equal_work_is_done_in_rounds(desk: Desk, rounds: int) -> None:
    """Each session asks for its next training when the former has ended."""
    names = [f"s{number}" for number in range(10)]
    for name in names:
        desk.ask(name)
    order: list[str] = []
    while len(order) < rounds * len(names):
        request = desk.serve()
        assert request is not None
        desk.work(request, 1.0)
        order.append(request.session)
        desk.ask(request.session)
    assert order == names * rounds


def test_a_session_with_long_actions_gets_no_more_of_the_workers_than_one_with_quick_ones(desk: Desk) -> None:
    lengths = {"heavy": 10.0, **{f"s{number}": 1.0 for number in range(4)}}
    used = dict.fromkeys(lengths, 0.0)
    for name in lengths:
        desk.ask(name)
    while sum(used.values()) < 1_000:
        request = desk.serve()
        assert request is not None
        desk.work(request, lengths[request.session])
        used[request.session] += lengths[request.session]
        desk.ask(request.session)
    assert max(used.values()) < 1.3 * min(used.values())


def test_a_long_action_is_put_aside_when_others_have_waited_for_a_turn_of_it(desk: Desk) -> None:
    first = desk.ask("first")
    desk.serve()
    desk.clock.now += 100
    assert not desk.lanes.gives_way(first)
    desk.ask("second")
    assert not desk.lanes.gives_way(first)
    desk.clock.now += SLICE - 1
    assert not desk.lanes.gives_way(first)
    desk.clock.now += 1
    assert desk.lanes.gives_way(first)
    second = desk.lanes.line("long")[0]
    desk.work(first, 0)
    desk.ask("first")
    assert desk.serve() is second
    assert not desk.lanes.gives_way(second)


def test_a_short_one_that_waits_puts_nobody_aside_where_it_has_a_worker_of_its_own(desk: Desk) -> None:
    training = desk.ask("a")
    desk.serve()
    desk.ask("b", "short", after=100)
    assert not desk.lanes.gives_way(training)


def test_on_a_single_worker_a_long_action_is_put_aside_for_a_short_one_and_still_comes_to_its_end() -> None:
    desk = Desk(size=1)
    training = desk.ask("a")
    desk.serve()
    desk.ask("b", "short")
    assert not desk.lanes.gives_way(training)
    desk.clock.now += SHORT_SLICE
    assert desk.lanes.gives_way(training)


def test_places_and_estimates_come_from_what_was_measured(desk: Desk) -> None:
    forecast = Forecast()
    asked = [desk.ask(f"s{number}") for number in range(3)]
    running = desk.serve()
    assert running is asked[0]
    assert forecast.waiting(desk.lanes, "long", 0.0) == {
        asked[1]: WaitingView(place=1, of=2, seconds=None),
        asked[2]: WaitingView(place=2, of=2, seconds=None),
    }
    for seconds in (9.0, 10.0, 500.0):
        forecast.measured(asked[0], seconds)
    desk.clock.now += 4
    told = forecast.waiting(desk.lanes, "long", desk.clock.now)
    assert [told[request].seconds for request in asked[1:]] == [6.0, 16.0]


def test_a_kind_that_was_never_measured_is_expected_to_take_as_long_as_others_of_its_lane() -> None:
    forecast = Forecast()
    search, training = Request("s", "long", "search", seconds=30.0), Request("s", "long", "train")
    assert forecast.expected(search) == 30.0
    assert forecast.expected(training) is None
    forecast.measured(Request("s", "short", "lock"), 0.1)
    assert forecast.expected(training) is None
    forecast.measured(Request("s", "long", "grid_schedule"), 7.0)
    assert forecast.expected(training) == 7.0


@pytest.mark.parametrize(
    ("action", "size", "lane"),
    [
        (Initialise(), Size(), "short"),
        (Train(steps=1), TOY, "long"),
        (Search(), TOY, "long"),
        (GridSchedule(intervals=[5]), TOY, "long"),
        (Prune(threshold=0.1), TOY, "short"),
        (Prune(threshold=0.1), LARGE, "long"),
        (Prune(threshold=0.1, refit=0), LARGE, "short"),
        (SetSymbolic(edge=EDGE, primitive="sin"), TOY, "short"),
        (SetSymbolic(edge=EDGE, primitive="sin", refit=10_000), TOY, "long"),
        (Refit(), TOY, "short"),
        (Refit(), LARGE, "long"),
        (ExtendGrid(intervals=10), TOY, "short"),
        (ExtendGrid(intervals=400), TOY, "long"),
    ],
)
def test_short_is_what_kind_and_size_say(action: Action, size: Size, lane: Lane) -> None:
    assert lane_of(action, size) == lane


def test_a_search_says_itself_how_long_it_takes() -> None:
    assert Search(budget=12).own_seconds() == 12
    assert Train().own_seconds() is None
