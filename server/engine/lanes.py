"""Who gets the next free worker: short before long, and sessions in turns. Plain bookkeeping, without processes.

Two lanes. *Short* are questions and actions that take a moment, *long* are training, search, solving (`effort.py` decides).
Of `size` workers long ones occupy all but one at most, so a short one never waits for a long one to end. On a single worker
that cannot be had: there a long one lets short ones go first (`gives_way`).

Within a lane sessions take turns: next is the one that has had the fewest worker seconds (`shares.py`), of equal ones the one
that came first. A short one goes before a long one that came up to `HEAD_START` earlier, except on the one worker that only short
ones use: a stream of questions slows long actions down, but does not stop them.

A long action does not keep its worker for an hour while others wait: when its session has had a whole `SLICE` more than the next
one in the line, it is put aside and goes on in its turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from server.engine.shares import Shares

Lane = Literal["short", "long"]

HEAD_START = 10.0
"""Seconds. Two questions that take all the time they have may go before a long action that waits; a third one not."""
SLICE = 10.0
"""Seconds. Long beside a checkpoint, which takes milliseconds, and beside the trainings that most people ask for, which are never
put aside; short beside the patience of whoever waits."""
SHORT_SLICE = 1.0
"""Seconds that a long action computes on the only worker between two short ones, so that it comes to an end."""


@dataclass(eq=False, slots=True)
class Request:
    """Somebody who needs a worker, from asking to giving it back.

    The lanes fill in when it `came` and `began`, and its `turn`: what its session had had before.

    Attributes:
        session: for whom.
        lane: which line it stands in.
        kind: of action or query; what is measured for one is expected of the next.
        seconds: that it will take, where it is known beforehand.
    """

    session: str
    lane: Lane
    kind: str
    seconds: float | None = None
    came: float = 0.0
    turn: float = 0.0
    began: float | None = None


class Lanes:
    """The requests that wait and those that have a worker. `clock` gives seconds; `turn` is how many a long one has in one go."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic, turn: float = SLICE) -> None:
        self._size = size
        self._slice = turn
        self._clock = clock
        self.shares = Shares(clock)
        self._waiting: list[Request] = []
        self._running: list[Request] = []
        self.places: dict[Lane, int] = {"short": size, "long": max(1, size - 1)}
        """Workers that a lane may occupy."""

    def join(self, request: Request) -> None:
        """Begin to wait."""
        request.turn = self.shares.come(request.session)
        request.came = self._clock()
        self._waiting.append(request)

    def leave(self, request: Request) -> None:
        """Wait no more."""
        self._waiting.remove(request)
        self.shares.go(request.session)

    def next(self) -> Request | None:
        """Who is to have a worker that is free now; None when nobody may."""
        short, long = self._first("short"), self._first("long")
        if long is None or self.occupied("long") >= self.places["long"]:
            return short
        if short is None:
            return long
        kept_for_short = self._size > 1 and not self.occupied("short")
        return short if kept_for_short or short.came - HEAD_START <= long.came else long

    def begin(self, request: Request) -> None:
        """It has a worker now."""
        self._waiting.remove(request)
        self._running.append(request)
        request.began = self._clock()
        self.shares.take(request.session)

    def end(self, request: Request) -> None:
        """It has given its worker back."""
        self._running.remove(request)
        self.shares.give_back(request.session)
        self.shares.go(request.session)

    def line(self, lane: Lane) -> list[Request]:
        """Those who wait in a lane, the next one first."""
        return sorted(self._in(lane), key=_turn)

    def running(self, lane: Lane) -> list[Request]:
        """Those who have a worker."""
        return [request for request in self._running if request.lane == lane]

    def occupied(self, lane: Lane) -> int:
        """How many workers a lane has now."""
        return len(self.running(lane))

    def wanting(self) -> int:
        """How many of those who wait could begin if there were workers enough."""
        long = min(len(self._in("long")), self.places["long"] - self.occupied("long"))
        return len(self._in("short")) + max(0, long)

    def gives_way(self, request: Request) -> bool:
        """Whether a long one that has a worker is to be put aside for somebody who waits."""
        ran = 0.0 if request.began is None else self._clock() - request.began
        if self._size == 1 and self._first("short") and ran >= SHORT_SLICE:
            return True
        following = self._first("long")
        return following is not None and ran >= self._slice and self.shares.had(request.session) - following.turn >= self._slice

    def turns_long(self, request: Request) -> bool:
        """A short one with a worker has turned out to be long: whether the long lane has a place for it, which it then takes."""
        if self.occupied("long") >= self.places["long"]:
            return False
        request.lane = "long"
        return True

    def _in(self, lane: Lane) -> list[Request]:
        return [request for request in self._waiting if request.lane == lane]

    def _first(self, lane: Lane) -> Request | None:
        return min(self._in(lane), key=_turn, default=None)


def _turn(request: Request) -> tuple[float, float]:
    return request.turn, request.came
