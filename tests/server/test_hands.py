"""Tasks in a thread of their own, dropped at any moment: each is answered exactly once, and the thread lives on."""

from __future__ import annotations

import queue
import random
from typing import Any

import pytest

from server.engine.hands import Hands

PATIENT = 60.0


class Said:
    """What the hands sent."""

    def __init__(self) -> None:
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def __call__(self, message: dict[str, Any]) -> None:
        self._messages.put(message)

    def next(self) -> dict[str, Any]:
        return self._messages.get(timeout=PATIENT)


def count(message: dict[str, Any]) -> bytes:
    """Count as far as the task says; without end when it says nothing."""
    task: bytes = message["task"]
    if task == b"fault":
        raise ZeroDivisionError
    if task == b"stubborn":
        try:
            count({"task": b""})
        except Exception:  # noqa: BLE001 - as a careless task might be written
            return b"caught"
    number = 0
    while not task or number < int(task):
        number += 1
    return str(number).encode()


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def hands(said: Said) -> Hands:
    hands = Hands(count, said)
    hands.start()
    return hands


def test_a_task_is_done(hands: Hands, said: Said) -> None:
    hands.hear({"type": "task", "id": "1", "task": b"3"})
    assert said.next() == {"type": "task_done", "id": "1", "outcome": b"3", "trace": None}


def test_a_fault_is_told_with_its_trace_and_the_next_task_is_done(hands: Hands, said: Said) -> None:
    hands.hear({"type": "task", "id": "1", "task": b"fault"})
    hands.hear({"type": "task", "id": "2", "task": b"3"})
    first = said.next()
    assert first["outcome"] is None
    assert "ZeroDivisionError" in first["trace"]
    assert said.next()["outcome"] == b"3"


@pytest.mark.parametrize("task", [b"", b"stubborn"])
def test_a_task_without_end_is_broken_off(hands: Hands, said: Said, task: bytes) -> None:
    hands.hear({"type": "task", "id": "1", "task": task})
    hands.hear({"type": "drop", "id": "1"})
    hands.hear({"type": "drop", "id": "1"})
    assert said.next() == {"type": "task_dropped", "id": "1"}
    hands.hear({"type": "task", "id": "2", "task": b"3"})
    assert said.next()["outcome"] == b"3"


def test_a_drop_that_comes_too_late_hits_no_other_task(hands: Hands, said: Said) -> None:
    hands.hear({"type": "task", "id": "1", "task": b"3"})
    assert said.next()["type"] == "task_done"
    hands.hear({"type": "drop", "id": "1"})
    hands.hear({"type": "task", "id": "2", "task": b"1000"})
    assert said.next()["outcome"] == b"1000"


def test_whenever_a_drop_comes_there_is_one_answer_to_each_task(hands: Hands, said: Said) -> None:
    chance = random.Random(0)
    for number in range(1000):
        hands.hear({"type": "task", "id": str(number), "task": str(chance.randrange(2000)).encode()})
        for _ in range(chance.randrange(300)):
            pass
        hands.hear({"type": "drop", "id": str(number)})
        assert said.next()["id"] == str(number)
    assert hands.is_alive()
