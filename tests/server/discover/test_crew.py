"""Tasks run in processes of their own, whatever happens to them, and the number of processes changes nothing."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kan_core.expression.text import parse
from kan_core.network.snapshot import to_bytes
from kan_core.network.tree import Branch, Leaf
from kan_core.search.finding import judge_expression
from kan_core.search.tasks import TreeTask
from server.contract.coding import pack
from server.discover.columns import read_columns
from server.discover.crew import Crew
from server.discover.messages import outcome_bytes, task_bytes
from server.discover.searching import Workers, search
from server.work.result import TableData
from server.work.situation import rows_of
from tests.server.discover.tables import write_product

PATIENT = 300.0
TASK = task_bytes(TreeTask(Branch("product", (Leaf(0), Leaf(1))), outer=False, seed=0))


def loaded(workers: int, table: TableData) -> Crew:
    crew = Crew(workers)
    crew.load(
        pack({"key": table.key, "content": table.content, "inputs": table.inputs, "targets": table.targets, "rows": table.rows})
    )
    return crew


@pytest.fixture
def table(tmp_path: Path) -> TableData:
    return read_columns(write_product(tmp_path), "y", None)


def test_the_result_does_not_depend_on_the_number_of_workers(table: TableData) -> None:
    split = rows_of(table).split
    results = []
    for workers in (1, 3):
        crew = loaded(workers, table)
        *_, last = search(crew, split, 0, time.monotonic() + PATIENT)
        crew.close()
        results.append([(finding.origin, finding.nrmse, to_bytes(finding.network)) for finding in last.findings])
    assert results[0]
    assert results[0] == results[1]


def test_a_task_outlives_its_worker(table: TableData) -> None:
    crew = loaded(1, table)
    replies = crew.run([TASK, TASK], time.monotonic() + PATIENT)
    first = next(replies)
    os.kill(crew.pids[0], signal.SIGKILL)
    second = next(replies)
    crew.close()
    assert first[0] == 0
    assert second == (1, first[1])


def test_nothing_is_waited_for_after_the_deadline(table: TableData) -> None:
    crew = loaded(1, table)
    assert list(crew.run([TASK], time.monotonic())) == []
    crew.close()
    assert crew.pids == []


def test_bytes_that_are_no_task_end_the_worker_and_nothing_else(table: TableData) -> None:
    crew = loaded(1, table)
    assert list(crew.run([pack({"kind": "unknown"})], time.monotonic() + PATIENT)) == [(0, None)]
    assert dict(crew.run([TASK], time.monotonic() + PATIENT))[0] is not None
    crew.close()


class Scripted(Workers):
    """Gives prepared outcomes."""

    def __init__(self, replies: Sequence[bytes]) -> None:
        self._replies = replies

    def run(self, tasks: Sequence[bytes], deadline: float) -> Iterator[tuple[int, bytes | None]]:
        del tasks, deadline
        yield from enumerate(self._replies)

    def left(self, deadline: float) -> float:
        return deadline


def test_the_shortest_exact_law_wins_whichever_part_of_a_stage_found_it(table: TableData) -> None:
    split = rows_of(table).split
    laws = (parse(text, ["x", "y"]) for text in ("((x + y)^2 - (x - y)^2)/4", "x*y"))
    longer, shorter = (judge_expression(law, split, "laws") for law in laws)
    assert longer.exact
    *_, last = search(Scripted([outcome_bytes([longer]), outcome_bytes([shorter])]), split, 0, math.inf)
    assert [finding.complexity for finding in last.front] == [shorter.complexity]
