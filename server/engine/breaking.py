"""Breaks a computation off within milliseconds, while its thread goes on to live.

Python lets one thread raise an exception in another, between two of its instructions; tasks and answers are pure functions, so
nothing is left half done. A computation that sits in one long call of a library is broken off when the call returns; whoever
cannot wait for that ends the process. So does one that was broken off while it imported a module: many libraries cannot be loaded
a second time.
"""

from __future__ import annotations

import ctypes
import threading
import time
import traceback
from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")

# Seconds until an exception that was raised in a computation's last instructions is taken to have been swallowed there.
_ON_ITS_WAY = 1.0


class Dropped(BaseException):
    """The computation is not wanted any more, or its worker is needed for something else."""


class Breakable:
    """Runs computations of one thread, each with a name; another thread may break off the one that runs or is yet to come.

    `spoilt` is called when a module was left half imported.
    """

    def __init__(self, spoilt: Callable[[], None] = lambda: None) -> None:
        self._spoilt = spoilt
        self._lock = threading.Lock()
        self._doing: str | None = None
        self._dropping: str | None = None
        self._thread: int | None = None

    def run(self, name: str, work: Callable[[], _Value]) -> _Value:
        """What `work` returns or raises.

        Raises:
            Dropped: it was broken off.
        """
        if not self._begin(name):
            raise Dropped
        try:
            try:
                value = work()
            except Exception:
                self._finish(name)
                raise
            self._finish(name)
        except Dropped as broken:
            # Raised once at most, so from here on nothing interrupts.
            self._doing = None
            if _importing(broken):
                self._spoilt()
            raise
        return value

    def break_off(self, name: str) -> None:
        """Called by another thread."""
        with self._lock:
            wanted = self._dropping != name
            self._dropping = name
            if wanted and self._doing == name and self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(Dropped))

    def _begin(self, name: str) -> bool:
        """From here on the computation can be broken off; False when it was, before it began."""
        with self._lock:
            wanted = self._dropping != name
            self._thread = threading.get_ident()
            self._doing = name if wanted else None
        return wanted

    def _finish(self, name: str) -> None:
        """From here on it cannot be broken off; an exception that is on its way arrives before this returns."""
        with self._lock:
            self._doing = None
            on_its_way = self._dropping == name
        until = time.monotonic() + _ON_ITS_WAY
        while on_its_way and time.monotonic() < until:
            time.sleep(0.001)


def _importing(broken: Dropped) -> bool:
    """Whether a module was being imported where it was broken off."""
    return any("importlib._bootstrap" in frame.f_code.co_filename for frame, _ in traceback.walk_tb(broken.__traceback__))
