"""Computations broken off by another thread; the tasks of `test_hands` go through the same."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from server.engine.breaking import Breakable, Dropped

PATIENT = 60.0


def forever(began: threading.Event) -> None:
    began.set()
    number = 0
    while True:
        number += 1


def broken_off(breakable: Breakable, work: Callable[[], object], began: threading.Event) -> bool:
    """Whether a computation ends by being broken off after it has begun."""
    ends: list[bool] = []

    def run() -> None:
        try:
            breakable.run("1", work)
        except Dropped:
            ends.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    assert began.wait(PATIENT)
    breakable.break_off("1")
    thread.join(PATIENT)
    return ends == [True]


def test_a_computation_gives_its_value_and_its_errors() -> None:
    breakable = Breakable()
    assert breakable.run("1", lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        breakable.run("2", lambda: 1 // 0)


def test_one_that_is_not_wanted_before_it_begins_does_not_begin() -> None:
    breakable = Breakable()
    breakable.break_off("1")
    with pytest.raises(Dropped):
        breakable.run("1", lambda: pytest.fail("it began"))


def test_one_that_never_ends_is_broken_off_and_the_next_one_runs() -> None:
    spoilt: list[bool] = []
    breakable, began = Breakable(lambda: spoilt.append(True)), threading.Event()
    assert broken_off(breakable, lambda: forever(began), began)
    assert breakable.run("2", lambda: 4) == 4
    assert not spoilt


def test_a_module_left_half_imported_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "module_without_end.py").write_text(
        "from tests.server import test_breaking\ntest_breaking.IMPORTING.set()\nwhile True:\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    spoilt: list[bool] = []
    breakable = Breakable(lambda: spoilt.append(True))
    assert broken_off(breakable, lambda: importlib.import_module("module_without_end"), IMPORTING)
    assert spoilt == [True]


IMPORTING = threading.Event()
