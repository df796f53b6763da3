"""A time that is kept whatever happens: one process computes, and another one does nothing but look at the clock.

A computation cannot promise its own end. A library that is loaded while the machine is busy, one long call, or an alarm that
rings where every exception is swallowed: each has taken many seconds. So the command is doubled, before anything heavy is
imported. The one that a person has started waits; its child computes and tells each better outcome as soon as there is one. When
the time is over the last of them is the outcome, and the child, with the workers that hang on it (`lifeline.py`), is ended.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NoReturn

from server.contract.coding import pack, unpack
from server.discover.failure import Outcome
from server.discover.lifeline import end_with
from server.discover.limit import within

Tell = Callable[[Outcome], None]
"""Takes an outcome that stands if there will be none better in time."""
_LOOK = 0.2
"""Seconds between two looks at whether the person has lost patience."""


class Ended(Exception):  # noqa: N818 - names what happened
    """The computing process has ended without an outcome; `code` is its exit code, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Heard:
    """The last outcome that was told, whether it is the one computed to the end, and how often the person has interrupted."""

    outcome: Outcome | None = None
    final: bool = False
    interrupts: int = 0


def in_time(until: float, compute: Callable[[Tell], Outcome], late: Outcome) -> Outcome:
    """What `compute` returns, or at the time `until` of the monotonic clock what it has told last; `late` where that is nothing.

    An interrupt is handed on to the computation, once; a second one ends it. Where processes cannot be doubled (Windows) it takes
    its time.

    Raises:
        Ended: the computation has ended with neither.
        KeyboardInterrupt: so it was by a second interrupt.
    """
    if not hasattr(os, "fork"):
        return compute(lambda _outcome: None)
    near, far = Pipe(duplex=True)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        near.close()
        _compute(compute, far)
    far.close()
    return _await(child, near, until, late)


def _compute(compute: Callable[[Tell], Outcome], pipe: Connection) -> NoReturn:
    """The child's whole life."""
    code = 1
    try:
        signal.signal(signal.SIGINT, _interrupt_once)
        end_with(pipe)
        _send(pipe, compute(lambda outcome: _send(pipe, outcome, final=False)), final=True)
        code = 0
    except OSError:
        # Nobody listens any more.
        code = 1
    except BaseException:  # noqa: BLE001 - the outermost frame of a process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _interrupt_once(*_signal: object) -> NoReturn:
    # A terminal interrupts both processes, and this one hears of it from the other one, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _send(pipe: Connection, outcome: Outcome, *, final: bool) -> None:
    pipe.send_bytes(pack({**asdict(outcome), "final": final}))


def _await(child: int, pipe: Connection, until: float, late: Outcome) -> Outcome:
    heard = _Heard()

    def hand_on(*_signal: object) -> None:
        heard.interrupts += 1
        if heard.interrupts == 1:
            os.kill(child, signal.SIGINT)

    former = signal.signal(signal.SIGINT, hand_on)
    try:
        ended = within(until - time.monotonic(), lambda: _listen(pipe, heard), False)
    finally:
        signal.signal(signal.SIGINT, former)
        if not heard.final:
            os.kill(child, signal.SIGKILL)
        pipe.close()
    if heard.outcome is not None:
        return heard.outcome
    if ended:
        raise Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if heard.interrupts > 1:
        raise KeyboardInterrupt
    # Not waited for: what sits in a call of the system ends when that returns.
    return late


def _listen(pipe: Connection, heard: _Heard) -> bool:
    """Hear of outcomes until there will be no better one, True, or until somebody has lost patience."""
    try:
        while not heard.final:
            if pipe.poll(_LOOK):
                part = unpack(pipe.recv_bytes())
                heard.outcome, heard.final = Outcome(part["code"], part["output"], part["message"]), part["final"]
            elif heard.interrupts > 1:
                return False
    except (EOFError, OSError):
        return True
    return True
