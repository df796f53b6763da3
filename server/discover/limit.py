"""A limit in time for a computation that nobody can ask to stop: SymPy's, which writes a formula in seconds or in hours."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TypeVar

Answer = TypeVar("Answer")
# Seconds until an alarm rings whose time is over already: none at all would mean no alarm.
_SOON = 1e-3


class TimeUp(BaseException):
    """The time is over; no `except Exception` on the way may take it for a fault."""


@contextmanager
def _alarm(seconds: float) -> Generator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TimeUp

    began, outer = time.monotonic(), signal.getitimer(signal.ITIMER_REAL)[0]
    former = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(min(seconds, outer or seconds), _SOON))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, former)
        if outer:
            # The limit around this one goes on.
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), _SOON))


def within(seconds: float, compute: Callable[[], Answer], otherwise: Answer) -> Answer:
    """What `compute` returns, or `otherwise` when that takes longer than so many seconds.

    Limits may lie within one another. A pure function only: it is broken off between two instructions, wherever it is. Where
    the system has no alarms (Windows), in other threads than the main one, and without a limit (infinity), it takes its time.
    """
    possible = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not possible or seconds == float("inf"):
        return compute()
    try:
        with _alarm(seconds):
            return compute()
    except TimeUp:
        return otherwise
