"""The whole job of `kanscope discover`: read, search until the budget is spent, answer. Writes only to the given stream."""

from __future__ import annotations

import importlib
import os
import time
from typing import TYPE_CHECKING, TextIO

from server.contract.coding import pack
from server.discover.columns import read_columns
from server.discover.crew import Crew
from server.discover.display import Display
from server.discover.failure import DiscoverError, Request
from server.discover.limit import within
from server.loading import without_collector
from server.work.result import TableData

if TYPE_CHECKING:
    from server.discover.answer import Answer
    from server.work.situation import Rows

_NOISE = "The target looks like noise: neither a smooth function of the columns nor neighbouring rows explain any of it."


def answer_to(request: Request, stream: TextIO) -> Answer:
    """The formula, found by worker processes.

    Raises:
        DiscoverError: wrong options, no table, nothing found in time, or interrupted before anything was found.
    """
    # A wrong file or column is answered at once: no process is started and no numerics are imported for it.
    table = read_columns(request.file, request.target, request.inputs)
    # The workers import the numerics while this process imports them too.
    crew = Crew(request.workers or os.cpu_count() or 1)
    display = Display(stream, request.began, request.budget)
    try:
        return _answer(request, table, crew, display)
    finally:
        display.close()
        crew.close()


def _prepared(table: TableData, crew: Crew) -> Rows:
    """The rows here and in the workers, and the numerics loaded, which on a machine that is busy can take its time."""
    # Imported here, when the workers are on their way.
    with without_collector():
        import torch

        from server.work.situation import rows_of

        importlib.import_module("server.discover.answer")

    torch.set_num_threads(1)
    crew.load(pack({"key": table.key, "content": table.content, "inputs": table.inputs, "targets": table.targets}))
    return rows_of(table)


def _answer(request: Request, table: TableData, crew: Crew, display: Display) -> Answer:
    # One second late at most: with a budget of a second or two, loading is most of it.
    rows = within(request.began + request.budget + 1 - time.monotonic(), lambda: _prepared(table, crew), None)
    if rows is None:
        raise DiscoverError("nothing_found", _nothing(request.budget, over=True))
    from kan_core.search.finding import is_all_noise
    from server.discover.answer import answer_from
    from server.discover.searching import answering, search

    deadline = request.began + request.budget - answering(request.budget, time.monotonic() - request.began)
    last = None
    interrupted = False
    try:
        for last in search(crew, rows.split, request.seed, deadline):
            display.show(last)
    except KeyboardInterrupt:
        interrupted = True
    crew.close()
    if last is None or not last.findings:
        if interrupted:
            raise DiscoverError("interrupted", "Interrupted before a formula was found.")
        if is_all_noise(rows.split):
            raise DiscoverError("nothing_found", _NOISE)
        raise DiscoverError("nothing_found", _nothing(request.budget, over=time.monotonic() >= deadline))
    return answer_from(last.findings, rows, request)


def _nothing(budget: float, *, over: bool) -> str:
    if over:
        return f"No formula was found within {budget:g} seconds. Give more with --budget, or fewer columns with --inputs."
    return "No elementary formula explains the target: no network with few functions fits. Give other columns with --inputs."
