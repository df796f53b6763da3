"""Time is up wherever a computation is, and what is broken off leaves nothing behind."""

from __future__ import annotations

import itertools
import math
import signal
import threading

from server.discover.limit import within


def _endless() -> str:
    for _ in itertools.count():
        try:
            sum(range(100))
        except Exception:  # noqa: BLE001 - as SymPy does it
            continue
    return "never"


def test_what_takes_too_long_is_broken_off_even_where_every_error_is_caught() -> None:
    former = signal.getsignal(signal.SIGALRM)
    assert within(0.05, _endless, "late") == "late"
    assert signal.getsignal(signal.SIGALRM) is former
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_is_in_time_is_returned() -> None:
    assert within(600, lambda: "done", "late") == "done"
    assert within(math.inf, lambda: "done", "late") == "done"


def test_no_time_at_all_is_no_time() -> None:
    assert within(-1.0, _endless, "late") == "late"


def test_another_thread_has_no_alarm_and_computes_to_the_end() -> None:
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(within(0.001, lambda: str(sum(range(100_000))), "late")))
    thread.start()
    thread.join()
    assert answers == [str(sum(range(100_000)))]


def test_limits_lie_within_one_another() -> None:
    assert within(600, lambda: within(0.02, _endless, "inner"), "outer") == "inner"
    # The outer one comes first, and rings again for what follows the inner one.
    assert within(0.02, lambda: within(600, _endless, "inner") + _endless(), "outer") == "outer"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
