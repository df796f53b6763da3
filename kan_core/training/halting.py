"""How a long computation is broken off from outside: it asks between its pieces whether it is still wanted.

`kan_core` has no clock. Whoever has one gives a `Stop` to `heeding`; trainers, fits and the finders of laws ask by `go_on()`
in their inner loops, so that nothing of it has to be handed through a hundred functions that only compute. What is computed
under one `heeding` in one thread or task is all that it reaches.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from kan_core.training.options import Stop, never

_STOP: ContextVar[Stop] = ContextVar("stop", default=never)


class Halted(Exception):  # noqa: N818 - no error: what was asked for happens
    """The computation is not wanted any more; nothing of it is half done, because it changes nothing."""


@contextmanager
def heeding(stop: Stop) -> Generator[None]:
    """Let `go_on` ask `stop` while this lasts.

    Raises:
        Halted: from within, once `stop` says so.
    """
    token = _STOP.set(stop)
    try:
        yield
    finally:
        _STOP.reset(token)


def halted() -> bool:
    """Whether the computation around is not wanted any more."""
    return _STOP.get()()


def go_on() -> None:
    """Return at once, or end the computation around.

    Raises:
        Halted: whoever waits for it does not want it any more.
    """
    if halted():
        raise Halted
