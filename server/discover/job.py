"""The whole job of `kanscope discover`: read, search until the budget is spent, answer. Writes only to the given stream."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from server.contract.coding import pack
from server.discover.columns import read_columns
from server.discover.crew import Crew
from server.discover.display import Display
from server.discover.failure import DiscoverError, Outcome, interrupted, none_in_time
from server.discover.limit import within
from server.discover.request import Request
from server.loading import without_collector
from server.work.result import TableData, WorkError

if TYPE_CHECKING:
    from kan_core.search.finding import Finding
    from server.discover.answer import Answer
    from server.work.situation import Rows

_NOTHING = "No elementary formula explains the target: no network with few functions fits. Give other columns with --inputs."
_NOISE = "The target looks like noise: neither a smooth function of the columns nor neighbouring rows explain any of it."


def outcome_of(request: Request, stream: TextIO, tell: Callable[[Outcome], None], *, as_json: bool) -> Outcome:
    """What the command ends with; each better answer on the way there is told."""

    def found(answer: Answer) -> Outcome:
        return Outcome(0, answer.as_json() if as_json else answer.as_text())

    try:
        return found(answer_to(request, stream, lambda so_far: tell(found(so_far))))
    except DiscoverError as error:
        return error.outcome()
    except KeyboardInterrupt:
        return interrupted().outcome()


def answer_to(request: Request, stream: TextIO, tell: Callable[[Answer], None]) -> Answer:
    """The formula, found by worker processes. Ends soon after the budget where nothing holds it up; `guard` is for the rest.

    Raises:
        DiscoverError: wrong options, no table, nothing found in time, or interrupted before anything was found.
    """
    # A wrong file or column is answered at once: no process is started and no numerics are imported for it.
    table = read_columns(request.file, request.target, request.inputs, request.rows)
    # The workers import the numerics while this process imports them too.
    crew = Crew(request.workers or os.cpu_count() or 1)
    display = Display(stream, request.began, request.budget)
    try:
        return _answer(request, table, crew, display, tell)
    finally:
        crew.close()


def _prepared(table: TableData, crew: Crew) -> Rows:
    """The rows here and in the workers, and the numerics loaded, which on a machine that is busy can take its time."""
    # Imported here, when the workers are on their way.
    with without_collector():
        import torch

        from server.work.situation import rows_of

        importlib.import_module("server.discover.answer")

    torch.set_num_threads(1)
    parts = {"key": table.key, "content": table.content, "inputs": table.inputs, "targets": table.targets, "rows": table.rows}
    try:
        rows = rows_of(table)
    except WorkError as error:
        raise DiscoverError("bad_table", f"{error.detail} {error.hint or ''}".strip()) from error
    crew.load(pack(parts))
    return rows


def _answer(request: Request, table: TableData, crew: Crew, display: Display, tell: Callable[[Answer], None]) -> Answer:
    rows = _prepared(table, crew)
    from kan_core.search.finding import is_all_noise
    from server.discover.answer import answer_from, answer_so_far
    from server.discover.searching import answering, search

    deadline = request.began + request.budget - answering(request.budget, time.monotonic() - request.began)
    last = None
    front: tuple[Finding, ...] = ()
    stopped = False
    try:
        for last in search(crew, rows.split, request.seed, deadline):
            display.show(last)
            if last.front != front:
                front = last.front
                _tell_of(last.findings, lambda known: answer_so_far(known, rows, request), deadline, tell)
    except KeyboardInterrupt:
        stopped = True
    crew.close()
    if last is not None and last.findings:
        return answer_from(last.findings, rows, request)
    if stopped:
        raise interrupted()
    if is_all_noise(rows.split):
        raise DiscoverError("nothing_found", _NOISE)
    if time.monotonic() >= deadline:
        raise none_in_time(request.budget)
    raise DiscoverError("nothing_found", _NOTHING)


def _tell_of(
    findings: Sequence[Finding],
    written: Callable[[Sequence[Finding]], Answer],
    deadline: float,
    tell: Callable[[Answer], None],
) -> None:
    """Tell the answer that these findings are, when it can be written before the search is over."""

    def write() -> Answer | None:
        try:
            return written(findings)
        except DiscoverError:
            return None

    answer = within(deadline - time.monotonic(), write, None)
    if answer is not None:
        tell(answer)
