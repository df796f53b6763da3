"""What those who wait are told: their place in the line, and about how long, from the seconds that recent work has taken.

Plain functions and a memory. Where nothing of the kind was measured there is no estimate: none is better than a wrong one.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Sequence
from statistics import median

from server.contract.views import WaitingView
from server.engine.lanes import Lane, Lanes, Request

_REMEMBERED = 9
"""Of each kind: enough for a median that one odd action does not move, few enough to follow what people do now."""


class Forecast:
    """Remembers how long work of each kind took, and foresees when those who wait begin."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[Lane, str], deque[float]] = {}

    def measured(self, request: Request, seconds: float) -> None:
        """Work has come to its end."""
        self._seconds.setdefault((request.lane, request.kind), deque(maxlen=_REMEMBERED)).append(seconds)

    def expected(self, request: Request) -> float | None:
        """Seconds of a worker that it will take; by its kind, else by its lane; None when nothing is known."""
        if request.seconds is not None:
            return request.seconds
        own = self._seconds.get((request.lane, request.kind))
        if own is None:
            own = [each for (lane, _), known in self._seconds.items() if lane == request.lane for each in known]
        return median(own) if own else None

    def waiting(self, lanes: Lanes, lane: Lane, now: float) -> dict[Request, WaitingView]:
        """Place and estimate of everybody in a line."""
        line = lanes.line(lane)
        # A short one may follow on anybody, a long one only on a long one.
        running = lanes.running("long") + (lanes.running("short") if lane == "short" else [])
        begins = self._begins(running, line, lanes.places[lane], now)
        return {
            request: WaitingView(place=place, of=len(line), seconds=seconds if math.isfinite(seconds) else None)
            for place, (request, seconds) in enumerate(zip(line, begins, strict=True), 1)
        }

    def _begins(self, running: Sequence[Request], line: Sequence[Request], places: int, now: float) -> list[float]:
        """Seconds from now until each one begins, when every worker takes the next one as soon as it is free; inf: unknown."""
        free = [0.0] * max(0, places - len(running))
        for request in running:
            passed = 0.0 if request.began is None else now - request.began
            free.append(max(0.0, self._or_unknown(request) - passed))
        heapq.heapify(free)
        begins: list[float] = []
        for request in line:
            begins.append(heapq.heappop(free))
            heapq.heappush(free, begins[-1] + self._or_unknown(request))
        return begins

    def _or_unknown(self, request: Request) -> float:
        expected = self.expected(request)
        return math.inf if expected is None else expected
