"""Looks after an action for as long as it has a worker: is it still the short one it was taken for, and does it ever end?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.engine.lanes import Request
from server.engine.patience import Patience
from server.engine.pool import WorkerPool


class Timekeeper:
    """Looks once in a while.

    A long action gives way when it has had its turn (`lanes.py`), and computes on until it can. A short one that goes on for too
    long becomes a long one if another long one may run; else it keeps its worker until a short one wants it, and has to give way
    then. One that is over its `limit` is given up.
    """

    def __init__(
        self,
        pool: WorkerPool,
        request: Request,
        limit: float | None,
        patience: Patience,
        give_way: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        self._lanes = pool.lanes
        self._request = request
        self._limit = limit
        self._patience = patience
        self._give_way = give_way
        self._give_up = give_up
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._timer = self._loop.call_later(self._patience.look, self._look)

    def stop(self) -> None:
        """The action has left its worker."""
        self._timer.cancel()

    def _look(self) -> None:
        passed = self._loop.time() - self._began
        if self._limit is not None and passed >= self._limit:
            self._give_up()
            return
        if self._must_give_way(passed):
            self._give_way()
        self._timer = self._loop.call_later(self._patience.look, self._look)

    def _must_give_way(self, passed: float) -> bool:
        lanes, request = self._lanes, self._request
        if request.lane == "long":
            return lanes.gives_way(request)
        return passed >= self._patience.short and not lanes.turns_long(request) and bool(lanes.line("short"))
